"""Answers as rows of a table: which columns, and what may stand in a cell. Pure, no files."""

from encuestas.export.cells import as_typed, csv_text, harmless
from encuestas.export.layout import Layout

__all__ = ["Layout", "as_typed", "csv_text", "harmless"]
