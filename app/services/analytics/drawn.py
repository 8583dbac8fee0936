"""Where each response of a sample was drawn, as the database can tell.

A response that lacks what the design needs (its stratum, its cluster, its weight) has no place in
it: it is in no figure, and the analysis says how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, and_, case, func, or_, true

from app.extensions import db
from app.models import TERRITORY_QUESTION, Collection, Response
from app.services.analytics.counting import Versions, comparable, counted, text_of
from app.services.analytics.numbers import number, number_in_text
from app.services.analytics.sampling import Sampling
from app.services.scope import Scope
from encuestas import Question


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The design of a collection as columns of its responses.

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
    def codes(self) -> Mapping[str, ColumnElement]:
        """What tells strata and units apart, by question; NULL where a response lacks it."""
        return {name: self._code(name) for name in self.sampling.coded}

    @cached_property
    def numbers(self) -> Mapping[str, ColumnElement[float]]:
        """Weights and sizes, by question; NULL where there is no number."""
        return {name: self._number(name) for name in self.sampling.numeric}

    @property
    def placed(self) -> ColumnElement[bool]:
        """Whether a response has a place in the design: a weight of zero holds one."""
        weights = self.sampling.weights
        sizes = [
            value >= 0 if name == weights else value > 0 for name, value in self.numbers.items()
        ]
        return and_(true(), *(value.is_not(None) for value in self.codes.values()), *sizes)

    @property
    def counts(self) -> ColumnElement[bool]:
        """Whether it counts there: with a weight of zero it stands for nobody."""
        codes = (value.is_not(None) for value in self.codes.values())
        return and_(true(), *codes, *(value > 0 for value in self.numbers.values()))

    def outside(self, scope: Scope) -> tuple[int, Mapping[str, int]]:
        """How many do not count in the design, and how many of those lack each thing."""
        lacks = {name: value.is_(None) for name, value in self.codes.items()}
        lacks |= {name: func.coalesce(value, 0) <= 0 for name, value in self.numbers.items()}
        if not lacks:  # a simple random sample needs nothing
            return 0, {}
        tests = [func.count(), *(func.count().filter(each) for each in lacks.values())]
        query = counted(self.collection, *tests, only=and_(scope.rows(), or_(*lacks.values())))
        total, *each = db.session.execute(query).one()
        return total, {name: count for name, count in zip(lacks, each, strict=True) if count}

    def _code(self, name: str) -> ColumnElement:
        if name == TERRITORY_QUESTION:
            # One of another territory is not in the population that the strata make up.
            there = Response.territory_id.in_(self.territories)
            return case((there, Response.territory_id))
        answer = text_of(name, self.versions)
        special = self.questions[name].special
        return case((answer.not_in(special), answer)) if special else answer

    def _number(self, name: str) -> ColumnElement[float]:
        hidden = self.questions[name].type == "hidden"
        value = number_in_text(name) if hidden else number(name)
        return comparable(name, value, self.versions)
