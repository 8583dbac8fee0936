"""An analysis as lines of tables, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from analisis import Estimate, Statistic
from app.reports.figure_words import (
    FLAG_KINDS,
    flag_words,
    interval_text,
    method_words,
    value_text,
)
from app.reports.summary import category_names, either, of_domain
from app.reports.words import number
from app.services.findings import Analysis, MeasureFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure as a line of a table. ``flags`` are (kind, words), kinds as in the style sheet."""

    name: str
    value: str
    interval: str
    n: str
    base: str
    method: str
    flags: tuple[tuple[str, str], ...]


def rows(
    analysis: Analysis,
    figures: MeasureFigures,
    lang: str,
    domain: Mapping[str, object] | None = None,
) -> list[Row]:
    """The figures of a measure, one a line."""
    return [
        row(one, statistic_name(analysis, figures, one, lang), lang)
        for one in of_domain(figures, domain or {})
    ]


def row(one: Estimate, name: str, lang: str) -> Row:
    return Row(
        name=name,
        value=value_text(one, lang),
        interval=interval_text(one, lang),
        n=number(one.n, lang),
        base=number(one.base, lang),
        method=method_words(one.method),
        flags=tuple((FLAG_KINDS.get(flag, ""), flag_words(flag)) for flag in one.flags),
    )


def statistic_name(analysis: Analysis, figures: MeasureFigures, one: Estimate, lang: str) -> str:
    measure = figures.measure
    about_satisfaction = measure.name == Statistic.SATISFIED
    top = either(analysis, figures, measure.satisfied, lang)
    bottom = either(analysis, figures, measure.dissatisfied, lang)
    if one.statistic == Statistic.CATEGORY:
        names = category_names(analysis, figures, lang)
        return _("Responden %(answer)s", answer=names.get(str(one.category), str(one.category)))
    return {
        Statistic.RESPONSE_RATE: _("Tasa de respuesta"),
        Statistic.STRICT: _("Cifra estricta, sobre toda la lista"),
        Statistic.BOUNDS: _("Lo menos y lo más que puede ser"),
        Statistic.SATISFIED: _("Satisfechas (%(answers)s)", answers=top)
        if about_satisfaction
        else _("Responden %(answer)s", answer=top),
        Statistic.DISSATISFIED: _("Insatisfechas (%(answers)s)", answers=bottom)
        if about_satisfaction
        else _("Responden %(answer)s", answer=bottom),
        Statistic.NET: _("Satisfacción neta")
        if about_satisfaction
        else _("%(top)s menos %(bottom)s", top=top, bottom=bottom),
        Statistic.MEAN: _("Promedio"),
    }.get(one.statistic, str(one.statistic))


def apart(analysis: Analysis, figures: MeasureFigures, lang: str) -> list[tuple[str, int]]:
    """What is no opinion: special answers, blanks and, a different thing, not shown."""
    special = analysis.definition.special_choices(figures.question)
    found = [
        (analysis.definition.text(choice.label, lang), figures.special[choice.value])
        for choice in special
    ]
    if figures.missing:
        found.append((_("Dejaron la pregunta en blanco"), figures.missing))
    if figures.not_shown:
        found.append((_("No se les mostró la pregunta"), figures.not_shown))
    return found
