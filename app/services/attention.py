"""What waits for somebody: counted for their territories, and as far as they may see to it.

A few queries, however many collections there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select

from app.extensions import db
from app.models import (
    Collection,
    CollectionRoll,
    Decision,
    Invitation,
    Letter,
    LetterState,
    Organisation,
    PaperForm,
    PaperState,
    Publication,
    Quarantined,
    Response,
    ResponseState,
)
from app.services.analytics.analyse import listed
from app.services.analytics.findings import Listed
from app.services.publication.released import THRESHOLD
from app.services.scope import EVERYWHERE, Scope

SOON = timedelta(days=7)
RECENT = timedelta(days=60)
LOW = 0.5
"""A share of answers below which a collection about to close needs somebody."""


class Task(StrEnum):
    """Why a collection needs somebody, the most urgent first."""

    HELD = "held"
    CONFLICTS = "conflicts"
    MAIL = "mail"
    CLOSING = "closing"
    PAPER = "paper"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that waits. ``of``: how many there are in all, of what closes soon."""

    task: Task
    about: Listed
    count: int
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is on somebody's desk: what waits, and the collections, the latest opened first."""

    items: tuple[Item, ...]
    collections: tuple[Listed, ...]


def desk(tasks: Iterable[Task], *, now: datetime, scope: Scope = EVERYWHERE) -> Desk:
    """Everything that waits of these tasks."""
    known = {each.slug: each for each in listed(scope=scope)}
    found: list[Item] = []
    for task in tasks:
        if task is Task.CLOSING:
            found += _closing(known, now, scope)
        elif task is Task.PUBLISH:
            found += _unpublished(known, now, scope)
        else:
            counts = dict(db.session.execute(_counts(task, scope)).all())
            found += [
                Item(task=task, about=known[slug], count=count) for slug, count in counts.items()
            ]
    order = [*Task]
    found.sort(key=lambda item: (order.index(item.task), -item.count, item.about.slug))
    return Desk(items=tuple(found), collections=tuple(known.values()))


def _counts(task: Task, scope: Scope) -> Select[tuple[str, int]]:
    query: Select[tuple[str, int]] = select(Collection.slug, func.count())
    if task is Task.HELD:
        query = query.join(Quarantined, Quarantined.collection_id == Collection.id).where(
            Quarantined.state == Decision.WAITING, scope.among(Quarantined.territory_id)
        )
    elif task is Task.CONFLICTS:
        query = query.join(Response, Response.collection_id == Collection.id).where(
            Response.state == ResponseState.CONFLICT, Response.reviewed_on.is_(None), scope.rows()
        )
    elif task is Task.PAPER:
        query = query.join(PaperForm, PaperForm.collection_id == Collection.id).where(
            PaperForm.state.in_([PaperState.FIRST, PaperState.DIFFERS]),
            scope.among(PaperForm.territory_id),
        )
    else:
        query = (
            query.join(Invitation, Invitation.collection_id == Collection.id)
            .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
            .where(_never_arrived(), scope.among(Organisation.territory_id))
        )
    return query.group_by(Collection.slug)


def _never_arrived() -> ColumnElement[bool]:
    """Of an invitation: a letter was refused, and none was taken."""
    letters = select(Letter.id).where(Letter.invitation_id == Invitation.id)
    refused = letters.where(Letter.state == LetterState.REFUSED).exists()
    return refused & ~letters.where(Letter.state == LetterState.SENT).exists()


def _closing(known: Mapping[str, Listed], now: datetime, scope: Scope) -> list[Item]:
    """What closes within days and few have answered; how many are asked may not be known."""
    soon = [each for each in known.values() if each.closes_at and now < each.closes_at < now + SOON]
    sizes = _sizes([each.slug for each in soon], scope) if soon else {}
    found = []
    for each in soon:
        size = sizes.get(each.slug)
        if size is None or each.responses < LOW * size:
            found.append(Item(task=Task.CLOSING, about=each, count=each.responses, of=size))
    return found


def _sizes(slugs: list[str], scope: Scope) -> dict[str, int]:
    roll = (
        select(Collection.slug, func.count())
        .join(CollectionRoll, CollectionRoll.collection_id == Collection.id)
        .where(Collection.slug.in_(slugs), scope.among(CollectionRoll.territory_id))
        .group_by(Collection.slug)
    )
    found = dict(db.session.execute(roll).all())
    if not scope.limited:
        declared = select(Collection.slug, Collection.population).where(
            Collection.slug.in_(slugs), Collection.population.is_not(None)
        )
        found = dict(db.session.execute(declared).all()) | found
    return found


def _unpublished(known: Mapping[str, Listed], now: datetime, scope: Scope) -> list[Item]:
    """What closed lately and whose results were never given back; only who sees all may do so."""
    if scope.limited:
        return []
    query = select(Collection.slug).join(Publication, Publication.collection_id == Collection.id)
    published = set(db.session.scalars(query.distinct()))
    return [
        Item(task=Task.PUBLISH, about=each, count=each.responses)
        for each in known.values()
        if each.closes_at
        and now - RECENT < each.closes_at <= now
        and each.responses >= THRESHOLD
        and each.slug not in published
    ]
