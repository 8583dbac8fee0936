"""Figures in plain words, in the reader's language and with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, format_percent
from flask_babel import force_locale
from flask_babel import gettext as _

Figure = Mapping[str, Any]

_CENSUS = frozenset({"census", "assumes_random_nonresponse"})


def locale_of(lang: str) -> Locale:
    """The locale whose numbers are written in `lang`; Chile's where there is none of its own."""
    if lang == "es":
        return Locale("es", "CL")  # plain "es" is Spain's, which groups no four-digit numbers
    try:
        return Locale.parse(lang, sep="-" if "-" in lang else "_")
    except (UnknownLocaleError, ValueError):  # survey languages that Babel lacks, like Aymara
        return Locale("es", "CL")


def number(value: float, lang: str, *, digits: int = 0) -> str:
    """A number as the reader writes it: 1.234 or 3,5 in Spanish."""
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


def value_text(figure: Figure, lang: str) -> str:
    """The value with its interval, or with the word that says why it has none."""
    if is_suppressed(figure):
        return _("protegido")
    if figure["value"] is None:
        return _("sin respuestas")
    value = percent(figure["value"], lang)
    if figure["low"] is None:
        return _("%(value)s, sin intervalo", value=value)
    if figure["low"] == figure["high"]:
        text = value
    else:
        low, high = (number(100 * figure[end], lang, digits=1) for end in ("low", "high"))
        text = _("%(value)s (%(low)s a %(high)s)", value=value, low=low, high=high)
    return _("%(text)s, no fiable", text=text) if has_flag(figure, "not_reliable") else text


def text_alternative(
    estimates: Sequence[Figure],
    lang: str,
    *,
    respondent: str = "person",
    finding: str | None = None,
) -> str:
    """Say a measure in one plain sentence, for who hears the picture and for its heading.

    `finding` replaces "están satisfechas" where a measure is about something else; it is already in
    the reader's language.
    """
    with force_locale(str(locale_of(lang))):
        satisfied = figure_of(estimates, "satisfied")
        if satisfied is not None and is_suppressed(satisfied):
            return _("Respondieron muy pocas personas: la cifra se protege.")
        if satisfied is None or satisfied["value"] is None:
            return _("Todavía no hay respuestas.")
        return _sentence(satisfied, lang, _noun(respondent), finding or _("están satisfechas"))


def _noun(respondent: str) -> str:
    nouns = {"person": _("personas"), "organisation": _("organizaciones")}
    return nouns.get(respondent) or _("respuestas")


def _sentence(figure: Figure, lang: str, noun: str, finding: str) -> str:
    said = {"noun": noun, "finding": finding, "answered": _answered(figure, lang)}
    if figure["low"] is None:
        return _(
            "De quienes quisieron responder, %(share)s de cada 100 %(noun)s %(finding)s "
            "(%(answered)s). No se puede extender a las demás.",
            share=number(100 * figure["value"], lang),
            **said,
        )
    low, high = (number(100 * figure[end], lang) for end in ("low", "high"))
    if low == high:
        text = _("%(share)s de cada 100 %(noun)s %(finding)s (%(answered)s)", share=low, **said)
    else:
        text = _(
            "Entre %(low)s y %(high)s de cada 100 %(noun)s %(finding)s (%(answered)s)",
            low=low,
            high=high,
            **said,
        )
    if has_flag(figure, "not_reliable"):
        return _("%(text)s. Son pocas respuestas: la cifra no es fiable.", text=text)
    return text


def _answered(figure: Figure, lang: str) -> str:
    n, base = figure["n"], figure["base"]
    if is_census(figure) and figure["population"]:
        who = _(
            "%(n)s de %(population)s respondieron",
            n=number(base, lang),
            population=number(figure["population"], lang),
        )
    else:
        who = _("%(n)s respondieron", n=number(base, lang))
    if n == base:
        return who
    return _("%(who)s, %(n)s con una opinión", who=who, n=number(n, lang))
