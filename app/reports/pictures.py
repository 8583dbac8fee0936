"""The pictures of an analysis: a measure on its own, and a measure group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from flask_babel import gettext as _

from analisis import Statistic
from app.models import TERRITORY_QUESTION
from app.reports import basics, charts, kinds, summary, tables
from app.reports.words import Figure, figure_of
from app.services.analytics.findings import Analysis, MeasureFigures

NAMED = (Statistic.SATISFIED, Statistic.DISSATISFIED)


class Kind(StrEnum):
    """How groups are shown: points on their intervals, the scale of their answers, or a map."""

    DOTS = "dots"
    SCALE = "scale"
    MAP = "map"


def measure_picture(analysis: Analysis, figures: MeasureFigures, lang: str) -> charts.Picture:
    """The spread of the answers and the figures of everybody."""
    estimates = basics.of_domain(figures, {})
    words = basics.category_names(analysis, figures, lang)
    for one in estimates:
        if one.statistic in NAMED:
            words[one.statistic] = tables.statistic_name(analysis, figures, one, lang)
    return charts.measure_chart(
        [one.to_dict() for one in estimates],
        satisfied=figures.measure.satisfied,
        dissatisfied=figures.measure.dissatisfied,
        words=words,
        **_heading(analysis, figures, lang, summary.headline(analysis, figures, lang)),
    )


def comparison_picture(
    analysis: Analysis,
    figures: MeasureFigures,
    lang: str,
    kind: Kind = Kind.DOTS,
    comunas: Mapping[str, str] | None = None,
    part: str = "",
) -> charts.Picture:
    """The satisfied of everybody and of each group; or all of their answers; or where they are.

    ``comunas`` tells in which comuna (its CUT code) each group is; ``part``, which of several.
    """
    title = " ".join(filter(None, (summary.comparison_title(analysis, figures, lang), part)))
    heading = _heading(analysis, figures, lang, title)
    if kind is Kind.SCALE:
        return _scales(analysis, figures, lang, heading)
    if kind is Kind.MAP:
        return _map(analysis, figures, lang, heading, comunas or {})
    return charts.comparison_chart(
        [one.to_dict() for one in figures.estimates if one.statistic == Statistic.SATISFIED],
        names={
            str(domain.value): summary.domain_name(analysis, domain, lang)
            for domain in analysis.domains
        },
        # The choices of a question come in an order that may mean something; territories don't.
        keep_order=(analysis.by or TERRITORY_QUESTION) != TERRITORY_QUESTION,
        **heading,
    )


def comparison_pictures(
    analysis: Analysis,
    figures: MeasureFigures,
    lang: str,
    kind: Kind,
    comunas: Mapping[str, str],
    *,
    most: int,
) -> list[charts.Picture]:
    """`comparison_picture` in parts of so many groups, for pages of paper."""
    domains = list(analysis.domains)
    if kind is Kind.MAP:
        domains.sort(key=lambda domain: charts.place_order(comunas.get(str(domain.value), "")))
    elif analysis.by == TERRITORY_QUESTION:
        shares = {str(one.domain.get(analysis.by)): one.value or 0 for one in figures.estimates
                  if one.statistic == Statistic.SATISFIED}  # fmt: skip
        domains.sort(key=lambda domain: -shares.get(str(domain.value), 0))
    parts = [domains[start : start + most] for start in range(0, len(domains), most)]
    found = []
    for at, some in enumerate(parts, start=1):
        values = {each.value for each in some}
        shown = [one for one in figures.estimates
                 if not one.domain or one.domain.get(str(analysis.by)) in values]  # fmt: skip
        name = _("(%(part)s de %(parts)s)", part=at, parts=len(parts)) if len(parts) > 1 else ""
        found.append(
            comparison_picture(
                replace(analysis, domains=tuple(some)),
                replace(figures, estimates=tuple(shown)),
                lang,
                kind,
                comunas,
                name,
            )
        )
    return found


def picture_of(
    analysis: Analysis,
    figures: MeasureFigures,
    lang: str,
    kind: Kind = Kind.DOTS,
    comunas: Mapping[str, str] | None = None,
) -> charts.Picture | None:
    """The picture that an address asks for; None where a measure has none."""
    if analysis.by is None:
        return measure_picture(analysis, figures, lang) if kinds.drawn(figures) else None
    if not kinds.drawn_by_group(figures):
        return None
    return comparison_picture(analysis, figures, lang, kind, comunas)


def _scales(
    analysis: Analysis, figures: MeasureFigures, lang: str, heading: charts.Heading
) -> charts.Picture:
    rows = [(_everybody(), [one.to_dict() for one in basics.of_domain(figures, {})])]
    for domain in analysis.domains:
        estimates = basics.of_domain(figures, {str(analysis.by): domain.value})
        name = summary.domain_name(analysis, domain, lang)
        rows.append((name, [one.to_dict() for one in estimates]))
    if analysis.by == TERRITORY_QUESTION:
        rows[1:] = sorted(rows[1:], key=_favour, reverse=True)
    return charts.diverging_chart(
        rows,
        satisfied=figures.measure.satisfied,
        dissatisfied=figures.measure.dissatisfied,
        words=basics.category_names(analysis, figures, lang),
        **heading,
    )


def _favour(row: tuple[str, Sequence[Figure]]) -> float:
    satisfied = figure_of(row[1], Statistic.SATISFIED)
    return -1 if satisfied is None or satisfied["value"] is None else satisfied["value"]


def _map(
    analysis: Analysis,
    figures: MeasureFigures,
    lang: str,
    heading: charts.Heading,
    comunas: Mapping[str, str],
) -> charts.Picture:
    found = [
        charts.Place(
            name=summary.domain_name(analysis, domain, lang),
            comuna=comunas.get(str(domain.value), ""),
            figure=one.to_dict(),
        )
        for domain in analysis.domains
        for one in basics.of_domain(figures, {str(analysis.by): domain.value})
        if one.statistic == Statistic.SATISFIED
    ]
    return charts.map_chart(found, **heading)


def _everybody() -> str:
    return _("En conjunto")


def _heading(analysis: Analysis, figures: MeasureFigures, lang: str, title: str) -> charts.Heading:
    return {
        "title": title,
        "subtitle": _subtitle(analysis, figures, lang),
        "source": summary.source(analysis),
        "lang": lang,
        "simulated": analysis.simulated,
    }


def _subtitle(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    question = analysis.definition.text(figures.question.label, lang)
    parts = (
        summary.answered(analysis, lang),
        summary.period(analysis.opens_at, analysis.closes_at),
    )
    return "\u00a0· ".join((question, *parts, *summary.methods(figures, lang)))
