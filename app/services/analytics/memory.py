"""What was made of parts, remembered within a bound: a part's name is never used again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

MISSING = object()


class Memory:
    """Answers by what they answer; those not asked for lately are forgotten."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: Hashable) -> Any:
        """`MISSING` where it is not known."""
        with self._lock:
            found = self._kept.get(asked)
            if found is None:
                return MISSING
            self._kept.move_to_end(asked)
            return found[0]

    def keep(self, asked: Hashable, answer: Any, size: int) -> None:
        """An answer of that size; one that is much of the bound is not kept."""
        with self._lock:
            if size > self._most // 8 or asked in self._kept:
                return
            self._kept[asked] = answer, size
            self._size += size
            while self._size > self._most:
                _asked, (_answer, gone) = self._kept.popitem(last=False)
                self._size -= gone
