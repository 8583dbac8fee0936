"""What differs in words between measures: satisfaction, numbers, recommendation, order."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from analisis import Estimate, Flag, Statistic
from app.reports import basics
from app.reports.figure_words import interval_text, value_text
from app.reports.words import number, percent
from app.services.analytics.findings import Analysis, MeasureFigures
from encuestas import MeasureKind

MAIN = {
    MeasureKind.SATISFACTION: Statistic.SATISFIED,
    MeasureKind.NPS: Statistic.SATISFIED,
    MeasureKind.MEAN: Statistic.MEAN,
    MeasureKind.RANKS: Statistic.FIRST_PLACE,
}
"""The figure that a measure is spoken of by; of a ranking, the choice that is first most often."""

OF_NPS = frozenset({Statistic.SATISFIED, Statistic.DISSATISFIED, Statistic.NET})


def drawn(figures: MeasureFigures) -> bool:
    """Whether there is a picture: a mean has an axis of its own, and those we draw are shares."""
    return figures.measure.kind is not MeasureKind.MEAN


def drawn_by_group(figures: MeasureFigures) -> bool:
    return MAIN[figures.measure.kind] is Statistic.SATISFIED


def compared(figures: MeasureFigures, estimates: Sequence[Estimate]) -> list[Estimate]:
    """What a group's line shows; a ranking has a line for each choice."""
    kind = figures.measure.kind
    wanted = Statistic.MEAN_POSITION if kind is MeasureKind.RANKS else MAIN[kind]
    return [one for one in estimates if one.statistic == wanted]


def main(figures: MeasureFigures, estimates: Sequence[Estimate]) -> Estimate | None:
    """The figure that the headline is about."""
    found = [one for one in estimates if one.statistic == MAIN[figures.measure.kind]]
    return max(found, key=lambda one: one.value or 0, default=None)


def line_name(
    analysis: Analysis, figures: MeasureFigures, group: str, one: Estimate, lang: str
) -> str:
    if one.statistic != Statistic.MEAN_POSITION:
        return group
    return f"{group} · {choice_name(analysis, figures, one, lang)}"


def choice_name(analysis: Analysis, figures: MeasureFigures, one: Estimate, lang: str) -> str:
    names = basics.category_names(analysis, figures, lang)
    return names.get(str(one.category), str(one.category))


def ranking_name(analysis: Analysis, figures: MeasureFigures, one: Estimate, lang: str) -> str:
    answer = choice_name(analysis, figures, one, lang)
    if one.statistic == Statistic.FIRST_PLACE:
        return _("Primer lugar: %(answer)s", answer=answer)
    return _("Posición media: %(answer)s", answer=answer)


def nps_name(statistic: Statistic) -> str:
    return {
        Statistic.SATISFIED: _("Recomiendan (9 o 10)"),
        Statistic.DISSATISFIED: _("No recomiendan (0 a 6)"),
        Statistic.NET: _("Recomendación neta (NPS)"),
    }[statistic]


def headline(analysis: Analysis, figures: MeasureFigures, lang: str) -> str | None:
    """What may be said of a mean, a recommendation or an order; None: `summary` says it."""
    estimates = basics.of_domain(figures, {})
    kind, one = figures.measure.kind, main(figures, estimates)
    if one is None or one.value is None or kind is MeasureKind.SATISFACTION:
        return None
    if kind is MeasureKind.NPS:
        one = basics.figure(estimates, Statistic.NET) or one
    known = {
        "value": value_text(one, lang),
        "interval": interval_text(one, lang),
        "answered": basics.in_brackets(analysis, lang),
    }
    if kind is MeasureKind.RANKS:
        choice, share = choice_name(analysis, figures, one, lang), number(100 * one.value, lang)
        return _(
            "%(share)s de cada 100 ponen «%(choice)s» en primer lugar; ninguna otra, más "
            "(%(answered)s).",
            choice=choice,
            share=share,
            answered=known["answered"],
        )
    has_interval = one.low is not None and one.low != one.high
    if kind is MeasureKind.NPS:
        if has_interval:
            return _("La recomendación neta está %(interval)s (%(answered)s).", **known)
        return _("La recomendación neta es de %(value)s (%(answered)s).", **known)
    if has_interval:
        return _("El promedio está %(interval)s (%(answered)s).", **known)
    if Flag.SELF_SELECTED in one.flags:
        return _(
            "De quienes quisieron responder, el promedio es %(value)s (%(answered)s).", **known
        )
    return _("El promedio es %(value)s (%(answered)s).", **known)


def support(analysis: Analysis, figures: MeasureFigures, lang: str) -> list[str]:
    """What must be said next to a mean or a ranking."""
    one = main(figures, basics.of_domain(figures, {}))
    if one is None or one.value is None:
        return []
    known = {
        "n": number(one.n, lang),
        "value": value_text(one, lang),
        "interval": interval_text(one, lang),
        "confidence": percent(one.confidence or 0, lang, digits=0),
    }
    if analysis.design is not None and figures.measure.kind is MeasureKind.MEAN:
        return [_("Según la muestra (%(n)s opiniones), el promedio es %(value)s.", **known)]
    said = (
        _("Entre quienes opinaron (%(n)s), el promedio es %(value)s.", **known)
        if figures.measure.kind is MeasureKind.MEAN
        else _("La posición media va desde 1, el primer lugar. Ordenaron %(n)s.", **known)
    )
    if Flag.SELF_SELECTED in one.flags:
        return [
            said,
            _(
                "Respondió quien quiso: no se puede decir cuánto vale para las demás personas, por "
                "eso no hay intervalo."
            ),
        ]
    if Flag.ASSUMES_RANDOM_NONRESPONSE in one.flags and one.low is not None:
        return [
            said,
            _("El intervalo vale solo si quienes no respondieron opinan como quienes sí."),
        ]
    return [said]


def comparison_title(analysis: Analysis, figures: MeasureFigures, name: str) -> str | None:
    return {
        MeasureKind.MEAN: _("Promedio por grupo: %(name)s", name=name),
        MeasureKind.RANKS: _("Posición media por grupo: %(name)s", name=name),
    }.get(figures.measure.kind)
