"""Whose responses somebody may see and count: those of some territories, or all.

One rule for pages, exports, the API and whatever is kept: every query over responses takes a scope.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, true

from app.models import Response


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
        if self.territories is None:
            return true()
        return Response.territory_id.in_(sorted(self.territories))


EVERYWHERE = Scope()
