"""How a sample was drawn, as somebody declares it: read, and checked against survey and register.

A declaration names questions of the survey (or ``territory``); what they hold is looked at when
figures are computed, in `app.services.analytics.sampled`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analisis import LonelyPSU
from app.errors import Problem, ProblemCode
from app.models import TERRITORY_QUESTION, Collection, Selection
from encuestas import Question, Survey

Size = int | float | str | Mapping[str, float]
"""Units in the population: a number, a question that holds it, or a number by stratum."""

CODED = frozenset(
    {
        "barcode", "calculate", "date", "hidden", "integer", "nps", "range", "scale", "select_one",
        "select_one_from_file", "text",
    }
)  # fmt: skip
"""Types whose answer tells strata and units apart."""
NUMERIC = frozenset({"calculate", "decimal", "hidden", "integer", "range"})
"""Types whose answer may be a weight or a size."""

# A count is whole: 1.200 would be read as one and a fifth. A fraction is below 1.
_WHOLE, _FRACTION = re.compile(r"[1-9][0-9]{0,14}"), re.compile(r"0\.[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """A declared design.

    ``population`` has an entry per stage, the first stage first; ``totals``, for each question that
    weights are made to agree with, how many people there are by answer.
    """

    strata: str | None = None
    clusters: tuple[str, ...] = ()
    weights: str | None = None
    population: tuple[Size, ...] = ()
    nest: bool = False
    lonely_psu: LonelyPSU = LonelyPSU.ERROR
    totals: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def coded(self) -> tuple[str, ...]:
        """What tells strata, units and cells apart, each once."""
        strata = (self.strata,) if self.strata else ()
        return tuple(dict.fromkeys((*strata, *self.clusters, *self.totals)))

    @property
    def numeric(self) -> tuple[str, ...]:
        """Questions that hold weights and sizes, each once."""
        weights = (self.weights,) if self.weights else ()
        sizes = (size for size in self.population if isinstance(size, str))
        return tuple(dict.fromkeys((*weights, *sizes)))

    @property
    def questions(self) -> tuple[str, ...]:
        """Everything that is named, each once."""
        return tuple(dict.fromkeys((*self.coded, *self.numeric)))

    @property
    def people(self) -> int | None:
        """How many people the population has, where the design says it."""
        if self.totals:
            return round(sum(next(iter(self.totals.values())).values()))
        if self.clusters or not self.population:
            return None
        size = self.population[0]
        sizes = [*size.values()] if isinstance(size, Mapping) else [size]
        if any(isinstance(each, str) or each < 1 for each in sizes):
            return None
        if self.strata and not isinstance(size, Mapping):
            return None
        return round(sum(sizes))

    def to_data(self) -> dict[str, Any]:
        """What was declared, as JSON carries it; what was left out stays out."""
        said: dict[str, Any] = {}
        if self.strata:
            said["strata"] = self.strata
        if self.clusters:
            said["clusters"] = list(self.clusters)
        if self.weights:
            said["weights"] = self.weights
        if self.population:
            said["population"] = [
                dict(size) if isinstance(size, Mapping) else size for size in self.population
            ]
        if self.nest:
            said["nest"] = True
        if self.lonely_psu is not LonelyPSU.ERROR:
            said["lonely_psu"] = str(self.lonely_psu)
        if self.totals:
            said["totals"] = {name: dict(totals) for name, totals in self.totals.items()}
        return said


def declared(collection: Collection) -> Sampling | None:
    """The collection's design; None where none was declared."""
    return None if collection.design is None else read_sampling(collection.design)


def read_sampling(data: object) -> Sampling:
    """A declaration as YAML or JSON gives it, every scalar a text or a number.

    Raises
    ------
    Problem
        DESIGN_UNKNOWN_KEY or DESIGN_BAD_VALUE.
    """
    if not isinstance(data, Mapping):
        raise _bad("design", data, "mapping")
    unknown = [key for key in data if key not in _READ]
    if unknown:
        raise Problem(ProblemCode.DESIGN_UNKNOWN_KEY, key=unknown[0], allowed=", ".join(_READ))
    return Sampling(**{key: _READ[key](key, value) for key, value in data.items()})


def _bad(key: str, value: object, expected: str) -> Problem:
    shown = value
    if not isinstance(value, str | int | float):
        shown = "{…}" if isinstance(value, Mapping) else "[…]"
    return Problem(ProblemCode.DESIGN_BAD_VALUE, key=key, value=shown, expected=expected)


def _name(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _bad(key, value, "question")
    return value


def _names(key: str, value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    names = tuple(_name(key, each) for each in given)
    if not names or len(set(names)) < len(names):
        raise _bad(key, ", ".join(names), "stages")
    return names


_TRUTHS = {
    **dict.fromkeys(("true", "yes", "sí", "si"), True),
    **dict.fromkeys(("false", "no"), False),
}


def _truth(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    found = _TRUTHS.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        raise _bad(key, value, "truth")
    return found


def _rule(key: str, value: object) -> LonelyPSU:
    try:
        return LonelyPSU(str(value))
    except ValueError:
        raise _bad(key, value, "lonely_psu") from None


def _sizes(key: str, value: object) -> tuple[Size, ...]:
    given = value if isinstance(value, list) else [value]
    if not given:
        raise _bad(key, value, "size")
    return tuple(_size(key, each) for each in given)


def _size(key: str, value: object) -> Size:
    if isinstance(value, Mapping):
        if not value:
            raise _bad(key, value, "size")
        return {str(stratum): _number(key, each) for stratum, each in value.items()}
    if isinstance(value, str) and value and not value[0].isdigit() and value[0] not in "-+.":
        return value
    return _number(key, value)


def _number(key: str, value: object) -> int | float:
    if isinstance(value, float) and 0 < value < 1:
        return value
    text = str(value) if isinstance(value, str | int) else ""
    if _WHOLE.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text) and float(text) > 0:
        return float(text)
    raise _bad(key, value, "number")


def _totals(key: str, value: object) -> Mapping[str, Mapping[str, float]]:
    if not isinstance(value, Mapping) or not value:
        raise _bad(key, value, "totals")
    return {str(name): _total(key, each) for name, each in value.items()}


def _total(key: str, value: object) -> Mapping[str, float]:
    if not isinstance(value, Mapping) or not value:
        raise _bad(key, value, "totals")
    found = {str(answer): _number(key, each) for answer, each in value.items()}
    if any(each < 1 for each in found.values()):
        raise _bad(key, min(found.values()), "totals")
    return found


_READ: Mapping[str, Callable[[str, object], Any]] = {
    "strata": _name,
    "clusters": _names,
    "weights": _name,
    "population": _sizes,
    "nest": _truth,
    "lonely_psu": _rule,
    "totals": _totals,
}


# Against the survey and the register ---------------------------------------------------------


def require_fits(sampling: Sampling, collection: Collection, survey: Survey) -> None:
    """Refuse a design that this collection cannot have.

    Raises
    ------
    Problem
        DESIGN_NOT_A_SAMPLE, UNKNOWN_QUESTION, DESIGN_UNSUITABLE_QUESTION, DESIGN_BAD_VALUE,
        DESIGN_OTHER_VALUES or DESIGN_OTHER_POPULATION.
    """
    if collection.selection != Selection.PROBABILITY:
        raise Problem(ProblemCode.DESIGN_NOT_A_SAMPLE, slug=collection.slug)
    for key, name, types in _named(sampling):
        _require_question(collection, survey, key, name, types)
    if len(sampling.population) > max(1, len(sampling.clusters)):
        raise _bad("population", len(sampling.population), "stages")
    for stage, size in enumerate(sampling.population):
        if isinstance(size, Mapping):
            if stage or sampling.strata is None:
                raise _bad("population", ", ".join(size), "by_stratum")
            _require_values(sampling.strata, size, values(collection, survey, sampling.strata))
    for name, totals in sampling.totals.items():
        _require_values(name, totals, values(collection, survey, name))
    _require_population(sampling, collection)


def _named(sampling: Sampling) -> Iterator[tuple[str, str, frozenset[str]]]:
    if sampling.strata:
        yield "strata", sampling.strata, CODED
    for name in sampling.clusters:
        yield "clusters", name, CODED
    for name in sampling.totals:
        yield "totals", name, CODED
    if sampling.weights:
        yield "weights", sampling.weights, NUMERIC
    for size in sampling.population:
        if isinstance(size, str):
            yield "population", size, NUMERIC


def _require_question(
    collection: Collection, survey: Survey, key: str, name: str, types: frozenset[str]
) -> None:
    if name == TERRITORY_QUESTION and types is CODED and collection.territories:
        return
    if not survey.has(name):
        known = ", ".join(suitable(collection, survey, types))
        raise Problem(ProblemCode.UNKNOWN_QUESTION, question=name, known=known)
    question = survey.question(name)
    if not _suits(survey, question, types):
        kind = "repeat" if survey.repeats(name) else question.type
        raise Problem(
            ProblemCode.DESIGN_UNSUITABLE_QUESTION,
            key=key,
            question=name,
            type=kind,
            types=", ".join(sorted(types)),
        )


def suitable(
    collection: Collection, survey: Survey, types: frozenset[str] = CODED
) -> tuple[str, ...]:
    """What may tell strata, units and cells apart; with `NUMERIC`, what may hold a weight."""
    known = [each.name for each in survey.questions if _suits(survey, each, types)]
    places = [TERRITORY_QUESTION] if types is CODED and collection.territories else []
    return tuple(dict.fromkeys((*places, *known)))


def _suits(survey: Survey, question: Question, types: frozenset[str]) -> bool:
    return question.type in types and not survey.repeats(question.name)


def values(collection: Collection, survey: Survey, name: str) -> Sequence[str]:
    """The values that a stratum or a cell may have; empty where nothing lists them."""
    if name == TERRITORY_QUESTION:
        return [territory.code for territory in collection.territories]
    return [choice.value for choice in survey.question(name).choices]


def _require_values(name: str, sizes: Mapping[str, float], values: Sequence[str]) -> None:
    if not values or set(values) == set(sizes):
        return
    raise Problem(
        ProblemCode.DESIGN_OTHER_VALUES,
        question=name,
        missing=[each for each in values if each not in sizes],
        extra=[each for each in sizes if each not in values],
    )


def _require_population(sampling: Sampling, collection: Collection) -> None:
    """Everything that counts the people counts the same people."""
    sums = [round(sum(totals.values())) for totals in sampling.totals.values()]
    said = [replace(sampling, totals={}).people, *sums]
    counts = {count for count in said if count is not None}
    for people in counts:
        other = next((count for count in counts if count != people), collection.population)
        if other is not None and people != other:
            raise Problem(ProblemCode.DESIGN_OTHER_POPULATION, people=people, population=other)
