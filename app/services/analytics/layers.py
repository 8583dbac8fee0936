"""The groups that figures are given for: everybody, those of each thing, and of two at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import CollectionRoll, Organisation, Selection, Territory
from app.services.analytics import populations
from app.services.analytics.findings import Value
from app.services.analytics.opened import Opened
from app.services.analytics.sheet import Codes, Mask, Sheet
from app.services.analytics.tallies import Filters, Tallied, Tally, left
from app.services.analytics.variables import Variable

MOST_GROUPS = 240
"""Of two things at once."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Groups that do not overlap, of those whom filters leave.

    ``by``: all that is asked about; ``variables``: those of it that make these groups. ``domains``:
    what each group is called; ``populations``: how many people it has, where known.
    """

    sheet: Sheet
    by: tuple[Variable, ...]
    filters: Filters
    variables: tuple[Variable, ...]
    domains: tuple[Mapping[str, Value], ...]
    populations: tuple[int | None, ...]

    @cached_property
    def inside(self) -> Mask:
        """Which responses the filters leave."""
        return left(self.sheet, self.filters)

    @cached_property
    def codes(self) -> Codes:
        """Of each response its group, or -1."""
        codes, there = np.zeros(self.sheet.size, dtype=np.int64), self.inside.copy()
        for variable in self.variables:
            found = self.sheet.codes(variable)
            there &= found >= 0
            codes = codes * len(variable.categories) + found
        return np.where(there, codes, -1)

    def tallied(self, question: Variable | None = None) -> Tally:
        """What each of the groups answered."""
        axes = [self.by.index(each) for each in self.variables]
        return self.every(question).along(axes)

    def every(self, question: Variable | None = None) -> Tally:
        """What each of the groups that all things make answered."""
        found: Tally = self.sheet.asked(Tallied(self.by, self.filters, question))
        return found

    def unfiltered(self, question: Variable) -> Tally:
        """`every`, as if nobody were filtered out."""
        found: Tally = self.sheet.asked(Tallied(self.by, {}, question))
        return found

    @property
    def responses(self) -> int:
        """How many the filters leave."""
        return int(self.every().responses.sum())


def layers(sheet: Sheet, by: Sequence[Variable], filters: Filters) -> list[Layer]:
    """The groups of those whom the filters leave: everybody's first.

    Raises Problem TOO_MANY_GROUPS or SAME_TWICE.
    """
    if len({each.name for each in by}) < len(by):
        raise Problem(ProblemCode.SAME_TWICE, question=by[0].name)
    count = int(np.prod([len(each.categories) for each in by], dtype=np.int64))
    if len(by) > 1 and count > MOST_GROUPS:
        names = " × ".join(each.name for each in by)
        raise Problem(ProblemCode.TOO_MANY_GROUPS, question=names, count=count, limit=MOST_GROUPS)
    people = _People(sheet.opened, filters)
    choices: list[tuple[Variable, ...]] = [(), *((each,) for each in by)]
    if len(by) > 1:
        choices.append(tuple(by))
    return [_layer(sheet, tuple(by), some, people, filters) for some in choices]


def _layer(
    sheet: Sheet,
    by: tuple[Variable, ...],
    variables: tuple[Variable, ...],
    people: _People,
    filters: Filters,
) -> Layer:
    fixed = {
        name: "|".join(str(variable.categories[place]) for place in places)
        for name, (variable, places) in filters.items()
    }
    cells = [*np.ndindex(*(len(each.categories) for each in variables))]
    return Layer(
        sheet=sheet,
        by=by,
        filters=filters,
        variables=variables,
        domains=tuple(
            fixed | {v.name: v.categories[n] for v, n in zip(variables, cell, strict=True)}
            for cell in cells
        ),
        populations=tuple(people.of(zip(variables, cell, strict=True)) for cell in cells),
    )


class _People:
    """How many people the groups have: a known list tells, if the list tells who is in them."""

    def __init__(self, opened: Opened, filters: Filters) -> None:
        self._opened = opened
        self._filters = filters
        self._seats: list[tuple[str, str]] | None = None
        collection = opened.collection
        if collection.respondent == "organisation" and collection.selection == Selection.CENSUS:
            query = (
                select(Territory.code, Organisation.kind)
                .select_from(CollectionRoll)
                .join(Organisation, Organisation.id == CollectionRoll.organisation_id)
                .join(Territory, Territory.id == CollectionRoll.territory_id)
                .where(
                    CollectionRoll.collection_id == collection.id,
                    opened.scope.among(CollectionRoll.territory_id),
                )
            )
            self._seats = [(territory, kind) for territory, kind in db.session.execute(query)]

    def of(self, group: Iterator[tuple[Variable, int]]) -> int | None:
        asked = [(variable, (place,)) for variable, place in group]
        asked += [(variable, tuple(places)) for variable, places in self._filters.values()]
        if not asked:
            return populations.people(self._opened.collection, scope=self._opened.scope)
        if self._seats is None:
            return None
        count = 0
        for seat in self._seats:
            known = [_on_roll(variable, seat) for variable, _places in asked]
            if any(each is None for each in known):
                return None
            count += all(place in places for place, (_v, places) in zip(known, asked, strict=True))
        return count


def _on_roll(variable: Variable, seat: tuple[str, str]) -> int | None:
    """The group that a seat of the roll is in (-1: none); None where the roll cannot tell."""
    territory, kind = seat
    if variable.column == "_territory":
        value = territory if variable.of is None else variable.of.get(territory)
    elif variable.column == "_organisation_kind":
        value = kind
    else:
        return None
    place = None if value is None else variable.place(value)
    return -1 if place is None else place
