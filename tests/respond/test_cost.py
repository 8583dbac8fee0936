"""What a page costs does not grow with what was received, and a post commits once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from markupsafe import Markup
from sqlalchemy import event

from app.extensions import db
from app.forms import dynamic
from app.respond.questions import QuestionView
from tests.pages import Person


@pytest.fixture
def work(app: Flask) -> Iterator[Counter[str]]:
    """Counts statements and commits from now on."""
    counted: Counter[str] = Counter()
    with app.app_context():
        engine = db.engine

    def statement(*_: object) -> None:
        counted["statements"] += 1

    def commit(*_: object) -> None:
        counted["commits"] += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    yield counted
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "commit", commit)


def answer_all(person: Person) -> Iterator[str]:
    """Goes from page to page, naming each step when it is done."""
    yield person.open("/").h1
    yield person.open("/e/barrio").h1
    for button, answers in (
        ("Comenzar", {}),
        ("Siguiente", {"member": "no"}),
        ("Siguiente", {"overall": 6}),
        ("Siguiente", {}),
        ("Enviar mis respuestas", {}),
    ):
        yield person.press(button, **answers).h1


def costs(app: Flask, work: Counter[str]) -> list[tuple[str, int, int]]:
    found = []
    steps = answer_all(Person(app.test_client()))
    while True:
        work.clear()
        step = next(steps, None)
        if step is None:
            return found
        found.append((step, work["statements"], work["commits"]))


def test_answering_costs_the_same_after_others(
    app: Flask, field: Callable[..., str], work: Counter[str]
) -> None:
    field()
    costs(app, work)  # definitions are read and kept
    first = costs(app, work)
    for number in range(3):
        field(slug=f"otra-{number}")
        costs(app, work)
    assert costs(app, work) == first
    assert [commits for _, _, commits in first] == [0, 0, 1, 1, 1, 1, 1]


QUESTION = QuestionView(
    path="mark",
    name="mark",
    type="scale",
    label="Nota",
    hint=None,
    required=True,
    fault=None,
    choices=(),
    special=(("no_sabe", "No sé"),),
    values=("7",),
    anchors={1: "Mala", 7: Markup("Buena")},
    points=(1, 7),
    lang=None,
    max_length=None,
    appearance="",
)


def test_a_question_is_drawn_once_for_all_who_answer_alike(app: Flask) -> None:
    dynamic._drawn.cache_clear()
    with app.test_request_context():
        first = dynamic.draw(QUESTION, single=False, language="es")
        assert dynamic.draw(replace(QUESTION), single=False, language="es") is first
        chosen = dynamic.draw(replace(QUESTION, values=("1",)), single=False, language="es")
        worded = dynamic.draw(replace(QUESTION, anchors={1: "Peor"}), single=False, language="es")
        assert len({first, chosen, worded}) == 3
        assert "Peor" in worded


def test_what_somebody_typed_is_not_kept(app: Flask) -> None:
    dynamic._drawn.cache_clear()
    typed = replace(QUESTION, type="text", points=(), special=(), values=("mi secreto",))
    with app.test_request_context():
        assert "mi secreto" in dynamic.draw(typed, single=False, language="es")
    assert dynamic._drawn.cache_info().currsize == 0
