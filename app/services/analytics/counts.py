"""Counts over the parts of a collection: of a part that was counted before, they are remembered.

So what is asked again after one more response costs what its small part costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.services.analytics.cells import Asked, Frame, Rows
from app.services.analytics.memory import MISSING, Memory
from app.services.columnar.keeping import Snapshot
from app.services.columnar.parts import Part

_MOST_CELLS = 300_000
_memory = Memory(_MOST_CELLS)


class Counts:
    """What is asked of the responses as they are at one moment."""

    def __init__(self, held: Snapshot) -> None:
        self.held = held
        self._found: dict[Asked, Any] = {}

    def of(self, asked: Any) -> Any:
        """The answer over all parts."""
        if asked not in self._found:
            self.load([asked])
        return self._found[asked]

    def load(self, asked: Iterable[Asked]) -> None:
        """Have the answers to all of these, reading each part once at most."""
        wanted = [each for each in dict.fromkeys(asked) if each not in self._found]
        answers: dict[Asked, list[Any]] = {each: [] for each in wanted}
        for part in self.held.manifest.parts:
            for each, answer in zip(wanted, self._answers(part, wanted), strict=True):
                answers[each].append(answer)
        for each in wanted:
            self._found[each] = each.together(answers[each])

    def _answers(self, part: Part, wanted: Sequence[Asked]) -> list[Any]:
        known = {each: _memory.get((part.name, each)) for each in wanted}
        missing = [each for each, answer in known.items() if answer is MISSING]
        if missing:
            needs = dict.fromkeys(
                name for each in missing for name in (*each.rows.needs, *each.needs)
            )
            table = self.held.table(part, [*needs])
            frames: dict[Rows, Frame] = {}
            for each in missing:
                if each.rows not in frames:
                    frames[each.rows] = Frame(each.rows.of(table))
                known[each] = each.of(frames[each.rows])
                _memory.keep((part.name, each), known[each], len(known[each]) + 1)
        return list(known.values())
