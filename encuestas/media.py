"""Which images and sounds a definition names."""

from __future__ import annotations

from collections.abc import Iterator

from encuestas.definition import Choice, Question, Survey
from encuestas.source import Path
from encuestas.warnings.places import places


def media_of(survey: Survey) -> Iterator[tuple[Path, str]]:
    """Every file name with the path where it is written, in the order of the definition."""
    for name, entry in survey.choices.items():
        for number, choice in enumerate(entry.choices):
            yield from _of(choice, ("choices", name, number))
    for place in places(survey):
        if isinstance(place.item, Question):
            yield from _of(place.item, place.path)
            if place.item.choice_list is None and place.is_first_row:
                for number, choice in enumerate(place.item.choices):
                    yield from _of(choice, (*place.shared, "choices", number))


def _of(owner: Question | Choice, path: Path) -> Iterator[tuple[Path, str]]:
    for key, names in (("image", owner.image), ("audio", owner.audio)):
        for language, name in names.items():
            yield (*path, key, language), name
