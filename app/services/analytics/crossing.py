"""Two things against each other: shares with their intervals, and whether they go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analisis import (
    AnalysisError,
    Cell,
    Crosstab,
    ErrorCode,
    Estimate,
    Selection,
    Statistic,
    SurveyDesign,
    Table,
    suppress,
)
from analisis.publication.tables import link
from app.errors import Problem, ProblemCode
from app.services.analytics import answering, hiding
from app.services.analytics.answering import Level
from app.services.analytics.asked import Asked
from app.services.analytics.design_figures import Design
from app.services.analytics.explore import About, about, variable_record
from app.services.analytics.findings import Value
from app.services.analytics.hiding import FILTERED, LEFT, OUT, THRESHOLD
from app.services.analytics.layers import Filters, layers
from app.services.analytics.opened import Opened, opened
from app.services.analytics.sheet import Codes, Sheet, cross
from app.services.analytics.tallies import Tallied
from app.services.analytics.variables import Variable
from app.services.columnar.keeping import again
from app.services.scope import EVERYWHERE, Scope

ROW, COLUMN = "cross:row", "cross:column"
MOST_AUDITED = 120
"""Cells of a table whose protection is proved by a solver; larger ones are protected by lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A test of whether two things are independent, by the design."""

    statistic: float
    df: tuple[float, ...]
    p_value: float

    def to_dict(self) -> dict[str, object]:
        return {
            "test": "rao_scott_f",
            "statistic": self.statistic,
            "df": list(self.df),
            "p_value": self.p_value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A table of two things. ``shares``: by answer in the row and in the column.

    ``margins``: of percentages by row, the shares of everybody, by answer in the column; by column,
    the other way round. ``untested``: why there is no test (``open``, ``census``, ``few``,
    ``lonely``).
    """

    about: About
    asked: Asked
    opened: Opened
    row: Variable
    column: Variable
    filters: Filters
    threshold: int
    inside: int
    n: int
    sizes: Mapping[Value, int]
    shares: Mapping[tuple[Value, Value], Estimate]
    margins: Mapping[Value, Estimate]
    tested: Tested | None
    untested: str | None

    def to_dict(self) -> dict[str, object]:
        return self.about.to_dict() | {
            "asked": self.asked.query(),
            "inside": self.inside,
            "n": self.n,
            "row": {"name": self.row.name} | variable_record(self.row),
            "column": {"name": self.column.name} | variable_record(self.column),
            "percent": self.asked.percent,
            "test": self.tested.to_dict() if self.tested else None,
            "untested": self.untested,
            "cells": [
                {"row": row, "column": column, "estimate": one.to_dict()}
                for (row, column), one in self.shares.items()
            ],
            "margins": [one.to_dict() for one in self.margins.values()],
        }


@again
def crossing(
    slug: str, asked: Asked, *, scope: Scope = EVERYWHERE, threshold: int = THRESHOLD
) -> Crossing:
    """Cross ``row`` and ``col``.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, ROW_AND_COLUMN, SAME_TWICE, or what `Catalogue`
        refuses.
    """
    whole = opened(slug, scope=scope)
    if asked.row is None or asked.col is None:
        raise Problem(ProblemCode.ROW_AND_COLUMN)
    one, other = (
        replace(whole.catalogue.grouping(each, cuts=asked.cuts), measure=None)
        for each in (asked.row, asked.col)
    )
    if one.name == other.name:
        raise Problem(ProblemCode.SAME_TWICE, question=one.name)
    filters = whole.catalogue.filters(asked.filters)
    sheet = Sheet(whole, [one, other, *(variable for variable, _places in filters.values())])
    (everybody,) = layers(sheet, (), filters)
    counts = sheet.asked(Tallied((one, other), filters)).responses
    # Whoever is in one of them alone is in no cell.
    both = counts[:-1, :-1]
    drawn = answering.design(sheet, everybody, Level(asked.confidence, asked.standard))
    shares, margins = _shares(sheet, one, other, filters, drawn, asked)
    tested, untested = _test(sheet, one, other, counts, drawn)
    out = None
    if filters:
        out = sheet.asked(Tallied((one, other), {})).responses[:-1, :-1] - both
    why = _hidden(one, other, both, out, threshold)
    return Crossing(
        about=about(sheet, drawn),
        asked=asked,
        opened=whole,
        row=one,
        column=other,
        filters=filters,
        threshold=threshold,
        inside=int(counts.sum()),
        n=int(both.sum()),
        sizes=_sizes(one, both, 1) if asked.percent != "column" else _sizes(other, both, 0),
        shares={key: _shown(each, why.get(key)) for key, each in shares.items()},
        margins={
            value: _shown(each, why.get((None, value) if asked.percent == "row" else (value, None)))
            for value, each in margins.items()
        },
        tested=tested,
        untested=untested,
    )


def _sizes(variable: Variable, both: Codes, over: int) -> dict[Value, int]:
    return dict(zip(variable.categories, map(int, both.sum(axis=over)), strict=True))


def _shares(
    sheet: Sheet,
    one: Variable,
    other: Variable,
    filters: Filters,
    drawn: Design | None,
    asked: Asked,
) -> tuple[dict[tuple[Value, Value], Estimate], dict[Value, Estimate]]:
    level = Level(asked.confidence, asked.standard)
    if asked.percent == "total":
        crossed = cross(one, other)
        found = layers(sheet, (), filters)
        ((_layer, _cells, made),) = answering.figures(
            sheet, crossed, found, drawn=drawn, level=level
        )
        pairs = [(a, b) for a in one.categories for b in other.categories]
        return dict(zip(pairs, _categories(made), strict=True)), {}
    group, answer = (one, other) if asked.percent == "row" else (other, one)
    found = layers(sheet, (group,), filters)
    everybody, by_group = answering.figures(sheet, answer, found, drawn=drawn, level=level)
    shares = {}
    pairs = [(a, b) for a in group.categories for b in answer.categories]
    for (a, b), each in zip(pairs, _categories(by_group[2]), strict=True):
        shares[(a, b) if asked.percent == "row" else (b, a)] = each
    margins = zip(answer.categories, _categories(everybody[2]), strict=True)
    return shares, dict(margins)


def _categories(made: list[Estimate]) -> list[Estimate]:
    return [each for each in made if each.statistic == Statistic.CATEGORY]


# The test -----------------------------------------------------------------------------------------


def _test(
    sheet: Sheet, one: Variable, other: Variable, counts: Codes, drawn: Design | None
) -> tuple[Tested | None, str | None]:
    """Rao and Scott's F by the design; of a list or a simple sample, by that of its rows."""
    collection = sheet.opened.collection
    if collection.selection == Selection.OPEN:
        return None, "open"
    try:
        found = (
            _by_design(sheet, *(_numbers(sheet.codes(each)) for each in (one, other)), drawn)
            if drawn is not None
            else _simple(sheet, counts)
        )
    except AnalysisError as error:
        if error.code is ErrorCode.LONELY_PSU:
            return None, "lonely"
        every = about(sheet, None)
        if every.population == every.responses:
            return None, "census"
        return None, "few"
    return Tested(statistic=found.statistic, df=found.df, p_value=found.p_value), None


def _by_design(sheet: Sheet, row: Codes, column: Codes, drawn: Design) -> Crosstab:
    if sheet.placed is None:
        raise ValueError("a design has rows that are placed in it")
    sheet.placed.put(ROW, row)
    sheet.placed.put(COLUMN, column)
    measured = drawn.measured((ROW, COLUMN), by_group=False)
    return measured.called("crosstab", ROW, COLUMN)(measured.declared)


def _simple(sheet: Sheet, counts: Codes) -> Crosstab:
    """By that of rows in another order, cell by cell; last those that the filters leave out."""
    size = about(sheet, None).population
    if size is not None and size < sheet.counted:
        size = None
    out = sheet.counted - int(counts.sum())
    rows, columns = counts.shape
    places = np.repeat(np.arange(counts.size + 1), [*counts.ravel(), out])
    row, column = np.divmod(places, columns)
    where = places < counts.size
    data = {
        ROW: np.where(where & (row < rows - 1), row, np.nan),
        COLUMN: np.where(where & (column < columns - 1), column, np.nan),
        "where": where,
    }
    return SurveyDesign(data, population=size).crosstab(ROW, COLUMN, where="where")


def _numbers(codes: Codes) -> Codes:
    return np.where(codes >= 0, codes, np.nan)


# What is not shown --------------------------------------------------------------------------------


def _hidden(
    one: Variable, other: Variable, counts: Codes, out: Codes | None, threshold: int
) -> dict[tuple[Value | None, Value | None], str]:
    """``out``: those whom the filters leave out. They are a group as those who are left: the table
    of everybody is seen without filters, and one from the other tells who is missing.
    """
    names = {"row": one.categories, "column": other.categories}
    left: dict[str, Value] = {}
    if out is not None:
        left = {FILTERED: LEFT}
        names, counts = names | {FILTERED: (LEFT, OUT)}, np.stack([counts, out], axis=-1)
    table = Table("crossing", names, counts)
    if out is None and counts.size <= MOST_AUDITED:
        named = {"primary": hiding.SMALL}
        reasons = {
            cell: named.get(str(why), hiding.COMPLEMENTARY)
            for cell, why in suppress([table], threshold).reasons.items()
        }
    else:

        def stays(cell: Cell) -> bool:
            return out is not None and FILTERED not in dict(cell.where)

        reasons = hiding.by_lines(link([table]), threshold, stays=stays)
    found: dict[tuple[Value | None, Value | None], str] = {}
    for a in (None, *one.categories):
        for b in (None, *other.categories):
            # A percentage shown beside its base is a count shown, and so is its base.
            parts = [{"row": a} if a is not None else {}, {"column": b} if b is not None else {}]
            behind = (parts[0] | parts[1], *(part for part in parts if part))
            cells = [Cell.of(each | left) for each in behind if each]
            whys = [reasons[cell] for cell in cells if cell in reasons]
            if whys:
                found[a, b] = whys[0]
    return found


def _shown(one: Estimate, why: str | None) -> Estimate:
    return one if why is None else hiding.without_value(one, why)
