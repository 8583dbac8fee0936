"""The document of a plan: a PDF that staff hand in and those who rate the plan can read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import IO

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Plan, User
from app.models.columns import utc_now
from app.services.attachments.attachments import digest
from app.services.audit import note
from app.services.register import rolls
from app.services.scope import EVERYWHERE, Scope
from app.signing import keyed
from app.storage import store, yesterday
from encuestas.attached import kind_of
from encuestas.attached.kinds import PDF

_FOLDER = "plans"
_END = 2048
"""Bytes at a PDF's end among which its last words must be."""
_LAST_WORDS = re.compile(rb"startxref\s+([0-9]{1,12})\s+%%EOF\s*\0*\Z")
_TABLE = re.compile(rb"\s*(?:xref\b|[0-9]+\s+[0-9]+\s+obj\b)")


class DocumentFault(StrEnum):
    """Why a document was not kept."""

    MISSING = "missing"
    TOO_LARGE = "too_large"
    NOT_PDF = "not_pdf"
    BROKEN = "broken"


def key(plan: Plan) -> str:
    """Where the document is kept (`app.storage`): another content has another key."""
    return f"{_FOLDER}/{plan.id}/{plan.document_hash}"


def find(code: str, *, scope: Scope = EVERYWHERE) -> Plan:
    """Raises Problem NOT_FOUND."""
    # PostgreSQL fails on a NUL, and no code has one.
    query = select(Plan).where(Plan.code == code, scope.among(Plan.territory_id))
    found = None if "\0" in code else db.session.scalars(query).first()
    if found is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return found


def keys_of(*where: ColumnElement[bool]) -> list[str]:
    """Where the documents of these plans are, for who deletes their rows."""
    query = select(Plan).where(Plan.document_hash.is_not(None), *where)
    return [key(plan) for plan in db.session.scalars(query)]


def attach(
    code: str,
    file: IO[bytes] | None,
    *,
    cut: bool,
    limit: int,
    actor: User,
    scope: Scope = EVERYWHERE,
) -> DocumentFault | None:
    """Keep the document in place of the one before. Raises Problem NOT_FOUND for no such plan.

    It is looked at by its content, whatever its name. ``cut``: more came than may be.
    """
    plan = find(code, scope=scope)
    size = file.seek(0, 2) if file is not None else 0
    if cut or size > limit:
        return DocumentFault.TOO_LARGE
    if file is None or not size:
        return DocumentFault.MISSING
    if kind_of(file) is not PDF:
        return DocumentFault.NOT_PDF
    if not _is_whole(file, size):
        return DocumentFault.BROKEN
    before = key(plan) if plan.document_hash else None
    plan.document_hash, plan.document_bytes = digest(file), size
    plan.document_at = utc_now()
    if key(plan) != before:
        store().put(key(plan), file)
    note("plan.document", plan.code, actor=actor, sha256=plan.document_hash, bytes=size)
    db.session.commit()
    if before and before != key(plan):
        store().delete(before)
    return None


def detach(code: str, *, actor: User, scope: Scope = EVERYWHERE) -> None:
    """Take the document away. Raises Problem NOT_FOUND."""
    plan = find(code, scope=scope)
    if plan.document_hash is None:
        return
    kept = key(plan)
    plan.document_hash = plan.document_bytes = plan.document_at = None
    note("plan.document", plan.code, actor=actor, removed=True)
    db.session.commit()
    store().delete(kept)


def rated_in(collection: Collection, *, organisation_id: str | None = None) -> Sequence[Plan]:
    """The plans that the collection asks about: its own, or those in force in the territories of
    the organisations that it asks. Of one organisation: those of its own territory."""
    query = select(Plan).options(joinedload(Plan.territory)).order_by(Plan.code)
    if collection.plan_id is not None:
        return db.session.scalars(query.where(Plan.id == collection.plan_id)).all()
    if collection.respondent != "organisation":
        return ()
    places = [territory.id for territory in collection.territories]
    if organisation_id is not None:
        places = [rolls.territory_of(collection, organisation_id)]
    return db.session.scalars(query.where(Plan.active, Plan.territory_id.in_(places))).all()


def of_collection(collection: Collection, code: str) -> Plan | None:
    """A plan that the collection asks about and that has a document."""
    found = (plan for plan in rated_in(collection) if plan.code == code)
    return next((plan for plan in found if plan.document_hash), None)


def mark(collection: Collection, plan: Plan) -> str:
    """What the document's address has that only a page of the collection tells.

    Where only personal links lead in, only who was invited sees such a page. It goes with the
    content: what a phone keeps under an address is right for good.
    """
    return keyed(f"plan {collection.id} {plan.code} {plan.document_hash}").hex()[:16]


def unnamed() -> list[str]:
    """Contents that no plan names: what a crash left between the file and its row.

    What began to arrive today may belong to a process that has not committed yet.
    """
    kept = set(keys_of())
    old = store().keys(yesterday())
    return [each for each in old if each.startswith(f"{_FOLDER}/") and each not in kept]


def _is_whole(file: IO[bytes], size: int) -> bool:
    """Whether its end is there, and leads to the table of what is in it: a PDF that was cut short
    on its way has neither, and no page that only begins like one."""
    file.seek(max(0, size - _END))
    last = _LAST_WORDS.search(file.read())
    at = int(last[1]) if last else size
    if at >= size:
        return False
    file.seek(at)
    found = _TABLE.match(file.read(64)) is not None
    file.seek(0)
    return found
