"""One mapping of a definition through its schema, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError

from encuestas.errors import ErrorCode, Problem, shown
from encuestas.fields import problems_in


class NodeSchema(Schema):
    """Unknown keys are left to `load_node`, which can name the ones that are known."""

    class Meta:
        unknown = EXCLUDE


def load_node(
    schema: Schema, data: object, *, also: Iterable[str] = ()
) -> tuple[dict[str, Any], list[Problem]]:
    """What could be read of one mapping, and every problem in it. ``also``: keys read elsewhere."""
    if not isinstance(data, Mapping):
        return {}, [Problem(ErrorCode.WRONG_SHAPE, {"expected": "mapping"})]
    known = {field.data_key or name for name, field in schema.fields.items()} | set(also)
    allowed = sorted(known)
    problems = [
        Problem(ErrorCode.UNKNOWN_KEY, {"key": shown(key), "allowed": allowed}, (key,))
        for key in data
        if key not in known
    ]
    try:
        return schema.load(data), problems
    except ValidationError as error:
        problems += problems_in(error.messages)
        return dict(error.valid_data), problems  # type: ignore[arg-type]  # a mapping here: one node is loaded, not many


def dump_node(schema: Schema, value: object) -> dict[str, Any]:
    """One node as JSON-ready data; what is empty or the default is left out."""
    dumped: dict[str, Any] = schema.dump(value)
    return {
        key: item
        for key, item in dumped.items()
        if item is not None and item is not False and item not in ("", [], {})
    }
