"""The survey domain: what a survey is, which way a respondent takes through it, and what counts.

Pure: no input or output, no clock, no web, no database. README.md says what may enter.
"""

from encuestas.definition import (
    SPECIAL_ANSWERS,
    Choice,
    ChoiceList,
    Group,
    Legal,
    LegalBasis,
    Measure,
    MeasureKind,
    Page,
    Question,
    Respondent,
    Survey,
    Text,
    bind_choices,
    language_of,
    localized,
)
from encuestas.errors import (
    AnswerFault,
    DefinitionErrors,
    DefinitionFault,
    ErrorCode,
    ExpressionError,
)
from encuestas.reading import read_survey, survey_from_data
from encuestas.routing import Placed, Route, Step, route, route_of
from encuestas.schema import survey_to_data
from encuestas.source import read_source
from encuestas.state import State, solve
from encuestas.structure import structure_hash
from encuestas.types import Column, ColumnKind, is_special, type_of
from encuestas.validation import Source, Validated, validate

__all__ = [
    "SPECIAL_ANSWERS",
    "AnswerFault",
    "Choice",
    "ChoiceList",
    "Column",
    "ColumnKind",
    "DefinitionErrors",
    "DefinitionFault",
    "ErrorCode",
    "ExpressionError",
    "Group",
    "Legal",
    "LegalBasis",
    "Measure",
    "MeasureKind",
    "Page",
    "Placed",
    "Question",
    "Respondent",
    "Route",
    "Source",
    "State",
    "Step",
    "Survey",
    "Text",
    "Validated",
    "bind_choices",
    "is_special",
    "language_of",
    "localized",
    "read_source",
    "read_survey",
    "route",
    "route_of",
    "solve",
    "structure_hash",
    "survey_from_data",
    "survey_to_data",
    "type_of",
    "validate",
]
