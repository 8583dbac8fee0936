"""Functions of dates and times. All of them are texts, in and out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from encuestas.logic.context import Context
from encuestas.logic.convert import to_number, to_string
from encuestas.logic.moments import DAY, calendar, moment
from encuestas.logic.nodeset import AnyValue, Value, plain
from encuestas.logic.site import Function, Site, plain_function

_WORDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "es": (
        ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
        ("dom", "lun", "mar", "mié", "jue", "vie", "sáb"),
    ),
    "en": (
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"),
    ),
}
"""Short months and weekdays from Sunday, by language; other languages have the Spanish ones."""


def _read(value: Value) -> tuple[date, int] | None:
    """The day and the millisecond of the day that a value means."""
    found = moment(value) if isinstance(value, str) else None
    if found is not None:
        day, millisecond = found
    else:
        number = math.nan if isinstance(value, bool) else to_number(value)
        if not abs(number) < DAY:
            return None
        day, millisecond = divmod(math.floor(number * DAY + 0.5), DAY)
    at = calendar(day or 0)
    return None if at is None else (at, millisecond or 0)


def _date(value: Value) -> str:
    if isinstance(value, str) and moment(value) is None:
        value = to_number(value)
    if isinstance(value, float):
        value = float(math.trunc(value)) if math.isfinite(value) else value
    found = _read(value)
    return "" if found is None else found[0].isoformat()


def _date_time(value: Value) -> str:
    if isinstance(value, str) and (found := moment(value)) is not None and None not in found:
        return value.strip(" \t\r\n")
    read = _read(value)
    return "" if read is None else f"{read[0].isoformat()}T{_clock(read[1])}"


def _clock(millisecond: int) -> str:
    second, part = divmod(millisecond, 1000)
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.{part:03}"


def _decimal_date_time(value: Value) -> float:
    if not isinstance(value, str):
        return math.nan if isinstance(value, bool) else value
    found = moment(value)
    return math.nan if found is not None and found[0] is None else to_number(value)


def _decimal_time(value: Value) -> float:
    if isinstance(value, bool):
        return math.nan
    number = to_number(value)
    return number - math.floor(number) + 0.0 if math.isfinite(number) else math.nan


def _format(arguments: tuple[AnyValue, ...], site: Site) -> str:
    value, pattern = arguments
    read = _read(plain(value))
    if read is None:
        return ""
    letters = _letters(read, site.context)
    shown, rest = [], iter(to_string(pattern))
    for character in rest:
        letter = next(rest, "") if character == "%" else ""
        shown.append(letters.get(letter, "%" + letter) if character == "%" else character)
    return "".join(shown)


def _letters(read: tuple[date, int], context: Context) -> Mapping[str, str]:
    at, millisecond = read
    clock = _clock(millisecond)
    months, weekdays = _WORDS.get(context.language.partition("-")[0], _WORDS["es"])
    return {
        "%": "%",
        "Y": f"{at.year:04}",
        "y": f"{at.year % 100:02}",
        "m": f"{at.month:02}",
        "n": f"{at.month}",
        "b": months[at.month - 1],
        "d": f"{at.day:02}",
        "e": f"{at.day}",
        "a": weekdays[at.isoweekday() % 7],
        "H": clock[:2],
        "h": f"{int(clock[:2])}",
        "M": clock[3:5],
        "S": clock[6:8],
        "3": clock[9:],
    }


def _today(_: tuple[AnyValue, ...], site: Site) -> str:
    return site.context.now.date().isoformat()


def _now(_: tuple[AnyValue, ...], site: Site) -> str:
    return site.context.now.isoformat(timespec="milliseconds")


FUNCTIONS: Mapping[str, Function] = {
    "date": plain_function(1, 1, _date),
    "date-time": plain_function(1, 1, _date_time),
    "decimal-date-time": plain_function(1, 1, _decimal_date_time),
    "decimal-time": plain_function(1, 1, _decimal_time),
    "format-date": Function(2, 2, _format),
    "format-date-time": Function(2, 2, _format),
    "now": Function(0, 0, _now),
    "today": Function(0, 0, _today),
}
