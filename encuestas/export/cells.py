"""What may stand in a cell of a CSV file.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula (so do their
full-width forms), and looks past a leading tab or line end. Whoever answers an open question could
thus run one on the evaluator's machine. A leading apostrophe makes the cell plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from encuestas.types import Cell, Column, ColumnKind

# With the apostrophes that may stand before it, so that taking one away gives back what was there.
_MARKED = re.compile(r"'*[=+@\t\r\n＝＋－＠-]")
# [0-9] and not \d: other scripts' digits are not numbers to a spreadsheet.
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_PLACE = re.compile(r"-?[0-9.]+(?:;? -?[0-9.]+){3,}")


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return "'" + text if _MARKED.match(text) else text


def as_typed(text: str) -> str:
    """What `harmless` was given: a file of ours, read again, holds the same answers."""
    return text[1:] if text.startswith("'") and _MARKED.match(text[1:]) else text


def csv_text(cell: Cell, kind: ColumnKind, *, raw: bool) -> str:
    """A cell as text: numbers with a point, yes and no as 1 and 0, nothing for a missing answer.

    Codes that are numbers (``-1``) stay as they are, and so do places, which all begin with a
    minus in Chile and are no formula; open text never does unless ``raw``.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if not isinstance(cell, str):
        return repr(cell)
    plain = _PLACE if kind is ColumnKind.PLACE else _NUMBER
    if raw or (kind is not ColumnKind.TEXT and plain.fullmatch(cell)):
        return cell
    return harmless(cell)


def csv_row(cells: Iterable[Cell], columns: Iterable[Column], *, raw: bool) -> list[str]:
    """A row as texts that a spreadsheet takes for what they are."""
    pairs = zip(cells, columns, strict=True)
    return [csv_text(cell, column.kind, raw=raw) for cell, column in pairs]
