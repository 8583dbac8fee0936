"""What may be asked of a collection: its closed questions, and what is known of each response."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    ORGANISATION_QUESTION,
    TERRITORY_QUESTION,
    Channel,
    Collection,
    CollectionRoll,
    Comuna,
    Organisation,
    Province,
    Region,
    Territory,
)
from app.models.territory import territory_comunas
from app.services.analytics.asked import MOST_CATEGORIES, Grouping, shown
from app.services.analytics.coded import PREFIX, known_codes
from app.services.analytics.figures import categories
from app.services.analytics.findings import Value
from app.services.scope import EVERYWHERE, Scope
from encuestas import Measure, MeasureKind, Question, Survey, Text
from encuestas.joining import Joined
from encuestas.measures import DETRACTORS, PROMOTERS

COMUNA, REGION = "_comuna", "_region"


class Kind(StrEnum):
    """How the answers to a question become figures."""

    CODES = "codes"
    MARKS = "marks"
    SEVERAL = "several"
    FIRST = "first"
    NUMBER = "number"
    CLASSES = "classes"


_KINDS: Mapping[str, Kind] = {
    "select_one": Kind.CODES,
    "scale": Kind.MARKS,
    "nps": Kind.MARKS,
    "select_multiple": Kind.SEVERAL,
    "rank": Kind.FIRST,
    "integer": Kind.NUMBER,
    "decimal": Kind.NUMBER,
    "range": Kind.NUMBER,
    "calculate": Kind.NUMBER,
}
GROUPS = frozenset({Kind.CODES, Kind.MARKS, Kind.CLASSES})


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A question, or something known of a response, that figures or groups can be made of.

    ``column`` is what `columns.read` calls it. ``labels`` are the words of the categories that have
    any, by their text. ``of`` is what gives a response its category where the column does not: the
    region of each territory. ``pair``: the two of which each category is one of both.
    """

    name: str
    column: str
    kind: Kind
    label: Text = field(default_factory=dict)
    categories: tuple[Value, ...] = ()
    labels: Mapping[str, Text] = field(default_factory=dict)
    special: tuple[str, ...] = ()
    question: Question | None = None
    measure: Measure | None = None
    of: Mapping[str, str] | None = None
    cuts: tuple[float, ...] = ()
    pair: tuple[Variable, Variable] | None = None

    @cached_property
    def told(self) -> Hashable:
        """All that its answers' places depend on but the column."""
        of = None if self.of is None else frozenset(self.of.items())
        pair = None if self.pair is None else tuple(each.told for each in self.pair)
        values = tuple(map(repr, self.categories))
        return self.column, self.kind, values, self.special, of, self.cuts, pair

    def place(self, text: str) -> int | None:
        """Which of the categories a text names."""
        return next((n for n, each in enumerate(self.categories) if str(each) == text), None)

    def classed(self, cuts: tuple[float, ...]) -> Variable:
        """The same number in classes: ``..18``, ``18..30``, ``30..``."""
        ends = [shown(cut) for cut in cuts]
        names = (f"..{ends[0]}", *(f"{a}..{b}" for a, b in pairwise(ends)))
        values = (*names, f"{ends[-1]}..")
        return replace(self, kind=Kind.CLASSES, cuts=cuts, categories=values, measure=None)


class Catalogue:
    """Every variable of a collection, by name, with the words of its newest version."""

    def __init__(self, collection: Collection, joint: Joined, *, scope: Scope = EVERYWHERE) -> None:
        self.collection = collection
        self._scope = scope
        self.survey: Survey = joint.described
        self._joint = joint

    @cached_property
    def questions(self) -> Mapping[str, Variable]:
        """The closed questions, in their order."""
        measures = {each.question: each for each in self.survey.measures}
        found: dict[str, Variable] = {}
        for question in self.survey.questions:
            kind = _KINDS.get(question.type)
            hidden = question.name in {ORGANISATION_QUESTION, TERRITORY_QUESTION}
            if kind is None or hidden or self.survey.repeats(question.name):
                continue
            merged = self._joint.variables[question.name].merged
            found[question.name] = _of_question(merged, kind, measures.get(question.name))
        return found | self._coded()

    def _coded(self) -> dict[str, Variable]:
        """Open questions whose answers somebody gave codes: of one answer there may be several."""
        return {
            f"{PREFIX}{name}": Variable(
                name=f"{PREFIX}{name}",
                column=f"{PREFIX}{name}",
                kind=Kind.SEVERAL,
                label=self.survey.question(name).label,
                categories=codes,
            )
            for name, codes in known_codes(self.collection, scope=self._scope).items()
            if self.survey.has(name)
        }

    @cached_property
    def known(self) -> Mapping[str, Variable]:
        """What is known of a response besides its answers, as far as it can make groups."""
        found = [*self._places(), *self._organisations()]
        found.append(_plain("_channel", [str(each) for each in Channel]))
        if len(self._joint.versions) > 1:
            found.append(_plain("_version", [*self._joint.versions][::-1]))
        if len(self.collection.languages) > 1:
            found.append(_plain("_language", self.collection.languages))
        return {each.name: each for each in found}

    @property
    def groupings(self) -> tuple[Variable, ...]:
        """All that can make groups; a number takes classes."""
        some = [each for each in self.questions.values() if each.kind in GROUPS | {Kind.NUMBER}]
        few = [each for each in some if len(each.categories) <= MOST_CATEGORIES]
        return (*self.known.values(), *few)

    def question(self, name: str) -> Variable:
        """Raises Problem UNKNOWN_QUESTION or NOT_CLOSED."""
        if name in self.questions:
            return self.questions[name]
        measures = {each.name: each.question for each in self.survey.measures}
        if (question := measures.get(name)) in self.questions:
            return self.questions[str(question)]
        raise self._unknown(name, self.questions, ProblemCode.NOT_CLOSED)

    def grouping(self, asked: Grouping, *, cuts: tuple[float, ...] = ()) -> Variable:
        """Raises Problem UNKNOWN_QUESTION, CANNOT_MAKE_GROUPS, CUTS_NEEDED, CUTS_OF_NO_NUMBER or
        TOO_MANY_GROUPS.
        """
        found = self.known.get(asked.name) or self.questions.get(asked.name)
        if found is None:
            known = [each.name for each in self.groupings]
            raise self._unknown(asked.name, known, ProblemCode.CANNOT_MAKE_GROUPS)
        if found.kind is Kind.NUMBER:
            if not (asked.cuts or cuts):
                raise Problem(ProblemCode.CUTS_NEEDED, question=asked.name)
            return found.classed(asked.cuts or cuts)
        if asked.cuts:
            raise Problem(ProblemCode.CUTS_OF_NO_NUMBER, question=asked.name)
        if found.kind not in GROUPS or not found.categories:
            kind = found.question.type if found.question else found.kind
            raise Problem(ProblemCode.CANNOT_MAKE_GROUPS, question=asked.name, type=kind)
        if (count := len(found.categories)) > MOST_CATEGORIES:
            context = {"question": asked.name, "count": count, "limit": MOST_CATEGORIES}
            raise Problem(ProblemCode.TOO_MANY_GROUPS, **context)
        return found

    def filters(self, asked: Mapping[str, Sequence[str]]) -> dict[str, tuple[Variable, list[int]]]:
        """Of each name, the variable and which of its categories will do.

        A number's classes are those that are named: ``f.age=18..30``. Raises Problem as
        `grouping`, or UNKNOWN_VALUE.
        """
        return {name: self._filter(name, values) for name, values in asked.items()}

    def _filter(self, name: str, values: Sequence[str]) -> tuple[Variable, list[int]]:
        number = self.questions.get(name)
        cuts = _cuts(values) if number is not None and number.kind is Kind.NUMBER else ()
        variable = self.grouping(Grouping(name, cuts))
        places = [variable.place(value) for value in values]
        for value, place in zip(values, places, strict=True):
            if place is None:
                known = ", ".join(map(str, variable.categories))
                raise Problem(ProblemCode.UNKNOWN_VALUE, name=name, value=value, known=known)
        return variable, [place for place in places if place is not None]

    def _unknown(self, name: str, known: Iterable[str], otherwise: ProblemCode) -> Problem:
        if self.survey.has(name):
            return Problem(otherwise, question=name, type=self.survey.question(name).type)
        return Problem(ProblemCode.UNKNOWN_QUESTION, question=name, known=", ".join(known))

    def _places(self) -> list[Variable]:
        territories = self._scope.of(self.collection.territories)
        if not territories:
            return []
        labels: dict[str, Text] = {each.code: {"es": each.name} for each in territories}
        found = [_plain(TERRITORY_QUESTION, [*labels], "_territory", labels=labels)]
        query = (
            select(Territory.code, Comuna.code, Comuna.name, Region.code, Region.name)
            .join(territory_comunas, territory_comunas.c.territory_id == Territory.id)
            .join(Comuna, Comuna.code == territory_comunas.c.comuna_code)
            .join(Province, Province.code == Comuna.province_code)
            .join(Region, Region.code == Province.region_code)
            .where(Territory.id.in_([each.id for each in territories]))
            .order_by(Comuna.code)
        )
        rows = db.session.execute(query).all()
        for name, code, words in ((COMUNA, 1, 2), (REGION, 3, 4)):
            found += _of_territories(name, [(row[0], row[code], row[words]) for row in rows])
        return found

    def _organisations(self) -> list[Variable]:
        if self.collection.respondent != "organisation":
            return []
        query = (
            select(Organisation.kind)
            .join(CollectionRoll, CollectionRoll.organisation_id == Organisation.id)
            .where(
                CollectionRoll.collection_id == self.collection.id,
                self._scope.among(CollectionRoll.territory_id),
            )
            .distinct()
            .order_by(Organisation.kind)
        )
        return [_plain("_organisation_kind", db.session.scalars(query).all())]


def _plain(
    name: str,
    values: Iterable[str],
    column: str | None = None,
    *,
    labels: Mapping[str, Text] | None = None,
    of: Mapping[str, str] | None = None,
) -> Variable:
    return Variable(
        name=name,
        column=column or name,
        kind=Kind.CODES,
        categories=tuple(values),
        labels=labels or {},
        of=of,
    )


def _of_territories(name: str, rows: Sequence[tuple[str, str, str]]) -> list[Variable]:
    """A territory that lies in several is in none of them for certain: it stays out."""
    where: dict[str, set[str]] = {}
    for territory, code, _words in rows:
        where.setdefault(territory, set()).add(code)
    of = {territory: next(iter(codes)) for territory, codes in where.items() if len(codes) == 1}
    labels: dict[str, Text] = {code: {"es": words} for _, code, words in rows}
    there = [code for code in labels if code in set(of.values())]
    return [_plain(name, there, "_territory", labels=labels, of=of)] if there else []


def _of_question(question: Question, kind: Kind, measure: Measure | None) -> Variable:
    if measure is not None and measure.kind is MeasureKind.NPS:
        measure = replace(measure, satisfied=PROMOTERS, dissatisfied=DETRACTORS)
    return Variable(
        name=question.name,
        column=question.name,
        kind=kind,
        label=question.label,
        categories=categories(question),
        labels={choice.value: choice.label for choice in question.choices},
        special=question.special,
        question=question,
        measure=measure if measure is not None and measure.satisfied else None,
    )


def _cuts(values: Sequence[str]) -> tuple[float, ...]:
    """The ends that the named classes have; none where they cannot be read."""
    ends: set[float] = set()
    for value in values:
        low, dots, high = value.partition("..")
        try:
            ends |= {float(end) for end in (low, high) if end}
        except ValueError:
            return ()
        if not dots:
            return ()
    return tuple(sorted(ends)) if all(map(math.isfinite, ends)) else ()
