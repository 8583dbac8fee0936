"""What a cell of the register may say, whether typed on a page or read from a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from app.errors import Problem
from app.extensions import db
from app.models import Comuna, Territory
from app.services.register.contacts import email_of, phone_of
from app.services.register.places import Noun, Registered, registered
from encuestas.errors import shown

LONGEST_NAME = 255
LONGEST_PROSE = 5000
PROSE = frozenset({"notes", "summary_es", "summary_en"})
"""Columns of several lines."""
# A code is an answer's value, a word on the command line and a cell of exports: no blanks, and
# nothing in front that a spreadsheet runs.
_CODE = re.compile(r"[^\W_][\w.-]{0,31}")
_COMUNA = re.compile(r"[0-9]{5}")
_BETWEEN_COMUNAS = re.compile(r"[;\s]+")
_ACTIVE: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "sí", "si", "1", "true", "verdadero"), True),
    **dict.fromkeys(("no", "0", "false", "falso"), False),
}


class RegisterCode(StrEnum):
    """What can be wrong with a cell or a file of the register. Context keys in brackets."""

    MISSING_COLUMN = "missing_column"  # columns
    DUPLICATE_COLUMN = "duplicate_column"
    ROW_LENGTH = "row_length"  # cells, columns
    EMPTY = "empty"
    INVISIBLE = "invisible"  # position
    TOO_LONG = "too_long"  # limit
    BAD_CODE = "bad_code"  # value
    DUPLICATE_CODE = "duplicate_code"  # value, first
    TAKEN_CODE = "taken_code"  # value
    SIMULATED_CODE = "simulated_code"  # value
    LOST_ZERO = "lost_zero"  # value, comuna, name
    BAD_COMUNA = "bad_comuna"  # value
    UNKNOWN_COMUNA = "unknown_comuna"  # value
    UNKNOWN_TERRITORY = "unknown_territory"  # value
    SIMULATED_TERRITORY = "simulated_territory"  # value
    BAD_ACTIVE = "bad_active"  # value
    BAD_PHONE = "bad_phone"  # value
    BAD_EMAIL = "bad_email"  # value


@dataclass(frozen=True, slots=True)
class RegisterFault:
    """One thing wrong. ``row`` is as a spreadsheet numbers it: the header is 1, a page is 0."""

    code: RegisterCode
    row: int
    column: str | None
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the register has already, by code. ``simulated``: what is read belongs to the
    demonstration, and may name what else does."""

    rows: Mapping[str, Registered]
    territories: Mapping[str, Territory]
    comunas: Mapping[str, Comuna]
    simulated: bool = False


Say = Callable[..., None]
"""Notes a fault of the cell being read: its code, and the context."""


def known(noun: Noun) -> Known:
    rows = {row.code: row for row in registered(noun)}
    if noun is Noun.TERRITORIES:
        return Known(rows, {}, {row.code: row for row in db.session.scalars(select(Comuna))})
    return Known(rows, {row.code: row for row in db.session.scalars(select(Territory))}, {})


def read_cell(column: str, cell: str, known: Known, say: Say) -> object:
    """The cell's value; None where it is empty, or is wrong and was said so."""
    lines = unicodedata.normalize("NFC", cell).splitlines() if column in PROSE else [cell]
    kept = [" ".join(unicodedata.normalize("NFC", line).split()) for line in lines]
    text = "\n".join(kept).strip()
    flat = text.replace("\n", " ")
    if not text:
        return None
    if not flat.isprintable():
        position = next(at for at, sign in enumerate(flat, 1) if not sign.isprintable())
        say(RegisterCode.INVISIBLE, position=position)
        return None
    return _READERS[column](text, known, say)


def _code(text: str, known: Known, say: Say) -> str | None:
    if not _CODE.fullmatch(text):
        say(RegisterCode.BAD_CODE, value=shown(text))
        return None
    if (row := known.rows.get(text)) is not None and row.simulated != known.simulated:
        say(RegisterCode.SIMULATED_CODE, value=text)
    return text


def _words(text: str, _known: Known, say: Say) -> str:
    if len(text) > LONGEST_NAME:
        say(RegisterCode.TOO_LONG, limit=LONGEST_NAME)
    return text


def _prose(text: str, _known: Known, say: Say) -> str:
    if len(text) > LONGEST_PROSE:
        say(RegisterCode.TOO_LONG, limit=LONGEST_PROSE)
    return text


def _comunas(text: str, known: Known, say: Say) -> list[Comuna]:
    codes = dict.fromkeys(code for code in _BETWEEN_COMUNAS.split(text) if code)
    if not codes:
        say(RegisterCode.EMPTY)
    for code in codes:
        if code in known.comunas:
            continue
        if (likely := known.comunas.get(f"0{code}")) is not None:
            say(RegisterCode.LOST_ZERO, value=code, comuna=likely.code, name=likely.name)
        elif _COMUNA.fullmatch(code):
            say(RegisterCode.UNKNOWN_COMUNA, value=code)
        else:
            say(RegisterCode.BAD_COMUNA, value=shown(code))
    return [known.comunas[code] for code in codes if code in known.comunas]


def _territory(text: str, known: Known, say: Say) -> Territory | None:
    found = known.territories.get(text)
    if found is None:
        say(RegisterCode.UNKNOWN_TERRITORY, value=shown(text))
    elif found.simulated != known.simulated:
        say(RegisterCode.SIMULATED_TERRITORY, value=text)
    return found


def _active(text: str, _known: Known, say: Say) -> bool | None:
    found = _ACTIVE.get(text.casefold())
    if found is None:
        say(RegisterCode.BAD_ACTIVE, value=shown(text))
    return found


def _phone(text: str, _known: Known, say: Say) -> str | None:
    try:
        return phone_of(text)
    except Problem:
        say(RegisterCode.BAD_PHONE, value=shown(text))
        return None


def _email(text: str, _known: Known, say: Say) -> str | None:
    try:
        return _words(email_of(text), _known, say)
    except Problem:
        say(RegisterCode.BAD_EMAIL, value=shown(text))
        return None


_READERS: Mapping[str, Callable[[str, Known, Say], object]] = {
    "code": _code,
    "name": _words,
    "title": _words,
    "kind": _words,
    "comunas": _comunas,
    "territory": _territory,
    "active": _active,
    "contact_name": _words,
    "phone": _phone,
    "email": _email,
    "notes": _prose,
    "summary_es": _prose,
    "summary_en": _prose,
}
