"""The pictures of an analysis: a measure on its own, and a measure group by group."""

from __future__ import annotations

from analisis import Statistic
from app.models import TERRITORY_QUESTION
from app.reports import basics, charts, summary, tables
from app.services.analytics.findings import Analysis, MeasureFigures

NAMED = (Statistic.SATISFIED, Statistic.DISSATISFIED)


def measure_picture(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    """The spread of the answers and the figures of everybody, as SVG."""
    estimates = basics.of_domain(figures, {})
    words = basics.category_names(analysis, figures, lang)
    for one in estimates:
        if one.statistic in NAMED:
            words[one.statistic] = tables.statistic_name(analysis, figures, one, lang)
    return charts.measure_chart(
        [one.to_dict() for one in estimates],
        title=summary.headline(analysis, figures, lang),
        subtitle=_subtitle(analysis, figures, lang),
        source=summary.source(analysis),
        lang=lang,
        simulated=analysis.simulated,
        satisfied=figures.measure.satisfied,
        dissatisfied=figures.measure.dissatisfied,
        words=words,
    )


def comparison_picture(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    """The satisfied of everybody and of each group, as SVG."""
    by = analysis.by or TERRITORY_QUESTION
    title = summary.comparison_title(analysis, figures, lang)
    return charts.comparison_chart(
        [one.to_dict() for one in figures.estimates if one.statistic == Statistic.SATISFIED],
        title=title,
        subtitle=_subtitle(analysis, figures, lang),
        source=summary.source(analysis),
        lang=lang,
        simulated=analysis.simulated,
        names={
            str(domain.value): summary.domain_name(analysis, domain, lang)
            for domain in analysis.domains
        },
        # The choices of a question come in an order that may mean something; territories don't.
        keep_order=by != TERRITORY_QUESTION,
    )


def _subtitle(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    question = analysis.definition.text(figures.question.label, lang)
    parts = (
        summary.answered(analysis, lang),
        summary.period(analysis.opens_at, analysis.closes_at),
    )
    return "\u00a0· ".join((question, *parts, *summary.methods(figures, lang)))
