"""Whose responses somebody may see and count: those of some territories, or all.

One rule for pages, exports, the API and whatever is kept: every query over responses takes a scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from app.models import Collection, Response, Territory


@dataclass(frozen=True, slots=True)
class Scope:
    """``territories``: keys of the territories that somebody is limited to; None: no limit.

    A response without a territory is seen by those without a limit alone.
    """

    territories: frozenset[str] | None = None

    @property
    def limited(self) -> bool:
        return self.territories is not None

    def rows(self) -> ColumnElement[bool]:
        """Which responses it holds."""
        return self.among(Response.territory_id)

    def among(self, territory_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Which rows of another table it holds: those of organisations, of a roll, of contacts."""
        if self.territories is None:
            return true()
        return territory_id.in_(sorted(self.territories))

    def holds(self, territory_id: str | None) -> bool:
        """Whether it holds what is of that territory; of none: only where there is no limit."""
        return self.territories is None or territory_id in self.territories

    def of(self, territories: Iterable[Territory]) -> list[Territory]:
        """Those of the territories that it holds."""
        return [each for each in territories if self.holds(each.id)]

    def covers(self, collection: Collection) -> bool:
        """Whether all the territories of the collection are in it: its sizes may then be told."""
        return all(self.holds(each.id) for each in collection.territories) and (
            not self.limited or bool(collection.territories)
        )


EVERYWHERE = Scope()
