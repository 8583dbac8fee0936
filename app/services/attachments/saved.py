"""What a phone saved because it could not send: answers, and the files that they name.

It is JSON where no answer names a file, and otherwise a ZIP of that JSON and of the files, as
static/carry.js writes it. What comes this way is looked at like what comes by any other.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.services import collections
from app.services.attachments import attachments, uploading
from app.services.attachments.uploading import Promise, Refused
from app.services.fieldwork.sealing import SealError
from app.services.receiving.shape import read_json
from app.storage import BLOCK

INDEX = "responses.json"
MOST_TEXT = 16 * 1024 * 1024
MOST_FILES = 5_000
_MARK, _ENCRYPTED = b"PK\x03\x04", 1
_DAMAGED = (BadZipFile, EOFError, KeyError, NotImplementedError, zlib.error)
"""Cut short, changed, or packed in a way that no phone of ours does."""


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """One file of those in the ZIP: which it is there, and which answer names it."""

    entry: str = ""
    instance: str = ""
    collection: str = ""
    """Empty for a sealed one: before it is opened nobody knows."""
    name: str = ""
    sha256: str = ""
    called: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a phone's file holds: what is said in it, and the files beside that."""

    told: Mapping[str, Any]
    files: Sequence[CarriedFile] = ()
    archive: ZipFile | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one file; ``fault``: why it could not be kept."""

    name: str
    new: bool = False
    fault: Problem | Refused | SealError | None = None


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Saved | None]:
    """What a phone's file holds, while it is open; None if no phone wrote it."""
    with ExitStack() as stack:
        yield _read(file, stack)


def _read(file: IO[bytes], stack: ExitStack) -> Saved | None:
    file.seek(0)
    packed = file.read(len(_MARK)) == _MARK
    file.seek(0)
    archive, text = None, b""
    try:
        if packed:
            archive = stack.enter_context(ZipFile(file))
            with archive.open(INDEX) as index:
                text = index.read(MOST_TEXT + 1)
        else:
            text = file.read(MOST_TEXT + 1)
        told = read_json(text) if len(text) <= MOST_TEXT else None
    except (*_DAMAGED, OSError, RuntimeError, ValueError, Problem):  # whatever somebody made up
        return None
    if not isinstance(told, dict):
        return None
    return Saved(told, _files(told) if archive else (), archive)


def _files(told: Mapping[str, Any]) -> list[CarriedFile]:
    listed = told.get("files")
    return [_file(each) for each in listed[:MOST_FILES]] if isinstance(listed, list) else []


def _file(said: object) -> CarriedFile:
    """What is missing stays empty, and then nothing is known under it."""
    known = said if isinstance(said, dict) else {}
    return CarriedFile(
        **{
            name: text.encode("utf-8", "replace").decode()
            for name in CarriedFile.__slots__
            if isinstance(text := known.get(name), str)
        }
    )


def keep(saved: Saved, *, data: Path, homes: Mapping[str, str] | None = None) -> list[Kept]:
    """Keep the files of answers that are here, as if the phone had sent them.

    ``data``: the folder with the service's key; ``homes``: the collection of each instance, where
    the phone could not know it.
    """
    return [_keep(saved.archive, each, data, homes or {}) for each in saved.files if saved.archive]


def _keep(archive: ZipFile, file: CarriedFile, data: Path, homes: Mapping[str, str]) -> Kept:
    told = file.called or file.name
    try:
        new = _arrive(archive, file, data, file.collection or homes.get(file.instance, ""))
    except (Problem, Refused, SealError) as fault:
        db.session.rollback()
        return Kept(told, fault=fault)
    except _DAMAGED:
        db.session.rollback()
        return Kept(told, fault=Problem(ProblemCode.UPLOAD_BROKEN))
    return Kept(told, new)


def _arrive(archive: ZipFile, file: CarriedFile, data: Path, slug: str) -> bool:
    """True: it was not here before."""
    info = archive.getinfo(file.entry)
    if info.flag_bits & _ENCRYPTED:
        raise BadZipFile
    collection = collections.find(slug)
    sha256 = file.sha256.lower()
    if not sha256:  # the phone finds by it, when it sends the file too, that it is here
        with archive.open(info) as content:
            sha256 = attachments.digest(content)
    promise = Promise(file.instance, file.name, info.file_size, sha256, file.called)
    state = uploading.begin(collection, promise)
    if state.sha256 is not None:
        return False
    with archive.open(info) as content:
        content.seek(state.offset)  # the phone had sent so much of it
        body = iter(lambda: content.read(BLOCK), b"")
        state = uploading.go_on(collection, state.key, offset=state.offset, body=body, data=data)
    if state.sha256 is None:
        raise Problem(ProblemCode.UPLOAD_BROKEN)
    return True
