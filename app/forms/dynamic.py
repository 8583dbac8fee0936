"""A WTForms form for a page of a survey: it parses and keeps, the domain decides.

Values stay text exactly as typed, several per question; whether they are good answers is
`encuestas.validate`'s to say. A field is called as the path of its answer (`encuestas.paths`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup
from wtforms import Field
from wtforms.form import BaseForm

from encuestas.paths import split
from encuestas.state import MOST_INSTANCES

COUNT = "[]"
"""What the field ends with that tells how many instances a repeat has."""

FILE = "@"
"""What the field ends with that a file is sent in; the one without it names the file held."""

# Names that the respondent's forms use for themselves. A question may be called the same.
OWN_FIELDS = frozenset(
    {"draft", "shown", "next", "back", "lang", "send", "add", "remove", "restore", "drop"}
)


def field_name(path: str) -> str:
    """The HTML name of an answer's field; no question's name has a colon."""
    return f"{path}:" if path in OWN_FIELDS else path


def path_of(field: str) -> str:
    """The path of the answer that a field of that HTML name holds."""
    return field[:-1] if field.endswith(":") else field


class AnswerField(Field):
    """The raw values of one question."""

    def process_formdata(self, valuelist: list[str]) -> None:
        # Nobody types a NUL, and PostgreSQL can't keep one.
        self.data = [value.replace("\0", "") for value in valuelist]

    def process_data(self, value: object) -> None:
        self.data = list(value) if isinstance(value, list) else []


class PageForm(BaseForm):
    """A field per answer, found by its path."""

    def values(self) -> dict[str, list[str]]:
        return {path: field.data for path, field in self._fields.items()}


def page_form(paths: Iterable[str]) -> PageForm:
    """An empty form for these answers; call its ``process`` with form data."""
    return PageForm({path: AnswerField(name=field_name(path)) for path in paths})


def paths_in(fields: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The paths among these fields' names that an answer to one of ``names`` can have, each once.

    Each name comes with the repeats around it. What is kept stays: were any path taken that ends
    with such a name, a draft could grow without end.
    """
    paths = dict.fromkeys(path_of(field) for field in fields if field not in OWN_FIELDS)
    return [path for path in paths if _can_be(path.removesuffix(COUNT), names)]


def _can_be(path: str, names: Mapping[str, tuple[str, ...]]) -> bool:
    instances, name = split(path) or ((), "")
    repeats = tuple(repeat for repeat, _position in instances)
    return names.get(name) == repeats and all(at <= MOST_INSTANCES for _repeat, at in instances)


def draw(view: Any, *, single: bool, language: str) -> Markup:
    """A question's HTML by the macro of its type.

    Drawing is most of the cost of a page, and most questions look alike to many people. What they
    look like is the key, so nothing has to be invalidated; what somebody typed is never kept.
    """
    offered = {"", *map(str, view.points), *(each[0] for each in (*view.choices, *view.special))}
    closed = not view.personal and offered.issuperset(view.values)
    return (_drawn if closed else _drawn.__wrapped__)(view, single, language)


@lru_cache(maxsize=2048)
def _drawn(view: Any, single: bool, language: str) -> Markup:
    macros: Any = current_app.jinja_env.get_template("respond/widgets.html").module
    return Markup(macros.widget(view, single))  # noqa: S704 the macros escape
