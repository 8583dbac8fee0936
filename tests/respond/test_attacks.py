"""What somebody posts who wants to do harm, or whose phone is old: nothing breaks or piles up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.models import Draft
from app.services.drafts import drafts
from tests.pages import Person

HOME = """
id: attacked
version: "1"
title: {es: Hogar}
languages: [es]
pages:
  - id: home
    questions:
      - {name: head, type: text, label: {es: ¿Quién responde?}}
      - name: person
        type: repeat
        label: {es: Persona}
        questions:
          - {name: name, type: text, label: {es: Nombre}}
          - name: pet
            type: repeat
            label: {es: Mascota}
            questions: [{name: species, type: text, label: {es: Animal}}]
"""


@pytest.fixture
def someone(app, field: Callable[..., str]) -> Person:
    found = Person(app.test_client())
    found.open(field(HOME))
    found.press("Comenzar")
    return found


@pytest.mark.parametrize(
    "path",
    [
        *("name", "[]", "pet[]", "nobody[1]/name", "person[1]/head", "person[1]//name"),
        *("person[0]/name", "person[1001]/name", "person[1]/person[1]/name", "head[1]/name"),
    ],
)
def test_a_path_that_no_answer_can_have_is_not_kept(someone: Person, rows, path: str) -> None:
    someone.post(someone.url, {"next": "1", "head": "Ana", path: "x"})
    assert rows(Draft)[0].answers == {"head": ["Ana"]}


def test_a_draft_does_not_grow_without_end(someone: Person, rows, monkeypatch) -> None:
    monkeypatch.setattr(drafts, "MOST_KEPT", 1000)
    url = someone.url
    someone.post(url, {"next": "1", "head": "Ana", "person[1]/name": "x" * 900})
    someone.post(url, {"next": "1", "person[2]/name": "x" * 900})
    assert someone.status == 413
    assert "person[2]/name" not in rows(Draft)[0].answers
    someone.post(url, {"next": "1", "person[1]/name": "Eva"})
    assert rows(Draft)[0].answers["person[1]/name"] == ["Eva"]
