"""A finished file of a format with limits, and what they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file, to be read from its beginning, and in words what was adjusted to fit it."""

    file: IO[bytes]
    adjustments: Sequence[str]
