"""What looks random but is a pure function of response, question and place in the expression.

So the browser and the server see the same, and a page that is shown again shows the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from encuestas.logic.convert import to_number, to_string, whole
from encuestas.logic.nodeset import AnyValue, NodeSet
from encuestas.logic.site import Function, Site
from encuestas.shuffle import shuffled

_MASK = 0xFFFFFFFF
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 1_000
_EXACT = 2**53


def hashed(text: str) -> int:
    """FNV-1a over the code points, 32 bits, then stirred so that near texts lie far apart."""
    found = 0x811C9DC5
    for character in text:
        found = (found ^ ord(character)) * 0x01000193 & _MASK
    found = (found ^ found >> 16) * 0x85EBCA6B & _MASK
    found = (found ^ found >> 13) * 0xC2B2AE35 & _MASK
    return found ^ found >> 16


def _numbers(site: Site) -> Iterator[int]:
    """32-bit numbers without end: mulberry32."""
    context = site.context
    state = hashed(f"{context.seed}\n{context.owner}\n{site.place}")
    while True:
        state = state + 0x6D2B79F5 & _MASK
        found = (state ^ state >> 15) * (state | 1) & _MASK
        found ^= found + ((found ^ found >> 7) * (found | 61) & _MASK) & _MASK
        yield (found ^ found >> 14) & _MASK


def _random(_: tuple[AnyValue, ...], site: Site) -> float:
    return next(_numbers(site)) / 2**32


def _uuid(arguments: tuple[AnyValue, ...], site: Site) -> str:
    numbers = _numbers(site)
    if arguments:
        length = int(min(max(0, whole(to_number(arguments[0]))), _LONGEST))
        return "".join(_LETTERS[next(numbers) % len(_LETTERS)] for _ in range(length))
    digits = "".join(f"{next(numbers):08x}" for _ in range(4))
    variant = "89ab"[int(digits[16], 16) % 4]
    digits = f"{digits[:12]}4{digits[13:16]}{variant}{digits[17:]}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _randomize(arguments: tuple[AnyValue, ...], site: Site) -> AnyValue:
    if not isinstance(arguments[0], NodeSet):
        return arguments[0]
    seed = _seed(arguments[1]) if len(arguments) > 1 else next(_numbers(site))
    return NodeSet(tuple(shuffled(arguments[0].nodes, seed)))


def _seed(value: AnyValue) -> int:
    number = to_number(value)
    if math.isnan(number):
        text = to_string(value)
        return hashed(text) if text else 0
    return int(whole(number)) if abs(number) < _EXACT else 0


FUNCTIONS: Mapping[str, Function] = {
    "random": Function(0, 0, _random, seeded=True),
    "randomize": Function(1, 2, _randomize, nodes=True, seeded=True),
    "uuid": Function(0, 1, _uuid, seeded=True),
}
