"""Personal links: what they are made of, whom they let in, and what they lead to.

Link and code come from the invitation and the service's own key. The database has their hashes,
and staff who may can print them again; whoever reads the database alone cannot.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, CollectionRoll, Draft, Invitation, Mode, Receipt, Response
from app.models.columns import random_key
from app.models.response import COUNTED
from app.services import codes, throttle
from app.services.drafts import drafts
from app.signing import keyed

LINKS, CODES = "invitation link", "invitation code"
_TOKEN_BYTES = 18
_DRAFT_CODE = 8
_LONGEST_TOKEN = 64


class Standing(StrEnum):
    """How far the person has come with the link."""

    NEW = "new"
    BEGUN = "begun"
    ANSWERED = "answered"
    # An answer is here, but staff decide which one counts: nothing is changed meanwhile.
    UNDER_REVIEW = "under_review"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Found:
    """What a typed code leads to: a ``token``, or the reason why to nothing (see `resuming`)."""

    token: str = ""
    slip: bool = False
    wait: timedelta = timedelta()


# What a link is made of -------------------------------------------------------------------------


def token_of(invitation: Invitation) -> str:
    """Raises Problem KEY_CHANGED: the link that was handed out can't be made any more."""
    token = _new_token(invitation)
    if _token_hash(token) != invitation.token_hash:
        raise Problem(ProblemCode.KEY_CHANGED)
    return token


def _new_token(invitation: Invitation) -> str:
    mac = keyed(f"{LINKS} {_made_from(invitation)}")[:_TOKEN_BYTES]
    return base64.urlsafe_b64encode(mac).decode()


def code_of(invitation: Invitation) -> str:
    """The code to be read aloud and typed."""
    return codes.spoken_code(_code_body(invitation))


def set_hashes(invitation: Invitation) -> Invitation:
    """Let the database know the invitation's link and code again, by their hashes."""
    invitation.token_hash = _token_hash(_new_token(invitation))
    invitation.code_hash = _code_hash(_code_body(invitation))
    return invitation


def _made_from(invitation: Invitation) -> str:
    return f"{invitation.collection_id} {invitation.id} {invitation.nonce}"


def _code_body(invitation: Invitation) -> str:
    return codes.body_of(keyed(f"{CODES} {_made_from(invitation)}"), codes.SPOKEN)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _code_hash(body: str) -> str:
    # Keyed: there are few enough codes to try them all against a plain hash.
    return keyed(f"{CODES} hash {body}").hex()


# Finding ----------------------------------------------------------------------------------------


def find(token: str, *, now: datetime) -> Invitation:
    """The invitation that a link is of.

    Links that exist are never slowed down; guesses are counted, and told to wait when there are
    too many. Raises Problem UNKNOWN_INVITATION or TOO_MANY_TRIES.
    """
    found = _with_token(token)
    if found is not None:
        return found
    if wait := throttle.pause(LINKS, None, now):
        minutes = -(-int(wait.total_seconds()) // 60)
        raise Problem(ProblemCode.TOO_MANY_TRIES, minutes=minutes)
    throttle.failed(LINKS, None, now)
    raise Problem(ProblemCode.UNKNOWN_INVITATION)


def of_collection(collection: Collection, token: str) -> Invitation | None:
    """The collection's own invitation with that link; None for any other text."""
    found = _with_token(token)
    return found if found is not None and found.collection_id == collection.id else None


def with_tokens(collection: Collection, tokens: Iterable[str | None]) -> Mapping[str, Invitation]:
    """The collection's own invitations among these links, in one query."""
    hashes = {_token_hash(token): token for token in tokens if token}
    if not hashes:
        return {}
    query = select(Invitation).where(
        Invitation.token_hash.in_(hashes), Invitation.collection_id == collection.id
    )
    return {hashes[found.token_hash]: found for found in db.session.scalars(query)}


def find_code(typed: str, *, now: datetime) -> Found:
    """Look a spoken code up; one that opens nothing is counted as a try at guessing."""
    body = codes.read_spoken_code(typed)
    if body is None:
        return Found(slip=True)
    if wait := throttle.pause(CODES, body, now):
        return Found(wait=wait)
    query = select(Invitation).where(Invitation.code_hash == _code_hash(body))
    found = db.session.scalars(query).first()
    if found is not None:
        return Found(token_of(found))
    throttle.failed(CODES, body, now)
    return Found()


def require_valid(invitation: Invitation, now: datetime) -> None:
    """Raises Problem INVITATION_REVOKED, also for an organisation that left the roll, or
    INVITATION_EXPIRED."""
    if invitation.revoked_at is not None or off_roll([invitation]):
        raise Problem(ProblemCode.INVITATION_REVOKED)
    if invitation.expires_at is not None and invitation.expires_at <= now:
        raise Problem(ProblemCode.INVITATION_EXPIRED, expired=invitation.expires_at)


def off_roll(found: Container[Invitation]) -> set[str]:
    """The invitations, of one collection, whose organisations are on its roll no more."""
    wanted = {each.organisation_id: each for each in found if each.organisation_id}
    if not wanted:
        return set()
    query = select(CollectionRoll.organisation_id).where(
        CollectionRoll.collection_id == next(iter(wanted.values())).collection_id,
        CollectionRoll.organisation_id.in_(wanted),
    )
    there = set(db.session.scalars(query))
    return {each.id for key, each in wanted.items() if key not in there}


def _with_token(token: str) -> Invitation | None:
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return None
    query = select(Invitation).where(Invitation.token_hash == _token_hash(token))
    return db.session.scalars(query).first()


# What it leads to -------------------------------------------------------------------------------


def standing(invitation: Invitation, *, now: datetime) -> Standing:
    """Of an anonymous invitation nothing is known but whether it was used."""
    if invitation.mode == Mode.ANONYMOUS:
        return Standing.USED if invitation.used else Standing.NEW
    answered = counted_response(invitation)
    if answered is not None:
        return Standing.ANSWERED
    query = select(Response.id).where(Response.invitation_id == invitation.id).limit(1)
    if db.session.scalars(query).first() is not None:
        return Standing.UNDER_REVIEW
    return Standing.BEGUN if _own_draft(invitation, None, now) else Standing.NEW


def counted_response(invitation: Invitation) -> Response | None:
    """The answer of the person or organisation that counts, in a confidential collection."""
    query = select(Response).where(
        Response.invitation_id == invitation.id, Response.state.in_(COUNTED)
    )
    return db.session.scalars(query).first()


def begin(
    invitation: Invitation,
    *,
    language: str,
    now: datetime,
    token: str,
    held: str = "",
    answers: Mapping[str, list[str]] | None = None,
) -> str:
    """The secret of the draft that the link leads to, begun where there is none yet.

    ``held`` is the secret that this link gave this browser before. ``answers`` are those of the
    response that is to be changed, as a form holds them.

    Raises Problem INVITATION_USED.
    """
    collection = invitation.collection
    if invitation.mode == Mode.ANONYMOUS:
        return _begin_anonymous(invitation, token, language=language, now=now, held=held)
    earlier = counted_response(invitation)
    revises = earlier.id if earlier else None
    if _own_draft(invitation, revises, now):
        return _own_secret(invitation, revises)
    secret = _own_secret(invitation, revises)
    try:
        return drafts.start(
            collection,
            language=language,
            now=now,
            answers=answers,
            secret=secret,
            invitation_id=invitation.id,
            revises_id=revises,
        )
    except IntegrityError:  # another phone, or a second tap, began it at this moment
        db.session.rollback()
        return secret


def _begin_anonymous(
    invitation: Invitation, token: str, *, language: str, now: datetime, held: str
) -> str:
    """A random secret: one made from the link would tie the answers to it for whoever has the key.

    It carries the link along, and the person's browser alone holds both.
    """
    collection = invitation.collection
    if held and (drafts.find(collection, held, now=now) or _was_sent(held)):
        return held
    if invitation.used:
        raise Problem(ProblemCode.INVITATION_USED)
    return with_link(drafts.start(collection, language=language, now=now), token)


def _was_sent(secret: str) -> bool:
    query = select(Receipt.code).where(Receipt.draft_id == drafts.draft_id(secret))
    return db.session.scalars(query).first() is not None


def draft_secret(invitation: Invitation) -> str | None:
    """Of the draft to which a confidential link leads from every phone; None once answered."""
    answered = select(Response.id).where(Response.invitation_id == invitation.id).limit(1)
    return None if db.session.scalar(answered) else _own_secret(invitation, None)


def _own_draft(invitation: Invitation, revises: str | None, now: datetime) -> Draft | None:
    return drafts.find(invitation.collection, _own_secret(invitation, revises), now=now)


def _own_secret(invitation: Invitation, revises: str | None) -> str:
    """The same from every phone, and another one after each answer.

    Codes of drafts are few enough that one may be taken by somebody else's draft: then the next.
    """
    for number in count():
        made_from = f"invited {_made_from(invitation)} {revises} {number}"
        secret = drafts.secret_of(
            invitation.collection, codes.body_of(keyed(made_from), _DRAFT_CODE)
        )
        draft = db.session.get(Draft, drafts.draft_id(secret))
        own = draft is None or draft.invitation_id == invitation.id
        if own and not _was_sent(secret):
            return secret
    raise AssertionError("count() ends")


def renew(invitation: Invitation) -> Invitation:
    """Another link and code; the old ones end, and answers begun with them go on with the new."""
    live = db.session.scalars(select(Draft).where(Draft.invitation_id == invitation.id)).all()
    before = {draft.revises_id: draft for draft in live}
    invitation.nonce = random_key()
    set_hashes(invitation)
    invitation.revoked_at = None
    for revises, draft in before.items():
        draft.id = drafts.draft_id(_own_secret(invitation, revises))
    db.session.flush()
    return invitation


def of_response(response_id: str) -> Invitation | None:
    """The invitation with which a confidential response was given."""
    query = select(Invitation).join(Response, Response.invitation_id == Invitation.id)
    return db.session.scalars(query.where(Response.id == response_id)).first()


def with_link(secret: str, token: str) -> str:
    """What the browser holds when a link is put to answers that were begun without one."""
    return secret.partition(drafts.WITH_LINK)[0] + drafts.WITH_LINK + token


def token_in(secret: str) -> str:
    """The link with which an anonymous draft was begun, out of what the browser holds."""
    return secret.partition(drafts.WITH_LINK)[2]
