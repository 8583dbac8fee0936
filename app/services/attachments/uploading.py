"""Files that a phone sends after its answers: in pieces, going on where the signal broke off.

What has arrived of a file is a file beside the data, as long as what is there. It moves to where
files are kept when all of it is there and its SHA-256 is the one that was promised. What comes
sealed, from an interviewer's phone, is opened before it is looked at like any other.
"""

from __future__ import annotations

import base64
import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Attachment, Collection, Mode, Response
from app.services import collections
from app.services.attachments import attachments
from app.services.attachments.attachments import MB, Looked, Upload
from app.services.fieldwork import sealed_files
from app.services.fieldwork.sealing import SealError
from app.storage import largest_mb, scratch
from encuestas import AnswerFault, Question


@dataclass(frozen=True, slots=True)
class Promise:
    """What a phone says of a file before it sends it."""

    instance: str
    name: str
    size: int
    sha256: str = ""
    called: str = ""


class Refused(Exception):  # noqa: N818 it is told to whoever sent the file
    """The whole file is here and cannot be kept: it is too large, or of another kind."""

    def __init__(self, fault: AnswerFault, question: Question) -> None:
        super().__init__(fault.code)
        self.fault, self.question = fault, question


@dataclass(frozen=True, slots=True)
class State:
    """How much of a file is here; ``sha256``, of what was sent, when it is kept for good."""

    key: str
    size: int
    offset: int
    sha256: str | None = None


def begin(collection: Collection, promise: Promise) -> State:
    """Where to go on with a file that an answer names; the same again gives the same.

    Raises Problem UPLOAD_UNKNOWN where no answer that was received names it, UPLOAD_TOO_LARGE, or
    UPLOAD_OTHER where another file is here under that name.
    """
    query = select(Attachment).where(
        Attachment.collection_id == collection.id,
        Attachment.instance_id == promise.instance.replace("\0", "")[:36],
        Attachment.name == promise.name.replace("\0", ""),
    )
    row = db.session.scalars(query.with_for_update()).first()
    if row is None:
        raise Problem(ProblemCode.UPLOAD_UNKNOWN)
    if row.arrived:
        if promise.sha256 not in {"", row.sent_sha256, row.sha256}:
            raise Problem(ProblemCode.UPLOAD_OTHER)
        return _state(row)
    largest = largest_mb() * MB
    if not 0 < promise.size <= largest + sealed_files.most_added(largest):
        raise Problem(ProblemCode.UPLOAD_TOO_LARGE, limit_mb=largest_mb())
    told = (promise.size, promise.sha256 or None)
    if (row.sent_size, row.sent_sha256) not in {told, (None, None)}:
        _partial(row.id).unlink(missing_ok=True)
    row.sent_size, row.sent_sha256 = told
    if row.mode == Mode.CONFIDENTIAL and promise.called:
        row.original = attachments.called(promise.called)
    state = _state(row)
    db.session.commit()
    return state


def look(collection: Collection, key: str) -> State:
    """How much of the upload is here. Raises Problem UPLOAD_UNKNOWN."""
    return _state(_find(collection, key))


def go_on(
    collection: Collection, key: str, *, offset: int, body: Iterable[bytes], data: Path
) -> State:
    """Add what comes to what is here, and keep the file when that is all of it.

    ``body`` ends early where a connection breaks: what came before stays. ``data``: the folder with
    the service's key. Raises Problem UPLOAD_UNKNOWN, UPLOAD_BUSY where another request is adding to
    it, UPLOAD_OFFSET where something else comes next, UPLOAD_BROKEN where it is not what was
    promised, `Refused` for a file that cannot be taken, and SealError for one that is sealed
    otherwise than for this answer and service.
    """
    row = _find(collection, key)
    state = _state(row)
    db.session.rollback()  # nobody else must wait for a slow phone
    if state.sha256 is not None:
        return state
    with _alone(key) as file:
        here = file.seek(0, os.SEEK_END)
        if offset != here:
            raise Problem(ProblemCode.UPLOAD_OFFSET, offset=here)
        _append(file, body, state.size - here)
        here = file.tell()
        if here < state.size:
            return State(key, state.size, here)
        return _finish(collection, key, file, data)


def _find(collection: Collection, key: str) -> Attachment:
    query = select(Attachment).where(
        Attachment.collection_id == collection.id,
        Attachment.id == key.replace("\0", "")[:36],
        Attachment.sent_size.is_not(None) | Attachment.arrived,
    )
    row = db.session.scalars(query).first()
    if row is None:
        raise Problem(ProblemCode.UPLOAD_UNKNOWN)
    return row


def _state(row: Attachment) -> State:
    if row.arrived:
        size = row.sent_size or row.size or 0
        return State(row.id, size, size, row.sent_sha256 or row.sha256)
    path = _partial(row.id)
    return State(row.id, row.sent_size or 0, path.stat().st_size if path.exists() else 0)


def _partial(key: str) -> Path:
    return scratch() / f"{key}.part"


@contextmanager
def _alone(key: str) -> Iterator[IO[bytes]]:
    with open(_partial(key), "ab+", opener=_private) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(ProblemCode.UPLOAD_BUSY) from None
        yield file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _append(file: IO[bytes], body: Iterable[bytes], left: int) -> None:
    for block in body:
        file.write(block[:left])
        left -= len(block)
        if left <= 0:
            break
    file.flush()
    os.fsync(file.fileno())
    file.seek(0, os.SEEK_END)


def _finish(collection: Collection, key: str, file: IO[bytes], data: Path) -> State:
    row = db.session.get_one(Attachment, key)
    if row.arrived:
        return _state(row)
    if row.sent_sha256 and attachments.digest(file) != row.sent_sha256:
        _partial(key).unlink(missing_ok=True)
        raise Problem(ProblemCode.UPLOAD_BROKEN)
    question = _question(collection, row)
    with tempfile.TemporaryFile(dir=scratch()) as opened:
        try:
            upload = _unsealed(row, file, opened, data)
            looked = attachments.look(question, row.name, upload)
            if isinstance(looked, AnswerFault):
                raise Refused(looked, question)
        except (SealError, Refused):
            _partial(key).unlink(missing_ok=True)
            raise
        if row.mode == Mode.CONFIDENTIAL and upload.called:
            row.original = attachments.called(upload.called)
        return _keep(row, looked)


def _unsealed(row: Attachment, file: IO[bytes], opened: IO[bytes], data: Path) -> Upload:
    """What was sent, or what is in it where it came sealed. Raises SealError."""
    if not sealed_files.is_sealed(file):
        return Upload(file)
    name = f"{row.instance_id} {row.name}"
    called = sealed_files.unseal(file, opened, name=name, data=data)
    opened.seek(0)
    return Upload(opened, called)


def _keep(row: Attachment, looked: Looked) -> State:
    with looked.file:
        attachments.arrive(row, looked)
    state = _state(row)
    db.session.commit()
    _partial(state.key).unlink(missing_ok=True)
    return state


def _question(collection: Collection, row: Attachment) -> Question:
    """The question that the file answers, as it was asked."""
    query = select(Response.version_id, Response.correction).where(
        Response.collection_id == row.collection_id, Response.instance_id == row.instance_id
    )
    asked = db.session.execute(query.limit(1)).first()
    survey = collections.fielded(collection, *asked) if asked else collections.fielded(collection)
    if not survey.has(row.question):
        raise Problem(ProblemCode.UPLOAD_UNKNOWN)
    return survey.question(row.question)


def read_metadata(text: str) -> Mapping[str, str]:
    """The names and values of an ``Upload-Metadata`` header; what cannot be read is left out."""
    found = {}
    for pair in text.split(","):
        name, _, coded = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(coded, validate=True).decode()
        except ValueError:
            continue
    return found
