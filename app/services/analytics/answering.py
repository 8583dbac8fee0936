"""The figures of one question, whatever its type, of each group of every layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analisis import (
    OF_THE_LIST,
    AnalysisError,
    Estimate,
    Flag,
    Moments,
    Statistic,
    answer_estimates,
    mean_estimates,
    measure_estimates,
    reliability,
)
from app.models import Selection
from app.services.analytics import populations
from app.services.analytics.design_figures import Asked as Whom
from app.services.analytics.design_figures import (
    Design,
    Measured,
    Rows,
    numbers_of,
    satisfaction,
    shares,
)
from app.services.analytics.design_figures import mean as mean_rows
from app.services.analytics.figures import believable
from app.services.analytics.findings import Value
from app.services.analytics.layers import Layer
from app.services.analytics.sampled import GROUP
from app.services.analytics.sheet import Sheet
from app.services.analytics.variables import Kind, Variable

WHERE = "where:"
VERDICTS = (Flag.RELIABLE, Flag.WEAKLY_RELIABLE, Flag.NOT_RELIABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one group answered. ``counts``: how many gave (or chose) each of the answers.

    ``n`` answered; with ``special`` answers and blanks (``missing``) they are those who were shown
    the question; ``responses`` are all.
    """

    domain: Mapping[str, Value]
    population: int | None
    responses: int
    n: int
    counts: Mapping[Value, int]
    special: Mapping[str, int]
    missing: int
    moments: Moments | None = None

    @property
    def base(self) -> int:
        return self.n + sum(self.special.values()) + self.missing

    @property
    def not_shown(self) -> int:
        return self.responses - self.base


@dataclass(frozen=True, slots=True)
class Level:
    """How figures are made and judged."""

    confidence: float = 0.95
    standard: str = "ine"


def cells(variable: Variable, layer: Layer) -> list[Cell]:
    """What each group of a layer answered."""
    found = layer.tallied(variable)
    numbers = variable.kind is Kind.NUMBER
    return [
        Cell(
            domain=domain,
            population=believable(layer.populations[group], int(found.responses[group])),
            responses=int(found.responses[group]),
            n=int(found.n[group]),
            counts=dict(zip(variable.categories, map(int, found.counts[group]), strict=True)),
            special=dict(zip(variable.special, map(int, found.special[group]), strict=True)),
            missing=int(found.shown[group] - found.n[group] - found.special[group].sum()),
            moments=found.moments.get(group, Moments.of(())) if numbers else None,
        )
        for group, domain in enumerate(layer.domains)
    ]


def design(sheet: Sheet, everybody: Layer, level: Level) -> Design | None:
    """The declared design with the domain that the filters leave; None where none was declared."""
    placed, opened = sheet.placed, sheet.opened
    if placed is None or sheet.sampling is None:
        return None
    inside = everybody.inside
    whole = bool((inside | ~placed.counts).all())
    placed.put(WHERE, inside)
    return Design(
        placed,
        confidence=level.confidence,
        simulated=opened.collection.simulated,
        nameable=populations.nameable(opened.collection, sheet.sampling, opened.scope),
        where=None if whole else WHERE,
    )


def figures(
    sheet: Sheet,
    variable: Variable,
    layers: Sequence[Layer],
    *,
    drawn: Design | None,
    level: Level,
) -> list[tuple[Layer, list[Cell], list[Estimate]]]:
    """Every figure of the question, layer by layer; everybody is the first."""
    found = []
    for layer in layers:
        some = cells(variable, layer)
        if drawn is None:
            made = [one for cell in some for one in counted(sheet, variable, cell, level)]
        else:
            made = _of_design(sheet, variable, layer, some, drawn)
        found.append((layer, some, [judged(one, level.standard) for one in made]))
    return found


def counted(sheet: Sheet, variable: Variable, cell: Cell, level: Level) -> Iterator[Estimate]:
    """A group's figures from its counts: those of the list are about everybody on it."""
    collection = sheet.opened.collection

    def made(missing: int) -> tuple[Estimate, ...]:
        shared = {
            "variable": variable.name,
            "special": cell.special,
            "selection": Selection(collection.selection),
            "population": cell.population,
            "domain": cell.domain,
            "confidence": level.confidence,
            "missing": missing,
            "simulated": collection.simulated,
        }
        return _MADE[variable.kind](variable, cell, shared)

    if cell.population is None or not cell.not_shown:
        yield from made(cell.missing)
        return
    yield from (one for one in made(cell.missing + cell.not_shown) if one.statistic in OF_THE_LIST)
    yield from (one for one in made(cell.missing) if one.statistic not in OF_THE_LIST)


def _one_answer(variable: Variable, cell: Cell, shared: Mapping) -> tuple[Estimate, ...]:
    measure = variable.measure
    if measure is None:
        return answer_estimates(cell.counts, **shared)
    return measure_estimates(
        cell.counts,
        satisfied=measure.satisfied,
        dissatisfied=measure.dissatisfied,
        **shared,
    )


def _several(_variable: Variable, cell: Cell, shared: Mapping) -> tuple[Estimate, ...]:
    return answer_estimates(cell.counts, n=cell.n, **shared)


def _first(_variable: Variable, cell: Cell, shared: Mapping) -> tuple[Estimate, ...]:
    found = answer_estimates(cell.counts, **shared)
    return tuple(
        replace(one, statistic=Statistic.FIRST_PLACE)
        if one.statistic == Statistic.CATEGORY
        else one
        for one in found
    )


def _number(_variable: Variable, cell: Cell, shared: Mapping) -> tuple[Estimate, ...]:
    return mean_estimates(cell.moments or Moments.of(()), **shared)


_MADE: Mapping[Kind, Callable[[Variable, Cell, Mapping], tuple[Estimate, ...]]] = {
    Kind.CODES: _one_answer,
    Kind.MARKS: _one_answer,
    Kind.CLASSES: _one_answer,
    Kind.SEVERAL: _several,
    Kind.FIRST: _first,
    Kind.NUMBER: _number,
}


# By the declared design ---------------------------------------------------------------------------


def put(sheet: Sheet, variable: Variable) -> tuple[str, ...]:
    """Put the answers beside the design as numbers; the names of their columns."""
    placed, answers = sheet.placed, sheet.answers(variable)
    if placed is None:
        return ()
    if answers.chosen is not None:
        names = tuple(f"{variable.name}#{place}" for place in range(len(variable.categories)))
        for name, chosen in zip(names, answers.chosen.T, strict=True):
            placed.put(name, np.where(answers.valid, chosen, np.nan))
        return names
    if answers.values is not None:
        placed.put(variable.name, answers.values)
    else:
        numbers = np.array([*numbers_of(variable.categories).values(), np.nan])
        placed.put(variable.name, numbers[answers.codes])
    return (variable.name,)


def group(sheet: Sheet, layer: Layer) -> None:
    """Put the groups of a layer beside the design."""
    if sheet.placed is not None:
        sheet.placed.put(GROUP, np.where(layer.codes >= 0, layer.codes, np.nan))


def _of_design(
    sheet: Sheet, variable: Variable, layer: Layer, some: Sequence[Cell], drawn: Design
) -> Iterable[Estimate]:
    columns = put(sheet, variable)
    whom = [Whom(domain=each.domain, base=each.base, population=each.population) for each in some]
    if layer.variables:
        group(sheet, layer)
        # Everybody's come first, and are another layer's.
        whom.insert(0, whom[0])

    def rows(measured: Measured) -> Rows:
        return _rows(measured, variable, columns)

    found = list(drawn.told(rows, columns, variable.name, whom))
    return found[len(found) // len(whom) :] if layer.variables else found


def _rows(measured: Measured, variable: Variable, columns: Sequence[str]) -> Rows:
    if variable.measure is not None and variable.kind in {Kind.CODES, Kind.MARKS}:
        yield from satisfaction(measured, variable.measure, variable.categories)
    elif variable.kind is Kind.SEVERAL:
        for column, category in zip(columns, variable.categories, strict=True):
            some = measured.has_values(column)
            share = measured.one("proportion", column, 1.0) if some else {}
            yield Statistic.CATEGORY, category, share
    elif variable.kind is Kind.NUMBER:
        yield from mean_rows(measured, variable.name)
    else:
        first = variable.kind is Kind.FIRST
        statistic = Statistic.FIRST_PLACE if first else Statistic.CATEGORY
        yield from shares(measured, variable.name, statistic, numbers_of(variable.categories))
        if variable.kind is Kind.MARKS:
            yield from mean_rows(measured, variable.name)


def judged(one: Estimate, standard: str) -> Estimate:
    """The same figure by another standard than the INE's, where it is from a sample."""
    if standard == "ine" or not any(flag in VERDICTS for flag in one.flags):
        return one
    kept = tuple(flag for flag in one.flags if flag not in VERDICTS)
    try:
        verdict = reliability(one, standard).verdict
    except AnalysisError:
        verdict = None
    return replace(one, flags=(*kept, *([verdict] if verdict else [])))
