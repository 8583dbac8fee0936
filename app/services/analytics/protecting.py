"""An analysis by groups as it may be passed on, by the one rule that exploring has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from analisis import Cell, Estimate, Statistic, Table
from analisis.publication.tables import link
from app.services.analytics.asked import Asked
from app.services.analytics.explore import QuestionFigures, explore
from app.services.analytics.findings import Analysis, MeasureFigures
from app.services.analytics.hiding import THRESHOLD, by_lines, without_value
from app.services.scope import EVERYWHERE, Scope
from encuestas import Measure, MeasureKind

_OF_THE_LIST = frozenset({Statistic.STRICT, Statistic.BOUNDS})
_SIDES = frozenset({Statistic.SATISFIED, Statistic.DISSATISFIED, Statistic.NET})

Reasons = Mapping[tuple[str, str, str], str]
"""Why figures of groups are not shown, by group, statistic and category."""
Reason = Callable[[Estimate], str | None]


def protected(
    analysis: Analysis, scope: Scope = EVERYWHERE, *, threshold: int = THRESHOLD
) -> Analysis:
    """The analysis as it may be passed on: of groups, no figure that rests on a handful of answers,
    nor another from which it would follow."""
    if analysis.by is None or not analysis.responses:
        return analysis
    closed = [each for each in analysis.measures if not _is_ranking(each)]
    found = explore(
        analysis.collection,
        Asked.of({"question": [each.measure.question for each in closed], "by": [analysis.by]}),
        scope=scope,
        threshold=threshold,
    )
    explored = {each.variable.name: each for each in found.questions}
    return replace(
        analysis,
        measures=tuple(
            _ranking(analysis, each, threshold)
            if _is_ranking(each)
            else _closed(each, explored[each.measure.question])
            for each in analysis.measures
        ),
    )


def _is_ranking(figures: MeasureFigures) -> bool:
    return figures.measure.kind is MeasureKind.RANKS


def _closed(figures: MeasureFigures, explored: QuestionFigures) -> MeasureFigures:
    hidden = _hidden(explored.estimates)
    measure = figures.measure
    # Another measure of the question counts other answers: what is said of one is not of the other.
    own = explored.variable.measure == measure

    def why(one: Estimate) -> str | None:
        # What is told of a whole list would tell the satisfied among those who answered.
        told = Statistic.SATISFIED if one.statistic in _OF_THE_LIST else one.statistic
        if not own and told in _SIDES:
            categories = _counted(measure, told)
            asked = [(str(Statistic.CATEGORY), str(category)) for category in categories]
        else:
            asked = [(str(told), str(one.category))]
        found = [hidden.get((_group(one), *each)) for each in asked]
        return next((each for each in found if each), None)

    return _without(figures, why)


def _counted(measure: Measure, told: Statistic) -> Sequence[object]:
    if told == Statistic.NET:
        return [*measure.satisfied, *measure.dissatisfied]
    return measure.dissatisfied if told == Statistic.DISSATISFIED else measure.satisfied


def _hidden(estimates: Sequence[Estimate]) -> Reasons:
    return {
        (_group(one), str(one.statistic), str(one.category)): flag
        for one in estimates
        if one.domain
        for flag in one.flags
        if flag.startswith("suppressed")
    }


def _ranking(analysis: Analysis, figures: MeasureFigures, threshold: int) -> MeasureFigures:
    """A ranking has no cells: of a group that few put in order, nothing is shown."""
    by = str(analysis.by)
    sizes = {_group(one): one.n for one in figures.estimates if one.domain}
    if not sizes:
        return figures
    table = Table("rankings", {by: [*sizes]}, [*sizes.values()])
    why = by_lines(link([table]), threshold, stays=lambda cell: not cell.where)
    return _without(figures, lambda one: why.get(Cell.of({by: _group(one)})))


def _without(figures: MeasureFigures, why: Reason) -> MeasureFigures:
    def as_shown(one: Estimate) -> Estimate:
        reason = why(one) if one.domain and one.statistic != Statistic.RESPONSE_RATE else None
        return one if reason is None else without_value(one, reason)

    return replace(figures, estimates=tuple(map(as_shown, figures.estimates)))


def _group(one: Estimate) -> str:
    return str(next(iter(one.domain.values())))
