"""The register as programs read it, within the territories of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.models import Organisation, Plan, Territory
from app.services.register.places import CONTACT, Noun, registered
from app.services.scope import Scope


def rows(noun: Noun, *, contacts: bool, scope: Scope) -> Sequence[Mapping[str, Any]]:
    """Everything of that kind by code. ``contacts``: with those of organisations."""
    return [
        _told(row, contacts=contacts) for row in registered(noun) if scope.holds(_territory(row))
    ]


def _territory(row: Territory | Organisation | Plan) -> str:
    return row.id if isinstance(row, Territory) else row.territory_id


def _told(row: Territory | Organisation | Plan, *, contacts: bool) -> dict[str, Any]:
    if isinstance(row, Territory):
        comunas = sorted(each.code for each in row.comunas)
        own: dict[str, Any] = {"name": row.name, "comunas": comunas}
    elif isinstance(row, Organisation):
        own = {"name": row.name, "kind": row.kind, "active": row.active}
        own |= {name: getattr(row, name) for name in CONTACT} if contacts else {}
    else:
        summary = {"es": row.summary_es, "en": row.summary_en}
        own = {
            "title": row.title,
            "active": row.active,
            "summary": {language: words for language, words in summary.items() if words},
            "document_hash": row.document_hash,
        }
    place = {} if isinstance(row, Territory) else {"territory": row.territory.code}
    return {"code": row.code, **own, **place, "simulated": row.simulated}
