"""What every sentence about an analysis starts from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from analisis import Estimate, Selection, Statistic
from app.reports.words import number
from app.services.analytics.findings import Analysis, MeasureFigures


def believed_population(analysis: Analysis) -> int | None:
    """The population, unless there are more responses than it has."""
    size = analysis.population
    return size if size is not None and analysis.responses <= size else None


def category_names(analysis: Analysis, figures: MeasureFigures, lang: str) -> dict[str, str]:
    """The words of each choice; a scale's marks are their own."""
    choices = figures.question.choices
    return {choice.value: analysis.definition.text(choice.label, lang) for choice in choices}


def figure(estimates: Iterable[Estimate], statistic: Statistic) -> Estimate | None:
    return next((one for one in estimates if one.statistic == statistic), None)


def of_domain(figures: MeasureFigures, domain: Mapping[str, object]) -> tuple[Estimate, ...]:
    """The figures of one domain; of everybody for ``{}``."""
    return tuple(one for one in figures.estimates if one.domain == domain)


def in_brackets(analysis: Analysis, lang: str) -> str:
    """How many answered, short enough for brackets."""
    count, size = number(analysis.responses, lang), believed_population(analysis)
    if size is None or analysis.selection != Selection.CENSUS:
        return ngettext(
            "%(count)s respuesta", "%(count)s respuestas", analysis.responses, count=count
        )
    return _("%(count)s de %(size)s respondieron", count=count, size=number(size, lang))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A figure drawn on a line from 0 to 100; ends are None where there is no interval."""

    value: float
    low: float | None
    high: float | None
    hollow: bool
