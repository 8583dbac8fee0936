"""Random order that anybody can repeat: ODK's generator (Park and Miller) and its shuffle."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_MODULUS = 2**31 - 1
_MULTIPLIER = 16807

T = TypeVar("T")


def shuffled(items: Sequence[T], seed: int) -> list[T]:
    """The items in the order that JavaRosa and Enketo give with that seed."""
    mixed: list[T] = []
    state = abs(seed) % _MODULUS * (-1 if seed < 0 else 1)
    state += _MODULUS - 1 if state <= 0 else 0
    for item in items:
        state = state * _MULTIPLIER % _MODULUS
        other = int((state - 1) / (_MODULUS - 1) * (len(mixed) + 1))
        mixed.append(item)
        mixed[-1], mixed[other] = mixed[other], item
    return mixed


def order_seed(instance: str, name: str) -> int:
    """The seed of a question's order in one response; it does not tell the response's id."""
    digest = hashlib.sha256(f"{instance}/{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % _MODULUS
