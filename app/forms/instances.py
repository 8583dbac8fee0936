"""Adding and removing instances of a repeat in what was typed. Nothing is lost by mistake.

An instance that is removed moves behind the last one that counts, where it stays until the page is
left; until then it can be brought back.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.forms.dynamic import COUNT
from encuestas.paths import instance, split

Raw = Mapping[str, list[str]]


def told(raw: Raw, repeat: str) -> int | None:
    """How many instances the repeat at that path was told to have."""
    values = raw.get(repeat + COUNT) or [""]
    return int(values[-1]) if values[-1].isascii() and values[-1].isdigit() else None


def add(raw: Raw, repeat: str, *, count: int) -> dict[str, list[str]]:
    """One instance more than ``count``, with what was typed in it before, if it is still there."""
    return {**raw, repeat + COUNT: [str(count + 1)]}


def remove(raw: Raw, repeat: str, position: int, *, count: int) -> dict[str, list[str]]:
    """Without that instance: the later ones move up, and it goes behind them all."""
    places = {position: count} | {later: later - 1 for later in range(position + 1, count + 1)}
    moves = {instance(repeat, old): instance(repeat, new) for old, new in places.items()}
    moved = {}
    for key, values in raw.items():
        before = _instance_of(key, repeat)
        after = moves.get(before, before)
        moved[after + key[len(before) :]] = values
    return {**moved, repeat + COUNT: [str(count - 1)]}


def without_spare(raw: Raw) -> dict[str, list[str]]:
    """What stands in instances that count; those behind the last one leave."""
    counts = {
        key.removesuffix(COUNT): count
        for key in raw
        if key.endswith(COUNT) and (count := told(raw, key.removesuffix(COUNT))) is not None
    }
    if not counts:
        return dict(raw)
    return {key: values for key, values in raw.items() if not _is_spare(key, counts)}


def _is_spare(key: str, counts: Mapping[str, int]) -> bool:
    found = split(key.removesuffix(COUNT))
    at = ""
    for name, position in found[0] if found else ():
        repeat = f"{at}/{name}" if at else name
        if position > counts.get(repeat, position):
            return True
        at = instance(repeat, position)
    return False


def _instance_of(key: str, repeat: str) -> str:
    """The instance of the repeat that a key begins with; "" for a key outside it."""
    end = key.find("]/", len(repeat)) if key.startswith(f"{repeat}[") else -1
    return key[: end + 1]
