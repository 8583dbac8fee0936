"""A survey -> YAML that people read and mend, and that reads back as the same survey.

Written here and not by PyYAML's dumper, which quotes every text that *looks* typed (``no``,
``05402``): our reader takes every scalar as text, so what is plain can stay plain. Comments are
not in a survey: whoever wants a text as its author left it keeps the text itself.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from encuestas.definition import Survey
from encuestas.schema import survey_to_data

WIDTH = 100

_ORDER = (
    "id", "version", "title", "languages", "purpose", "asked_by", "minutes", "respondent", "legal",
    "special_answers", "choices", "files", "pages", "measures",
)  # fmt: skip
_HEAD = ("id", "name", "type", "value", "label", "hint")
_BLOCKS = frozenset({"choices", "pages", "questions", "rows", "measures", "files"})
"""Keys whose content never stands on one line, however short."""

# What may stand without quotes: it begins with no mark of YAML's and holds none.
_START = re.compile(r"[\w$¿¡(.+/=«°]|-[\w.]")
_SYNTAX = re.compile(r":(?=\s|$)| #")
_FLOW_SYNTAX = re.compile(r"[\[\]{},:#?]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def write_survey(survey: Survey) -> str:
    """The definition as text, in the order in which people read: words, lists, pages, measures."""
    data = survey_to_data(survey)
    keys = [key for key in _ORDER if key in data] + [key for key in data if key not in _ORDER]
    return "".join(f"{line}\n" for key in keys for line in _entry(key, data[key], 0))


def write_data(data: Mapping[str, Any]) -> str:
    """Plain data as the same kind of text."""
    return "".join(f"{line}\n" for key in data for line in _entry(key, data[key], 0)) or "{}\n"


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    """``key: value``, on one line if it may and fits, else with the value below."""
    head = " " * indent + _scalar(key, flow=False) + ":"
    if not isinstance(value, Mapping | list):
        yield from _text(head, _as_text(value), indent + 2)
        return
    line = None if key in _BLOCKS else _on_one_line(value)
    if line is not None and len(head) + 1 + len(line) <= WIDTH:
        yield f"{head} {line}"
        return
    yield head
    yield from _below(value, indent + 2)


def _below(value: Mapping[str, Any] | Sequence[Any], indent: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in _head_first(value):
            yield from _entry(key, value[key], indent)
        return
    for item in value:
        yield from _item(item, indent)


def _item(item: Any, indent: int) -> Iterator[str]:
    dash = " " * indent + "-"
    if not isinstance(item, Mapping | list):
        yield from _text(dash, _as_text(item), indent + 2)
        return
    blocks = isinstance(item, Mapping) and any(
        key in _BLOCKS and isinstance(inner, Mapping | list) for key, inner in item.items()
    )
    line = None if blocks else _on_one_line(item)
    if line is not None and len(dash) + 1 + len(line) <= WIDTH:
        yield f"{dash} {line}"
        return
    lines = _below(item, indent + 2)
    yield dash + " " + next(lines).lstrip(" ")
    yield from lines


def _head_first(value: Mapping[str, Any]) -> list[str]:
    """A node's keys with those that say what it is in front; words by language stay as they are."""
    head = [key for key in _HEAD if key in value]
    return head + [key for key in value if key not in head]


def _on_one_line(value: Any) -> str | None:
    """A value between brackets; None if a text in it wants lines of its own, or is a condition."""
    if isinstance(value, Mapping):
        parts = []
        for key in _head_first(value):
            if (inner := _on_one_line(value[key])) is None:
                return None
            parts.append(f"{_scalar(key, flow=True)}: {inner}")
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        lines = [_on_one_line(item) for item in value]
        return None if None in lines else "[" + ", ".join(map(str, lines)) + "]"
    text = _as_text(value)
    if len(text) > WIDTH or "\n" in text or "${" in text:
        return None
    return _scalar(text, flow=True)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(head: str, text: str, indent: int) -> Iterator[str]:
    """A text after its key: on the same line, folded if long, as it stands if it has lines."""
    margin = " " * indent
    if "\n" in text and _keeps_lines(text):
        yield f"{head} |" + ("" if text.endswith("\n") else "-")
        for line in text.removesuffix("\n").split("\n"):
            yield margin + line if line else ""
        return
    if len(head) + 1 + len(text) > WIDTH and text.isprintable():
        lines = textwrap.wrap(text, WIDTH - indent, break_long_words=False, break_on_hyphens=False)
        # Folding gives back one blank per line end: a text with other blanks there is quoted.
        if len(lines) > 1 and " ".join(lines) == text:
            yield f"{head} >-"
            yield from (margin + line for line in lines)
            return
    yield f"{head} {_scalar(text, flow=False)}"


def _keeps_lines(text: str) -> bool:
    """Whether a literal block gives this text back: blanks at its ends are layout."""
    lines = text.removesuffix("\n").split("\n")
    return (
        bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith(" ")
        and all(line.isprintable() and (not line or bool(line.strip())) for line in lines)
    )


def _scalar(text: str, *, flow: bool) -> str:
    plain = (
        text.isprintable()
        and text == text.strip()
        and _START.match(text)
        and not (_FLOW_SYNTAX if flow else _SYNTAX).search(text)
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    if text.isprintable() and '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
