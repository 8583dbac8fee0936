"""A spreadsheet read with nothing but a ZIP and an XML reader: what is really in the file."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LETTERS = re.compile(r"[A-Z]+")

Row = list[object]


def read(content: bytes) -> dict[str, list[Row]]:
    """The rows of each sheet: numbers as floats, text as text, None where nothing was written."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        book = _parsed(file.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iter(f"{_MAIN}sheet")]
        return {
            name: _rows(_parsed(file.read(f"xl/worksheets/sheet{number}.xml")))
            for number, name in enumerate(names, start=1)
        }


def table(rows: list[Row]) -> list[dict[str, object]]:
    """The rows below the heading as mappings."""
    heading, *rest = rows
    return [dict(zip(map(str, heading), row, strict=False)) for row in rest]


def xml_of(content: bytes) -> str:
    """All sheets as they are written, to look for what must not be in them."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sheets = [name for name in file.namelist() if name.startswith("xl/worksheets/")]
        return "".join(file.read(name).decode() for name in sheets)


def _parsed(text: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 we wrote it ourselves


def _rows(sheet: ElementTree.Element) -> list[Row]:
    rows: list[Row] = []
    for row in sheet.iter(f"{_MAIN}row"):
        cells: Row = []
        for cell in row:
            place = _column(cell.attrib["r"])
            cells += [None] * (place - len(cells)) + [_value(cell)]
        rows.append(cells)
    width = max(map(len, rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows]


def _value(cell: ElementTree.Element) -> object:
    if cell.attrib.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_MAIN}t"))
    value = cell.find(f"{_MAIN}v")
    return None if value is None else float(value.text or "")


def _column(reference: str) -> int:
    letters = _LETTERS.match(reference)
    number = 0
    for letter in letters[0] if letters else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
