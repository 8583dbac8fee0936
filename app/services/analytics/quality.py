"""Responses that deserve a second look: each rule, and whom it finds. None of them is a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import func, select

from app.extensions import db
from app.models import Collection, Response
from app.services.analytics import columns
from app.services.analytics.counting import counted
from app.services.analytics.opened import Opened
from app.services.analytics.variables import Kind, Variable
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
    ids: tuple[str, ...]
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


def flagged(opened: Opened) -> list[Flagged]:
    """What every rule finds among the responses that count, in a few statements."""
    grids = _grids(opened.catalogue.survey, opened.catalogue.questions)
    names = dict.fromkeys(name for grid in grids for name in grid)
    times = ("_started_at", "_submitted_at")
    table = columns.read(opened.collection, ["_id", *times, *names], scope=opened.scope)
    ids = table.column("_id").combine_chunks()
    return [
        _fast(table, ids),
        *(_straight(table, ids, grid) for grid in grids),
        _same(opened),
    ]


def keys(opened: Opened, name: str) -> tuple[str, ...] | None:
    """The responses that the rule of this name finds, as `flagged` tells them; of a rule that
    looks at several grids, those of any. None: there is no such rule."""
    found = [each for each in flagged(opened) if name in (each.name, str(each.rule))]
    if not found and name not in set(Rule):
        return None
    return tuple(dict.fromkeys(key for each in found for key in each.ids))


def _found(rule: Rule, ids: pa.Array, rows: np.ndarray, of: int, **more: object) -> Flagged:
    places = np.flatnonzero(rows)
    some = tuple(ids.take(pa.array(places[:MOST_IDS])).to_pylist())
    return Flagged(rule=rule, count=len(places), of=of, ids=some, **more)  # type: ignore[arg-type]


def _fast(table: pa.Table, ids: pa.Array) -> Flagged:
    """Those that took less than a third of what the one in the middle took."""
    start, end = (
        pc.cast(table.column(name), pa.int64()).combine_chunks().to_numpy(zero_copy_only=False)
        for name in ("_started_at", "_submitted_at")
    )
    seconds = (end.astype(np.float64) - start.astype(np.float64)) / 1e6
    timed = np.isfinite(seconds) & (seconds >= 0)
    if timed.sum() < FEWEST_TIMES:
        return Flagged(rule=Rule.FAST, count=0, of=0, ids=())
    limit = float(np.median(seconds[timed])) / FASTEST
    return _found(Rule.FAST, ids, timed & (seconds < limit), int(timed.sum()), limit=limit)


def _straight(table: pa.Table, ids: pa.Array, grid: Sequence[str]) -> Flagged:
    """Those that gave the same answer in every row of a grid."""
    texts = [
        np.asarray(table.column(name).combine_chunks().to_numpy(zero_copy_only=False), dtype=object)
        for name in grid
    ]
    first = texts[0]
    answered = np.logical_and.reduce([each != np.array(None) for each in texts])
    same = answered & np.logical_and.reduce([each == first for each in texts[1:]])
    return _found(Rule.STRAIGHT, ids, same, int(answered.sum()), grid=tuple(grid))


def _same(opened: Opened) -> Flagged:
    """Those that answered every question exactly as another one did."""
    collection, only = opened.collection, opened.scope.rows()
    twice = (
        counted(collection, Response.content_hash, only=only)
        .group_by(Response.content_hash)
        .having(func.count() > 1)
    )
    which = Response.content_hash.in_(twice.scalar_subquery())
    rows = counted(collection, Response.id, only=only).where(which)
    count = db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    ids = db.session.scalars(rows.order_by(Response.content_hash).limit(MOST_IDS)).all()
    every = _size(collection, opened)
    return Flagged(rule=Rule.SAME, count=count, of=every, ids=tuple(ids))


def _size(collection: Collection, opened: Opened) -> int:
    query = counted(collection, func.count(), only=opened.scope.rows())
    return db.session.scalar(query) or 0


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
