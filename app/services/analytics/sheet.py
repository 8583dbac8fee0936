"""The answers that one page asks about, read once: a row each, as numbers that stand for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import select

from app.extensions import db
from app.models import Territory
from app.services.analytics import columns
from app.services.analytics.opened import Opened
from app.services.analytics.placed import Placed, design_column
from app.services.analytics.sampling import Sampling
from app.services.analytics.shown import PREFIX, shown
from app.services.analytics.variables import Kind, Variable
from app.services.scope import EVERYWHERE

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one question, a row each.

    ``codes``: the place of the answer among the categories; -1 where there is none of them.
    ``chosen``, where several may be given: shape (rows, choices). ``values``, of a number: NaN
    where there is none. ``valid``, ``special`` (the place among the special ones, else -1) and
    ``shown`` (there is an answer, or it was left blank).
    """

    valid: Mask
    special: Codes
    shown: Mask
    codes: Codes | None = None
    chosen: Mask | None = None
    values: Floats | None = None


class Sheet:
    """Every response that counts, within the scope, with the columns that are asked about.

    Of a sample whose design was declared every row is here, since no domain takes units out of it:
    the scope is then one more thing that ``inside`` asks.
    """

    def __init__(self, opened: Opened, variables: Sequence[Variable]) -> None:
        self.opened = opened
        self.sampling: Sampling | None = opened.sampling
        names = [each.column for each in variables]
        if self.sampling is not None:
            names += [design_column(name) for name in self.sampling.questions]
        if opened.collection.respondent == "organisation":
            names.append("_id")  # it tells who answered before too
        names = [*dict.fromkeys(("_territory", *names))]
        scope = EVERYWHERE if self.sampling is not None else opened.scope
        asked = [each.name for each in variables if each.question is not None]
        self.table: pa.Table = columns.coded(
            opened.collection,
            names,
            beside=shown(opened.collection, opened.joint, asked),
            scope=scope,
        )
        self._kept: dict[tuple[str, tuple[float, ...]], Answers] = {}

    @property
    def size(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def within(self) -> Mask:
        """Whether a response is within the scope."""
        scope = self.opened.scope
        if not scope.limited or self.sampling is None:
            return np.ones(self.size, dtype=bool)
        query = select(Territory.code).where(scope.among(Territory.id))
        codes = dict.fromkeys(db.session.scalars(query), 0)
        return _places(self.column("_territory"), codes) == 0

    @cached_property
    def inside(self) -> Mask:
        """Whether it is, and has a place in the design that counts."""
        return self.within if self.placed is None else self.within & self.placed.counts

    @cached_property
    def placed(self) -> Placed | None:
        """The design over these rows, where one was declared."""
        return None if self.sampling is None else Placed(self, self.sampling)

    def column(self, name: str) -> pa.Array:
        """A column in one piece."""
        return self.table.column(name).combine_chunks()

    def codes(self, variable: Variable) -> Codes:
        """The place of each response among the categories of what makes groups."""
        if variable.kind is Kind.CLASSES:
            values = _floats(self.column(variable.column))
            places = np.searchsorted(np.asarray(variable.cuts), values, side="right")
            return np.where(np.isnan(values), -1, places).astype(np.int64)
        return _places(self.column(variable.column), _texts(variable))

    def answers(self, variable: Variable) -> Answers:
        """The answers to a question."""
        key = (variable.name, variable.cuts)
        if key not in self._kept:
            self._kept[key] = self._answers(variable)
        return self._kept[key]

    def cross(self, one: Variable, other: Variable) -> Variable:
        """Both at once as a question of its own, answered by who is in both."""
        names = f"{one.name} × {other.name}"
        pairs = [f"{a} × {b}" for a in one.categories for b in other.categories]
        crossed = Variable(name=names, column="", kind=Kind.CODES, categories=tuple(pairs))
        first, second = self.answers(one), self.answers(other)
        valid = first.valid & second.valid
        codes = self.codes(one) * len(other.categories) + self.codes(other)
        self._kept[names, ()] = Answers(
            valid,
            np.full(self.size, -1, dtype=np.int64),
            first.shown & second.shown,
            codes=np.where(valid, codes, -1),
        )
        return crossed

    def _answers(self, variable: Variable) -> Answers:
        column = self.column(variable.column)
        absent = ~_bools(pc.is_valid(column))
        shown_to = ~absent | self._blank(variable, absent)
        special = np.full(self.size, -1, dtype=np.int64)
        if variable.kind is Kind.NUMBER:
            values = _floats(column)
            return Answers(~np.isnan(values), special, shown_to, values=values)
        if variable.kind is Kind.SEVERAL:
            chosen = _chosen(column, [*map(str, variable.categories), *variable.special])
            few = len(variable.categories)
            for place in range(len(variable.special)):
                special[chosen[:, few + place]] = place
            # Whoever left it blank chose none of them.
            return Answers(shown_to & (special < 0), special, shown_to, chosen=chosen[:, :few])
        if variable.kind is Kind.CLASSES:
            codes = self.codes(variable)
            return Answers(codes >= 0, special, shown_to, codes=codes)
        if variable.kind is Kind.FIRST:
            column = pc.list_element(_nonempty(column), 0)
        codes = _places(column, _texts(variable))
        if variable.special:
            special = _places(column, {code: n for n, code in enumerate(variable.special)})
        return Answers(codes >= 0, special, shown_to, codes=codes)

    def _blank(self, variable: Variable, absent: Mask) -> Mask:
        """Whether a response without an answer was shown the question."""
        if variable.question is None or not absent.any():
            return np.zeros(self.size, dtype=bool)
        return absent & _bools(self.column(PREFIX + variable.name))


def _texts(variable: Variable) -> dict[str, int]:
    places = {str(each): place for place, each in enumerate(variable.categories)}
    if variable.of is None:
        return places
    return {value: places[category] for value, category in variable.of.items()}


def _places(column: pa.Array, places: Mapping[str, int]) -> Codes:
    """The place that each text has; -1 for any other, and for none."""
    coded = column.dictionary_encode()
    known = [places.get(text, -1) for text in coded.dictionary.to_pylist()]
    indices = coded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
    return np.array([*known, -1], dtype=np.int64)[indices]


def _chosen(column: pa.Array, codes: Sequence[str]) -> Mask:
    found = np.zeros((len(column), len(codes)), dtype=bool)
    rows = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
    places = _places(pc.list_flatten(column), {code: n for n, code in enumerate(codes)})
    there = places >= 0
    found[rows[there], places[there]] = True
    return found


def _nonempty(column: pa.Array) -> pa.Array:
    lengths = pc.fill_null(pc.list_value_length(column), 0)
    return pc.if_else(pc.greater(lengths, 0), column, pa.scalar(None, column.type))


def _floats(column: pa.Array) -> Floats:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _bools(column: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), dtype=bool)
