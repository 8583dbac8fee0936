"""Places as GeoJSON: only for those who say that they know what a place tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from app.errors import Problem, ProblemCode
from app.services.exports import stream
from app.services.exports.places import geometry_of
from tests.analytics.conftest import OPINION, answer, field, make_territories, people

SURVEY = (Path(__file__).parent / "places.yaml").read_text(encoding="utf-8")
FIELD = "-33 -71 0 0; -33.5 -71 0 0; -33.5 -70 0 0; -33 -71 0 0"
ROWS: list[dict[str, object]] = [
    {"kind": "square", "spot": "-33.45 -70.66 540.5 4", "way": "-33 -70 0 0;-34 -71 0 0"},
    {"kind": "well", "spot": "no_sabe", "field": FIELD, "trees": [{"tree": "-33 -70.5 0 0"}]},
]


@pytest.fixture
def places(in_app: Flask) -> None:
    answer(field(SURVEY, "places", selection="open"), ROWS)


def exported(**how: object) -> dict[str, object]:
    return json.loads("".join(stream.export_stream("places", fmt="geojson", places=True, **how)))


def test_each_place_is_a_feature_with_the_answers_beside_it(places: None) -> None:
    found = exported()
    assert (found["type"], found["collection"]) == ("FeatureCollection", "places")
    assert "quién respondió" in str(found["warning"])
    features = {each["properties"]["_question"]: each for each in found["features"]}
    assert set(features) == {"spot", "way", "field", "trees[1]/tree"}
    spot = features["spot"]
    assert spot["geometry"] == {"type": "Point", "coordinates": [-70.66, -33.45, 540.5]}
    assert spot["properties"]["kind"] == "square"
    assert "way" not in spot["properties"]
    assert features["way"]["geometry"]["coordinates"] == [[-70, -33], [-71, -34]]
    assert features["trees[1]/tree"]["properties"]["kind"] == "well"
    worded = exported(labels=True, lang="en")["features"]
    assert {each["properties"]["kind"] for each in worded} == {"Square", "Well"}


def test_the_ring_of_an_area_goes_against_the_clock() -> None:
    one = geometry_of("geoshape", FIELD)
    assert one is not None
    assert one["type"] == "Polygon"
    other = geometry_of("geoshape", ";".join(FIELD.split(";")[::-1]))
    assert other == one or other["coordinates"][0] == one["coordinates"][0]
    assert geometry_of("geoshape", "-33 -71 0 0;-33 -70 0 0")["type"] == "LineString"
    assert geometry_of("geopoint", "no_sabe") is None


def test_somebody_has_to_know_that_a_place_tells_who(
    places: None, run: Callable[..., Result], tmp_path: Path
) -> None:
    with pytest.raises(Problem) as problem:
        stream.export_stream("places", fmt="geojson")
    assert problem.value.code is ProblemCode.PLACES_IDENTIFY
    path = tmp_path / "out.geojson"
    run("responses", "export", "places", "--format", "geojson", "--places", "-o", path)
    assert len(json.loads(path.read_text())["features"]) == 4


def test_a_survey_without_places_has_no_map(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="open"), people(2))
        answer(field(SURVEY, "places", selection="open"), ROWS)
    client = signed_in("evaluator")
    refused = client.get("/analysis/opinion/export.geojson?places=1")
    assert (refused.status_code, "no pregunta ningún lugar" in refused.text) == (400, True)
    assert client.get("/analysis/places/export.geojson").status_code == 400
    sent = client.get("/analysis/places/export.geojson?places=1")
    assert sent.mimetype == "application/geo+json"
    assert len(sent.get_json()["features"]) == 4
