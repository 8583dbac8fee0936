"""Invitations and reminders by e-mail: to those who have not answered, and to nobody twice.

A letter is written down before it is handed over. Whoever is killed in between leaves it as
``sending``: it may have arrived, so nothing sends it again by itself, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Invitation, Letter, LetterKind, LetterState, User
from app.models.columns import random_key, utc_now
from app.services import collections
from app.services.adding import add_new
from app.services.audit import note
from app.services.invitations import listing
from app.services.invitations.letters import Writer
from app.services.invitations.listing import Line, Which
from app.services.invitations.postbox import (
    Postbox,
    PostboxError,
    RefusedError,
    Server,
    UnsureError,
)
from app.services.scope import EVERYWHERE, Scope

PAUSE = timedelta(days=3)
"""No reminder sooner than this after another letter."""


@dataclass(slots=True)
class Sent:
    """What became of a round of letters. ``left``: how many are still to be sent."""

    sent: int = 0
    refused: int = 0
    unsure: int = 0
    left: int = 0


def send(
    slug: str,
    kind: LetterKind,
    *,
    server: Server | None,
    url: str,
    most: int | None = None,
    actor: User | None = None,
    scope: Scope = EVERYWHERE,
) -> Sent:
    """Send what is due, ``most`` letters at once.

    Raises Problem UNKNOWN_COLLECTION, the collection's own when nobody can answer,
    NO_MAIL_SERVER, or MAIL_UNREACHABLE: what was sent before that stays sent.
    """
    collection = collections.find(slug)
    collections.require_answerable(collection, utc_now())
    if server is None:
        raise Problem(ProblemCode.NO_MAIL_SERVER)
    lines = list(due(slug, kind, scope=scope))
    done = Sent(left=len(lines))
    writer = Writer(collection, url)
    with Postbox(server) as box:
        for line in lines[:most]:
            done.left -= 1
            if reserved := _reserve(line, kind):
                _hand_over(writer, line, kind, reserved, box, done)
    note("invitation.mail", slug, actor=actor, kind=kind, sent=done.sent, refused=done.refused)
    db.session.commit()
    return done


def due(slug: str, kind: LetterKind, *, scope: Scope = EVERYWHERE) -> Iterator[Line]:
    """Whom a letter would go to: silent, with an address that takes letters, and not written to
    lately. Reminders go to those who were written to before."""
    collection = collections.find(slug)
    last, refused = _written(collection.id)
    now = utc_now()
    for line in listing.every(collection, which=Which.SILENT, scope=scope):
        key = line.invitation.id
        if not line.email or (key, line.email) in refused:
            continue
        if kind is LetterKind.INVITATION:
            wanted = key not in last
        else:
            wanted = key in last and now - last[key] >= PAUSE
        if wanted:
            yield line


def _written(collection_id: str) -> tuple[dict[str, datetime], set[tuple[str, str]]]:
    """When each was last written to, and the addresses that refused a letter."""
    query = (
        select(Letter.invitation_id, Letter.email, Letter.state, Letter.at)
        .join(Invitation, Invitation.id == Letter.invitation_id)
        .where(Invitation.collection_id == collection_id)
        .order_by(Letter.at)
    )
    last: dict[str, datetime] = {}
    refused: set[tuple[str, str]] = set()
    for key, email, state, at in db.session.execute(query):
        if state == LetterState.REFUSED:
            refused.add((key, email))
        else:
            last[key] = at
    return last, refused


def _reserve(line: Line, kind: LetterKind) -> str | None:
    """Write the letter down as being sent; None where another run has it already."""
    key = line.invitation.id
    earlier = select(func.count()).where(Letter.invitation_id == key, Letter.kind == kind)
    number = (db.session.scalar(earlier) or 0) + 1
    row = {
        "id": random_key(), "invitation_id": key, "kind": kind, "number": number,
        "state": LetterState.SENDING, "email": line.email, "reason": "", "at": utc_now(),
    }  # fmt: skip
    new = add_new(Letter, [row], key=Letter.id)
    db.session.commit()
    return next(iter(new), None)


def _hand_over(
    writer: Writer, line: Line, kind: LetterKind, reserved: str, box: Postbox, done: Sent
) -> None:
    letter = db.session.get_one(Letter, reserved)
    try:
        box.hand_over(writer.letter(line, kind, box.sender))
    except RefusedError as refusal:
        letter.state, letter.reason = LetterState.REFUSED, str(refusal)
        done.refused += 1
    except UnsureError as error:
        letter.reason = str(error)
        done.unsure += 1
    except PostboxError as error:
        db.session.delete(letter)
        db.session.commit()
        raise Problem(ProblemCode.MAIL_UNREACHABLE, reason=str(error)) from error
    else:
        letter.state = LetterState.SENT
        done.sent += 1
    db.session.commit()
