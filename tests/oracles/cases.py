"""Our vectors as ODK would have them: answers as an XForm's instance, ``${x}`` as a path in it.

The paths are pyxform's: relative where the question and what it refers to share a repeat,
absolute elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from xml.sax.saxutils import escape

from encuestas.logic.convert import from_answer, to_string
from encuestas.paths import is_repeat, split

DEFAULT_NOW = "2026-01-15T12:00:00"
HERE = "here_"
_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}")
_XML_TEXT = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")

Around = Mapping[str, tuple[str, ...]]


def odk_case(text: str, context: Mapping[str, object]) -> dict[str, object] | None:
    """What to ask ODK's evaluators; None where they have no such thing."""
    now = datetime.fromisoformat(str(context.get("now", DEFAULT_NOW)))
    zone = _zone(now)
    answers = context.get("answers", {})
    assert isinstance(answers, dict)
    if zone is None or "item" in context or "." in _names(text):
        return None
    places = split(f"{context['at']}/_") if context.get("at") else ((), "_")
    assert places is not None
    around = dict(_shape(answers, ()))
    missing = sorted(_names(text) - around.keys() - {""})
    inner = _body(answers, places[0], context.get("current"))
    inner += "".join(f"<{name}/>" for name in missing)
    if not _XML_TEXT.fullmatch(inner):
        return None
    here = tuple(name for name, _ in places[0])
    lists = {name: _table(table) for name, table in _mapping(context, "files").items()} | {
        name: _table([["name", "label"], *choices])
        for name, choices in _mapping(context, "choices").items()
    }
    path = "".join(f"/{name}[{position}]" for name, position in places[0])
    return {
        "expression": _REFERENCE.sub(lambda found: _path(found[1], here, around), text),
        "xml": f"<data>{inner}</data>",
        "node": f"/data{path}/{HERE}",
        "now": now.isoformat(),
        "zone": zone[0],
        "offset": zone[1],
        "lists": lists,
        "choices": {
            "/" + "/".join(("data", *around.get(name, ()), name)): labels
            for name, labels in _mapping(context, "choices").items()
        },
    }


def _mapping(context: Mapping[str, object], key: str) -> Mapping[str, list[list[str]]]:
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


def _names(text: str) -> set[str]:
    return set(_REFERENCE.findall(text))


def _shape(
    answers: Mapping[str, object], around: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, answer in answers.items():
        found.append((name, around))
        if is_repeat(answer):
            for one in answer:
                found += _shape(one, (*around, name))
    return found


def _path(name: str, here: tuple[str, ...], around: Around) -> str:
    """pyxform's way from the question to a name."""
    target = (*around.get(name, ()), name)
    shared = 0
    while shared < min(len(here), len(target)) and here[shared] == target[shared]:
        shared += 1
    if not shared:
        return "/" + "/".join(("data", *target))
    return "/".join(([".."] * (len(here) - shared + 1)) + list(target[shared:]))


def _body(answers: Mapping[str, object], way: tuple[tuple[str, int], ...], current: object) -> str:
    """The elements of an instance; on the way to the question also the question itself."""
    parts = []
    for name, answer in answers.items():
        if is_repeat(answer):
            for position, one in enumerate(answer, start=1):
                on_it = bool(way) and way[0] == (name, position)
                inner = _body(one, way[1:], current) if on_it else _children(one)
                parts.append(f"<{name}>{inner}</{name}>")
        else:
            parts.append(_element(name, answer))
    if not way:
        parts.append(_element(HERE, current))
    return "".join(parts)


def _children(answers: Mapping[str, object]) -> str:
    return _body(answers, (("", 0),), None)


def _element(name: str, answer: object) -> str:
    return f"<{name}>{escape(to_string(from_answer(answer)))}</{name}>"


def _table(rows: list[list[str]]) -> str:
    header, *rest = rows
    items = (
        "".join(f"<{c}>{escape(str(v))}</{c}>" for c, v in zip(header, row, strict=False))
        for row in rest
    )
    return "<root>" + "".join(f"<item>{item}</item>" for item in items) + "</root>"
