"""Codes of open answers as a variable of its own: ``code.<question>``."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from app.extensions import db
from app.models import Collection, Response, TextCode
from app.services.scope import EVERYWHERE, Scope

PREFIX = "code."


def codes_of(collection: Collection, question: str) -> Mapping[str, list[str]]:
    """The codes of each answer that was read, by its response's key."""
    query = select(TextCode.response_id, TextCode.codes).where(
        TextCode.collection_id == collection.id, TextCode.question == question
    )
    return dict(db.session.execute(query).all())


def known_codes(
    collection: Collection, *, scope: Scope = EVERYWHERE
) -> Mapping[str, tuple[str, ...]]:
    """The codes in use of each question that somebody coded, in order."""
    query = (
        select(TextCode.question, TextCode.codes)
        .join(Response, Response.id == TextCode.response_id)
        .where(TextCode.collection_id == collection.id, Response.counts(), scope.rows())
    )
    found: dict[str, set[str]] = {}
    for question, codes in db.session.execute(query):
        found.setdefault(question, set()).update(codes)
    return {question: tuple(sorted(codes)) for question, codes in sorted(found.items()) if codes}
