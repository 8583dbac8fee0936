"""What a recomputation has to know besides the answers, as JSON and as R can read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.models import TERRITORY_QUESTION, Collection
from app.services.analytics import figures
from app.services.analytics.findings import Analysis, MeasureFigures
from encuestas.export import r_text
from encuestas.joining import Joined

CONFIDENCE = 0.95
_COLUMNS = {TERRITORY_QUESTION: "_territory"}


def column_of(name: str) -> str:
    """The column of the CSV in which a question, or what is known of a response, stands."""
    return _COLUMNS.get(name, name)


def described(
    collection: Collection, joined: Joined, analyses: Sequence[Analysis]
) -> dict[str, Any]:
    """The first analysis is of everybody; each other makes groups."""
    whole, *grouped = analyses
    territories = [territory.code for territory in collection.territories]
    return {
        "selection": str(whole.selection),
        "population": whole.population,
        "confidence": CONFIDENCE,
        "simulated": whole.simulated,
        "territories": territories,
        "design": whole.design and _design(whole, joined),
        "measures": [_measure(each) for each in whole.measures],
        "groupings": [_grouping(each) for each in grouped],
    }


def _design(analysis: Analysis, joined: Joined) -> dict[str, Any]:
    """As it was declared, with what each of its columns needs to be read."""
    assert analysis.design is not None  # noqa: S101 for the type checker: it was asked before
    sampling = analysis.design.sampling
    named = [name for name in sampling.questions if name in joined.variables]
    merged = {name: joined.variables[name].merged for name in named}
    return {
        "strata": sampling.strata,
        "clusters": list(sampling.clusters),
        "weights": sampling.weights,
        "population": [
            dict(size) if isinstance(size, Mapping) else size for size in sampling.population
        ],
        "nest": sampling.nest,
        "lonely_psu": str(sampling.lonely_psu),
        "totals": {name: dict(totals) for name, totals in sampling.totals.items()},
        "columns": {name: column_of(name) for name in sampling.questions},
        "special": {name: list(question.special) for name, question in merged.items()},
        # A hidden question holds texts, of which only those that are a number count.
        "hidden": [name for name, question in merged.items() if question.type == "hidden"],
    }


def _measure(each: MeasureFigures) -> dict[str, Any]:
    return {
        "name": each.measure.name,
        "kind": str(each.measure.kind),
        "question": each.measure.question,
        "categories": list(figures.categories(each.question)),
        "satisfied": list(each.measure.satisfied),
        "dissatisfied": list(each.measure.dissatisfied),
        "special": list(each.question.special),
    }


def _grouping(analysis: Analysis) -> dict[str, Any]:
    return {
        "by": analysis.by,
        "column": column_of(str(analysis.by)),
        "values": [domain.value for domain in analysis.domains],
        "populations": [domain.population for domain in analysis.domains],
    }


def in_r(described: Mapping[str, Any]) -> str:
    """The same as assignments of R."""
    return "".join(f"{name} <- {r_text.in_r(value)}\n\n" for name, value in described.items())
