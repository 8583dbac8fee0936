"""One table for the answers to all versions of a survey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from encuestas.export.layout import Answers, Layout
from encuestas.joining import Joined
from encuestas.types import Cell, Column, ColumnKind


class Several(StrEnum):
    """How a question with several answers stands in a table: all codes in one column, a column for
    each choice, or both."""

    BOTH = "both"
    ONE = "one"
    EACH = "each"


class Table:
    """The columns of every version, in the newest's order and then the others'.

    Of a version that did not have a column, or did not offer its choice, the cell is empty.
    """

    def __init__(
        self,
        joined: Joined,
        *,
        labels: bool = False,
        lang: str = "es",
        repeat: str = "",
        widths: Mapping[str, int] | None = None,
        several: Several = Several.BOTH,
    ) -> None:
        self.repeat, self.widths = repeat, widths
        self._layouts = {
            version: Layout(
                survey,
                labels=labels,
                lang=lang,
                repeat=repeat,
                widths=widths,
                names=joined.names[version],
            )
            for version, survey in joined.versions.items()
        }
        columns: dict[str, Column] = {}
        headings: dict[str, str] = {}
        for layout in self._layouts.values():
            for column, heading in zip(layout.columns, layout.header, strict=True):
                columns.setdefault(column.name, column)
                headings.setdefault(column.name, heading)
        self.columns = tuple(columns.values())
        self.header = tuple(headings.values())
        # () where nothing moves: with one version that is always so.
        self._places = {version: self._moved(layout) for version, layout in self._layouts.items()}
        self._width = len(self.columns)
        self._kept = self._wanted(several)
        if self._kept:
            self.columns = tuple(self.columns[place] for place in self._kept)
            self.header = tuple(self.header[place] for place in self._kept)

    @property
    def around(self) -> tuple[str, ...]:
        """The repeats whose positions tell a row, outermost first; empty for responses."""
        return next((layout.around for layout in self._layouts.values() if layout.around), ())

    def rows(self, version: str, answers: Answers) -> Iterator[tuple[tuple[int, ...], list[Cell]]]:
        """The rows of one response, each with its positions in the repeats around it."""
        places = self._places[version]
        for positions, cells in self._layouts[version].rows(answers):
            if places:
                spread: list[Cell] = [None] * self._width
                for place, cell in zip(places, cells, strict=True):
                    spread[place] = cell
                cells = spread
            if self._kept:
                cells = [cells[place] for place in self._kept]
            yield positions, cells

    def answers(self, version: str, answers: Answers) -> dict[str, object]:
        """The answers as kept, in words where labels were asked for."""
        return self._layouts[version].answers(answers)

    def _wanted(self, several: Several) -> tuple[int, ...]:
        """The places of the columns that are wanted; () where all are."""
        if several is Several.BOTH:
            return ()
        # Choices from a file have no columns of their own: their codes stay.
        apart = {
            column.name.removesuffix(f"/{column.value}")
            for column in self.columns
            if column.value is not None
        }

        def is_wanted(column: Column) -> bool:
            if several is Several.ONE:
                return column.value is None
            return column.kind is not ColumnKind.CODES or column.name not in apart

        return tuple(place for place, each in enumerate(self.columns) if is_wanted(each))

    def _moved(self, layout: Layout) -> tuple[int, ...]:
        place = {column.name: index for index, column in enumerate(self.columns)}
        places = tuple(place[column.name] for column in layout.columns)
        return () if places == tuple(range(len(self.columns))) else places
