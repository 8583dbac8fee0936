"""Where each page, group and question stands in the definition that its author wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from encuestas.definition import Group, GroupKind, Page, Question, Survey
from encuestas.source import Path


@dataclass(frozen=True, slots=True)
class Place:
    """One item. ``around`` are the page and groups that it stands in, outermost first.

    ``matrix`` where it is a row: what all rows share is written there, at ``matrix_path``.
    """

    item: Page | Group | Question
    path: Path
    around: tuple[Page | Group, ...] = ()
    matrix: Group | None = None
    matrix_path: Path = ()

    @property
    def shared(self) -> Path:
        """Where choices, marks and the like are written: for a row, in its matrix."""
        return self.matrix_path if self.matrix else self.path

    @property
    def is_first_row(self) -> bool:
        """Whether what all rows share is to be looked at here; true of any other item."""
        return self.matrix is None or self.path[-1] == 0

    @property
    def page(self) -> Page:
        """The page around, or itself."""
        item = (*self.around, self.item)[0]
        if not isinstance(item, Page):
            raise TypeError("every place is on a page")
        return item


def places(survey: Survey) -> tuple[Place, ...]:
    """Every page, group and question in document order; not those made for another question."""
    found: list[Place] = []
    for number, page in enumerate(survey.pages):
        path: Path = ("pages", number)
        found.append(Place(page, path))
        found += _inside(page.questions, path, (page,), None)
    return tuple(found)


def _inside(
    items: Sequence[Question | Group],
    path: Path,
    around: tuple[Page | Group, ...],
    matrix: Group | None,
) -> Iterator[Place]:
    written = [item for item in items if isinstance(item, Group) or not item.origin]
    key = "rows" if matrix else "questions"
    for number, item in enumerate(written):
        place = Place(item, (*path, key, number), around, matrix, path if matrix else ())
        yield place
        if isinstance(item, Group):
            grid = item if item.kind is GroupKind.MATRIX else None
            yield from _inside(item.questions, place.path, (*around, item), grid)
