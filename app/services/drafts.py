"""Unfinished answers: begun, saved as typed, and found again by the secret that the person holds.

Only a hash of the secret is stored, so that whoever reads the database cannot go on as somebody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, or_, select

from app.extensions import db
from app.models import Collection, Draft, Mode, Receipt
from app.models.columns import random_key
from app.services import codes, surveys
from app.services.receiving import ZONE
from encuestas import AnswerFault, Route, Source, Survey, route_of, validate

LIFETIME = timedelta(days=90)
_MAC_BYTES = 18

Raw = Mapping[str, list[str]]
"""Form values by question, exactly as typed."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody stands in a survey: the pages they see, what they said, what is missing."""

    survey: Survey
    route: Route
    answers: Mapping[str, object]
    faults: tuple[AnswerFault, ...]

    def page_ids(self) -> tuple[str, ...]:
        return tuple(page.id for page, _ in self.route.pages)

    def visible(self, page_id: str) -> tuple[str, ...]:
        """Names of the questions that the page shows, none if the page is not shown."""
        return tuple(path for _question, path in self.route.visible(page_id))

    def faults_of(self, page_id: str) -> tuple[AnswerFault, ...]:
        names = frozenset(self.visible(page_id))
        return tuple(fault for fault in self.faults if fault.question in names)

    def page_of(self, question: str) -> str | None:
        return next((key for key in self.page_ids() if question in self.visible(key)), None)

    def resume_at(self, last: str) -> str | None:
        """The page to go on with when ``last`` was the last one posted; None: review."""
        pages = self.page_ids()
        if not last:
            return next(iter(pages), None)
        if last not in pages:
            return self.unfinished()
        return last if self.faults_of(last) else self.after(last)

    def unfinished(self) -> str | None:
        """The first page with something missing; None: review."""
        return next((key for key in self.page_ids() if self.faults_of(key)), None)

    def after(self, page_id: str) -> str | None:
        """The page shown after that one; None: review."""
        page = self.route.next(page_id)
        return page.id if page else None


def walk(survey: Survey, raw: Raw, *, now: datetime) -> Walk:
    """Follow the survey with the answers given so far."""
    checked = validate(survey, raw, source=Source.FORM, now=now)
    return Walk(survey, route_of(checked.state), checked.answers, tuple(checked.faults))


def draft_id(secret: str) -> str:
    """The key under which a secret's draft and receipt are kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def secret_of(collection: Collection, code: str) -> str:
    """The secret of a code: only who has the service's own key can make one of the other.

    So a code is short enough to be written down, and whoever reads the database can't use it.
    """
    message = f"draft {collection.id} {code}".encode()
    mac = hmac.digest(current_app.config["SECRET_KEY"].encode(), message, "sha256")[:_MAC_BYTES]
    return f"{code}.{base64.urlsafe_b64encode(mac).decode()}"


def resume_code(secret: str) -> str | None:
    """The code that opens a draft on another phone; None for a secret that was made without one."""
    code, dot, _mac = secret.partition(".")
    return codes.resume_code(code) if dot and set(codes.ALPHABET).issuperset(code) else None


def _new_secret(collection: Collection) -> str:
    """Codes are few enough to come up twice: one that opens something already is not used."""
    while True:
        secret = secret_of(collection, codes.resume_body())
        taken = or_(
            select(Draft.id).where(Draft.id == draft_id(secret)).exists(),
            select(Receipt.code).where(Receipt.draft_id == draft_id(secret)).exists(),
        )
        if not db.session.scalar(select(taken)):
            return secret


def start(
    collection: Collection,
    *,
    language: str,
    now: datetime,
    preview: bool = False,
    answers: Raw | None = None,
    page: str = "",
) -> str:
    """Begin a draft on the newest correction and give its secret, which is kept nowhere else.

    Each beginning also clears the drafts that have expired, so that nothing else needs to run.
    """
    today = now.astimezone(ZONE).date()
    db.session.execute(delete(Draft).where(Draft.expires_on < today))
    secret = _new_secret(collection)
    text = surveys.newest_text(collection.version_id)
    draft = Draft(
        id=draft_id(secret),
        collection_id=collection.id,
        mode=collection.mode,
        version_id=text.version_id,
        correction=text.correction,
        instance_id=random_key(),
        language=language,
        answers=_filled(answers or {}),
        page=page,
        preview=preview,
        started_at=now if collection.mode == Mode.CONFIDENTIAL else None,
        expires_on=today + LIFETIME,
    )
    db.session.add(draft)
    db.session.commit()
    return secret


def find(
    collection: Collection, secret: str, *, now: datetime, for_update: bool = False
) -> Draft | None:
    """The live draft of this collection that the secret opens."""
    query = select(Draft).where(
        Draft.id == draft_id(secret),
        Draft.collection_id == collection.id,
        Draft.expires_on >= now.astimezone(ZONE).date(),
    )
    if for_update:
        query = query.with_for_update()
    return db.session.scalars(query).first()


def save(draft: Draft, raw: Raw, *, page: str, language: str | None = None) -> None:
    """Keep what was typed on a page, whatever it is worth."""
    draft.answers = _filled({**draft.answers, **raw})
    draft.page = page
    draft.language = language or draft.language
    draft.counter += 1
    db.session.commit()


def switch_language(draft: Draft, language: str) -> None:
    draft.language = language
    db.session.commit()


def _filled(raw: Raw) -> dict[str, list[str]]:
    return {name: values for name, values in raw.items() if any(values)}
