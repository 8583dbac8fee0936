"""Unfinished answers: begun, saved as typed, and found again by the secret that the person holds.

Only a hash of the secret is stored, so that whoever reads the database cannot go on as somebody.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from app.config import MAX_BODY_BYTES
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Draft, Mode, Receipt
from app.models.columns import random_key
from app.services import codes, collections, surveys
from app.services.attachments import attachments
from app.services.receiving.rule import ZONE
from app.signing import keyed
from encuestas import (
    AnswerFault,
    Group,
    Page,
    Question,
    Route,
    Source,
    Survey,
    route_of,
    validate,
)
from encuestas.paths import name_of
from encuestas.state import State, solve
from encuestas.types import Answer

LIFETIME = timedelta(days=90)
MOST_KEPT = 4 * MAX_BODY_BYTES
"""Characters of a draft, names and answers together: four times the largest page."""
_MAC_BYTES = 18
WITH_LINK = "~"
"""What stands between a draft's secret and the personal link with which an anonymous one was begun:
only the person's browser holds both."""

Raw = Mapping[str, list[str]]
"""Form values by path, exactly as typed."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody stands in a survey: the pages they see, what they said, what is missing."""

    survey: Survey
    route: Route
    answers: Mapping[str, object]
    faults: tuple[AnswerFault, ...]

    @property
    def state(self) -> State:
        return self.route.state

    def page_ids(self) -> tuple[str, ...]:
        return tuple(page.id for page, _ in self.route.pages)

    def visible(self, page_id: str) -> tuple[str, ...]:
        """Paths of the questions that the page shows, none if the page is not shown."""
        return tuple(path for _, path in self.route.visible(page_id))

    def faults_of(self, page_id: str) -> tuple[AnswerFault, ...]:
        names = names_on(self.survey.page(page_id))
        return tuple(fault for fault in self.faults if fault.name in names)

    def page_of(self, path: str) -> str | None:
        """The shown page where the question or repeat at that path stands."""
        name = name_of(path)
        return next((page.id for page, _ in self.route.pages if name in names_on(page)), None)

    def beginning(self, path: str) -> Answer | None:
        """What an untouched question begins with: its calculation's result, else its default."""
        counted = self.route.value(path)
        return self.route.default(path) if counted is None else counted

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


def names_on(page: Page) -> frozenset[str]:
    """Names of the questions, groups and repeats of a page, shown or not."""
    return frozenset(_names(page.questions))


def _names(items: Iterable[Question | Group]) -> Iterator[str]:
    for item in items:
        yield item.name
        if isinstance(item, Group):
            yield from _names(item.questions)


def walk(survey: Survey, raw: Raw, *, now: datetime, draft: Draft | None = None) -> Walk:
    """Follow the survey with the answers given so far. ``draft``: whose answers they are."""
    occasion: dict[str, Any] = {"now": now}
    if draft is not None:
        occasion |= {
            "instance": draft.instance_id,
            "language": draft.language,
            "started": draft.started_at and draft.started_at.astimezone(now.tzinfo),
            "anonymous": draft.mode == Mode.ANONYMOUS,
        }
    checked = validate(survey, raw, source=Source.FORM, **occasion)
    state = checked.state or solve(survey, {}, **occasion)
    return Walk(survey, route_of(state), checked.answers, tuple(checked.faults))


def draft_id(secret: str) -> str:
    """The key under which a secret's draft and receipt are kept."""
    own = secret.partition(WITH_LINK)[0]
    return hashlib.sha256(own.encode("utf-8", "replace")).hexdigest()


def secret_of(collection: Collection, code: str) -> str:
    """The secret of a code: only who has the service's own key can make one of the other.

    So a code is short enough to be written down, and whoever reads the database can't use it.
    """
    mac = keyed(f"draft {collection.id} {code}")[:_MAC_BYTES]
    return f"{code}.{base64.urlsafe_b64encode(mac).decode()}"


def resume_code(secret: str) -> str | None:
    """The code that opens a draft on another phone; None for a secret that was made without one."""
    code, dot, _mac = secret.partition(".")
    return codes.resume_code(code) if dot and set(codes.ALPHABET).issuperset(code) else None


def new_secret(collection: Collection) -> str:
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
    secret: str = "",
    invitation_id: str | None = None,
    revises_id: str | None = None,
) -> str:
    """Begin a draft on the newest correction and give its secret, which is kept nowhere else.

    Each beginning also clears the drafts that have expired, so that nothing else needs to run.
    A ``secret`` is given where a personal link leads to the same draft from every phone.
    """
    today = now.astimezone(ZONE).date()
    expired = delete(Draft).where(Draft.expires_on < today).returning(Draft.instance_id)
    unused = attachments.drop_of(db.session.scalars(expired).all())
    secret = secret or new_secret(collection)
    text = surveys.newest_text(collection.version_id)
    draft = Draft(
        id=draft_id(secret),
        collection_id=collection.id,
        mode=collection.mode,
        version_id=text.version_id,
        correction=text.correction,
        instance_id=random_key(),
        language=language,
        answers=filled(answers or {}),
        page=page,
        invitation_id=invitation_id,
        revises_id=revises_id,
        preview=preview,
        started_at=now if collection.mode == Mode.CONFIDENTIAL else None,
        expires_on=today + LIFETIME,
    )
    db.session.add(draft)
    if revises_id:
        attachments.copy(draft, revises_id, today=today)
    db.session.commit()
    attachments.forget(unused)
    return secret


def find(
    collection: Collection, secret: str, *, now: datetime, for_update: bool = False
) -> Draft | None:
    """The live draft of this collection that the secret opens."""
    query = select(Draft).where(
        Draft.id == draft_id(secret),
        Draft.collection_id == collection.id,
        Draft.expires_on >= now.astimezone(ZONE).date(),
        ~Draft.received,
    )
    if for_update:
        query = query.with_for_update()
    return db.session.scalars(query).first()


def survey_of(collection: Collection, draft: Draft) -> Survey:
    """What the draft is asked: on the version that it began, and an organisation that was invited
    is not asked which one it is."""
    return collections.fielded(
        collection, draft.version_id, draft.correction, invited=draft.invitation_id is not None
    )


def save(draft: Draft, answers: Raw, *, page: str, language: str | None = None) -> None:
    """Keep everything that was typed so far, whatever it is worth.

    Raises Problem TOO_LARGE: nobody types so much, and every later page would have to read it.
    """
    if sum(len(path) + sum(map(len, values)) for path, values in answers.items()) > MOST_KEPT:
        raise Problem(ProblemCode.TOO_LARGE, limit_kb=MAX_BODY_BYTES // 1024)
    draft.answers = dict(answers)
    draft.page = page
    draft.language = language or draft.language
    draft.counter += 1
    db.session.commit()


def switch_language(draft: Draft, language: str) -> None:
    draft.language = language
    db.session.commit()


def filled(raw: Raw, *, emptied: Container[str] = frozenset()) -> dict[str, list[str]]:
    """Without what is empty, but for the names in ``emptied``: there it says not to begin again."""
    return {path: values for path, values in raw.items() if any(values) or name_of(path) in emptied}
