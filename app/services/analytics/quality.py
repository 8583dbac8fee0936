"""Responses that deserve a second look: each rule, and whom it finds. None of them is a verdict."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.services.analytics.opened import Opened
from app.services.analytics.sheet import Floats, Mask, Rows, Sheet
from app.services.analytics.variables import Kind, Variable
from app.services.columnar.keeping import again
from encuestas import Survey
from encuestas.definition import Group, GroupKind, Question

FASTEST = 3
"""A response is fast that took less than one in so many of the median."""
FEWEST_TIMES = 10
LEAST_ROWS = 4
"""Questions with the same answers, one after the other, that make a grid; of a matrix three."""
LEAST_OF_MATRIX = 3
MOST_GRIDS = 20
MOST_IDS = 5000
"""Keys of responses that a rule tells, of all that it counts."""


class Rule(StrEnum):
    """What is looked for."""

    FAST = "fast"
    STRAIGHT = "straight"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """What a rule found. ``of``: how many it could look at; None of them: it does not apply.

    ``limit``: of fast ones, the seconds below which they are; ``grid``: the questions of a grid.
    """

    rule: Rule
    count: int
    of: int
    limit: float | None = None
    grid: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What an address calls it: of a grid, with its first question."""
        return f"{self.rule}.{self.grid[0]}" if self.grid else str(self.rule)

    def to_dict(self) -> dict[str, object]:
        return {
            "rule": str(self.rule),
            "count": self.count,
            "of": self.of,
            "seconds": self.limit,
            "questions": list(self.grid),
        }


@dataclass(frozen=True, slots=True)
class Times:
    """How many seconds each took, of those whose times are known."""

    rule = Rule.FAST
    key, columns = "times", ("_started_at", "_submitted_at")

    def of(self, rows: Rows) -> Floats:
        found = self._seconds(rows)
        return found[found >= 0]

    def together(self, answers: Sequence[Floats]) -> Floats:
        return np.concatenate([np.empty(0), *answers])

    def size(self, answer: Floats) -> int:
        return answer.nbytes

    def told(self, seconds: Floats) -> Flagged:
        """Those that took less than a third of what the one in the middle took."""
        if len(seconds) < FEWEST_TIMES:
            return Flagged(rule=Rule.FAST, count=0, of=0)
        limit = float(np.median(seconds)) / FASTEST
        count = int(np.count_nonzero(seconds < limit))
        return Flagged(rule=Rule.FAST, count=count, of=len(seconds), limit=limit)

    def which(self, rows: Rows, told: Flagged) -> Mask:
        found = self._seconds(rows)
        return (found >= 0) & (found < (told.limit or 0))

    def _seconds(self, rows: Rows) -> Floats:
        """NaN where they are not known."""
        start, end = (
            pc.cast(rows.column(name), pa.int64()).to_numpy(zero_copy_only=False)
            for name in self.columns
        )
        found: Floats = (end.astype(np.float64) - start.astype(np.float64)) / 1e6
        return found


@dataclass(frozen=True, slots=True)
class Straight:
    """How many answered every row of a grid, and how many of them with the same answer."""

    grid: tuple[str, ...]
    rule = Rule.STRAIGHT

    @property
    def key(self) -> Hashable:
        return "straight", self.grid

    @property
    def columns(self) -> Sequence[str]:
        return self.grid

    def of(self, rows: Rows) -> Sequence[int]:
        return [int(each.sum()) for each in self._found(rows)]

    def together(self, answers: Sequence[Sequence[int]]) -> Sequence[int]:
        return [sum(each) for each in zip((0, 0), *answers, strict=True)]

    def size(self, _answer: Sequence[int]) -> int:
        return 200

    def told(self, found: Sequence[int]) -> Flagged:
        same, answered = found
        return Flagged(rule=Rule.STRAIGHT, count=same, of=answered, grid=self.grid)

    def which(self, rows: Rows, _told: Flagged) -> Mask:
        same, _answered = self._found(rows)
        return same

    def _found(self, rows: Rows) -> tuple[Mask, Mask]:
        known: dict[str, int] = {}
        places = []
        for name in self.grid:
            coded = rows.column(name).dictionary_encode()
            words = [known.setdefault(word, len(known)) for word in coded.dictionary.to_pylist()]
            indices = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
            places.append(np.array([*words, -1])[indices])
        answered = np.logical_and.reduce([each >= 0 for each in places])
        return answered & np.logical_and.reduce([each == places[0] for each in places]), answered


@dataclass(frozen=True, slots=True)
class Same:
    """What stands for all answers of each."""

    rule = Rule.SAME
    key, columns = "contents", ("_content",)

    def of(self, rows: Rows) -> NDArray[np.int64]:
        return np.asarray(rows.column("_content").to_numpy(zero_copy_only=False), dtype=np.int64)

    def together(self, answers: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *answers]))

    def size(self, answer: NDArray[np.int64]) -> int:
        return answer.nbytes

    def told(self, contents: NDArray[np.int64]) -> Flagged:
        """Those that answered every question exactly as another one did."""
        return Flagged(rule=Rule.SAME, count=int(_twice(contents).sum()), of=len(contents))

    def which(self, rows: Rows, _told: Flagged) -> Mask:
        contents = self.of(rows)
        order = np.argsort(contents, kind="stable")
        found = np.zeros(len(contents), dtype=bool)
        found[order] = _twice(contents[order])
        return found


def _twice(contents: NDArray[np.int64]) -> Mask:
    """Whether each of what is sorted is there more than once."""
    alike = contents[1:] == contents[:-1]
    found = np.zeros(len(contents), dtype=bool)
    found[1:] |= alike
    found[:-1] |= alike
    return found


def rules(opened: Opened) -> list[Times | Straight | Same]:
    """What is looked at of a collection."""
    grids = _grids(opened.catalogue.survey, opened.catalogue.questions)
    return [Times(), *map(Straight, grids), Same()]


def flagged(sheet: Sheet, rules: Sequence[Times | Straight | Same]) -> list[Flagged]:
    """What every rule finds among the responses that count."""
    return [each.told(sheet.asked(each)) for each in rules]


def keys(opened: Opened, name: str) -> tuple[str, ...] | None:
    """The responses that the rule of this name finds, `MOST_IDS` of each at most; of a rule that
    looks at several grids, those of any. None: there is no such rule."""
    every = rules(opened)
    beside = [column for each in every for column in each.columns]
    return _keys(opened, every, name, beside)


@again
def _keys(
    opened: Opened, every: Sequence[Times | Straight | Same], name: str, beside: Sequence[str]
) -> tuple[str, ...] | None:
    sheet = Sheet(opened, [], beside=["_id", *beside], designed=False)
    told = zip(every, flagged(sheet, every), strict=True)
    asked = [(each, one) for each, one in told if name in (one.name, str(one.rule))]
    if not asked and name not in set(Rule):
        return None
    found: dict[str, None] = {}
    for each, one in asked:
        places = np.flatnonzero(each.which(sheet, one))[:MOST_IDS]
        found |= dict.fromkeys(sheet.column("_id").take(pa.array(places)).to_pylist())
    return tuple(found)


def _grids(survey: Survey, known: Mapping[str, Variable]) -> list[tuple[str, ...]]:
    """The matrices, and the runs of scales with the same marks that stand on one page."""
    found: list[tuple[str, ...]] = []
    for page in survey.pages:
        found += _of_items(page.questions, known)
    return found[:MOST_GRIDS]


def _of_items(
    items: Sequence[Question | Group], known: Mapping[str, Variable]
) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    run: list[Variable] = []

    def finish() -> None:
        if len(run) >= LEAST_ROWS:
            found.append(tuple(each.name for each in run))
        run.clear()

    for item in items:
        if isinstance(item, Group):
            finish()
            if item.kind is GroupKind.MATRIX:
                rows = tuple(each.name for each in item.questions if each.name in known)
                found += [rows] if len(rows) >= LEAST_OF_MATRIX else []
            else:
                found += _of_items(item.questions, known)
            continue
        variable = known.get(item.name)
        scale = variable is not None and variable.kind is Kind.MARKS
        if run and (not scale or variable.categories != run[0].categories):  # type: ignore[union-attr]
            finish()
        if scale and variable is not None:
            run.append(variable)
    finish()
    return found
