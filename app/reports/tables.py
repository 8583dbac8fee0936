"""An analysis as lines of tables, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from analisis import Estimate, Selection, Statistic
from app.reports import kinds
from app.reports.basics import believed_population, category_names, figure, of_domain
from app.reports.figure_words import (
    flag_marks,
    flags_beside,
    interval_text,
    method_words,
    value_text,
)
from app.reports.summary import domain_name, either
from app.reports.words import number
from app.services.analytics.findings import Analysis, Domain, MeasureFigures
from encuestas import MeasureKind


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A group's figures, or everybody's, as a line of a comparison."""

    name: str
    answered: str
    value: str
    interval: str
    strict: str
    net: str
    mean: str
    n: str
    base: str
    flags: Sequence[tuple[str, str]]


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
        flags=flag_marks(one.flags),
    )


def statistic_name(analysis: Analysis, figures: MeasureFigures, one: Estimate, lang: str) -> str:
    measure = figures.measure
    about_satisfaction = measure.name == Statistic.SATISFIED
    top = either(analysis, figures, measure.satisfied, lang)
    bottom = either(analysis, figures, measure.dissatisfied, lang)
    if one.statistic == Statistic.CATEGORY:
        names = category_names(analysis, figures, lang)
        return _("Respuesta: %(answer)s", answer=names.get(str(one.category), str(one.category)))
    if one.statistic in (Statistic.FIRST_PLACE, Statistic.MEAN_POSITION):
        return kinds.ranking_name(analysis, figures, one, lang)
    if measure.kind is MeasureKind.NPS and one.statistic in kinds.OF_NPS:
        return kinds.nps_name(one.statistic)
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


def groups(analysis: Analysis, figures: MeasureFigures, lang: str) -> list[GroupLine]:
    if analysis.by is None:
        return []
    everybody = Domain(
        value="",
        label={},
        responses=analysis.responses,
        population=believed_population(analysis),
    )
    parts = [(everybody, _("En conjunto"), {})]
    parts += [
        (domain, domain_name(analysis, domain, lang), {analysis.by: domain.value})
        for domain in analysis.domains
    ]
    lines = []
    for domain, name, where in parts:
        estimates = of_domain(figures, where)
        for one in kinds.compared(figures, estimates):
            line = kinds.line_name(analysis, figures, name, one, lang)
            lines.append(_group(line, domain, one, estimates, lang))
    return lines


def _group(
    name: str, domain: Domain, main: Estimate, estimates: Sequence[Estimate], lang: str
) -> GroupLine:
    def words(statistic: Statistic) -> str:
        one = figure(estimates, statistic)
        return value_text(one, lang) if one else "–"

    count = number(domain.responses, lang)
    size = domain.population
    return GroupLine(
        name=name,
        answered=count
        if size is None
        else _("%(count)s de %(size)s", count=count, size=number(size, lang)),
        value=value_text(main, lang),
        interval=interval_text(main, lang),
        strict=words(Statistic.STRICT),
        net=words(Statistic.NET),
        mean=words(Statistic.MEAN),
        n=number(main.n, lang),
        base=number(main.base, lang),
        flags=flags_beside(main),
    )


def has_strict(analysis: Analysis) -> bool:
    """Whether the comparison's table has a column for the strict figure."""
    return analysis.selection == Selection.CENSUS
