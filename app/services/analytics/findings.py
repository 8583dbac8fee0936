"""What an analysis gives: figures with all that is needed to judge, show and repeat them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from analisis import Estimate
from app.models import Selection
from app.services.analytics.counting import VersionUse
from app.services.analytics.sampling import Sampling
from encuestas import Measure, MeasureKind, Question, Survey, Text
from encuestas.changes import Change
from encuestas.joining import Difference

Value = int | str


class Caution(StrEnum):
    """What an evaluator must mend before trusting a figure."""

    # More responses than the population declared: it was taken as unknown.
    POPULATION_EXCEEDED = "population_exceeded"
    # Responses that lack what the design needs: they are in no figure.
    OUTSIDE_DESIGN = "outside_design"
    # Strata with people and without responses: the figures are not about them.
    SILENT_STRATA = "silent_strata"
    # A stratum of which one unit was drawn: figures have no error and no interval.
    LONELY_PSU = "lonely_psu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A group that figures are given for. ``label`` is empty where the definition has no words."""

    value: Value
    label: Text
    responses: int
    population: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFigures:
    """A measure's figures: those of everybody first, then of each domain in turn."""

    measure: Measure
    question: Question
    # The versions in which the question means the same; none where that is all of them.
    versions: tuple[str, ...]
    special: Mapping[str, int]
    missing: int
    not_shown: int
    estimates: tuple[Estimate, ...]

    def to_dict(self) -> dict[str, object]:
        measure = self.measure
        told: dict[str, object] = {}
        if measure.kind is not MeasureKind.SATISFACTION:
            told["kind"] = str(measure.kind)
        if self.versions:
            told["versions"] = list(self.versions)
        return told | {
            "name": measure.name,
            "label": dict(measure.label or self.question.label),
            "question": measure.question,
            "indicator": measure.indicator,
            "satisfied": list(measure.satisfied),
            "dissatisfied": list(measure.dissatisfied),
            "special": dict(self.special),
            "missing": self.missing,
            "not_shown": self.not_shown,
            "estimates": [estimate.to_dict() for estimate in self.estimates],
        }


@dataclass(frozen=True, slots=True)
class DesignUse:
    """The declared design, and what stood in its way.

    ``outside`` responses have no place in it, of which so many lack each thing (``lacking``);
    ``silent`` are strata that the population has and no response; ``lonely``, strata of which one
    unit was drawn.
    """

    sampling: Sampling
    outside: int
    lacking: Mapping[str, int]
    silent: tuple[str, ...]
    lonely: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "declared": self.sampling.to_data(),
            "outside": self.outside,
            "lacking": dict(self.lacking),
            "silent": list(self.silent),
            "lonely": list(self.lonely),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What a collection says, and how far it may be believed."""

    collection: str
    title: Text
    definition: Survey
    versions: tuple[VersionUse, ...]
    differences: tuple[Difference, ...]
    responses: int
    previews: int
    simulated: bool
    selection: Selection
    population: int | None
    # Of a census of organisations: whether its roll may still change, and the figures with it.
    provisional: bool | None
    design: DesignUse | None
    opens_at: datetime
    closes_at: datetime | None
    public: bool
    groupings: tuple[str, ...]
    by: str | None
    domains: tuple[Domain, ...]
    unclassified: int
    cautions: tuple[Caution, ...]
    measures: tuple[MeasureFigures, ...]

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON, of which the issue's keys are a part."""
        told: dict[str, object] = {}
        if self.differences:
            told["differences"] = [difference_record(each) for each in self.differences]
        if self.provisional is not None:
            told["provisional"] = self.provisional
        if self.design is not None:
            told["design"] = self.design.to_dict()
        return told | {
            "collection": self.collection,
            "title": dict(self.title),
            "survey": self.definition.id,
            "versions": [
                {
                    "version": use.version,
                    "corrections": list(use.corrections),
                    "structure_hash": use.structure_hash,
                    "responses": use.responses,
                }
                for use in self.versions
            ],
            "responses": self.responses,
            "previews": self.previews,
            "simulated": self.simulated,
            "selection": str(self.selection),
            "population": self.population,
            "by": self.by,
            "domains": [
                {
                    "value": domain.value,
                    "label": dict(domain.label),
                    "responses": domain.responses,
                    "population": domain.population,
                }
                for domain in self.domains
            ],
            "unclassified": self.unclassified,
            "cautions": [str(caution) for caution in self.cautions],
            "measures": [figures.to_dict() for figures in self.measures],
        }


def difference_record(difference: Difference) -> dict[str, object]:
    """A change between two versions as JSON can carry it."""
    versions = {"before": difference.before, "after": difference.after}
    return versions | change_record(difference.change)


def change_record(change: Change) -> dict[str, object]:
    """What changed between two definitions, as JSON can carry it."""
    return {
        "code": str(change.code),
        "effect": str(change.effect),
        "where": change.where,
        "questions": list(change.questions),
        "joins_by_name": change.joins_by_name,
        "context": dict(change.context),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A collection as the list of analyses shows it."""

    slug: str
    title: Text
    selection: Selection
    simulated: bool
    opens_at: datetime
    closes_at: datetime | None
    responses: int
