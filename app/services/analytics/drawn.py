"""Where each response of a sample was drawn, as far as it tells.

A response that lacks what the design needs (its stratum, its cluster, its weight) has no place in
it: it is in no figure, and the analysis says how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.models import TERRITORY_QUESTION, Collection
from app.services.analytics.cells import Known, Lacking, Number, Rows, Text, View
from app.services.analytics.counting import Versions, of_versions
from app.services.analytics.counts import Counts
from app.services.analytics.sampling import Sampling
from app.services.scope import Scope
from encuestas import Question


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The design of a collection as views of its responses.

    ``questions`` are those that the design names, with what every version offers; ``versions`` are
    the keys of those in which a question means the same.
    """

    collection: Collection
    sampling: Sampling
    questions: Mapping[str, Question]
    versions: Versions

    @cached_property
    def territories(self) -> Mapping[str, str]:
        """The code of each of the collection's territories by its key."""
        return {territory.id: territory.code for territory in self.collection.territories}

    @cached_property
    def codes(self) -> Mapping[str, View]:
        """What tells strata and units apart, by question; nothing where a response lacks it."""
        return {name: self._code(name) for name in self.sampling.coded}

    @cached_property
    def numbers(self) -> Mapping[str, Number]:
        """Weights and sizes, by question; nothing where there is no number."""
        return {name: self._number(name) for name in self.sampling.numeric}

    @property
    def placed(self) -> Rows:
        """Those that have a place in the design: a weight of zero holds one."""
        weights = self.sampling.weights
        return Rows(
            texts=tuple(self.codes.values()),
            sizes=tuple(value for name, value in self.numbers.items() if name != weights),
            weights=tuple(value for name, value in self.numbers.items() if name == weights),
        )

    def counts(self, scope: Scope) -> Rows:
        """Those that count there: with a weight of zero one stands for nobody."""
        codes, numbers = tuple(self.codes.values()), tuple(self.numbers.values())
        return Rows(scope.territories, texts=codes, sizes=numbers)

    def lacking(self, scope: Scope) -> Lacking:
        """What those that do not count in the design lack."""
        rows = Rows(scope.territories)
        return Lacking(rows, tuple(self.codes.values()), tuple(self.numbers.values()))

    def outside(self, counts: Counts, scope: Scope) -> tuple[int, Mapping[str, int]]:
        """How many do not count in the design, and how many of those lack each thing."""
        names = (*self.codes, *self.numbers)
        if not names:  # a simple random sample needs nothing
            return 0, {}
        total, *each = counts.of(self.lacking(scope))
        return total, {name: count for name, count in zip(names, each, strict=True) if count}

    def _code(self, name: str) -> View:
        if name == TERRITORY_QUESTION:
            # One of another territory is not in the population that the strata make up.
            return Known("territory", frozenset(self.territories))
        special = self.questions[name].special
        return Text(name, of_versions(name, self.versions), apart=frozenset(special))

    def _number(self, name: str) -> Number:
        hidden = self.questions[name].type == "hidden"
        return Number(name, of_versions(name, self.versions), in_text=hidden)
