"""Contacts in the field, and the outcome rates that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from analisis import ResponseRates, response_rates
from app.extensions import db
from app.models import CaseResult, Collection, FieldContact, Mode, Territory, User
from app.services.adding import add_new
from app.services.receiving.rule import ZONE
from app.services.scope import EVERYWHERE, Scope

AAPOR: Mapping[CaseResult, str] = {
    CaseResult.INTERVIEW: "I",
    CaseResult.PARTIAL: "P",
    CaseResult.REFUSAL: "R",
    CaseResult.NOT_ELIGIBLE: "NE",
    CaseResult.UNABLE: "O",
    CaseResult.ABSENT: "NC",
    CaseResult.UNKNOWN: "UO",
    CaseResult.UNREACHABLE: "UH",
}
"""What a case ended as is the first of these that any of its contacts had."""

NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact as an interviewer's phone tells it."""

    id: str
    case_id: str
    result: CaseResult
    at: datetime
    territory: str = ""
    address: str = ""
    note: str = ""
    place: tuple[float, float, float] | None = None
    instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """``cases``: how many ended as what; ``contacts``: how many contacts each interviewer made."""

    cases: Mapping[CaseResult, int]
    contacts: Sequence[tuple[str, int]]
    rates: ResponseRates | None


def record(collection: Collection, contacts: Sequence[Contact], *, user: User | None) -> None:
    """Keep the contacts; what is kept already is not kept again."""
    confidential = collection.mode == Mode.CONFIDENTIAL
    codes = {contact.territory for contact in contacts if contact.territory}
    query = select(Territory.code, Territory.id).where(Territory.code.in_(codes))
    territories = dict(db.session.execute(query).all()) if codes else {}
    rows = [
        {
            "id": contact.id,
            "collection_id": collection.id,
            "mode": collection.mode,
            "case_id": contact.case_id,
            "territory_id": territories.get(contact.territory),
            "user_id": user.id if user else None,
            "result": contact.result,
            "day": contact.at.astimezone(ZONE).date(),
            "at": contact.at.replace(second=0, microsecond=0) if confidential else None,
            "address": contact.address[:255] if confidential else "",
            "note": contact.note[:NOTE_LENGTH] if confidential else "",
            "place": list(contact.place) if confidential and contact.place else None,
            "instance_id": contact.instance_id if confidential else None,
        }
        for contact in sorted(contacts, key=lambda contact: contact.id)
    ]
    add_new(FieldContact, rows, key=FieldContact.id)
    db.session.commit()


def outcomes(collection: Collection, *, scope: Scope = EVERYWHERE) -> Outcomes:
    """How cases ended, in two statements however many contacts there are."""
    ranks = {result: rank for rank, result in enumerate(AAPOR)}
    rank = case(*((FieldContact.result == result, rank) for result, rank in ranks.items()))
    final = (
        select(func.min(rank).label("rank"))
        .where(
            FieldContact.collection_id == collection.id,
            scope.among(FieldContact.territory_id),
        )
        .group_by(FieldContact.case_id)
        .subquery()
    )
    counted = dict(
        db.session.execute(select(final.c.rank, func.count()).group_by(final.c.rank)).all()
    )
    cases = {result: counted.get(rank, 0) for result, rank in ranks.items()}
    by_user = (
        select(User.name, User.email, func.count())
        .select_from(FieldContact)
        .join(User, User.id == FieldContact.user_id, isouter=True)
        .where(
            FieldContact.collection_id == collection.id,
            scope.among(FieldContact.territory_id),
        )
        .group_by(User.name, User.email)
        .order_by(func.count().desc())
    )
    rows = [(name or email or "–", count) for name, email, count in db.session.execute(by_user)]
    asked = any(count for result, count in cases.items() if result != CaseResult.NOT_ELIGIBLE)
    counts = {AAPOR[result]: count for result, count in cases.items()}
    return Outcomes(cases, rows, response_rates(counts) if asked else None)
