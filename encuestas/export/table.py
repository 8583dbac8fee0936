"""One table for the answers to all versions of a survey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from encuestas.export.layout import Answers, Layout
from encuestas.joining import Joined
from encuestas.types import Cell, Column


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

    @property
    def around(self) -> tuple[str, ...]:
        """The repeats whose positions tell a row, outermost first; empty for responses."""
        return next((layout.around for layout in self._layouts.values() if layout.around), ())

    def rows(self, version: str, answers: Answers) -> Iterator[tuple[tuple[int, ...], list[Cell]]]:
        """The rows of one response, each with its positions in the repeats around it."""
        places = self._places[version]
        for positions, cells in self._layouts[version].rows(answers):
            if places:
                spread: list[Cell] = [None] * len(self.columns)
                for place, cell in zip(places, cells, strict=True):
                    spread[place] = cell
                cells = spread
            yield positions, cells

    def answers(self, version: str, answers: Answers) -> dict[str, object]:
        """The answers as kept, in words where labels were asked for."""
        return self._layouts[version].answers(answers)

    def _moved(self, layout: Layout) -> tuple[int, ...]:
        place = {column.name: index for index, column in enumerate(self.columns)}
        places = tuple(place[column.name] for column in layout.columns)
        return () if places == tuple(range(len(self.columns))) else places
