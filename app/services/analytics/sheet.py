"""The answers that one page asks about: a row each, as numbers that stand for them.

What adds up is asked of the rows of each part in turn, and remembered by the part: so what is asked
again after one more response costs what its small part costs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import select

from app.extensions import db
from app.models import Territory
from app.services.analytics import columns
from app.services.analytics.memory import MISSING, Memory
from app.services.analytics.opened import Opened
from app.services.analytics.placed import Placed, design_column
from app.services.analytics.sampling import Sampling
from app.services.analytics.shown import PREFIX, shown
from app.services.analytics.variables import Kind, Variable
from app.services.columnar import keeping
from app.services.columnar.parts import Part
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


class Rows:
    """Some responses that count, with the columns that are asked about."""

    def __init__(
        self, opened: Opened, read: Callable[[], pa.Table], *, designed: bool = True
    ) -> None:
        self.opened = opened
        self._read = read
        self.sampling: Sampling | None = opened.sampling if designed else None
        self._kept: dict[tuple[str, tuple[float, ...]], Answers] = {}

    @cached_property
    def table(self) -> pa.Table:
        """Raises UnreadableError."""
        return self._read()

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

    def _both(self, one: Variable, other: Variable) -> Answers:
        """Both at once, answered by who is in both."""
        first, second = self.answers(one), self.answers(other)
        valid = first.valid & second.valid
        codes = self.codes(one) * len(other.categories) + self.codes(other)
        return Answers(
            valid,
            np.full(self.size, -1, dtype=np.int64),
            first.shown & second.shown,
            codes=np.where(valid, codes, -1),
        )

    def _answers(self, variable: Variable) -> Answers:
        if variable.pair is not None:
            return self._both(*variable.pair)
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


class Ask(Protocol):
    """Something that is asked of rows, whose answers over several parts add up.

    ``key``: all that the answer depends on but the rows and their columns.
    """

    @property
    def key(self) -> Hashable: ...

    @property
    def columns(self) -> Sequence[str]: ...

    def of(self, rows: Rows) -> Any: ...

    def together(self, answers: Sequence[Any]) -> Any: ...

    def size(self, answer: Any) -> int: ...


class Sheet(Rows):
    """Every response that counts, within the scope, with the columns that are asked about.

    Of a sample whose design was declared every row is here, since no domain takes units out of it:
    the scope is then one more thing that ``inside`` asks; not ``designed`` the sheet is about
    responses, whatever their place. Rows are read for what does not add up.
    """

    def __init__(
        self,
        opened: Opened,
        variables: Sequence[Variable],
        *,
        beside: Sequence[str] = (),
        designed: bool = True,
    ) -> None:
        """``beside``: columns by the names that they have there."""
        super().__init__(
            opened,
            lambda: columns.coded(self._wanted, self._scope, self.held),
            designed=designed,
        )
        names = [*(each.column for each in variables), *beside]
        if self.sampling is not None:
            names += [design_column(name) for name in self.sampling.questions]
        if opened.collection.respondent == "organisation":
            names.append("_id")  # it tells who answered before too
        names = [*dict.fromkeys(("_territory", *names))]
        self._scope = EVERYWHERE if self.sampling is not None else opened.scope
        asked = [each.name for each in variables if each.question is not None]
        self._wanted = columns.wanted(opened.collection, names, self._scope)
        self._wanted |= shown(opened.collection, opened.joint, asked)
        self.held = keeping.current(opened.collection)
        self._found: dict[Hashable, Any] = {}

    @cached_property
    def counted(self) -> int:
        """How many there are within the scope; of all that count, where there is no design."""
        return int(self.within.sum()) if self.sampling is not None else self.asked(_Size())

    def asked(self, ask: Ask) -> Any:
        """The answer over all rows. Raises UnreadableError."""
        if ask.key not in self._found:
            self.load([ask])
        return self._found[ask.key]

    def load(self, asks: Iterable[Ask]) -> None:
        """Have the answers to all of these, reading each part once at most. Raises the same."""
        wanted = {each.key: each for each in asks if each.key not in self._found}
        if self.placed is not None:  # whether a row counts is not said by its part alone
            self._found |= {key: each.of(self) for key, each in wanted.items()}
            return
        answers: dict[Hashable, list[Any]] = {key: [] for key in wanted}
        for part in self.held.manifest.parts if wanted else ():
            for key, answer in self._answers_of(part, wanted).items():
                answers[key].append(answer)
        self._found |= {key: each.together(answers[key]) for key, each in wanted.items()}

    def _answers_of(self, part: Part, wanted: Mapping[Hashable, Ask]) -> Mapping[Hashable, Any]:
        known = {key: self._key(part, each) for key, each in wanted.items()}
        found = {key: MISSING if name is None else _memory.get(name) for key, name in known.items()}
        missing = [key for key, answer in found.items() if answer is MISSING]
        if missing:
            names = {name for key in missing for name in wanted[key].columns} | {"_territory"}
            some = {name: column for name, column in self._wanted.items() if name in names}
            rows = Rows(
                self.opened,
                lambda: columns.coded(some, self._scope, self.held, [part]),
                designed=False,
            )
            for key in missing:
                found[key] = wanted[key].of(rows)
                if known[key] is not None:
                    _memory.keep(known[key], found[key], wanted[key].size(found[key]))
        return found

    def _key(self, part: Part, ask: Ask) -> Hashable:
        """None where the answer depends on more than can be said."""
        keys = tuple(self._wanted[name].key for name in ask.columns)
        return None if None in keys else (part.name, self._scope, keys, ask.key)


_memory = Memory(128_000_000)
"""In bytes."""


class _Size:
    """How many rows there are."""

    key, columns = "size", ("_territory",)

    def of(self, rows: Rows) -> int:
        return rows.size

    def together(self, answers: Sequence[int]) -> int:
        return sum(answers)

    def size(self, _answer: int) -> int:
        return 100


def cross(one: Variable, other: Variable) -> Variable:
    """Both at once as a question of its own."""
    pairs = [f"{a} × {b}" for a in one.categories for b in other.categories]
    return Variable(
        name=f"{one.name} × {other.name}",
        column="",
        kind=Kind.CODES,
        categories=tuple(pairs),
        pair=(one, other),
    )


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
