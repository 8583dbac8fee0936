"""The register: territories, organisations, plans. Contacts for those who keep it, and noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_security import current_user

from app.api import shapes_figures as shapes
from app.api.blueprint import v1
from app.api.guard import has
from app.api.reading import reads
from app.models import TokenScope
from app.permissions import Permission, may, scope_of
from app.services.exports.stream import note_export
from app.services.reading import register
from app.services.register.places import Noun


@v1.get("/register/territories")
@reads(Permission.ANALYSE, TokenScope.READ, shapes.TerritoriesSchema, summary="Territories")
def territories() -> Mapping[str, Any]:
    return _items(Noun.TERRITORIES)


@v1.get("/register/organisations")
@reads(
    Permission.ANALYSE,
    TokenScope.READ,
    shapes.OrganisationsSchema,
    summary="Organisations",
    kept=False,
)
def organisations() -> Mapping[str, Any]:
    contacts = may(current_user, Permission.REGISTER) and has(TokenScope.MANAGE)
    told = _items(Noun.ORGANISATIONS, contacts=contacts)
    if contacts:
        note_export("register/organisations", actor=current_user, format="api")
    return told


@v1.get("/register/plans")
@reads(Permission.ANALYSE, TokenScope.READ, shapes.PlansSchema, summary="Territorial plans")
def plans() -> Mapping[str, Any]:
    return _items(Noun.PLANS)


def _items(noun: Noun, *, contacts: bool = False) -> Mapping[str, Any]:
    return {"items": register.rows(noun, contacts=contacts, scope=scope_of(current_user))}
