"""The counts that a page of results lets out, as linked tables, and those that must stay in.

What readers are taken to know. The tables hold every answer class of every measure, of everybody
and of each group, and all of them are counts of the same people: who could be told from one table
by way of another is told from none. Counts below the threshold are hidden where they are of people
who share an answer or a group. How many gave no opinion, or did not say their group, is not hidden
for its own sake: nobody outside knows who they are. It is in the tables all the same, so that
nothing can be worked out from it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import pyarrow as pa
import pyarrow.compute as pc

from analisis import Cell, Suppressed, Suppression, Table
from analisis.publication import SuppressedTable, Trait, protect_kinds
from app.models import TERRITORY_QUESTION, Collection
from app.services.analytics import columns

THRESHOLD = 10
"""The least count that a public page shows."""
YES, NO, OPINION, SILENT = "yes", "no", "opinion", "silent"
_OPINION, _ANSWER = "opinion:", "answer:"
REST = ""
"""The group of those who did not say theirs."""

Place = tuple[str, str] | None
"""A group of a question; None: everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A measure as its counts need it: the answers that are counted, of those that are opinions."""

    name: str
    question: str
    counted: frozenset[str]
    opinions: frozenset[str]

    @property
    def answer(self) -> str:
        return f"{_ANSWER}{self.name}"

    @property
    def opinion(self) -> str:
        return f"{_OPINION}{self.name}"


@dataclass(frozen=True, slots=True)
class Released:
    """Linked tables with what is hidden in them."""

    suppression: Suppression

    def shows(self, asked: Asked, place: Place) -> bool:
        """Whether a percentage may be shown: with its base it tells both counts."""
        reasons = self.suppression.reasons
        return all(_cell(asked, place, answer) not in reasons for answer in (YES, NO))

    @property
    def shows_total(self) -> bool:
        return Cell.of({}) not in self.suppression.reasons

    def roughly(self, asked: Asked) -> bool | None:
        """Whether more than half of those with an opinion gave the answers, of a hidden figure.

        Said only where so many counts agree with it as a count must have to be shown, and where
        no groups are told apart: with their sizes, which side it is on can give a hidden count
        away. None: not said.
        """
        everybody, *groups = self._own(asked)
        if groups or self._shows_any(asked):
            return None
        yes, no = everybody.counts[:2].tolist()
        given, more = yes + no, yes > no
        agreeing = given - given // 2 if more else given // 2 + 1
        return more if agreeing >= THRESHOLD else None

    def tells(self, asked: Asked) -> bool:
        """Whether anything at all may be said of the measure."""
        return self._shows_any(asked) or self.roughly(asked) is not None

    def _own(self, asked: Asked) -> Iterator[SuppressedTable]:
        """The tables of the measure's answers."""
        tables = self.suppression.tables
        return (each for each in tables if asked.answer in each.table.dimensions)

    def _shows_any(self, asked: Asked) -> bool:
        """Whether some percentage is shown, of everybody or of a group in which anybody is."""
        return any(
            bool((each.shown[..., :2].all(axis=-1) & (each.counts[..., 2] > 0)).any())
            for each in self._own(asked)
        )

    def counts(self) -> dict[str, int]:
        """Every count that is let out, by the text of its cell."""
        found: dict[str, int] = {}
        for table in self.suppression.tables:
            for index in _positions(table.table):
                if table.shown[index]:
                    found[key_of(table.table.cell(index))] = int(table.counts[index])
        return found

    def hidden(self) -> Counter[str]:
        return Counter(str(reason) for reason in self.suppression.reasons.values())


def count(
    collection: Collection, measures: Sequence[Asked], groups: Mapping[str, Sequence[str]]
) -> list[Table]:
    """Every table of the measures: overall, and by each of the questions' groups."""
    names = {by: "_territory" if by == TERRITORY_QUESTION else by for by in groups}
    wanted = [*dict.fromkeys([*(each.question for each in measures), *names.values()])]
    read = columns.read(collection, wanted)
    found: list[Table] = []
    for asked in measures:
        given = _classes(read.column(asked.question), asked)
        found += tables_of_measure(asked, None, (), _crossed(given, None))
        for by, values in groups.items():
            column = _grouped(read.column(names[by]), values)
            found += tables_of_measure(asked, by, values, _crossed(given, column))
    return found


def release(
    tables: Sequence[Table], *, earlier: Sequence[Mapping[str, int]] = (), unanimous: bool = False
) -> Released:
    """Hide what must stay in. ``earlier``: the counts that were let out before.

    A count that changed by fewer than the threshold since it was shown would tell what those few
    answered. ``unanimous``: those who all answered the same agreed to be shown.
    """
    primary: dict[Cell, Suppressed] = {}
    for table in tables:
        full = table.with_margins()
        for index in _positions(table):
            cell, size = table.cell(index), int(full[index])
            reason = _reason(cell, size, earlier)
            if reason is None and not unanimous and _is_unanimous(table, index):
                reason = Suppressed.UNANIMOUS
            if reason is not None:
                primary.setdefault(cell, reason)
    return Released(protect_kinds(tables, primary, _crosses(tables)))


def _crosses(tables: Sequence[Table]) -> list[list[Trait]]:
    """Every two measures with every two questions' groups: what a reader can think of together.

    With one measure, or groups of one question, the sums of the tables already say everything.
    """
    groups: dict[str, Trait] = {}
    measures: dict[str, Trait] = {}
    for table in tables:
        for name, classes in table.dimensions.items():
            if name.startswith(_OPINION):
                answer = _ANSWER + name.removeprefix(_OPINION)
                given = [{name: OPINION, answer: each} for each in (YES, NO)]
                measures[name] = [*given, {name: SILENT}]
            elif not name.startswith(_ANSWER):
                groups[name] = [{name: each} for each in classes]
    pairs = product(combinations(measures.values(), 2), combinations(groups.values(), 2))
    return [[*asked, *by] for asked, by in pairs]


def key_of(cell: Cell) -> str:
    """A cell as a text that a database keeps."""
    return json.dumps(cell.where, ensure_ascii=False, separators=(",", ":"))


def _reason(cell: Cell, size: int, earlier: Sequence[Mapping[str, int]]) -> Suppressed | None:
    where = dict(cell.where)
    if REST in where.values() or SILENT in where.values():
        return None
    if 0 < size < THRESHOLD:
        return Suppressed.PRIMARY
    key = key_of(cell)
    changes = (abs(size - shown[key]) for shown in earlier if key in shown)
    return Suppressed.CHANGED if any(0 < each < THRESHOLD for each in changes) else None


def _is_unanimous(table: Table, index: tuple[int, ...]) -> bool:
    """Whether everybody of this group who has an opinion has this one."""
    where = dict(table.cell(index).where)
    if not {YES, NO} & set(where.values()) or REST in where.values():
        return False
    full = table.with_margins()
    total = (*index[:-1], full.shape[-1] - 1)  # answers are the last axis
    return 0 < full[index] == full[total]


def _positions(table: Table) -> Iterator[tuple[int, ...]]:
    import numpy as np

    return np.ndindex(*table.with_margins().shape)


def _cell(asked: Asked, place: Place, answer: str) -> Cell:
    where: dict[str, str] = {asked.opinion: OPINION, asked.answer: answer}
    return Cell.of(where | ({place[0]: place[1]} if place else {}))


def _classes(column: pa.ChunkedArray, asked: Asked) -> pa.ChunkedArray:
    def among(values: frozenset[str]) -> pa.ChunkedArray:
        return pc.is_in(column, value_set=pa.array(sorted(values), pa.string()))

    rest = pc.if_else(among(asked.opinions), NO, SILENT)
    return pc.if_else(among(asked.counted), YES, rest)


def _grouped(column: pa.ChunkedArray, values: Sequence[str]) -> pa.ChunkedArray:
    known = pc.is_in(column, value_set=pa.array(values, pa.string()))
    return pc.if_else(known, column, REST)


def _crossed(given: pa.ChunkedArray, group: pa.ChunkedArray | None) -> Counter[tuple[str, str]]:
    if group is None:
        group = pa.array([REST] * len(given), pa.string())
    table = pa.table({"group": group, "answer": given})
    counted = table.group_by(["group", "answer"]).aggregate([([], "count_all")])
    return Counter({(row["group"], row["answer"]): row["count_all"] for row in counted.to_pylist()})


def tables_of_measure(
    asked: Asked, by: str | None, values: Sequence[str], counts: Counter[tuple[str, str]]
) -> list[Table]:
    """A measure's linked tables: who has an opinion, and of those who gave which answer."""
    groups = [*values, REST]

    def row(value: str, *classes: tuple[str, ...]) -> list[int]:
        return [sum(counts[value, one] for one in each) for each in classes]

    opinions = [row(value, (YES, NO), (SILENT,)) for value in groups]
    answers = [row(value, (YES,), (NO,)) for value in groups]
    first = {asked.opinion: (OPINION, SILENT)}
    second = {asked.answer: (YES, NO)}
    within = {asked.opinion: OPINION}
    if by is None:
        return [
            Table(asked.opinion, first, opinions[-1]),
            Table(asked.answer, second, answers[-1], where=within),
        ]
    return [
        Table(f"{asked.opinion} {by}", {by: groups} | first, opinions),
        Table(f"{asked.answer} {by}", {by: groups} | second, answers, where=within),
    ]
