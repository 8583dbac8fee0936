"""Functions of texts. A character is a Unicode code point."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from encuestas.logic.convert import BLANK, from_answer, to_number, to_string, whole
from encuestas.logic.nodeset import AnyValue, Value, flat
from encuestas.logic.regex import matches
from encuestas.logic.site import MANY, Function, Site, plain_function

LONGEST = 1_000_000
"""A longer text is not made: nested separators would multiply until memory ends."""

_HASHES = {
    "md5": hashlib.md5,
    "sha-1": hashlib.sha1,
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}


def _of_answer(arguments: tuple[AnyValue, ...], site: Site) -> str:
    """The text that a function without an argument looks at: the question's own answer."""
    return to_string(arguments[0] if arguments else from_answer(site.context.current))


def _joined(separator: AnyValue, *parts: AnyValue) -> str:
    between, texts = to_string(separator), [to_string(part) for part in flat(parts)]
    size = len(between) * (len(texts) - 1) + sum(map(len, texts))
    return between.join(texts) if size <= LONGEST else ""


def _substr(value: Value, start: Value, end: Value | None = None) -> str:
    text = to_string(value)
    first = _index(start, len(text))
    last = len(text) if end is None else _index(end, len(text))
    return text[first:last] if first <= last else ""


def _index(value: Value, length: int) -> int:
    index = whole(to_number(value))
    return int(min(max(0, index + length if index < 0 else index), length))


def _before(value: Value, mark: Value) -> str:
    before, found, _ = _parted(to_string(value), to_string(mark))
    return before if found else ""


def _after(value: Value, mark: Value) -> str:
    return _parted(to_string(value), to_string(mark))[2]


def _parted(text: str, mark: str) -> tuple[str, bool, str]:
    at = text.find(mark)
    return (text[:at], True, text[at + len(mark) :]) if at >= 0 else ("", False, "")


def _translate(value: Value, wanted: Value, given: Value) -> str:
    replacements = to_string(given)
    table: dict[int, str | None] = {}
    for at, character in enumerate(to_string(wanted)):
        table.setdefault(ord(character), replacements[at] if at < len(replacements) else None)
    return to_string(value).translate(table)


def _normalized(text: str) -> str:
    return " ".join(word for word in BLANK.split(text) if word)


def _digest(value: Value, algorithm: Value, encoding: Value = "base64") -> str:
    make = _HASHES.get(to_string(algorithm).lower())
    if make is None:
        return ""
    found = make(to_string(value).encode("utf-8", "replace"), usedforsecurity=False)
    written = to_string(encoding).lower()
    if written == "hex":
        return found.hexdigest()
    return base64.b64encode(found.digest()).decode() if written == "base64" else ""


def _regex(arguments: tuple[AnyValue, ...], site: Site) -> bool:
    program, text = site.program, to_string(arguments[0])
    if program is None:
        return False
    site.context.work.spend(len(program) * len(text) // 2)
    return matches(program, text)


FUNCTIONS: Mapping[str, Function] = {
    "concat": plain_function(1, MANY, lambda *parts: _joined("", *parts), nodes=True),
    "contains": plain_function(2, 2, lambda text, part: to_string(part) in to_string(text)),
    "digest": plain_function(2, 3, _digest),
    "ends-with": plain_function(2, 2, lambda text, part: to_string(text).endswith(to_string(part))),
    "join": plain_function(1, MANY, _joined, nodes=True),
    "normalize-space": Function(0, 1, lambda a, site: _normalized(_of_answer(a, site))),
    "regex": Function(2, 2, _regex),
    "starts-with": plain_function(
        2, 2, lambda text, part: to_string(text).startswith(to_string(part))
    ),
    "string": plain_function(1, 1, to_string),
    "string-length": Function(0, 1, lambda a, site: float(len(_of_answer(a, site)))),
    "substr": plain_function(2, 3, _substr),
    "substring-after": plain_function(2, 2, _after),
    "substring-before": plain_function(2, 2, _before),
    "translate": plain_function(3, 3, _translate),
}
