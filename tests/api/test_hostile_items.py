"""Whatever is sent as answers gets a verdict, and staff can look at it and decide."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.models import Collection, Quarantined
from encuestas import Survey, read_survey
from tests.api.conftest import item
from tests.pages import check_page

DEFINITIONS = Path(__file__).parents[1] / "definitions"
NAMES = ("every-type", "repeats", "computed", "cascade", "matrix")
VALUES = (
    None, True, 0, -1, 10**300, 2**63, 1e308, -0.0, "", "a", "6", "no", "\0", "\ud800",
    "x" * 5000, "2026-05-04", "12:00", "-33.4 -70.6", "9999-12-31T23:59:59-12:00", "\u202e", "[]",
    [], ["a"], [1], [[1]], {}, {"a": 1}, [{}], [{"a": [{}]}],
)  # fmt: skip
STRANGE = ("x", "\0", "\ud800", "a[1]/b", "[]", "")


def lists(surveys: dict[str, Survey], chance: random.Random) -> Iterator[list[dict[str, object]]]:
    for _ in range(8):
        yield [_item(*chance.choice(list(surveys.items())), chance) for _ in range(12)]


def _item(slug: str, survey: Survey, chance: random.Random) -> dict[str, object]:
    names = [question.name for question in survey.questions]
    names = chance.choices(names, k=chance.randrange(12)) + chance.choices(STRANGE, k=1)
    form = chance.random() < 0.5

    def value() -> object:
        one = chance.choice(VALUES)
        return [str(one)] if form and chance.random() < 0.8 else one

    return item(
        collection=slug,
        version=survey.version,
        format="form" if form else "json",
        answers={name: value() for name in names},
    )


def test_anything(
    app: Flask,
    field: Callable[..., None],
    rows: Callable[..., list],
    signed_in: Callable[[str], FlaskClient],
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals.setdefault("csrf_token", lambda: "")
    surveys = {}
    for name in NAMES:
        source = (DEFINITIONS / f"{name}.yaml").read_text()
        field(source, slug=name)
        surveys[name] = read_survey(source)
    for sent in lists(surveys, random.Random(7)):  # noqa: S311 no secret
        body = json.dumps(sent)
        answer = app.test_client().post(
            "/api/v1/responses", data=body, content_type="application/json"
        )
        assert answer.status_code in {200, 207}
        codes = {each.get("code") for each in answer.json}
        assert codes <= {None, "invalid", "conflict", "malformed_item"}
    manager, chance = signed_in("manager"), random.Random(8)  # noqa: S311 no secret
    slugs = {collection.id: collection.slug for collection in rows(Collection)}
    for held in rows(Quarantined)[:25]:
        address = f"/collections/{slugs[held.collection_id]}/review/{held.id}"
        check_page(manager.get(address).text)
        decision = {chance.choice(["accept", "reject"]): "1", "comment": "a\0b"}
        assert manager.post(address, data=decision).status_code == 303
