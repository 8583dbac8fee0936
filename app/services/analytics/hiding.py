"""Small cells of what authorised people may see: hidden, with others from which they would follow.

A count of fewer than ``threshold`` answers is not shown. Nor is another one in each sum of which it
would be the only one missing. Those who see these pages may read the answers themselves, so that
this keeps what they pass on from telling who said what; what is published is held to more
(`analisis.suppress`, which proves that nothing can be recovered).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from analisis import Cell, Estimate, Statistic, Table
from analisis.publication.tables import System, link
from app.services.analytics.answering import VERDICTS
from app.services.analytics.layers import Layer
from app.services.analytics.variables import Kind, Variable

THRESHOLD = 5
SMALL, COMPLEMENTARY = "suppressed:small", "suppressed:complementary"

_NOTHING = dict.fromkeys(
    ("value", "se", "low", "high", "confidence", "method", "df", "deff", "n_effective")
)
OUT = -1
"""The category of those whose group is not known, or whom filters leave out."""
FILTERED, LEFT = "f.", "left"


class Hidden:
    """Which cells of one question's tables are not shown, and why."""

    def __init__(self, variable: Variable, layer: Layer, *, threshold: int) -> None:
        """``layer``: the last one, whose groups add up to those of the others.

        Everybody's figures, which are seen without groups and filters, stay; so whom filters leave
        is a group, and those they leave out another: what one hides does not follow from the other.
        """
        self._variable = variable
        self._names = [each.name for each in layer.variables]
        self._why: dict[Cell, str] = {}
        self._left: dict[str, object] = {}
        if not variable.categories and variable.kind is not Kind.NUMBER:
            return  # there is no answer to hide
        self._left = {FILTERED: LEFT} if layer.filters else {}
        tables, sums = _tables(variable, layer)
        names = {*self._names, *self._left}

        def stays(cell: Cell) -> bool:
            return not any(name in names for name, _value in cell.where)

        self._why = by_lines(link(tables, sums), threshold, stays=stays)

    def of(self, one: Estimate) -> Estimate:
        """The figure as it may be shown."""
        where = {name: one.domain[name] for name in self._names if name in one.domain}
        where |= self._left
        if why := self._why.get(Cell.of(where)):
            return replace(one, **_NOTHING, n=0, base=0, flags=_flags(one, why))
        reasons = [self._why[each] for each in self._behind(one, where) if each in self._why]
        if not reasons:
            return one
        return without_value(one, min(reasons, key=_RANK.index))

    def _behind(self, one: Estimate, where: Mapping[str, object]) -> list[Cell]:
        """The counts from which a figure follows."""
        answer = _answer(self._variable, one.category)
        if one.statistic == Statistic.RESPONSE_RATE or self._variable.kind is Kind.NUMBER:
            return []
        if one.category is not None:
            return [Cell.of({**where, **answer})]
        if one.statistic == Statistic.MEAN:
            every = self._variable.categories
            return [Cell.of({**where, "answer": category}) for category in every]
        sides = {
            Statistic.DISSATISFIED: ("bottom",),
            Statistic.NET: ("top", "bottom"),
        }.get(one.statistic, ("top",))
        return [Cell.of({**where, "side": side}) for side in sides]


_RANK = (SMALL, COMPLEMENTARY)


def without_value(one: Estimate, why: str) -> Estimate:
    """The record of a figure that is not shown."""
    return replace(one, **_NOTHING, flags=_flags(one, why))


def _flags(one: Estimate, why: str) -> tuple[str, ...]:
    """How reliable a figure is that is not shown is nobody's concern."""
    return (*(flag for flag in one.flags if flag not in VERDICTS), why)


def _answer(variable: Variable, category: object) -> dict[str, object]:
    return {f"answer:{category}": "yes"} if variable.kind is Kind.SEVERAL else {"answer": category}


def _tables(variable: Variable, layer: Layer) -> tuple[list[Table], list[tuple[Cell, list[Cell]]]]:
    found = layer.every(variable)
    names: dict[str, tuple[object, ...]] = {each.name: (*each.categories, OUT) for each in layer.by}
    n, counts = found.n, found.counts
    if layer.filters:
        whole = layer.unfiltered(variable)
        names[FILTERED] = (LEFT, OUT)
        n = np.stack([n, whole.n - n], axis=-1)
        counts = np.stack([counts, whole.counts - counts], axis=-2)
    if variable.kind is Kind.NUMBER:
        if names:
            return [Table("n", names, n)], []
        return [Table("n", {"all": ("all",)}, n.reshape(1))], []
    # The answer comes first, then what makes groups.
    counts = np.moveaxis(counts, -1, 0)
    if variable.kind is Kind.SEVERAL:
        return [
            Table(
                str(category),
                {f"answer:{category}": ("no", "yes"), **names},
                np.stack([n - chosen, chosen]),
            )
            for category, chosen in zip(variable.categories, counts, strict=True)
        ], []
    tables = [Table("answers", {"answer": variable.categories, **names}, counts)]
    sides = _sides(variable)
    if not sides:
        return tables, []
    parts = [*sides.values()]
    side = [
        counts[[variable.categories.index(each) for each in part]].sum(axis=0) for part in parts
    ]
    tables.append(Table("sides", {"side": tuple(sides), **names}, np.stack(side)))
    sums = []
    for index in np.ndindex(*(len(each) + 1 for each in names.values())):
        where = {
            name: values[n]
            for (name, values), n in zip(names.items(), index, strict=True)
            if n < len(values)
        }
        for name, part in sides.items():
            cells = [Cell.of({**where, "answer": category}) for category in part]
            sums.append((Cell.of({**where, "side": name}), cells))
    return tables, sums


def _sides(variable: Variable) -> dict[str, list[object]]:
    measure = variable.measure
    if measure is None:
        return {}
    found: dict[str, list[object]] = {"top": [], "bottom": [], "rest": []}
    for category in variable.categories:
        top, bottom = category in measure.satisfied, category in measure.dissatisfied
        found["top" if top else "bottom" if bottom else "rest"].append(category)
    return {name: part for name, part in found.items() if part}


def by_lines(
    system: System, threshold: int, *, stays: Callable[[Cell], bool] = lambda _cell: False
) -> dict[Cell, str]:
    """Hide small counts, and one more in each sum where a single one would be missing."""
    counts = system.counts
    fixed = np.array([stays(cell) for cell in system.cells], dtype=bool)
    hidden = (counts > 0) & (counts < threshold) & ~fixed
    found = dict.fromkeys(np.flatnonzero(hidden).tolist(), SMALL)
    matrix = system.matrix
    lines = [
        matrix.indices[start:stop]
        for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    ]
    lines = [line for line in lines if len(line) > 1]
    changed = bool(found)

    def cost(place: int) -> tuple[int, bool, int]:
        names = [name for name, _value in system.cells[place].where]
        return -len(names), "side" in names, int(counts[place])

    while changed:
        changed = False
        for line in lines:
            missing = hidden[line]
            if missing.sum() != 1:
                continue
            # A zero hides nothing. Of the others an answer costs less than a sum.
            others = [int(n) for n in line[~missing] if counts[n] > 0 and not fixed[n]]
            if not others:
                continue
            added = min(others, key=cost)
            hidden[added] = changed = True
            found[added] = COMPLEMENTARY
    return {system.cells[place]: why for place, why in found.items()}
