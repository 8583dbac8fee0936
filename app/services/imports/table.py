"""A CSV file as other programs wrote it: which encoding, which separator, and its rows one by one.

Chilean Excel writes Windows-1252 with semicolons, a survey platform UTF-8 with commas, an old
statistics program tabs. What was found is reported, so that a wrong guess can be seen and mended.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.services.imports.faults import ImportCode, refuse

SEPARATORS = (",", ";", "\t", "|")
_CHUNK = 1 << 16
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Bytes that Windows-1252 leaves without a character: a file that has one is Latin-1.
_NOT_WINDOWS = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file of rows and how it is written. ``header`` has the columns' names without blanks."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A record. ``number`` is the one that a spreadsheet shows: the header is row 1."""

    number: int
    cells: tuple[str, ...]
    offset: int

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


def open_csv(
    path: Path, known: Container[str], *, encoding: str | None = None, separator: str | None = None
) -> CsvFile:
    """Find out how the file is written; ``known`` names are what a header is recognised by.

    Raises ImportRefused when it is no text, is empty, or cannot be read in the encoding asked for.
    """
    encoding = _require(path, encoding) if encoding else _detect_encoding(path)
    headers = {
        candidate: _header(path, encoding, candidate)
        for candidate in ((separator,) if separator else SEPARATORS)
    }
    if not any(headers.values()):
        raise refuse(ImportCode.EMPTY_FILE)

    def fit(candidate: str) -> tuple[int, int]:
        header = headers[candidate]
        return sum(name in known for name in header), len(header)

    separator = max(headers, key=fit)
    return CsvFile(path, encoding, separator, headers[separator])


def read_rows(file: CsvFile) -> Iterator[Row]:
    """The records below the header. Raises ImportRefused where quotes don't match."""
    number = 0
    with file.path.open(encoding=file.encoding, newline="") as text:
        # strict: a quote that is never closed would otherwise swallow all later rows as one cell.
        reader = csv.reader(text, delimiter=file.separator, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if number > 1:
                    yield Row(number, tuple(cells), text.buffer.tell())
        except csv.Error as error:
            raise refuse(ImportCode.BROKEN_CSV, row=number + 1) from error


def is_text_encoding(name: str) -> bool:
    """Whether the name is an encoding of text: Python's codecs also include zip and rot13."""
    try:
        "a".encode(name).decode(name)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _header(path: Path, encoding: str, separator: str) -> tuple[str, ...]:
    with path.open(encoding=encoding, newline="") as text:
        try:
            cells = next(csv.reader(text, delimiter=separator), [])
        except csv.Error:  # a cell beyond the longest allowed: not this separator
            return ()
    names = tuple(cell.strip() for cell in cells)
    return names if any(names) else ()


def _detect_encoding(path: Path) -> str:
    with path.open("rb") as binary:
        start = binary.read(4)
    if start.startswith(_UTF16):
        return _require(path, "utf-16")
    if _decodes(path, "utf-8-sig"):
        return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    return "latin-1" if _holds_any(path, _NOT_WINDOWS) else "cp1252"


def _require(path: Path, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise refuse(ImportCode.WRONG_ENCODING, encoding=encoding)
    return encoding


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is text in that encoding. Raises ImportRefused NOT_TEXT at a NUL."""
    try:
        with path.open(encoding=encoding, newline="") as text:
            while chunk := text.read(_CHUNK):
                if "\0" in chunk:
                    raise refuse(ImportCode.NOT_TEXT)
    except UnicodeError:
        return False
    return True


def _holds_any(path: Path, unwanted: bytes) -> bool:
    """Whether any of the bytes is in the file; a NUL says that it is no text at all."""
    found = False
    with path.open("rb") as binary:
        while chunk := binary.read(_CHUNK):
            if b"\0" in chunk:
                raise refuse(ImportCode.NOT_TEXT)
            found = found or len(chunk) != len(chunk.translate(None, unwanted))
    return found
