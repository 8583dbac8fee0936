"""An analysis laid out for its page: a section per measure, and a line per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from analisis import Estimate, Selection, Statistic
from app.language import DEFAULT
from app.reports import basics, kinds, summary, tables
from app.reports.figure_words import (
    flag_notes,
    flags_beside,
    interval_text,
    value_text,
)
from app.reports.words import number
from app.services.analytics.findings import Analysis, Listed, MeasureFigures
from encuestas import MeasureKind, localized

Flags = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A figure in large letters, never without what it needs beside it."""

    name: str
    value: str
    interval: str | None
    said: str | None
    flags: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A measure on the page."""

    name: str
    measure: str
    indicator: int | None
    question: str
    headline: str
    support: Sequence[str]
    rows: Sequence[tables.Row]
    shared: Flags
    apart: Sequence[tuple[str, str]]
    groups: Sequence[tables.GroupLine]
    comparison: str
    drawn: bool
    drawn_by_group: bool
    terms: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLine:
    """A collection in the list of analyses."""

    slug: str
    title: str
    responses: str
    selection: str
    state: str
    simulated: bool


def index_lines(listed: Sequence[Listed], lang: str) -> list[IndexLine]:
    selections = {
        Selection.PROBABILITY: _("Muestra al azar"),
        Selection.CENSUS: _("Toda una lista conocida"),
        Selection.OPEN: _("Enlace abierto: responde quien quiere"),
    }
    return [
        IndexLine(
            slug=each.slug,
            title=localized(each.title, lang, DEFAULT),
            responses=number(each.responses, lang),
            selection=selections[each.selection],
            state=summary.period(each.opens_at, each.closes_at),
            simulated=each.simulated,
        )
        for each in listed
    ]


def sections(analysis: Analysis, lang: str) -> list[Section]:
    return [_section(analysis, figures, lang) for figures in analysis.measures]


def key_figures(analysis: Analysis, lang: str) -> list[KeyFigure]:
    """The first measure's main figures; for a known list, first those that assume nothing."""
    if not analysis.measures:
        return []
    figures = analysis.measures[0]
    if figures.measure.kind in (MeasureKind.MEAN, MeasureKind.RANKS):
        return _main_figures(analysis, figures, lang)
    last = Statistic.NET if tables.has_strict(analysis) else Statistic.MEAN
    wanted = (Statistic.RESPONSE_RATE, Statistic.STRICT, Statistic.SATISFIED, Statistic.NET)
    found = [
        one
        for statistic in dict.fromkeys((*wanted, last))
        if (one := basics.figure(basics.of_domain(figures, {}), statistic))
        and one.value is not None
    ]
    return [_key_figure(analysis, figures, one, lang) for one in found]


def _main_figures(analysis: Analysis, figures: MeasureFigures, lang: str) -> list[KeyFigure]:
    estimates = basics.of_domain(figures, {})
    found = (basics.figure(estimates, Statistic.RESPONSE_RATE), kinds.main(figures, estimates))
    return [
        _key_figure(analysis, figures, one, lang)
        for one in found
        if one is not None and one.value is not None
    ]


def notes(analysis: Analysis) -> list[tuple[str, str]]:
    return flag_notes([one for each in analysis.measures for one in each.estimates])


def _key_figure(analysis: Analysis, figures: MeasureFigures, one: Estimate, lang: str) -> KeyFigure:
    return KeyFigure(
        name=tables.statistic_name(analysis, figures, one, lang),
        value=value_text(one, lang),
        interval=interval_text(one, lang) if one.low is not None else None,
        said=_said(analysis, one, lang),
        flags=flags_beside(one),
    )


def _said(analysis: Analysis, one: Estimate, lang: str) -> str:
    if one.statistic == Statistic.RESPONSE_RATE:
        return summary.answered(analysis, lang)
    if one.statistic == Statistic.STRICT:
        return _("quien no respondió o no opinó cuenta como que no")
    return _(
        "%(n)s de %(base)s opinaron",
        n=number(one.n, lang),
        base=number(one.base, lang),
    )


def _section(analysis: Analysis, figures: MeasureFigures, lang: str) -> Section:
    rows = tables.rows(analysis, figures, lang)
    # What every figure of the table has in common is said once, above it.
    # A ranking that nobody gave yet has none.
    first = rows[0].flags if rows else ()
    shared = [flag for flag in first if all(flag in row.flags for row in rows)]
    return Section(
        name=summary.measure_name(analysis, figures, lang),
        measure=figures.measure.name,
        indicator=figures.measure.indicator,
        question=analysis.definition.text(figures.question.label, lang),
        headline=summary.headline(analysis, figures, lang),
        support=summary.support(analysis, figures, lang),
        rows=[
            replace(row, flags=[flag for flag in row.flags if flag not in shared]) for row in rows
        ],
        shared=shared,
        apart=[(name, number(n, lang)) for name, n in tables.apart(analysis, figures, lang)],
        groups=tables.groups(analysis, figures, lang),
        comparison=summary.comparison_title(analysis, figures, lang) if analysis.by else "",
        drawn=kinds.drawn(figures),
        drawn_by_group=kinds.drawn_by_group(figures),
        terms=_terms(figures),
    )


def _terms(figures: MeasureFigures) -> list[str]:
    """What a reader may ask the meaning of: statistics, then words of every figure, then flags."""
    statistics = [str(one.statistic) for one in figures.estimates]
    flags = [flag for one in figures.estimates for flag in one.flags]
    deff = ["deff"] if any(one.deff is not None for one in figures.estimates) else []
    return [*dict.fromkeys([*statistics, "interval", "base", *deff, *flags])]
