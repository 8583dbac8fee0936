"""Any closed question of a collection, by anything that makes groups, of whomever filters leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analisis import Estimate
from app.models import TERRITORY_QUESTION, Selection
from app.models.columns import utc_now
from app.services.analytics import answering, joins, populations
from app.services.analytics.answering import Cell, Level
from app.services.analytics.asked import Asked
from app.services.analytics.counting import VersionUse, versions
from app.services.analytics.counts import Counts
from app.services.analytics.design_figures import Design
from app.services.analytics.drawn import Drawn
from app.services.analytics.findings import Caution, DesignUse
from app.services.analytics.hiding import THRESHOLD, Hidden
from app.services.analytics.layers import Filters, Layer, layers
from app.services.analytics.opened import Opened, opened
from app.services.analytics.sampling import Sampling
from app.services.analytics.sheet import Sheet
from app.services.analytics.tallies import Tallied
from app.services.analytics.variables import Variable
from app.services.columnar.keeping import again
from app.services.register import rolls
from app.services.scope import EVERYWHERE, Scope
from encuestas import Survey, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a page says of the collection before any figure; `app.reports.summary` has the words."""

    collection: str
    title: Text
    definition: Survey
    versions: tuple[VersionUse, ...]
    responses: int
    simulated: bool
    selection: Selection
    population: int | None
    provisional: bool | None
    design: DesignUse | None
    opens_at: datetime
    closes_at: datetime | None
    public: bool
    cautions: tuple[Caution, ...]

    def to_dict(self) -> dict[str, object]:
        told: dict[str, object] = {} if self.design is None else {"design": self.design.to_dict()}
        return told | {
            "collection": self.collection,
            "title": dict(self.title),
            "survey": self.definition.id,
            "versions": [
                {"version": each.version, "responses": each.responses} for each in self.versions
            ],
            "responses": self.responses,
            "simulated": self.simulated,
            "selection": str(self.selection),
            "population": self.population,
            "cautions": [str(each) for each in self.cautions],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFigures:
    """A question's figures: those of everybody first, then of the groups of each layer."""

    variable: Variable
    everybody: Cell
    layers: tuple[Layer, ...]
    cells: tuple[tuple[Cell, ...], ...]
    estimates: tuple[Estimate, ...]

    def of(self, domain: Mapping[str, object]) -> tuple[Estimate, ...]:
        return tuple(one for one in self.estimates if one.domain == domain)

    def to_dict(self) -> dict[str, object]:
        variable, cell = self.variable, self.everybody
        return {
            "question": variable.name,
            "label": dict(variable.label),
            "type": variable.question.type if variable.question else None,
            "measure": variable.measure.name if variable.measure else None,
            "special": dict(cell.special),
            "missing": cell.missing,
            "not_shown": cell.not_shown,
            "estimates": [one.to_dict() for one in self.estimates],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """What was asked, and what the answers say of it."""

    about: About
    asked: Asked
    opened: Opened
    by: tuple[Variable, ...]
    filters: Filters
    # Those whom the filters leave; and, by group, those of them who are in none.
    threshold: int
    inside: int
    unclassified: Mapping[str, int]
    questions: tuple[QuestionFigures, ...]

    def to_dict(self) -> dict[str, object]:
        return self.about.to_dict() | {
            "asked": self.asked.query(),
            "inside": self.inside,
            "unclassified": dict(self.unclassified),
            "groups": {each.name: variable_record(each) for each in self.by},
            "questions": [each.to_dict() for each in self.questions],
        }


@again
def explore(
    slug: str,
    asked: Asked,
    *,
    scope: Scope = EVERYWHERE,
    threshold: int = THRESHOLD,
    grouped: bool = True,
) -> Exploration:
    """Every figure of the questions that are asked about, or of all closed ones.

    With groups or filters, counts below the threshold are hidden. Without ``grouped`` what makes
    groups is understood, or refused, but the figures are those of everybody.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, and what `Catalogue` and `layers` refuse.
    """
    whole = opened(slug, scope=scope)
    catalogue = whole.catalogue
    chosen = [catalogue.question(name) for name in asked.questions]
    chosen = list(dict.fromkeys(each.name for each in chosen)) or [*catalogue.questions]
    questions = [catalogue.questions[name] for name in chosen]
    by = tuple(catalogue.grouping(each, cuts=asked.cuts) for each in asked.by)
    filters = catalogue.filters(asked.filters)
    sheet = Sheet(whole, [*questions, *by, *(variable for variable, _places in filters.values())])
    found = layers(sheet, by, filters)
    if not grouped:
        by, found = (), layers(sheet, (), filters)
    level = Level(confidence=asked.confidence, standard=asked.standard)
    sheet.load([Tallied(by, filters, each) for each in (None, *questions)])
    if filters:
        sheet.load([Tallied(by, {}, each) for each in questions])
    drawn = answering.design(sheet, found[0], level)
    made = []
    for variable in questions:
        parts = answering.figures(sheet, variable, found, drawn=drawn, level=level)
        estimates = [one for _layer, _cells, some in parts for one in some]
        if by or filters:
            hidden = Hidden(variable, found[-1], threshold=threshold)
            estimates = [hidden.of(one) for one in estimates]
        made.append(
            QuestionFigures(
                variable=variable,
                everybody=parts[0][1][0],
                layers=tuple(layer for layer, _cells, _some in parts),
                cells=tuple(tuple(cells) for _layer, cells, _some in parts),
                estimates=tuple(estimates),
            )
        )
    return Exploration(
        about=about(sheet, drawn),
        asked=asked,
        opened=whole,
        by=by,
        filters=filters,
        threshold=threshold,
        inside=found[0].responses,
        unclassified=_unclassified(found),
        questions=tuple(made),
    )


def about(sheet: Sheet, drawn: Design | None) -> About:
    """What a page says of the collection, with what stood in the way of its design; without
    ``drawn`` no figures were made, which alone tell of strata that are silent or lonely."""
    whole, responses = sheet.opened, sheet.counted
    collection, scope = whole.collection, whole.scope
    design = None
    if whole.sampling is not None:
        outside, lacking = _outside(sheet, whole.sampling)
        design = DesignUse(
            sampling=populations.told(collection, whole.sampling, scope),
            outside=outside,
            lacking=lacking,
            silent=drawn.silent if drawn else (),
            lonely=drawn.lonely if drawn else (),
        )
    population = populations.people(collection, scope=scope)
    used, _previews = versions(collection, scope=scope)
    return About(
        collection=collection.slug,
        title=collection.texts.get("title") or whole.catalogue.survey.title,
        definition=whole.catalogue.survey,
        versions=used,
        responses=responses,
        simulated=collection.simulated,
        selection=Selection(collection.selection),
        population=population,
        provisional=rolls.is_provisional(collection, utc_now())
        if collection.selection == Selection.CENSUS and collection.respondent == "organisation"
        else None,
        design=design,
        opens_at=collection.opens_at,
        closes_at=collection.closes_at,
        public=collection.public,
        cautions=_cautions(population, responses, design),
    )


def _outside(sheet: Sheet, sampling: Sampling) -> tuple[int, Mapping[str, int]]:
    """How many have no place in the design, and how many of those lack each thing."""
    whole = sheet.opened
    names = [name for name in sampling.questions if name != TERRITORY_QUESTION]
    keys = joins.keys(whole.collection, whole.joint)
    drawn = Drawn(
        collection=whole.collection,
        sampling=sampling,
        questions={name: whole.joint.variables[name].merged for name in names},
        versions=joins.comparable(whole.joint, keys, names),
    )
    return drawn.outside(Counts(sheet.held), whole.scope)


def _cautions(
    population: int | None, responses: int, design: DesignUse | None
) -> tuple[Caution, ...]:
    found = {
        Caution.POPULATION_EXCEEDED: population is not None and responses > population,
        Caution.OUTSIDE_DESIGN: design is not None and design.outside > 0,
        Caution.SILENT_STRATA: design is not None and bool(responses and design.silent),
        Caution.LONELY_PSU: design is not None and bool(design.lonely),
    }
    return tuple(caution for caution, there in found.items() if there)


def _unclassified(found: list[Layer]) -> dict[str, int]:
    return {
        layer.variables[0].name: layer.responses - int(layer.tallied().responses.sum())
        for layer in found
        if len(layer.variables) == 1
    }


def variable_record(variable: Variable) -> dict[str, object]:
    """What makes groups, as JSON can carry it."""
    return {
        "label": dict(variable.label),
        "categories": [
            {"value": value, "label": dict(variable.labels.get(str(value), {}))}
            for value in variable.categories
        ],
    }
