"""How people were chosen: looked at with its figures, saved with a note, refused in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import AuditEntry, Territory, User
from app.services import collections
from tests.analytics.conftest import OPINION, answer, field, make_plan, make_territories, people
from tests.analytics.sample import drawn, sampled
from tests.pages import check_page

Client = Callable[[str], FlaskClient]
STRATA = {
    "selection": "probability", "strata": "territory",
    "size:T-1": "400", "size:T-2": "1.900", "size:T-3": "300",
}  # fmt: skip


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """A page is the same page on both databases."""
    return new_database(request.param)


def declared(app: Flask, slug: str) -> tuple[str, int | None, object]:
    with app.app_context():
        found = collections.find(slug)
        return found.selection, found.population, found.design


def test_a_simple_sample_in_words(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), people(412))
    client = signed_in("manager")
    check_page(client.get("/collections/opinion/design").text)
    said = {"selection": "probability", "people": "3.180"}
    seen = check_page(client.get("/collections/opinion/design", query_string=said).text)
    words = (
        "Muestra aleatoria simple, de 412 personas de un universo de 3.180; "
        "error de ±4,5 puntos al 95 %."
    )
    assert words in seen.text
    assert declared(app, "opinion") == ("probability", None, None)  # looking changes nothing
    saved = client.post("/collections/opinion/design", data=said, follow_redirects=True)
    assert words in check_page(saved.text).text
    assert declared(app, "opinion") == ("probability", 3180, {"population": [3180]})


def test_a_design_shows_what_it_does_before_it_is_saved(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        make_territories()
        answer(drawn(), sampled(240))
    client = signed_in("manager")
    seen = check_page(client.get("/collections/sample/design", query_string=STRATA).text)
    assert "Muestra estratificada por territorio, ponderada, de 240 personas" in seen.text
    assert "de un universo de 2.600" in seen.text
    assert "Qué cambia en las cifras" in seen.text
    posted = next(form for form in seen.forms if form.method == "post" and len(form.fields) > 2)
    client.post("/collections/sample/design", data=posted.fields)
    assert declared(app, "sample")[2] == {
        "strata": "territory",
        "population": [{"T-1": 400, "T-2": 1900, "T-3": 300}],
    }
    with app.app_context():
        (entry,) = db.session.query(AuditEntry).filter_by(action="collection.design").all()
        assert entry.actor == "manager@example.cl"
        assert entry.details["before"]["design"] is None
    again = check_page(client.get("/collections/sample/design").text)
    assert ("size:T-2", "1900") in [pair for form in again.forms for pair in form.fields.items()]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"strata": "territory", "size:T-1": "400"}, "no son los que hay"),
        ({"strata": "nothing"}, "nothing"),
        ({"people": "muchas"}, "no sirve «muchas»"),
        ({"people": "0"}, "no sirve «0»"),
        ({"weights": "mark"}, "no sirve en «weights»"),
        ({"selection": "magic"}, "no sirve «magic»"),
        ({"margin": "sex", "total:sex:f": "1.000"}, "no son los que hay"),
    ],
)
def test_a_design_that_does_not_fit_is_refused(
    app: Flask, signed_in: Client, said: dict[str, str], words: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        make_territories()
        answer(drawn(), sampled(30))
    client, said = signed_in("manager"), {"selection": "probability"} | said
    seen = check_page(client.get("/collections/sample/design", query_string=said).text)
    assert words in seen.text
    assert client.post("/collections/sample/design", data=said).status_code >= 400
    assert declared(app, "sample") == ("probability", None, None)


def test_clusters_weights_and_margins(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        make_territories()
        answer(drawn(), sampled(240))
    client = signed_in("manager")
    said = {
        "selection": "probability", "strata": "territory", "cluster": "block", "nest": "1",
        "weights": "weight", "margin": "sex", "total:sex:f": "900", "total:sex:m": "700",
    }  # fmt: skip
    seen = check_page(client.get("/collections/sample/design", query_string=said).text)
    assert "por conglomerados: «Manzana»" in seen.text
    assert "ajustada a la población por «Género»" in seen.text
    assert client.post("/collections/sample/design", data=said).status_code == 303
    assert declared(app, "sample")[1:] == (
        1600,
        {
            "strata": "territory", "clusters": ["block"], "nest": True, "weights": "weight",
            "totals": {"sex": {"f": 900, "m": 700}},
        },
    )  # fmt: skip


def test_a_census_says_who_is_on_its_list(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        make_plan()
    seen = check_page(signed_in("manager").get("/collections/plan/design").text)
    assert "Toda una lista conocida de 45 organizaciones: respondieron 0 (0,0 %)." in seen.text


def test_a_limited_manager_changes_no_design(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        make_territories()
        drawn()
    client = signed_in("manager")
    with app.app_context():
        user = db.session.query(User).one()
        user.territories = db.session.query(Territory).filter_by(code="T-1").all()
        db.session.commit()
    assert client.post("/collections/sample/design", data=STRATA).status_code == 403
    assert declared(app, "sample")[2] is None
