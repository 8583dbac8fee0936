"""What is allowed in a definition and probably not meant.

Warnings never stand in the way of a survey; only what is well defined is one, so that whoever
reads them can rely on each. `codes` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from encuestas.definition import Survey
from encuestas.reading import place_of, read_data, survey_from_data
from encuestas.warnings.codes import DefinitionWarning, WarningCode
from encuestas.warnings.places import places
from encuestas.warnings.reach import unreachable
from encuestas.warnings.rules import of_places, of_survey
from encuestas.warnings.words import of_words

__all__ = ["DefinitionWarning", "WarningCode", "read_with_warnings", "warn"]


def warn(survey: Survey) -> tuple[DefinitionWarning, ...]:
    """Every warning, in the order of the definition; lines and columns are not known here."""
    found = places(survey)
    return (
        *of_survey(survey, found),
        *of_words(survey, found),
        *unreachable(survey, found),
        *of_places(survey, found),
    )


def read_with_warnings(
    text: str, *, files: Mapping[str, str] | None = None
) -> tuple[Survey, tuple[DefinitionWarning, ...]]:
    """The survey in YAML or JSON text, and its warnings in the order of the text, with places.

    DefinitionErrors as for `read_survey`.
    """
    data, marks = read_data(text, files=files)
    survey = survey_from_data(data, marks)
    placed = []
    for warning in warn(survey):
        line, column = place_of(warning.path, marks)
        placed.append(replace(warning, line=line, column=column))
    return survey, tuple(sorted(placed, key=lambda one: (one.line or 0, one.column or 0)))
