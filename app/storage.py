"""Where files are kept that people hand in: a folder outside the web root, or an S3 bucket.

A key is ours and says nothing about anybody. What `put` was given is durable when it returns; until
then nobody finds the key, so a reader never meets half a file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import parse_qsl, urlsplit

from flask import current_app

BLOCK = 1 << 18
"""Bytes that are read and written at once."""


class Missing(Exception):  # noqa: N818 a file that is not there is told, it is not always a fault
    """No file is kept under that key."""


class Store(Protocol):
    """What a place for files can do."""

    def put(self, key: str, source: IO[bytes]) -> None:
        """Keep what the source holds from its beginning, over what was there."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes in blocks. Raises `Missing`, before the first of them."""

    def delete(self, key: str) -> None:
        """Forget a file; one that is not there is forgotten already."""

    def keys(self, before: date) -> Iterator[str]:
        """The keys of all files kept before that day."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Files on this machine. Their times on the disk are rounded to the day: a file of an anonymous
    response must not tell when it came."""

    root: Path

    def put(self, key: str, source: IO[bytes]) -> None:
        target = self.root / key
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = target.with_name(f".{secrets.token_hex(8)}.new")
        source.seek(0)
        try:
            with open(new, "xb", opener=_private) as out:
                shutil.copyfileobj(source, out, BLOCK)
                out.flush()
                os.fsync(out.fileno())
            midnight = datetime.combine(date.today(), time()).timestamp()
            os.utime(new, (midnight, midnight))
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)
        _sync_folder(target.parent)

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        try:
            file = (self.root / key).open("rb")
        except FileNotFoundError:
            raise Missing(key) from None
        return _blocks(file, start, length)

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def keys(self, before: date) -> Iterator[str]:
        limit = datetime.combine(before, time()).timestamp()
        for path in self.root.rglob("*") if self.root.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):  # another process may sweep too
                if path.is_file() and path.stat().st_mtime < limit:
                    yield path.relative_to(self.root).as_posix()


def store() -> Store:
    """The place that `CABILDO_FILES` names; without it, `files` in the data folder."""
    kept = current_app.extensions.get("cabildo.files")
    if kept is None:
        kept = open_store(current_app.config["CABILDO_FILES"], current_app.config["CABILDO_DATA"])
        current_app.extensions["cabildo.files"] = kept
    return kept


def open_store(address: str, data: Path) -> Store:
    if not address.startswith("s3:"):
        return Folder(Path(address) if address else data / "files")
    from app.storage_s3 import Bucket  # its client is an extra that few installations want

    parts = urlsplit(address)
    return Bucket.open(parts.netloc, parts.path.strip("/"), dict(parse_qsl(parts.query)))


def scratch() -> Path:
    """A folder on this machine for what is still arriving."""
    folder: Path = current_app.config["CABILDO_DATA"] / "arriving"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def columns_folder() -> Path:
    """Where responses are kept as columns; whatever is missing there is made again."""
    folder: Path = current_app.config["CABILDO_DATA"] / "columns"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def largest_mb() -> int:
    """The largest file that is taken at all, whatever a question allows."""
    return int(current_app.config["CABILDO_MAX_FILE_MB"])


def yesterday() -> date:
    """What is older is no work of a process that is still at it."""
    return date.today() - timedelta(days=1)


def _blocks(file: IO[bytes], start: int, length: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = length
        while left is None or left > 0:
            block = file.read(BLOCK if left is None else min(BLOCK, left))
            if not block:
                return
            left = None if left is None else left - len(block)
            yield block


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    """A rename lasts when its folder is written too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
