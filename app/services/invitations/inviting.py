"""Whom to invite: one by one, and what can be done with an invitation afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, CollectionRoll, Invitation, Organisation, User
from app.models.columns import random_key, utc_now
from app.services import collections
from app.services.audit import note
from app.services.invitations import links
from app.services.invitations.listing import inside
from app.services.register.contacts import email_of, phone_of
from app.services.scope import EVERYWHERE, Scope

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """Who is to be invited: an organisation by its code, or a person by name or contact."""

    organisation: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    expires_at: datetime | None = None


def invite(
    slug: str, invitee: Invitee, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> Invitation:
    """Make one invitation.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, INVITEE_NEEDED, NOT_ON_ROLL, ALREADY_INVITED, BAD_EMAIL, BAD_PHONE,
        BAD_EXPIRY, NOT_OFFERED, or NOT_FOR_SOME: only who sees all territories invites people.
    """
    collection = collections.find(slug)
    require_reach(collection, scope)
    roll = roll_of(collection, invitee.organisation, scope=scope)
    invitation = new_invitation(collection, invitee, roll=roll)
    db.session.add(invitation)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Problem(ProblemCode.ALREADY_INVITED, name=called(invitee)) from error
    note("invitation.make", slug, actor=actor, invitation=invitation.id)
    db.session.commit()
    return invitation


def new_invitation(
    collection: Collection, invitee: Invitee, *, roll: Mapping[str, str] | None = None
) -> Invitation:
    """Not added yet. Raises what `invite` raises, but for what the database has to say.

    ``roll`` has ids of organisations by code, for who makes many.
    """
    require_expiry(collection, invitee.expires_at)
    if invitee.language and invitee.language not in collection.languages:
        known = ", ".join(collection.languages)
        raise Problem(ProblemCode.NOT_OFFERED, language=invitee.language, known=known)
    return build(
        collection,
        organisation_id=_organisation(collection, invitee, roll),
        name=_name(invitee.name),
        email=email_of(invitee.email),
        phone=phone_of(invitee.phone),
        language=invitee.language,
        expires_at=invitee.expires_at,
    )


def build(collection: Collection, **values: object) -> Invitation:
    """An invitation with its link; the values are good."""
    keys = {"id": random_key(), "person_id": random_key(), "nonce": random_key()}
    return links.set_hashes(
        Invitation(
            **(keys | values),
            collection_id=collection.id,
            mode=collection.mode,
        )
    )


def require_expiry(collection: Collection, moment: datetime | None) -> None:
    """Raises Problem BAD_EXPIRY for a moment that is over, or before the opening."""
    if moment is not None and moment <= max(utc_now(), collection.opens_at):
        raise Problem(ProblemCode.BAD_EXPIRY)


def require_reach(collection: Collection, scope: Scope) -> None:
    """Raises Problem NOT_FOR_SOME where whoever invites could not see whom they invited."""
    if collection.respondent != "organisation" and not scope.covers(collection):
        raise Problem(ProblemCode.NOT_FOR_SOME)


def find(slug: str, invitation_id: str, *, scope: Scope = EVERYWHERE) -> Invitation:
    """Raises Problem UNKNOWN_COLLECTION or UNKNOWN_INVITATION."""
    collection = collections.find(slug)
    query = select(Invitation).where(
        Invitation.id == invitation_id.replace("\0", ""), inside(collection, scope)
    )
    found = db.session.scalars(query).first()
    if found is None or found.collection_id != collection.id:
        raise Problem(ProblemCode.UNKNOWN_INVITATION)
    return found


def revoke(
    slug: str, invitation_id: str, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> Invitation:
    """End a link. What was answered with it stays. Revoking a revoked one changes nothing."""
    invitation = find(slug, invitation_id, scope=scope)
    if invitation.revoked_at is None:
        invitation.revoked_at = utc_now()
        note("invitation.revoke", slug, actor=actor, invitation=invitation.id)
        db.session.commit()
    return invitation


def renew(
    slug: str, invitation_id: str, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> Invitation:
    """Another link for the same person or organisation; the one before ends."""
    invitation = links.renew(find(slug, invitation_id, scope=scope))
    note("invitation.renew", slug, actor=actor, invitation=invitation.id)
    db.session.commit()
    return invitation


def extend(
    slug: str,
    invitation_id: str,
    expires_at: datetime | None,
    *,
    actor: User | None = None,
    scope: Scope = EVERYWHERE,
) -> Invitation:
    """Let the link be used until another moment, or (None) as long as the collection is open."""
    invitation = find(slug, invitation_id, scope=scope)
    require_expiry(invitation.collection, expires_at)
    invitation.expires_at = expires_at
    note("invitation.extend", slug, actor=actor, invitation=invitation.id, until=str(expires_at))
    db.session.commit()
    return invitation


def roll_of(
    collection: Collection, code: str | None = None, *, scope: Scope = EVERYWHERE
) -> dict[str, str]:
    """Ids of the organisations on the collection's roll by code; of one, or of all."""
    query = (
        select(Organisation.code, Organisation.id)
        .join(CollectionRoll, CollectionRoll.organisation_id == Organisation.id)
        .where(
            CollectionRoll.collection_id == collection.id,
            scope.among(CollectionRoll.territory_id),
        )
    )
    if code is not None:
        query = query.where(Organisation.code == code.replace("\0", ""))
    return dict(db.session.execute(query).all())


def called(invitee: Invitee) -> str:
    """What somebody who is to be invited is called in a message."""
    return invitee.organisation or invitee.name or invitee.email or invitee.phone


def _name(text: str) -> str:
    """Without what cannot be seen: it stands in addresses of mails and on cards."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split())[:LONGEST_NAME]


def _organisation(
    collection: Collection, invitee: Invitee, roll: Mapping[str, str] | None
) -> str | None:
    """The id of the organisation on the roll; None for a person."""
    if collection.respondent != "organisation":
        if invitee.organisation or not (invitee.name or invitee.email or invitee.phone):
            raise Problem(ProblemCode.INVITEE_NEEDED)
        return None
    code = invitee.organisation
    found = (roll_of(collection, code) if roll is None else roll).get(code)
    if found is None:
        raise Problem(ProblemCode.NOT_ON_ROLL, organisation=code or "–")
    return found
