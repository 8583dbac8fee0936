"""Requests that carry files: streamed to the disk, and never more of them than is allowed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from flask import Request, request

from app.config import MAX_BODY_BYTES
from app.storage import scratch

MOST_BYTES = 1024**3
"""How large a body may be that has a file in it. What is over a file's own limit is read and thrown
away: answering before all has come would lose the other answers of the page."""
MOST_PARTS = 10_000


class Arriving:
    """A temporary file without a name that stops growing at its limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=scratch())  # noqa: SIM115 see close
        self.cut = False

    def write(self, data: bytes) -> int:
        if not self.cut and self.file.tell() + len(data) > self._limit:
            self.cut = True
            self.file.seek(0)
            self.file.truncate()
        if not self.cut:
            self.file.write(data)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


class FileRequest(Request):
    """A request whose files are kept up to ``file_limit`` bytes each."""

    file_limit = MAX_BODY_BYTES
    """What a whole body may usually have: staff's lists fit, and need nothing special."""

    def allow_files(self, limit: int) -> None:
        """Let the body have files of up to so many bytes each. Before anything reads it."""
        self.file_limit = limit
        self.max_content_length = MOST_BYTES
        self.max_form_parts = MOST_PARTS

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        new = Arriving(self.file_limit)
        self._arriving.append(new)
        return new  # type: ignore[return-value] # it has all that the parser uses

    @cached_property
    def _arriving(self) -> list[Arriving]:
        return []

    def close(self) -> None:
        """Of a body that broke off the parser gives no files, but they are open."""
        super().close()
        for each in self._arriving:
            each.file.close()


# What lets something in is called before anything reads the body, which looking for a token does:
# in a blueprint's `url_value_preprocessor`.


def let_file_in(limit: int, *, body: int) -> None:
    """Let this request have files of up to so many bytes each, and so many in all."""
    asked = _this_request()
    asked.allow_files(limit)
    asked.max_content_length = body


def let_text_in(limit: int) -> None:
    """Let a field hold the text of such a file, in two to four bytes a letter."""
    asked = _this_request()
    asked.max_content_length = asked.max_form_memory_size = limit


@contextmanager
def on_disk(content: bytes, name: str) -> Iterator[Path]:
    """A file for as long as it is read, in a folder of its own that only we may enter."""
    with tempfile.TemporaryDirectory(prefix="cabildo-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def _this_request() -> FileRequest:
    return request._get_current_object()  # type: ignore[attr-defined] # a proxy has it
