"""What a hostile or unlucky respondent can post: a page comes back, with faults or without."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pages import Person

DEFINITION = """
id: hostile
version: 1
title: {es: Prueba}
pages:
  - id: one
    questions:
      - {name: price, type: decimal, label: {es: Precio}}
      - {name: low, type: range, start: 0, end: 10, step: 1, label: {es: Bajo}}
      - {name: __proto__, type: text, label: {es: Texto}}
      - name: rep
        type: repeat
        label: {es: Personas}
        questions: [{name: constructor, type: text, label: {es: Nombre}}]
  - id: two
    questions:
      - {name: last, type: text, label: {es: Último}}
"""
HUGE = "1" + "0" * 308


@pytest.fixture
def hostile(app, field: Callable[..., str]) -> Person:
    someone = Person(app.test_client())
    someone.open(field(DEFINITION))
    someone.press("Comenzar")
    return someone


def test_a_number_of_three_hundred_digits_is_shown_as_it_was_typed(hostile: Person) -> None:
    hostile.press("Siguiente", price=HUGE)
    hostile.press("Siguiente", last="x")
    assert HUGE in hostile.page.text


def test_a_fault_about_a_number_of_three_hundred_digits(hostile: Person) -> None:
    hostile.press("Siguiente", low=HUGE)
    assert "10" in hostile.page.text


@pytest.mark.parametrize(
    "text",
    [
        "\u202e\u200b\u200f",
        "😀\U0010fffd\ufffe",
        "e\u0301" * 100,
        "<script>alert(1)</script>",
        "%(x)s {{ 7*7 }} ${last}",
        "\0",
        "x" * 100_000,
    ],
)
def test_any_text_comes_back(hostile: Person, text: str) -> None:
    hostile.press("Siguiente", **{"__proto__": text})
    assert "<script>alert" not in str(hostile.page)
