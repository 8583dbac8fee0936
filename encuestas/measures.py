"""What can be measured of a question, by its type."""

from __future__ import annotations

from collections.abc import Mapping

from encuestas.definition import MeasureKind

# In this order: the first kind that suits a type is what a measure is if it does not say.
SUITABLE: Mapping[MeasureKind, frozenset[str]] = {
    MeasureKind.SATISFACTION: frozenset({"scale", "select_one"}),
    MeasureKind.NPS: frozenset({"nps"}),
    MeasureKind.RANKS: frozenset({"rank"}),
    MeasureKind.MEAN: frozenset({"calculate", "decimal", "integer", "nps", "range", "scale"}),
}

PROMOTERS, DETRACTORS = (9, 10), (0, 1, 2, 3, 4, 5, 6)
"""Of a question from 0 to 10."""


def default_kind(question_type: str | None) -> MeasureKind | None:
    """How a question of that type is measured unless the measure says; None if it can't be."""
    return next((kind for kind, types in SUITABLE.items() if question_type in types), None)
