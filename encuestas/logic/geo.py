"""Functions of places: a point is ``latitude longitude [altitude [accuracy]]``, ``;`` between.

The formulas are JavaRosa's (`GeoUtils`), on a sphere with the Earth's radius at the equator.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from encuestas.logic.convert import BLANK, to_number, to_string
from encuestas.logic.nodeset import AnyValue, flat
from encuestas.logic.site import MANY, Function, plain_function

_RADIUS = 6_378_100.0
_CIRCUMFERENCE = 2 * _RADIUS * math.pi
_MOST_PARTS = 4
_CORNERS = 3

Point = tuple[float, float]


def _points(values: Sequence[AnyValue]) -> list[Point] | None:
    """The points of every value; None if there is none, or one is none."""
    found = []
    for value in flat(values):
        for text in to_string(value).split(";"):
            parts = [part for part in BLANK.split(text) if part]
            if not parts:
                continue
            numbers = [to_number(part) for part in parts]
            if not 2 <= len(numbers) <= _MOST_PARTS or any(math.isnan(n) for n in numbers):
                return None
            if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
                return None
            found.append((numbers[0], numbers[1]))
    return found or None


def _distance(*values: AnyValue) -> float:
    points = _points(values)
    if points is None:
        return math.nan
    total = 0.0
    for one, other in pairwise(points):
        total += _between(one, other)
    return total


def _between(one: Point, other: Point) -> float:
    apart = _radians(one[1] - other[1])
    north, south = _radians(one[0]), _radians(other[0])
    cosine = math.sin(north) * math.sin(south) + math.cos(north) * math.cos(south) * math.cos(apart)
    return math.acos(min(1.0, max(-1.0, cosine))) * _RADIUS


def _area(*values: AnyValue) -> float:
    points = _points(values)
    if points is None:
        return math.nan
    if len(points) < _CORNERS:
        return 0.0
    from_latitude, from_longitude = points[0]
    flat_points = [
        (
            (longitude - from_longitude) * _CIRCUMFERENCE * math.cos(_radians(latitude)) / 360.0,
            (latitude - from_latitude) * _CIRCUMFERENCE / 360.0,
        )
        for latitude, longitude in points[1:]
    ]
    total = 0.0
    for (x1, y1), (x2, y2) in pairwise(flat_points):
        total += (y1 * x2 - x1 * y2) / 2
    return abs(total)


def _radians(degrees: float) -> float:
    return degrees / 180.0 * math.pi


FUNCTIONS: Mapping[str, Function] = {
    "area": plain_function(1, 1, _area, nodes=True),
    "distance": plain_function(1, MANY, _distance, nodes=True),
}
