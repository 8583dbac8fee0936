"""What the quantile of weighted answers is: R's rules, a function per rule.

All take the answers in ascending order, their weights (above zero) and probabilities in [0, 1], and
give a value for each probability.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from analisis.sums import Codes, Floats

Rule = Callable[[Floats, Floats, Floats, float], Floats]

SAME = 1e-12
"""Shares of the weight that differ by less are one: sums of doubles are no closer than that."""


def _running(weights: Floats) -> Floats:
    """Running sums of the weights."""
    # Extended precision, where the machine has it: a tie with a probability must be seen as one.
    return np.cumsum(weights, dtype=np.longdouble).astype(np.float64)


def _place(running: Floats, p: Floats, same: float) -> tuple[Codes, Floats]:
    """The last answer whose share is at most p, and what is left from it to p.

    Below the first share it is the first answer, and what is left is negative.
    """
    total = running[-1]
    place = np.searchsorted(running, p * total + same * total, side="right") - 1
    place = np.maximum(place, 0)
    left = p - running[place] / total
    return place, np.where(np.abs(left) <= same, 0.0, left)


def _math(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    """The inverse of the distribution function."""
    place, left = _place(_running(w), p, same)
    return np.asarray(np.where(left <= 0, x[place], x[np.minimum(place + 1, len(x) - 1)]))


def _school(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    """The same, with the middle of both neighbours where p splits the weights exactly."""
    place, left = _place(_running(w), p, same)
    above = x[np.minimum(place + 1, len(x) - 1)]
    return np.asarray(
        np.where(left < 0, x[place], np.where(left > 0, above, (x[place] + above) / 2))
    )


def _hf3(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    """As R has it: the inverse, at ties the next distinct answer after one of odd place."""
    values, first = np.unique(x, return_index=True)
    place, left = _place(_running(np.add.reduceat(w, first)), p, same)
    even = place % 2 == 1
    return np.asarray(
        np.where((left <= 0) & even, values[place], values[np.minimum(place + 1, len(values) - 1)])
    )


def _hf4(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    """Linear between the steps of the distribution function."""
    running = _running(w)
    place, left = _place(running, p, same)
    above = np.minimum(place + 1, len(x) - 1)
    gap = (running[above] - running[place]) / running[-1]
    part = np.divide(np.maximum(left, 0.0), gap, out=np.zeros_like(p), where=gap > 0)
    return np.asarray(x[place] + part * (x[above] - x[place]))


def _between(knots: Floats, x: Floats, p: Floats, same: float) -> Floats:
    """Linear between answers at these knots; the outermost beyond them."""
    nearest = np.clip(np.searchsorted(knots, p - same), 0, len(x) - 1)
    found = np.interp(p, knots, x)
    return np.where(np.abs(knots[nearest] - p) <= same, x[nearest], found)


def _hf5(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    running = _running(w)
    return _between((running - w / 2) / running[-1], x, p, same)


def _hf6(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    running = _running(w)
    return _between(running / (running[-1] + w[-1]), x, p, same)


def _hf7(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    if len(x) == 1:
        return np.full_like(p, x[0])
    running = _running(w)
    return _between(np.append(0.0, running[:-1]) / running[-2], x, p, same)


def _hf8(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    running = _running(w)
    return _between((running - w / 3) / (running[-1] + w[-1] / 3), x, p, same)


def _hf9(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    running = _running(w)
    return _between((running - w * 3 / 8) / (running[-1] + w[-1] / 4), x, p, same)


def _steps(knots: Floats, x: Floats, p: Floats, same: float) -> Floats:
    """The answer at the last knot that is at most p; that of the first below it."""
    places, inverse, many = np.unique(knots, return_inverse=True, return_counts=True)
    means = np.bincount(inverse, weights=x) / many
    return np.asarray(means[np.maximum(np.searchsorted(places, p + same, side="right") - 1, 0)])


def _shahvaish(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    """As R has it: the running sum is of weights over their mean, the half that is taken is not."""
    running = _running(w / w.mean())
    return _steps((running + 0.5 - w / 2) / (len(x) + 1), x, p, same) if len(x) > 1 else x + 0 * p


def _shahvaish_scaled(x: Floats, w: Floats, p: Floats, same: float = SAME) -> Floats:
    """Weights over their mean throughout, so that their unit does not matter."""
    return _shahvaish(x, w / w.mean(), p, same)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "math": _math,
        "school": _school,
        "shahvaish": _shahvaish,
        "shahvaish_scaled": _shahvaish_scaled,
        "hf1": _math,
        "hf2": _school,
        "hf3": _hf3,
        "hf4": _hf4,
        "hf5": _hf5,
        "hf6": _hf6,
        "hf7": _hf7,
        "hf8": _hf8,
        "hf9": _hf9,
    }
)

OF_SUMS = frozenset({"math", "school", "hf1", "hf2", "hf3"})
"""Rules that see no more than the weight of each distinct answer; the others count rows."""
