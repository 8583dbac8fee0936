"""Figures to draw, made by the library that makes the real ones."""

from typing import Any

from analisis import measure_estimates

ANES = {1: 19, 2: 130, 3: 111, 4: 254, 5: 153, 6: 231, 7: 46}
PLAN = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 11, 7: 9}


def of(counts: dict[Any, int], **keywords: Any) -> list[dict[str, Any]]:
    """Records of a measure with the usual thresholds of a scale from 1 to 7."""
    given = {
        "variable": "overall",
        "satisfied": (6, 7),
        "dissatisfied": (1, 2, 3, 4),
        "selection": "probability",
    }
    return [one.to_dict() for one in measure_estimates(counts, **given | keywords)]


def all_in(category: int, n: int) -> dict[int, int]:
    return {point: n if point == category else 0 for point in range(1, 8)}
