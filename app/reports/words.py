"""Figures in plain words, in the reader's language and with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, format_percent, format_scientific
from flask_babel import gettext as _

from app import language

Figure = Mapping[str, Any]

POINTS = frozenset({"net"})
"""Differences of two shares: in points, not per cent."""
DIGITS: Mapping[str, int] = {
    "mean": 2,
    "mean_position": 2,
    "total": 1,
    "quantile": 2,
    "ratio": 4,
    "variance": 4,
    "covariance": 4,
    "coefficient": 4,
}
"""Decimals of what is no share."""

_CENSUS = frozenset({"census", "assumes_random_nonresponse"})


def locale_of(lang: str) -> Locale:
    """The locale whose numbers are written in `lang`; Chile's where there is none of its own."""
    return Locale.parse(language.locale_of(lang))


_UNREADABLE = 1e15
"""Nobody reads so many digits, and Babel fails on more than 28."""


def number(value: float, lang: str, *, digits: int = 0) -> str:
    """A number as the reader writes it: 1.234 or 3,5 in Spanish."""
    if abs(value) >= _UNREADABLE:
        return format_scientific(Decimal(f"{value:.3g}"), locale=locale_of(lang))
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=locale_of(lang))


def percent(proportion: float, lang: str, *, digits: int = 1) -> str:
    """A proportion as a percentage: 0.853 is "85,3 %" in Spanish, "85.3%" in English."""
    locale = locale_of(lang)
    # The language's own pattern: for Chile alone CLDR leaves out the space that Spanish asks for.
    pattern = Locale(locale.language).percent_formats[None].pattern
    decimals = pattern.replace("#,##0", "#,##0." + "0" * digits) if digits else pattern
    return format_percent(proportion, format=decimals, locale=locale)


def figure_of(estimates: Iterable[Figure], statistic: str) -> Figure | None:
    """The first record of a statistic, if there is one."""
    return next((one for one in estimates if one["statistic"] == statistic), None)


def has_flag(figure: Figure, *flags: str) -> bool:
    return any(flag in flags for flag in figure["flags"])


def is_suppressed(figure: Figure) -> bool:
    return any(flag.startswith("suppressed") for flag in figure["flags"])


def is_census(figure: Figure) -> bool:
    """Whether the figure comes from a known list of which everybody was asked."""
    return has_flag(figure, *_CENSUS)


def written(statistic: str, value: float, lang: str, *, digits: int | None = None) -> str:
    """A value in its unit: per cent, points, or as it was measured. ``digits`` of a share."""
    if statistic in POINTS:
        return _("%(value)s puntos", value=number(100 * value, lang, digits=1))
    if statistic in DIGITS:
        return number(value, lang, digits=DIGITS[statistic])
    return percent(value, lang, digits=1 if digits is None else digits)


def value_text(figure: Figure, lang: str) -> str:
    """The value with its interval, or with the word that says why it has none."""
    if is_suppressed(figure):
        return _("protegido")
    if figure["value"] is None:
        return _("sin respuestas")
    kind = figure["statistic"]
    value = written(kind, figure["value"], lang)
    if figure["low"] is None:
        return _("%(value)s, sin intervalo", value=value)
    if figure["low"] == figure["high"]:
        text = value
    else:
        low, high = (_bare(kind, figure[end], lang) for end in ("low", "high"))
        text = _("%(value)s (%(low)s a %(high)s)", value=value, low=low, high=high)
    return _("%(text)s, no fiable", text=text) if has_flag(figure, "not_reliable") else text


def _bare(statistic: str, value: float, lang: str) -> str:
    """A limit without the unit that its value has said already."""
    if statistic in DIGITS:
        return number(value, lang, digits=DIGITS[statistic])
    return number(100 * value, lang, digits=1)
