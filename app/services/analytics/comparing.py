"""Groups against each other: every difference with its interval, adjusted for how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analisis import (
    AnalysisError,
    ErrorCode,
    Estimate,
    Estimates,
    Selection,
    Statistic,
    SurveyDesign,
)
from app.errors import Problem, ProblemCode
from app.services.analytics import answering
from app.services.analytics.answering import Cell, Level
from app.services.analytics.asked import Asked
from app.services.analytics.design_figures import Design, numbers_of
from app.services.analytics.differences import Difference, Share, adjusted, of_shares
from app.services.analytics.explore import About, about, variable_record
from app.services.analytics.findings import Value
from app.services.analytics.hiding import THRESHOLD, Hidden
from app.services.analytics.layers import Filters, Layer, layers
from app.services.analytics.opened import Opened, opened
from app.services.analytics.sampled import GROUP
from app.services.analytics.sheet import Sheet
from app.services.analytics.variables import Kind, Variable
from app.services.columnar.keeping import again
from app.services.scope import EVERYWHERE, Scope

MOST_COMPARED = 20
"""Groups: of more the pairs are a list that nobody reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What of a question is compared: the share of some answers, or the mean."""

    statistic: Statistic
    category: Value | None
    answers: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A figure of each group, and every difference of two: the later group less the earlier."""

    about: About
    asked: Asked
    opened: Opened
    question: Variable
    by: Variable
    filters: Filters
    what: Compared
    threshold: int
    inside: int
    groups: tuple[Value, ...]
    estimates: tuple[Estimate, ...]
    differences: tuple[Difference, ...]
    # Groups left out: too few answers to be shown.
    left_out: tuple[Value, ...]

    def to_dict(self) -> dict[str, object]:
        return self.about.to_dict() | {
            "asked": self.asked.query(),
            "question": self.question.name,
            "statistic": str(self.what.statistic),
            "category": self.what.category,
            "by": {"name": self.by.name} | variable_record(self.by),
            "inside": self.inside,
            "estimates": [one.to_dict() for one in self.estimates],
            "left_out": list(self.left_out),
            "compared": len(self.differences),
            "adjust": self.asked.adjust,
            "differences": [
                {"first": self.groups[each.first], "second": self.groups[each.second]}
                | each.to_dict()
                for each in self.differences
            ],
        }


def compared(variable: Variable, category: str | None) -> Compared:
    """What of a question stands for it: the answer that is named, the satisfied, or the mean.

    Raises Problem UNKNOWN_VALUE.
    """
    if category is not None:
        place = variable.place(category)
        if place is None or variable.kind is Kind.NUMBER:
            known = ", ".join(map(str, variable.categories))
            context = {"name": variable.name, "value": category, "known": known}
            raise Problem(ProblemCode.UNKNOWN_VALUE, **context)
        value = variable.categories[place]
        first = variable.kind is Kind.FIRST
        statistic = Statistic.FIRST_PLACE if first else Statistic.CATEGORY
        return Compared(statistic=statistic, category=value, answers=(value,))
    if variable.measure is not None:
        return Compared(
            statistic=Statistic.SATISFIED, category=None, answers=variable.measure.satisfied
        )
    if variable.kind in {Kind.NUMBER, Kind.MARKS}:
        return Compared(statistic=Statistic.MEAN, category=None, answers=())
    if not variable.categories:
        kind = variable.question.type if variable.question else variable.kind
        raise Problem(ProblemCode.NOT_CLOSED, question=variable.name, type=kind)
    return compared(variable, str(variable.categories[0]))


@again
def compare(
    slug: str, asked: Asked, *, scope: Scope = EVERYWHERE, threshold: int = THRESHOLD
) -> Comparison:
    """Compare the groups that the first ``by`` makes, by the first question.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, GROUPS_NEEDED, TOO_MANY_GROUPS, UNKNOWN_VALUE, or
        what `Catalogue` refuses.
    """
    whole = opened(slug, scope=scope)
    if not asked.questions or not asked.by:
        raise Problem(ProblemCode.GROUPS_NEEDED)
    question = whole.catalogue.question(asked.questions[0])
    by = whole.catalogue.grouping(asked.by[0], cuts=asked.cuts)
    if (count := len(by.categories)) > MOST_COMPARED:
        context = {"question": by.name, "count": count, "limit": MOST_COMPARED}
        raise Problem(ProblemCode.TOO_MANY_GROUPS, **context)
    what = compared(question, asked.category)
    filters = whole.catalogue.filters(asked.filters)
    sheet = Sheet(whole, [question, by, *(variable for variable, _places in filters.values())])
    found = layers(sheet, (by,), filters)
    level = Level(asked.confidence, asked.standard)
    drawn = answering.design(sheet, found[0], level)
    made = answering.figures(sheet, question, found, drawn=drawn, level=level)
    hidden = Hidden(question, found[-1], threshold=threshold)
    layer, cells, estimates = made[-1]
    shown = [hidden.of(one) for one in estimates if _is(one, what)]
    kept = [place for place, one in enumerate(shown) if one.value is not None]
    differences = _differences(sheet, question, what, layer, cells, shown, kept, drawn, level)
    return Comparison(
        about=about(sheet, drawn),
        asked=asked,
        opened=whole,
        question=question,
        by=by,
        filters=filters,
        what=what,
        threshold=threshold,
        inside=found[0].responses,
        groups=by.categories,
        estimates=tuple(shown),
        differences=tuple(adjusted(differences, asked.adjust)),
        left_out=tuple(
            by.categories[place] for place in range(len(shown)) if place not in set(kept)
        ),
    )


def _is(one: Estimate, what: Compared) -> bool:
    return (one.statistic, one.category) == (what.statistic, what.category)


def share_of(cell: Cell, one: Estimate, what: Compared) -> Share:
    """The counts behind a share."""
    count = sum(cell.counts[answer] for answer in what.answers)
    return Share(count=count, estimate=one, population=cell.population)


def _differences(
    sheet: Sheet,
    question: Variable,
    what: Compared,
    layer: Layer,
    cells: Sequence[Cell],
    shown: Sequence[Estimate],
    kept: Sequence[int],
    drawn: Design | None,
    level: Level,
) -> list[Difference]:
    collection = sheet.opened.collection
    pairs = [(a, b) for n, a in enumerate(kept) for b in kept[n + 1 :]]
    if collection.selection == Selection.OPEN or (drawn is None and what.answers):
        shares = {place: share_of(cells[place], shown[place], what) for place in kept}
        return [
            of_shares(a, b, shares[a], shares[b], confidence=level.confidence) for a, b in pairs
        ]
    if drawn is not None:
        figures = _by_design(sheet, question, what, layer, drawn)
    else:
        figures = _means(sheet, question, layer, cells, level)
    places = {
        int(str(one.domain[GROUP]).partition(".")[0]): n for n, one in enumerate(figures or ())
    }
    if figures is None:
        return []
    found = {}
    for each in figures.pairwise(None):
        found[each.first, each.second] = each
    return [
        _told(a, b, found[places[a], places[b]], shown, figures.confidence)
        for a, b in pairs
        if a in places and b in places and (places[a], places[b]) in found
    ]


def _told(a: int, b: int, each: Any, shown: Sequence[Estimate], confidence: float) -> Difference:
    """A tested difference in the names of the page."""
    made = each.estimate
    same = {
        name: value for name, value in shown[b].domain.items() if shown[a].domain[name] == value
    }
    estimate = replace(
        made,
        variable=shown[b].variable,
        category=shown[b].category,
        domain=same,
        base=shown[a].base + shown[b].base,
        flags=tuple(dict.fromkeys((*made.flags, *_kept_flags(shown[a]), *_kept_flags(shown[b])))),
    )
    return Difference(first=a, second=b, estimate=estimate, p_value=each.p_value)


def _kept_flags(one: Estimate) -> list[str]:
    return [flag for flag in one.flags if flag not in (*answering.VERDICTS, "census")]


def _by_design(
    sheet: Sheet, question: Variable, what: Compared, layer: Layer, drawn: Design
) -> Estimates | None:
    """The figures with their covariance; None where a stratum's single unit leaves no error."""
    columns = answering.put(sheet, question)
    answering.group(sheet, layer)
    measured = drawn.measured(columns, by_group=True)
    column, levels = columns[0], [numbers_of(question.categories)[each] for each in what.answers]
    if question.kind is Kind.SEVERAL:
        column, levels = columns[question.categories.index(what.answers[0])], [1.0]
    call = (
        measured.called("proportion", column, levels, by=GROUP)
        if levels
        else measured.called("mean", column, by=GROUP)
    )
    try:
        return call(measured.declared)
    except AnalysisError as error:
        if error.code in {ErrorCode.LONELY_PSU, ErrorCode.EMPTY_DOMAIN}:
            return None
        raise drawn.problem(error) from error


def _means(
    sheet: Sheet, question: Variable, layer: Layer, cells: Sequence[Cell], level: Level
) -> Estimates | None:
    """Means of a simple sample; of a list that is known group by group, with its sizes."""
    if question.kind is Kind.NUMBER:
        answers = sheet.answers(question)
        rows = (layer.codes >= 0) & answers.valid
        groups, values = layer.codes[rows], np.asarray(answers.values)[rows]
    else:  # of marks it does not matter whose they are
        counts = layer.tallied(question).counts
        places = np.repeat(np.arange(counts.size), counts.ravel())
        groups, marks = np.divmod(places, max(1, counts.shape[1]))
        values = np.array([*numbers_of(question.categories).values()], dtype=np.float64)[marks]
    data = {GROUP: groups.astype(np.float64), "y": values}
    sizes: Mapping[float, int] = {
        float(place): cell.population or 0
        for place, cell in enumerate(cells)
        if cell.n and cell.population is not None
    }
    there = {float(each) for each in np.unique(groups)}
    how = {"strata": GROUP, "population": sizes} if there and there == set(sizes) else {}
    try:
        design = SurveyDesign(data, **how, lonely_psu="remove")  # type: ignore[arg-type]
        return design.mean("y", by=GROUP, confidence=level.confidence)
    except AnalysisError:
        return None
