"""Codes that declare what must be said with them, so that no message can lack its values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A word and the keys of its context: ``REQUIRED = "required", "name"``."""

    context_keys: frozenset[str]

    def __new__(cls, value: str, *keys: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.context_keys = frozenset(keys)
        return member

    def check(self, context: Mapping[str, object]) -> None:
        """ValueError unless the context holds what the code declares, and nothing else."""
        if context.keys() != self.context_keys:
            given, wanted = sorted(context), sorted(self.context_keys)
            raise ValueError(f"{self}: context {given} instead of {wanted}")
