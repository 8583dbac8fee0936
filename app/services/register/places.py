"""The register: Chile's regions, provinces and comunas, and the programme's territories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from app import data
from app.extensions import db
from app.models import Comuna, Organisation, Plan, Province, Region, Territory
from app.models.territory import territory_comunas
from app.services.scope import EVERYWHERE, Scope


class Noun(StrEnum):
    """What a programme keeps in the register."""

    TERRITORIES = "territories"
    ORGANISATIONS = "organisations"
    PLANS = "plans"


Registered = Territory | Organisation | Plan

MODELS: Mapping[Noun, type[Registered]] = {
    Noun.TERRITORIES: Territory,
    Noun.ORGANISATIONS: Organisation,
    Noun.PLANS: Plan,
}
COLUMNS: Mapping[Noun, Sequence[str]] = {
    Noun.TERRITORIES: ("code", "name", "comunas"),
    Noun.ORGANISATIONS: ("code", "name", "kind", "territory", "active"),
    Noun.PLANS: ("code", "title", "territory"),
}
"""What a file and a listing tell of each: a column is named after the attribute it fills."""
CONTACT = ("contact_name", "phone", "email", "notes")
"""Columns with personal data: no listing, figure or audit entry tells what is in them."""
MORE: Mapping[Noun, Sequence[str]] = {
    Noun.TERRITORIES: (),
    Noun.ORGANISATIONS: CONTACT,
    Noun.PLANS: ("active", "summary_es", "summary_en"),
}
"""What a file may tell besides."""
OPTIONAL = frozenset({"active", *CONTACT, "summary_es", "summary_en"})


def load_geography() -> None:
    """Add the regions, provinces and comunas that are not there yet."""
    levels = (
        [Region(code=item.code, name=item.name) for item in data.regions()],
        [
            Province(code=item.code, name=item.name, region_code=item.region)
            for item in data.provinces()
        ],
        [
            Comuna(code=item.code, name=item.name, province_code=item.province)
            for item in data.comunas()
        ],
    )
    for rows in levels:
        known = set(db.session.scalars(select(type(rows[0]).code)))
        db.session.add_all(row for row in rows if row.code not in known)
        db.session.flush()  # a level refers to the one above it
    db.session.commit()


def new_territory(
    code: str, name: str, comuna_codes: Sequence[str], *, simulated: bool = False
) -> Territory:
    """A territory in its comunas, added to the session. The caller commits."""
    comunas = list(db.session.scalars(select(Comuna).where(Comuna.code.in_(comuna_codes))))
    territory = Territory(code=code, name=name, comunas=comunas, simulated=simulated)
    db.session.add(territory)
    return territory


def where(codes: Iterable[str]) -> dict[str, str]:
    """The comuna (CUT code) of each territory: of several, the first by code."""
    query = (
        select(Territory.code, func.min(territory_comunas.c.comuna_code))
        .join(territory_comunas, territory_comunas.c.territory_id == Territory.id)
        .where(Territory.code.in_(list(codes)))
        .group_by(Territory.code)
    )
    return dict(db.session.execute(query).all())


def registered(noun: Noun, *, scope: Scope = EVERYWHERE) -> Sequence[Registered]:
    """Everything of that kind by code, with what its columns tell, in at most two queries."""
    model = MODELS[noun]
    told = selectinload(Territory.comunas) if model is Territory else joinedload(model.territory)
    query = select(model).where(place_of(model, scope)).options(told)
    return db.session.scalars(query.order_by(model.code)).all()


def place_of(model: type[Registered], scope: Scope) -> ColumnElement[bool]:
    """Which rows are of these territories."""
    return scope.among(model.id if model is Territory else model.territory_id)


def cell(value: Territory | Sequence[Comuna] | str | bool) -> str | bool:
    """An attribute as a file or a listing tells it: comunas and territories by their codes."""
    if isinstance(value, Territory):
        return value.code
    if isinstance(value, str | bool):
        return value
    return " ".join(sorted(comuna.code for comuna in value))
