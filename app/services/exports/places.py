"""Places, ways and areas as GeoJSON (RFC 7946), a feature for each, piece by piece.

Where somebody was tells who they are: whoever asks for them says that they know it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Row

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.language import locale_of
from app.services.exports import export_plan, workbook_words
from app.services.exports.export_plan import Export
from encuestas.export import Table
from encuestas.paths import is_repeat

TYPES = frozenset({"geopoint", "geotrace", "geoshape"})
Position = tuple[float, ...]


def asked(export: Export) -> dict[str, dict[str, str]]:
    """Of each version, the questions that are answered with a place, and their types."""
    return {
        version: {q.name: q.type for q in survey.questions if q.type in TYPES}
        for version, survey in export.joined.versions.items()
    }


def require_asked(export: Export) -> None:
    """Raises Problem NO_PLACES, or PLACES_IDENTIFY where nobody said that they know."""
    if not any(asked(export).values()):
        raise Problem(ProblemCode.NO_PLACES)
    if not export.options.places:
        raise Problem(ProblemCode.PLACES_IDENTIFY)


def pieces(export: Export) -> Generator[str, None, None]:
    """Raises Problem NO_PLACES or PLACES_IDENTIFY when the first piece is asked for."""
    require_asked(export)
    questions, table = asked(export), export.table()
    yield _head(export)
    separator = "\n"
    with export_plan.connected(db.engine) as connection:
        for part in export_plan.parts(connection, export.query):
            found = [one for row in part for one in _features(export, table, questions, row)]
            if found:
                yield separator + ",\n".join(_dumped(each) for each in found)
                separator = ",\n"
    yield "\n]}\n"


def _head(export: Export) -> str:
    with force_locale(locale_of(export.options.lang)):
        told: dict[str, object] = {
            "type": "FeatureCollection",
            "collection": export.collection,
            "survey": export.joined.newest.id,
            "simulated": export.simulated,
            "warning": _("Un lugar puede decir quién respondió: guárdelo y muéstrelo con cuidado."),
        }
        if export.territories is not None:
            told["territories"] = list(export.territories)
            told["limits"] = workbook_words.some_territories(export.territories)
    return _dumped(told)[:-1] + ', "features": ['


def _features(
    export: Export, table: Table, questions: Mapping[str, Mapping[str, str]], row: Row[Any]
) -> Iterator[dict[str, object]]:
    types = questions[row.version]
    known = export_plan.told(export_plan.values(export, row))
    words = table.answers(row.version, row.answers)
    shared = {f"_{name}": value for name, value in known.items()} | {
        name: " ".join(map(str, value)) if isinstance(value, list) else value
        for name, value in words.items()
        if name not in types and not is_repeat(value)
    }
    for where, name, text in _places(row.answers, types):
        geometry = geometry_of(types[name], text)
        if geometry is not None:
            properties = {**shared, "_question": f"{where}{name}"}
            yield {"type": "Feature", "geometry": geometry, "properties": properties}


def _places(
    answers: Mapping[str, Any], types: Mapping[str, str], where: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Each place that was given: in which instance, to which question, and its text."""
    for name, answer in answers.items():
        if name in types and isinstance(answer, str):
            yield where, name, answer
        elif is_repeat(answer):
            for number, instance in enumerate(answer, start=1):
                yield from _places(instance, types, f"{where}{name}[{number}]/")


def geometry_of(kind: str, text: str) -> dict[str, object] | None:
    """A place as GeoJSON has it: longitude first. None for what is no place: a special answer."""
    try:
        points = [_position(each) for each in text.split(";") if each.strip()]
    except ValueError:
        return None
    if not points:
        return None
    if kind == "geopoint" or len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    if kind == "geoshape" and len(points) > 3 and points[0] == points[-1]:
        # The outer ring goes against the clock.
        ring = points if _area(points) >= 0 else points[::-1]
        return {"type": "Polygon", "coordinates": [ring]}
    return {"type": "LineString", "coordinates": points}


def _position(text: str) -> Position:
    """Longitude and latitude, with the altitude where one was measured."""
    latitude, longitude, *rest = (float(part) for part in text.split())
    altitude = rest[0] if rest else 0.0
    return (longitude, latitude, altitude) if altitude else (longitude, latitude)


def _area(ring: Sequence[Position]) -> float:
    """Twice the area, negative where the ring goes with the clock."""
    return sum(one[0] * other[1] - other[0] * one[1] for one, other in itertools.pairwise(ring))


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
