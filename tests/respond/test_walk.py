"""A survey answered from the first page to the receipt."""

from __future__ import annotations

from collections.abc import Callable

from app.models import Draft, Receipt, Response
from tests.pages import Person


def finish(person: Person) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Siguiente", overall=6)
    person.press("Siguiente")
    person.press("Enviar mis respuestas")


def test_a_whole_walk(person: Person, rows: Callable[..., list]) -> None:
    assert person.page.h1 == "Su barrio"
    assert "Queremos mejorar el barrio." in person.page.text
    person.press("Comenzar")
    assert person.page.h1.startswith("¿Participa")
    person.press("Siguiente", member="no")
    assert person.page.h1 == "Su opinión"
    person.press("Siguiente", overall=6, age=40, uses=["sede", "plaza"])
    person.press("Siguiente", **{"lang:": "Más árboles", "day": "04-05-2026"})
    assert person.page.h1 == "Revise sus respuestas"
    for words in ("Más árboles", "4 de mayo de 2026", "La plaza, La sede", "40", "No"):
        assert words in person.page.text
    person.press("Enviar mis respuestas")
    assert person.page.h1 == "Gracias"
    [receipt] = rows(Receipt)
    assert f"Su código de comprobante es {receipt.code}" in person.page.text
    [response] = rows(Response)
    assert response.answers == {
        "member": "no",
        "overall": 6,
        "age": 40,
        "uses": ["plaza", "sede"],
        "lang": "Más árboles",
        "day": "2026-05-04",
    }
    assert rows(Draft) == []
