"""A WTForms form for a page of a survey: it parses and keeps, the domain decides.

Values stay text exactly as typed, several per question; whether they are good answers is
`encuestas.validate`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup
from wtforms import Field
from wtforms.form import BaseForm

from encuestas import Question

# Names that the respondent's forms use for themselves. A question may be called the same.
OWN_FIELDS = frozenset({"draft", "shown", "next", "back", "lang", "send"})


def field_name(question: str) -> str:
    """The HTML name of a question's field; no question's name has a colon."""
    return f"{question}:" if question in OWN_FIELDS else question


class AnswerField(Field):
    """The raw values of one question."""

    def process_formdata(self, valuelist: list[str]) -> None:
        # Nobody types a NUL, and PostgreSQL can't keep one.
        self.data = [value.replace("\0", "") for value in valuelist]

    def process_data(self, value: object) -> None:
        self.data = list(value) if isinstance(value, list) else []


class PageForm(BaseForm):
    """A field per question, found by the question's name."""

    def values(self) -> dict[str, list[str]]:
        return {name: field.data for name, field in self._fields.items()}


def page_form(questions: Iterable[Question]) -> PageForm:
    """An empty form for these questions; call its ``process`` with form data or kept values."""
    return PageForm({q.name: AnswerField(name=field_name(q.name)) for q in questions})


def kept(questions: Iterable[Question], raw: Mapping[str, list[str]]) -> PageForm:
    """The form as the person left it."""
    form = page_form(questions)
    form.process(data=raw)
    return form


def draw(view: Any, *, single: bool, language: str) -> Markup:
    """A question's HTML by the macro of its type.

    Drawing is most of the cost of a page, and most questions look alike to many people. What they
    look like is the key, so nothing has to be invalidated; what somebody typed is never kept.
    """
    offered = {"", *map(str, view.points), *(code for code, _ in (*view.choices, *view.special))}
    closed = offered.issuperset(view.values)
    return (_drawn if closed else _drawn.__wrapped__)(view, single, language)


@lru_cache(maxsize=2048)
def _drawn(view: Any, single: bool, language: str) -> Markup:
    macros: Any = current_app.jinja_env.get_template("respond/widgets.html").module
    return Markup(getattr(macros, view.type)(view, single))  # noqa: S704 the macros escape
