"""Which files of a collection's responses are here, which are missing, and all of them at once."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, or_, select

from app.extensions import db, reading
from app.models import Attachment, Collection, Quarantined, Response
from app.models.columns import utc_now
from app.services import collections
from app.services.exports.export_plan import connected, parts
from app.services.exports.stream import note_export
from app.services.scope import EVERYWHERE, Scope
from app.storage import Missing, store
from encuestas.export import harmless

PAGE = 200
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Of every file in an archive: when one came can say whose it is."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a response; ``key`` opens it."""

    key: str
    response: str
    question: str
    name: str
    original: str
    size: int | None
    arrived: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many files the answers name, and how many of them are missing."""

    files: int
    missing: int


def count(collection: Collection, *, scope: Scope = EVERYWHERE) -> Count:
    """Raises Problem RESULTS_AT_CLOSING."""
    collections.require_results(collection, utc_now())
    missing = func.sum(case((Attachment.arrived, 0), else_=1))
    query = _of(collection, scope).with_only_columns(func.count(), missing).order_by(None)
    files, left = db.session.execute(query).one()
    return Count(files, int(left or 0))


def listed(
    collection: Collection,
    *,
    missing: bool = False,
    first: int = 0,
    scope: Scope = EVERYWHERE,
) -> list[Listed]:
    """Files of the responses that count, those that are missing first, from a place on."""
    collections.require_results(collection, utc_now())
    query = _of(collection, scope).order_by(Attachment.arrived, Response.id, Attachment.name)
    if missing:
        query = query.where(~Attachment.arrived)
    rows = db.session.execute(query.offset(first).limit(PAGE))
    return [_listed(row) for row in rows]


def find(collection: Collection, key: str, *, scope: Scope = EVERYWHERE) -> Attachment | None:
    """A file of the collection, if its responses may be seen."""
    collections.require_results(collection, utc_now())
    query = select(Attachment).where(
        Attachment.collection_id == collection.id, Attachment.id == key.replace("\0", "")
    )
    if scope.limited:
        query = query.where(
            or_(
                *(
                    select(noun.id)
                    .where(
                        noun.collection_id == Attachment.collection_id,
                        noun.instance_id == Attachment.instance_id,
                        scope.among(noun.territory_id),
                    )
                    .exists()
                    for noun in (Response, Quarantined)
                )
            )
        )
    return db.session.scalars(query).first()


def archive(slug: str, *, scope: Scope = EVERYWHERE) -> Generator[bytes, None, None]:
    """A ZIP of the files, in a folder per response, in pieces: it is never whole in memory.

    What is missing is named in ``missing.csv``. Raises Problem UNKNOWN_COLLECTION or
    RESULTS_AT_CLOSING at once.
    """
    with reading():
        collection = collections.find(slug)
        collections.require_results(collection, utc_now())
        query = _of(collection, scope).order_by(Response.id, Attachment.name)
    return _zipped(query)


def listing(slug: str, *, scope: Scope = EVERYWHERE) -> Generator[str, None, None]:
    """The files as a CSV, in pieces: with `archive` it tells which is whose.

    Raises Problem UNKNOWN_COLLECTION or RESULTS_AT_CLOSING at once.
    """
    with reading():
        collection = collections.find(slug)
        collections.require_results(collection, utc_now())
        query = _of(collection, scope).order_by(Response.id, Attachment.name)
    return _listing(query)


_LISTED = ("response", "question", "name", "original", "kind", "size", "sha256", "arrived")


def _listing(query: Select[Any]) -> Generator[str, None, None]:
    yield "\ufeff" + _csv_lines([["_id", *_LISTED[1:]]])
    with connected(db.engine) as connection:
        for part in parts(connection, query):
            yield _csv_lines([_listed_cell(getattr(row, name)) for name in _LISTED] for row in part)


def _listed_cell(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else harmless(str(value))


def _csv_lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def write_archive(slug: str, write: Callable[[bytes], object]) -> None:
    """`archive` for whoever runs the service, noted in the audit."""
    pieces = archive(slug)
    note_export(slug, format="files")
    with closing(pieces):
        for piece in pieces:
            write(piece)


def _of(collection: Collection, scope: Scope) -> Select[Any]:
    here = (Response.collection_id == Attachment.collection_id) & (
        Response.instance_id == Attachment.instance_id
    )
    return (
        select(
            Attachment.id,
            Response.id.label("response"),
            Attachment.question,
            Attachment.name,
            Attachment.original,
            Attachment.kind,
            Attachment.sha256,
            Attachment.size,
            Attachment.arrived,
        )
        .join(Response, here)
        .where(Attachment.collection_id == collection.id, Response.counts(), scope.rows())
    )


def _listed(row: Any) -> Listed:
    return Listed(row.id, row.response, row.question, row.name, row.original, row.size, row.arrived)


class _Sink(io.RawIOBase):
    """Where the archive is written, to be taken from a piece at a time."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        piece, self._pieces = b"".join(self._pieces), []
        return piece


def _zipped(query: Select[Any]) -> Generator[bytes, None, None]:
    sink, missing = _Sink(), list[Sequence[str]]()
    # Stored as they are: photographs and films are compressed already.
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as out:
        with connected(db.engine) as connection:
            for part in parts(connection, query):
                for row in map(_listed, part):
                    blocks = _blocks(row)
                    if blocks is None:
                        missing.append((row.response, row.question, row.name))
                        continue
                    info = zipfile.ZipInfo(f"{row.response}/{row.name}", _LONG_AGO)
                    with out.open(info, "w", force_zip64=True) as entry:
                        for block in blocks:
                            entry.write(block)
                            yield sink.taken()
        if missing:
            out.writestr(zipfile.ZipInfo("missing.csv", _LONG_AGO), _csv(missing))
    yield sink.taken()


def _blocks(row: Listed) -> Iterator[bytes] | None:
    if not row.arrived:
        return None
    try:
        return store().read(Attachment(id=row.key).key)
    except Missing:
        return None


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([("response", "question", "name"), *rows])
    return text.getvalue()
