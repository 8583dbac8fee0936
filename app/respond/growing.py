"""Buttons that add an instance of a repeat, take one away, or bring it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.forms import instances
from app.forms.instances import Raw
from app.services.drafts.drafts import Walk
from encuestas.definition import Group, GroupKind, Page, Question
from encuestas.paths import instance, name_of
from encuestas.state import MOST_INSTANCES

BUTTONS = ("add", "remove", "restore")


@dataclass(frozen=True, slots=True)
class Growth:
    """What a button asks for: of the repeat at a path, which has so many instances.

    ``position`` is that of the instance to take away, or of the one to come.
    """

    button: str
    repeat: str
    position: int
    count: int

    @property
    def where(self) -> str:
        """The path of what to look at afterwards."""
        removed = self.button == "remove"
        return self.repeat if removed else instance(self.repeat, self.position)

    def applied(self, raw: Raw) -> dict[str, list[str]]:
        """What was typed, grown or shrunk so."""
        if self.button != "restore":
            raw = instances.without_spare(raw)
        if self.button == "remove":
            return instances.remove(raw, self.repeat, self.position, count=self.count)
        return instances.add(raw, self.repeat, count=self.count)


def asked(form: Mapping[str, str], page: Page, path: Walk) -> Growth | None:
    """What the pressed button asks for, if the survey allows it."""
    button = next((name for name in BUTTONS if name in form), None)
    if button is None:
        return None
    repeat, position = form[button], 0
    if button == "remove":
        repeat, _, place = repeat.removesuffix("]").rpartition("[")
        position = int(place) if place.isascii() and place.isdigit() and len(place) < 7 else 0
    group = _repeat_on(page, name_of(repeat))
    count = path.route.counts.get(repeat)
    if group is None or count is None or group.repeat_count is not None:
        return None
    if button == "remove":
        allowed = 1 <= position <= count and count > group.minimum
    else:
        position = count + 1
        allowed = count < (MOST_INSTANCES if group.maximum is None else group.maximum)
    return Growth(button, repeat, position, count) if allowed else None


def spare(raw: Raw, path: Walk, repeat: str) -> bool:
    """Whether an instance that was taken away can be brought back."""
    count = path.route.counts.get(repeat)
    if count is None:
        return False
    beginning = f"{instance(repeat, count + 1)}/"
    return any(key.startswith(beginning) for key in raw)


def _repeat_on(page: Page, name: str) -> Group | None:
    items: list[Group | Question] = list(page.questions)
    while items:
        item = items.pop()
        if isinstance(item, Group):
            if item.kind is GroupKind.REPEAT and item.name == name:
                return item
            items += item.questions
    return None
