"""What may be asked of a file of responses, and what does not go together.

The one authority for whoever asks: the page of downloads, the API, the commands and the worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from app.errors import Problem, ProblemCode
from app.services.exports.stream import ExportFormat
from app.services.scope import Scope
from encuestas.export import Several

_NO_TABLE = frozenset({ExportFormat.JSON, ExportFormat.GEOJSON, ExportFormat.DDI})
"""Where an answer has no columns, so none can be added for each instance of a repeat."""


class Flag(fields.Boolean):
    """true or false, and nothing that Python takes for one of them."""

    def _deserialize(self, value: object, *_args: Any, **_kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("true or false")
        return value


def _flag(told: str) -> Flag:
    return Flag(metadata={"description": told})


class AskedSchema(Schema):
    """What is asked of a file of responses."""

    format = fields.String(
        required=True, validate=validate.OneOf([str(each) for each in ExportFormat])
    )
    labels = _flag("Words in place of codes.")
    text = fields.String(
        validate=[validate.Length(max=20), validate.Regexp(r"^[A-Za-z0-9-]*$")],
        metadata={"description": "Language of the survey's words; the file's own if missing."},
    )
    several = fields.String(
        validate=validate.OneOf([str(each) for each in Several]),
        metadata={
            "description": "Several answers to one question: all codes in `one` column, a column"
            " for `each` choice, or `both`, which is usual."
        },
    )
    keep_special = _flag("SPSS, Stata: don't know and the like are values as others are.")
    all_states = _flag("Previews and what is under review too.")
    raw = _flag("Cells that look like formulas as they are.")
    wide = _flag("Of tables: a column for each instance of a repeat.")
    repeat = fields.String(
        validate=validate.Length(max=64),
        metadata={"description": "CSV without `wide`: a row for each instance of that repeat."},
    )
    places = _flag("GeoJSON: I know that a place may tell who answered. It is not made without.")
    notes = _flag("In an archive, with notes and the codebook.")


_SCHEMA = AskedSchema()
_KNOWN: Mapping[str, fields.Field] = _SCHEMA.fields
FLAGS = tuple(name for name, field in _KNOWN.items() if isinstance(field, Flag))


def read(given: Mapping[str, str]) -> dict[str, Any]:
    """The same as a form or an address spells it: 1 is yes, and what is empty was not said.

    Raises Problem BAD_PARAMETER.
    """
    told = {name: given[name] for name in _KNOWN if given.get(name)}
    asked: dict[str, Any] = {
        name: value == "1" if name in FLAGS else value for name, value in told.items()
    }
    try:
        return dict(_SCHEMA.load(asked))
    except ValidationError as error:
        name = next(iter(error.normalized_messages()))
        raise _bad(name, asked.get(name, ""), _allowed(_KNOWN[name])) from error


def how(asked: Mapping[str, Any], *, lang: str, scope: Scope) -> dict[str, Any]:
    """What was asked for as `Options` takes it; ``lang``: of the words, where no other is said.

    Raises Problem BAD_PARAMETER.
    """
    fmt, repeat, wide = asked["format"], asked.get("repeat") or "", bool(asked.get("wide"))
    if repeat and (fmt != ExportFormat.CSV or wide):
        raise _bad("repeat", repeat, "format=csv")
    if wide and fmt in _NO_TABLE:
        raise _bad("wide", "1", ", ".join(each for each in ExportFormat if each not in _NO_TABLE))
    found: dict[str, Any] = {name: bool(asked.get(name)) for name in FLAGS if name != "notes"}
    return found | {
        "lang": asked.get("text") or lang,
        "repeat": repeat,
        "several": Several(asked.get("several") or Several.BOTH),
        "scope": scope,
    }


def _allowed(field: fields.Field) -> str:
    limits = field.validators
    choices = [str(one) for each in limits for one in getattr(each, "choices", ())]
    longest = [f"≤ {each.max}" for each in limits if isinstance(each, validate.Length)]
    return ", ".join(choices or longest)


def _bad(name: str, value: object, allowed: str) -> Problem:
    return Problem(ProblemCode.BAD_PARAMETER, name=name, value=str(value)[:100], allowed=allowed)
