"""Answers as rows of a table: which columns, and what may stand in a cell. Pure, no files."""

from encuestas.export.cells import as_typed, csv_row, csv_text, harmless
from encuestas.export.codebook import Code, Entry, codebook
from encuestas.export.layout import Layout, repeats_of
from encuestas.export.table import Several, Table

__all__ = [
    "Code",
    "Entry",
    "Layout",
    "Several",
    "Table",
    "as_typed",
    "codebook",
    "csv_row",
    "csv_text",
    "harmless",
    "repeats_of",
]
