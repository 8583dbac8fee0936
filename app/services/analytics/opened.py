"""A collection opened to be asked about: what it is, what may be asked of it, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import Collection
from app.models.columns import utc_now
from app.services import collections
from app.services.analytics import joins
from app.services.analytics.sampling import Sampling, declared
from app.services.analytics.variables import Catalogue
from app.services.scope import EVERYWHERE, Scope
from encuestas.joining import Joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    collection: Collection
    joint: Joined
    catalogue: Catalogue
    sampling: Sampling | None
    scope: Scope


def opened(slug: str, *, scope: Scope = EVERYWHERE) -> Opened:
    """Raises Problem UNKNOWN_COLLECTION or RESULTS_AT_CLOSING."""
    collection = collections.find(slug)
    collections.require_results(collection, utc_now())
    joint = joins.joined(collection, scope=scope)
    return Opened(
        collection=collection,
        joint=joint,
        catalogue=Catalogue(collection, joint, scope=scope),
        sampling=declared(collection),
        scope=scope,
    )
