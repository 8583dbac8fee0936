"""A definition as far as it could be read, for the checks between its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from encuestas.definition import OTHER, Choice, ChoiceList, GroupKind, Question
from encuestas.files import choices_from
from encuestas.source import Path
from encuestas.types import RESERVED, TYPES
from encuestas.types.select import LABEL, VALUE

PAGE, MATRIX = "page", GroupKind.MATRIX
DEFAULT_LANGUAGES = ("es",)


@dataclass(slots=True)
class Item:
    """A page, group or question as far as it could be read. ``type`` is None if unknown.

    ``is_row``: of a grid, which is where the faults of what its rows share are told. ``is_sound``:
    nothing in it was wrong.
    """

    path: Path
    values: dict[str, Any]
    type: str | None
    children: list[Item] = field(default_factory=list)
    is_row: bool = False
    is_sound: bool = True


@dataclass(slots=True)
class Draft:
    """A whole definition as far as it could be read; ``…_names`` even of what is faulty."""

    header: dict[str, Any]
    list_names: Set[str]
    file_names: Set[str]
    pages: list[Item]
    measures: list[Item]
    _from_files: dict[tuple[str, str, str], tuple[Choice, ...]] = field(default_factory=dict)

    def choices_of(self, item: Item) -> tuple[Choice, ...] | None:
        """The choices of a question; None where they can't be known."""
        if takes_file(item):
            return self._choices_from_file(item.values.get("settings", {}))
        choices = item.values.get("choices")
        if isinstance(choices, str):
            named: ChoiceList | None = self.header.get("choices", {}).get(choices)
            choices = None if named is None or named.register else named.choices
        return (*choices, OTHER) if choices and item.values.get("or_other") else choices

    def _choices_from_file(self, settings: Mapping[str, str]) -> tuple[Choice, ...] | None:
        """Read once for all questions that take the same columns of one file."""
        file = settings.get("file", "")
        value, label = settings.get("value_column", VALUE), settings.get("label_column", LABEL)
        table = self.header.get("files", {}).get(file)
        if table is None or value not in table.columns:
            return None
        key = (file, value, label)
        if key not in self._from_files:
            languages = self.header.get("languages", DEFAULT_LANGUAGES)
            found = choices_from(table, value=value, label=label, languages=languages)
            self._from_files[key] = found
        return self._from_files[key]

    def tables(self) -> Set[str]:
        """What ``instance`` and ``pulldata`` may name: files without their ending, and lists."""
        files = [name.removesuffix(".csv") for name in self.file_names]
        return dict.fromkeys([*files, *self.list_names]).keys()

    def question(self, item: Item) -> Question:
        """The question that an item without problems is."""
        values = dict(item.values)
        settings = TYPES[values["type"]].settings_class(**values.pop("settings", {}))
        given = values.pop("choices", None)
        return Question(
            **values,
            settings=settings,
            choices=self.choices_of(item) or (),
            choice_list=given if isinstance(given, str) else None,
        )


def items_of(items: Iterable[Item]) -> Iterator[Item]:
    """The items and all that stands in them, in order of the text."""
    for item in items:
        yield item
        yield from items_of(item.children)


def takes_file(item: Item) -> bool:
    """Whether its choices are rows of an attached file."""
    return item.type is not None and item.type in TYPES and TYPES[item.type].choices_from_file


def is_question(item: Item) -> bool:
    """Whether it is neither a page nor a group of any kind; its type need not be known."""
    return item.type != PAGE and item.type not in RESERVED
