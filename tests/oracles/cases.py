"""Our vectors as ODK would have them: answers as an XForm's instance, ``${x}`` as a path in it.

Where the question and what it refers to share a repeat, pyxform writes a relative path: here it is
the path of that instance, which means the same in predicates too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from encuestas.logic.convert import from_answer, to_string
from encuestas.paths import is_repeat, split

DEFAULT_NOW = "2026-01-15T12:00:00"
HERE = "here_"
_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}")
_XML_TEXT = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")

Around = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Form:
    """Answers as an XForm's instance; ``places`` are the instances around the question."""

    xml: str
    places: tuple[tuple[str, int], ...]
    around: Around

    @property
    def node(self) -> str:
        """The path of the question."""
        return "/".join(("/data", *self._instances(), HERE))

    def path(self, name: str) -> str:
        """The path of a name: inside the repeats that both share, in the question's instance."""
        repeats = self.around.get(name, ())
        shared = 0
        while shared < len(repeats) and repeats[shared : shared + 1] == self._here(shared):
            shared += 1
        return "/".join(("/data", *self._instances()[:shared], *repeats[shared:], name))

    def _here(self, level: int) -> tuple[str, ...]:
        return tuple(name for name, _ in self.places[level : level + 1])

    def _instances(self) -> list[str]:
        return [f"{name}[{position}]" for name, position in self.places]


def form_of(text: str, context: Mapping[str, object]) -> Form | None:
    """The form where an expression of a vector stands; None if XML can't write its answers."""
    answers = _mapping(context, "answers")
    places = split(f"{context['at']}/_") if context.get("at") else ((), "_")
    assert places is not None
    around = {name: tuple(repeats) for name, repeats in _mapping(context, "names").items()}
    around = around or dict(_shape(answers, ()))
    around |= dict.fromkeys(set(_REFERENCE.findall(text)) - around.keys(), ())
    inner = _body(answers, places[0], context.get("current"), around, ())
    if not _XML_TEXT.fullmatch(inner):
        return None
    return Form(f"<data>{inner}</data>", places[0], around)


def odk_case(text: str, context: Mapping[str, object]) -> dict[str, object] | None:
    """What to ask ODK's evaluators; None where they have no such thing."""
    now = datetime.fromisoformat(str(context.get("now", DEFAULT_NOW)))
    zone, form = _zone(now), form_of(text, context)
    if zone is None or form is None or "item" in context:
        return None
    # indexed-repeat() wants paths without instances, and pyxform writes them so.
    root = replace(form, places=()) if "indexed-repeat(" in text else form
    language = str(context.get("language", "es"))
    tables = _mapping(context, "files")
    return {
        "expression": _REFERENCE.sub(lambda found: root.path(found[1]), text),
        "xml": form.xml,
        "node": form.node,
        "now": now.isoformat(),
        "zone": zone[0],
        "offset": zone[1],
        "lists": {name: _table(table) for name, table in tables.items()},
        "choices": {
            "/" + "/".join(("data", *form.around.get(name, ()), name)): [
                [value, _words(label, language)] for value, label in labels
            ]
            for name, labels in _mapping(context, "choices").items()
        },
    }


def _words(label: str | Mapping[str, str], language: str) -> str:
    return label if isinstance(label, str) else label.get(language) or next(iter(label.values()))


def _mapping(context: Mapping[str, object], key: str) -> Mapping[str, Any]:
    found = context.get(key, {})
    assert isinstance(found, dict)
    return found


def _zone(now: datetime) -> tuple[str, str] | None:
    """The zone by name and as an offset; node's clock knows whole hours alone by name."""
    offset = now.utcoffset()
    minutes = 0 if offset is None else int(offset.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if rest:
        return None
    sign = "+" if hours >= 0 else "-"
    named = f"Etc/GMT{'-' if hours > 0 else '+'}{abs(hours)}" if hours else "UTC"
    return named, f"{sign}{abs(hours):02d}:00"


def _shape(
    answers: Mapping[str, object], around: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, answer in answers.items():
        found.append((name, around))
        for one in answer if is_repeat(answer) else ():
            found += _shape(one, (*around, name))
    return found


def _body(
    answers: Mapping[str, object],
    way: tuple[tuple[str, int], ...] | None,
    current: object,
    around: Around,
    inside: tuple[str, ...],
) -> str:
    """The elements of an instance, answered or not, and the question itself where ``way`` ends."""
    parts = []
    repeats = {repeat for repeats in around.values() for repeat in repeats}
    names = [name for name, place in around.items() if place == inside]
    for name in dict.fromkeys((*answers, *names)):
        answer = answers.get(name)
        if is_repeat(answer):
            for position, one in enumerate(answer, start=1):
                on_it = way is not None and way[:1] == ((name, position),)
                further = way[1:] if on_it and way is not None else None
                inner = _body(one, further, current, around, (*inside, name))
                parts.append(f"<{name}>{inner}</{name}>")
        elif name not in repeats:
            parts.append(_element(name, answer))
    if way == ():
        parts.append(_element(HERE, current))
    return "".join(parts)


def _element(name: str, answer: object) -> str:
    return f"<{name}>{escape(to_string(from_answer(answer)))}</{name}>"


def _table(rows: list[list[str]]) -> str:
    header, *rest = rows
    items = (
        "".join(f"<{c}>{escape(str(v))}</{c}>" for c, v in zip(header, row, strict=False))
        for row in rest
    )
    rows_of = "".join(f"<item>{item}</item>" for item in items)
    return f"<instance><root>{rows_of}</root></instance>"
