"""Two waves that asked the same: organisations that answered twice, clusters that were drawn twice.

What they say in one wave goes with what they said in the other, so that a change is told more
surely than between two samples that have nothing in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from analisis import (
    AnalysisError,
    Estimate,
    Estimates,
    Interval,
    Selection,
    mean_interval,
    paired_difference_interval,
)
from app.errors import Problem
from app.extensions import db
from app.models import Collection, CollectionRoll, Response
from app.services.analytics.answering import WHERE, Cell, Level
from app.services.analytics.comparing import Compared
from app.services.analytics.design_figures import Design
from app.services.analytics.differences import Difference, made_of, p_of
from app.services.analytics.layers import Layer
from app.services.analytics.opened import Opened
from app.services.analytics.placed import Placed
from app.services.analytics.sampled import Columns, code_of, size_of
from app.services.analytics.sampling import Sampling
from app.services.analytics.sheet import Sheet
from app.services.scope import Scope

_ANSWER, _WAVE, _WEIGHTS = "wave:answer", "wave:number", "wave:weights"
"""No question has such a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A wave that was read: what each question says there, and who said it."""

    opened: Opened
    everybody: Layer
    figures: Mapping[str, tuple[Cell, Estimate]]

    @property
    def sheet(self) -> Sheet:
        return self.everybody.sheet


def _said(name: str, what: Compared, read: Read) -> NDArray[np.float64]:
    """Of each row whether it gave one of the answers, or its number; NaN of one without any."""
    variable = read.opened.catalogue.questions[name]
    answers = read.sheet.answers(variable)
    if answers.values is not None:
        values = answers.values
    elif answers.chosen is not None:
        values = answers.chosen[:, variable.categories.index(what.answers[0])]
    elif what.answers:
        values = np.isin(answers.codes, [variable.categories.index(a) for a in what.answers])
    else:
        values = np.asarray(variable.categories, dtype=np.float64)[answers.codes]
    return np.where(answers.valid, values, np.nan)


# The same organisations ---------------------------------------------------------------------------


def of_organisations(
    name: str, what: Compared, base: Read, now: Read, level: Level
) -> Difference | None:
    """The change among the organisations that answered both times; None where none can be told."""
    both = (base.opened.collection, now.opened.collection)
    if any(
        each.respondent != "organisation"
        or each.selection != Selection.CENSUS
        or each.mode != "confidential"
        for each in both
    ):
        return None
    old, new = (_by_organisation(name, what, each) for each in (base, now))
    same = sorted(old.keys() & new.keys())
    if len(same) < 2:
        return None
    size = _on_both_rolls(both, base.opened.scope)
    population = size if size is not None and size >= len(same) else None
    if what.answers:
        at = _of_shares([(old[key], new[key]) for key in same], population)
    else:
        at = _of_means([new[key] - old[key] for key in same], population)
    one, other = base.figures[name][1], now.figures[name][1]
    value = float(np.mean([new[key] - old[key] for key in same]))
    found = at(level.confidence)
    exact = population == len(same)
    return Difference(
        first=0,
        second=1,
        paired=True,
        p_value=None if exact else p_of(at),
        estimate=replace(
            made_of(one, other),
            value=value,
            low=found.low,
            high=found.high,
            confidence=None if exact else level.confidence,
            method=None if exact else found.method,
            n=len(same),
            base=len(same),
            population=population,
        ),
    )


def _of_shares(
    pairs: Sequence[tuple[float, float]], population: int | None
) -> Callable[[float], Interval]:
    counts = {pair: pairs.count(pair) for pair in ((1, 1), (0, 1), (1, 0), (0, 0))}
    # The interval is of the first less the second: now is the first.
    cells = (counts[1, 1], counts[0, 1], counts[1, 0], counts[0, 0])
    return lambda level: paired_difference_interval(*cells, population=population, confidence=level)


def _of_means(changes: Sequence[float], population: int | None) -> Callable[[float], Interval]:
    counts = {change: changes.count(change) for change in set(changes)}
    value = float(np.mean(changes))

    def at(level: float) -> Interval:
        found = mean_interval(counts, population, confidence=level)
        return found or Interval(value, value, "t", level)

    return at


def _by_organisation(name: str, what: Compared, read: Read) -> dict[str, float]:
    """What each organisation said: whether it gave one of the answers, or its number."""
    said = _said(name, what, read)
    rows = np.flatnonzero(read.everybody.inside & ~np.isnan(said))
    query = select(Response.id, Response.organisation_id).where(
        Response.collection_id == read.opened.collection.id,
        Response.organisation_id.is_not(None),
        read.opened.scope.rows(),
    )
    of = dict(db.session.execute(query).all())
    ids = read.sheet.column("_id").take(rows).to_pylist()
    return {of[key]: float(value) for key, value in zip(ids, said[rows], strict=True) if key in of}


def _on_both_rolls(both: Sequence[Collection], scope: Scope) -> int | None:
    """How many organisations had a vote both times."""
    rolls = [
        set(
            db.session.scalars(
                select(CollectionRoll.organisation_id).where(
                    CollectionRoll.collection_id == each.id,
                    scope.among(CollectionRoll.territory_id),
                )
            )
        )
        for each in both
    ]
    return len(rolls[0] & rolls[1]) or None


# The same clusters --------------------------------------------------------------------------------


def of_clusters(name: str, what: Compared, base: Read, now: Read, level: Level) -> Estimates | None:
    """Both figures with their covariance, as domains of one sample that has the rows of both.

    None where no cluster was drawn in both, where weights are made to agree with margins in either
    (each wave has its own), or where the two declarations don't fit together.
    """
    waves = (base, now)
    placed = [each.sheet.placed for each in waves]
    if placed[0] is None or placed[1] is None:
        return None
    for each, wave in zip(placed, waves, strict=True):
        each.put(_ANSWER, _said(name, what, wave))
    both = _Both(placed[0], placed[1])
    if not both.fit or not both.shared:
        return None
    design = Design(
        both,
        confidence=level.confidence,
        simulated=False,  # the figures that these limits are put to say so themselves
        nameable=lambda _stratum: True,
        where=WHERE,
    )
    statistic, words = ("proportion", [1.0]) if what.answers else ("mean", [])
    measured = design.measured([_ANSWER, _WAVE], by_group=False)
    try:
        figures = measured.called(statistic, _ANSWER, *words, by=_WAVE)(measured.declared)
    except (AnalysisError, Problem):  # a lonely unit, or sizes that differ from wave to wave
        return None
    return figures if len(figures) == len(waves) else None


class _Both:
    """The rows of two waves in one design: what stands for a unit is the same in both."""

    def __init__(self, base: Placed, now: Placed) -> None:
        self._waves = (base, now)
        first, second = (
            replace(each.sampling, weights=None, lonely_psu=base.sampling.lonely_psu)
            for each in self._waves
        )
        self.fit = first == second and not first.totals
        self.sampling: Sampling = replace(first, weights=_WEIGHTS)
        texts = [(name, text) for each in self._waves for name in first.coded
                 for text in each.codes(name)]  # fmt: skip
        self._table = {key: n for n, key in enumerate(dict.fromkeys(texts))}

    @cached_property
    def shared(self) -> bool:
        """Whether there is a cluster of the first stage that both have."""
        named = [name for name in (self.sampling.strata, *self.sampling.clusters[:1]) if name]
        if not self.sampling.clusters:
            return False
        first, second = (
            set(zip(*(self._coded(each, name).tolist() for name in named), strict=True))
            for each in self._waves
        )
        return not first.isdisjoint(second)

    def columns(self, *names: str) -> Columns:
        """Those of the design, of each row of both waves, with those that are named."""
        found: dict[str, NDArray[Any]] = {
            code_of(name): np.concatenate([self._coded(each, name) for each in self._waves])
            for name in self.sampling.coded
        }
        sizes = [size_of(name) for name in self.sampling.numeric if name != _WEIGHTS]
        wanted = [name for name in names if name != _WAVE]
        rows = [each.columns(*wanted) for each in self._waves]
        for name in (*sizes, *wanted):
            found[name] = np.concatenate([each[name] for each in rows])
        found[size_of(_WEIGHTS)] = np.concatenate([*map(_weights, self._waves)])
        found[_WAVE] = np.repeat([0.0, 1.0], [int(each.rows.sum()) for each in self._waves])
        return found

    def codes(self, question: str) -> Mapping[str, int]:
        return {text: code for (name, text), code in self._table.items() if name == question}

    def value(self, code: int) -> tuple[str, str]:
        return list(self._table)[code]

    def _coded(self, wave: Placed, name: str) -> NDArray[np.int64]:
        """A wave's own numbers for units, as those of both."""
        own = wave.columns()[code_of(name)]
        table = np.zeros(int(own.max(initial=0)) + 1, dtype=np.int64)
        for text, code in wave.codes(name).items():
            table[code] = self._table[name, text]
        return table[own]


def _weights(wave: Placed) -> NDArray[np.float64]:
    """What each row stands for in its own wave: declared, or by how many there are."""
    alone = Design(wave, confidence=0.95, simulated=False, nameable=lambda _stratum: True)
    return np.asarray(alone.measured([], by_group=False).declared.weights, dtype=np.float64)
