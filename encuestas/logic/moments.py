"""Dates and times in texts. A clock is read as it is written, whatever its zone.

So a date, a time with an offset and one without can be compared, on every machine alike.
"""

from __future__ import annotations

import math
import re
from datetime import date

DAY = 86_400_000
"""Milliseconds of a day."""

_EPOCH = date(1970, 1, 1).toordinal()
_CLOCK = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,9}))?)?"
    r"(?:Z|[-+][0-9]{2}(?::?[0-9]{2})?)?"
)
_TIME = re.compile(rf"[ \t\r\n]*{_CLOCK}[ \t\r\n]*")
_DATE = re.compile(
    r"[ \t\r\n]*(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    rf"(?:T{_CLOCK})?[ \t\r\n]*"
)
_HOURS, _SIXTY = 24, 60


def moment(text: str) -> tuple[int | None, int | None] | None:
    """The day since 1970-01-01 and the millisecond of the day that a text says; None if neither."""
    dated = _DATE.fullmatch(text)
    found = dated or _TIME.fullmatch(text)
    if found is None:
        return None
    day = None
    if dated:
        try:
            at = date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            return None
        day = at.toordinal() - _EPOCH
    if found["hour"] is None:
        return day, None
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if hour >= _HOURS or minute >= _SIXTY or second >= _SIXTY:
        return None
    part = int((found["part"] or "").ljust(3, "0")[:3])
    return day, ((hour * _SIXTY + minute) * _SIXTY + second) * 1000 + part


def days(text: str) -> float:
    """The days since 1970-01-01, of a time alone the part of a day; NaN if it is neither."""
    found = moment(text)
    if found is None:
        return math.nan
    day, millisecond = found
    return ((day or 0) * DAY + (millisecond or 0)) / DAY


def calendar(day: int) -> date | None:
    """The day of the calendar; None before the year 1 and after 9999."""
    ordinal = day + _EPOCH
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
