"""How many of each group gave each answer: what pages of any question count, part by part."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analisis import Moments
from app.services.analytics.sheet import Answers, Codes, Mask, Rows
from app.services.analytics.shown import PREFIX
from app.services.analytics.variables import Variable

Filters = Mapping[str, tuple[Variable, Sequence[int]]]


def left(rows: Rows, filters: Filters) -> Mask:
    """Those whom filters leave."""
    found = rows.inside.copy()
    for variable, places in filters.values():
        found &= np.isin(rows.codes(variable), places)
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by group, an axis for each thing that makes groups; its last place: those in none.

    ``counts`` and ``special`` have an axis of answers more; ``moments``: of a number, by the place
    of the group among all.
    """

    responses: Codes
    shown: Codes
    n: Codes
    counts: Codes
    special: Codes
    moments: Mapping[int, Moments]

    def along(self, axes: Sequence[int]) -> Tally:
        """Of those things alone, their groups in one axis; who is in none of one is left out."""
        groups = self.responses.ndim
        others = tuple(axis for axis in range(groups) if axis not in axes)
        inside = tuple(slice(-1) if axis in axes else slice(None) for axis in range(groups))

        def summed(counts: Codes) -> Codes:
            found = counts[inside].sum(axis=others)
            return np.reshape(found, (size, *counts.shape[groups:]))

        shape = self.responses.shape
        kept = [size - 1 for axis, size in enumerate(shape) if axis in axes]
        size = int(np.prod(kept, dtype=np.int64))
        moments: dict[int, Moments] = {}
        for flat, some in self.moments.items():
            place = np.unravel_index(flat, shape) if shape else ()
            cell = [int(place[axis]) for axis in axes]
            if all(each < most for each, most in zip(cell, kept, strict=True)):
                to = int(np.ravel_multi_index(cell, kept)) if kept else 0
                moments[to] = moments[to] + some if to in moments else some
        return Tally(
            summed(self.responses),
            summed(self.shown),
            summed(self.n),
            summed(self.counts),
            summed(self.special),
            moments,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Tallied:
    """The groups that ``by`` makes of those whom the filters leave, and what they answered."""

    by: tuple[Variable, ...]
    filters: Filters
    question: Variable | None = None

    @property
    def key(self) -> Hashable:
        question = self.question
        return (
            "tally",
            tuple(each.told for each in self.by),
            tuple((each.told, tuple(places)) for each, places in self.filters.values()),
            None if question is None else (question.told, question.question is not None),
        )

    @property
    def columns(self) -> Sequence[str]:
        found = [each.column for each in self.by]
        found += [each.column for each, _places in self.filters.values()]
        for each in (self.question.pair or (self.question,)) if self.question else ():
            found += [each.column, *([PREFIX + each.name] if each.question else [])]
        return [*dict.fromkeys(("_territory", *found))]

    def of(self, rows: Rows) -> Tally:
        inside = left(rows, self.filters)
        sizes = [len(each.categories) for each in self.by]
        shape = tuple(size + 1 for size in sizes)
        flat = np.zeros(rows.size, dtype=np.int64)
        for each, size in zip(self.by, sizes, strict=True):
            codes = rows.codes(each)
            flat = flat * (size + 1) + np.where(codes < 0, size, codes)
        count = int(np.prod(shape, dtype=np.int64))

        def counted(where: Mask) -> Codes:
            return np.bincount(flat[where], minlength=count)

        responses = counted(inside).reshape(shape)
        if self.question is None:
            none = np.zeros((*shape, 0), dtype=np.int64)
            return Tally(responses, responses, responses, none, none, {})
        answers = rows.answers(self.question)
        given = inside & answers.valid
        width, special = len(self.question.categories), len(self.question.special)
        return Tally(
            responses,
            counted(inside & answers.shown).reshape(shape),
            counted(given).reshape(shape),
            _counts(answers, flat, given, count, width).reshape(*shape, width),
            _table(flat, answers.special, inside, count, special).reshape(*shape, special),
            _moments(answers, flat, given),
        )

    def together(self, answers: Sequence[Tally]) -> Tally:
        shape = tuple(len(each.categories) + 1 for each in self.by)
        question = self.question
        width, special = (len(question.categories), len(question.special)) if question else (0, 0)
        none = np.zeros(shape, dtype=np.int64)
        moments: dict[int, Moments] = {}
        for each in answers:
            for place, some in each.moments.items():
                moments[place] = moments[place] + some if place in moments else some
        return Tally(
            sum((each.responses for each in answers), none),
            sum((each.shown for each in answers), none),
            sum((each.n for each in answers), none),
            sum((each.counts for each in answers), np.zeros((*shape, width), dtype=np.int64)),
            sum((each.special for each in answers), np.zeros((*shape, special), dtype=np.int64)),
            moments,
        )

    def size(self, answer: Tally) -> int:
        arrays = (answer.responses, answer.shown, answer.n, answer.counts, answer.special)
        return sum(each.nbytes for each in arrays) + 400 * len(answer.moments) + 500


def _table(codes: Codes, other: Codes, rows: Mask, groups: int, width: int) -> Codes:
    """How many of each group have each of the other codes."""
    rows = rows & (other >= 0)
    flat = np.bincount(codes[rows] * width + other[rows], minlength=groups * width)
    return flat[: groups * width].reshape(groups, width)


def _counts(answers: Answers, codes: Codes, rows: Mask, groups: int, width: int) -> Codes:
    if answers.codes is not None:
        return _table(codes, answers.codes, rows, groups, width)
    found = np.zeros((groups, width), dtype=np.int64)
    if answers.chosen is not None:
        for place, chosen in enumerate(answers.chosen.T):
            found[:, place] = np.bincount(codes[rows & chosen], minlength=groups)
    return found


def _moments(answers: Answers, codes: Codes, rows: Mask) -> dict[int, Moments]:
    if answers.values is None:
        return {}
    found: dict[int, list[tuple[float, int]]] = {}
    values, places = np.unique(answers.values[rows], return_inverse=True)
    pairs, times = np.unique(codes[rows] * max(1, len(values)) + places, return_counts=True)
    for pair, count in zip(pairs.tolist(), times.tolist(), strict=True):
        group, place = divmod(pair, len(values))
        found.setdefault(group, []).append((float(values[place]), count))
    return {group: Moments.of(each) for group, each in found.items()}
