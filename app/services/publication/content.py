"""What a page of results says, as it is kept: in every language, and nothing that is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from analisis import Estimate, Statistic
from app.models import TERRITORY_QUESTION, Collection
from app.services.analytics.findings import Analysis, Domain, MeasureFigures
from app.services.publication import released
from app.services.publication.released import Asked, Released
from encuestas import Measure, MeasureKind, Survey
from encuestas.measures import DETRACTORS, PROMOTERS


def content_of(
    collection: Collection,
    whole: Analysis,
    parts: Mapping[str, Analysis],
    asked: Sequence[Asked],
    safe: Released,
) -> dict[str, Any]:
    """All that the page says, in every language, as JSON."""
    survey = whole.definition
    by_name = {each.measure.name: each for each in whole.measures}
    used = whole.versions[-1] if whole.versions else None
    return {
        "title": dict(whole.title),
        "survey": survey.id,
        "respondent": survey.respondent,
        "selection": str(whole.selection),
        "design": whole.design is not None,
        "simulated": whole.simulated,
        "responses": whole.responses,
        "population": whole.population
        if whole.population is None or whole.responses <= whole.population
        else None,
        "opens_at": whole.opens_at.isoformat(),
        "closes_at": whole.closes_at.isoformat() if whole.closes_at else None,
        "version": used.version if used else survey.version,
        "structure_hash": used.structure_hash if used else "",
        "software": version("cabildo-encuestas"),
        "threshold": released.THRESHOLD,
        "measures": [_measure(survey, by_name[each.name], each, parts, safe) for each in asked],
    }


def _measure(
    survey: Survey,
    figures: MeasureFigures,
    asked: Asked,
    parts: Mapping[str, Analysis],
    safe: Released,
) -> dict[str, Any]:
    measure = told(figures.measure)
    words = {choice.value: dict(choice.label) for choice in figures.question.choices}
    return {
        "name": measure.name,
        "kind": str(measure.kind),
        "label": dict(measure.label or figures.question.label),
        "question": dict(figures.question.label),
        "answers": [words.get(str(value)) or value for value in measure.satisfied],
        "overall": _figure(figures.estimates, {}) if safe.shows(asked, None) else None,
        "more_than_half": safe.roughly(asked),
        "tables": [
            {
                "by": by,
                "label": {} if by == TERRITORY_QUESTION else dict(survey.question(by).label),
                "rows": [_row(part, measure, asked, by, each, safe) for each in part.domains],
            }
            for by, part in parts.items()
        ],
    }


def _row(
    part: Analysis, measure: Measure, asked: Asked, by: str, domain: Domain, safe: Released
) -> dict[str, Any]:
    shows = safe.shows(asked, (by, str(domain.value)))
    estimates = figures_of(part, measure).estimates
    return {
        "label": dict(domain.label) or {"es": str(domain.value)},
        "figure": _figure(estimates, {by: domain.value}) if shows else None,
    }


def _figure(estimates: Iterable[Estimate], domain: Mapping[str, object]) -> dict[str, Any]:
    """The share with its interval, and for a known list what holds whatever the silent think."""
    of_domain = [one for one in estimates if one.domain == domain]
    return {
        str(one.statistic): one.to_dict() | {"domain": {}}
        for one in of_domain
        if one.statistic in (Statistic.SATISFIED, Statistic.BOUNDS)
    }


def told(measure: Measure) -> Measure:
    """The measure with the answers that it counts: those of an NPS go without saying."""
    if measure.kind is MeasureKind.NPS:
        return replace(measure, satisfied=PROMOTERS, dissatisfied=DETRACTORS)
    return measure


def figures_of(analysis: Analysis, measure: Measure) -> MeasureFigures:
    return next(each for each in analysis.measures if each.measure.name == measure.name)
