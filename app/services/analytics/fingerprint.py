"""The hash of a collection's responses, by which a figure names the data it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from app.extensions import db
from app.models.columns import utc_now
from app.services import collections
from app.services.columnar import keeping
from app.services.exports import export_plan
from app.services.exports.export_plan import Export, Options
from app.services.scope import EVERYWHERE, Scope


@dataclass(slots=True)
class Fingerprint:
    """SHA-256 of a line for each response, in the order of every export."""

    responses: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, row: Row[Any]) -> None:
        self.responses += 1
        kept = [row.id, row.version, row.correction, row.answers]
        line = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self._digest.update(line.encode() + b"\n")

    def hex(self) -> str:
        return str(self._digest.hexdigest())


def fingerprint(slug: str, *, scope: Scope = EVERYWHERE) -> Fingerprint:
    """That of the responses which count. Raises Problem UNKNOWN_COLLECTION, RESULTS_AT_CLOSING.

    It is about the order of all of them, so one more means reading all again; while nothing
    changes, it is known.
    """
    collection = collections.find(slug)
    collections.require_results(collection, utc_now())
    before = keeping.moment(collection)
    known = _known.get((before, scope))
    if known is not None:
        return known
    found = _read(slug, scope)
    if keeping.moment(collection) == before:  # nobody wrote meanwhile
        _known[before, scope] = found
        while len(_known) > _MOST:
            _known.pop(next(iter(_known)), None)
    return found


_MOST = 100
_known: dict[tuple[str, Scope], Fingerprint] = {}


def _read(slug: str, scope: Scope) -> Fingerprint:
    return fingerprint_of(export_plan.prepare(slug, Options(scope=scope)))


def fingerprint_of(export: Export) -> Fingerprint:
    """That of the responses which an export holds."""
    found = Fingerprint()
    with export_plan.connected(db.engine) as connection:
        for part in export_plan.parts(connection, export.query):
            for row in part:
                found.add(row)
    return found
