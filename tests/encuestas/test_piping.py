from __future__ import annotations

import pytest

from encuestas.piping import pipe, piped

ANSWERS = {"nombre": "Ana", "b.c-d": "<i>", "vacio": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hola", "Hola"),
        ("Hola, ${nombre}", "Hola, Ana"),
        ("${ nombre } y ${nombre}", "Ana y Ana"),
        ("${b.c-d}", "<i>"),
        ("${vacio}, ${nadie}", "…, …"),
        ("${} $nombre {nombre} ${1a} ${a b}", "${} $nombre {nombre} ${1a} ${a b}"),
        ("${${nombre}}", "${Ana}"),
    ],
)
def test_answers_stand_where_their_names_did(text: str, expected: str) -> None:
    assert pipe(text, ANSWERS.get) == expected


def test_the_names_of_a_text() -> None:
    assert piped("${b}, ${a}, ${ b }") == ("b", "a")
    assert piped("$ {a}") == ()


def test_an_answer_is_not_read_again() -> None:
    assert pipe("${a}", {"a": "${b}", "b": "x"}.get) == "${b}"


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    assert pipe("${" * 200_000, ANSWERS.get) == "${" * 200_000
    assert pipe("${" + " " * 200_000, ANSWERS.get).startswith("${ ")
