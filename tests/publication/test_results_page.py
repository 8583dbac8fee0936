"""Results for the community: published, frozen, protected, and taken away again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import AuditEntry, Collection
from app.services import collections
from app.services.publication import publishing
from app.services.publication.publishing import Choice
from app.services.scope import Scope
from tests.analytics.conftest import OPINION, answer, ballot, field, make_plan, make_territories
from tests.pages import check_page

Client = Callable[[str], FlaskClient]
SATISFIED = Choice(measures=("satisfied",), by=("territory", "sex"))


def said(territory: int, sex: str, mark: int, times: int) -> list[dict[str, object]]:
    row = {"territory": f"T-{territory}", "sex": sex, "mark": mark, "took_part": "no"}
    return [dict(row) for _ in range(times)]


def town() -> Collection:
    """Two territories with enough of everything, and a third in which few answered."""
    make_territories()
    collection = field(OPINION, "opinion", selection="probability", population=3180)
    rows = [
        *said(1, "f", 7, 40), *said(1, "f", 3, 25), *said(1, "m", 6, 30), *said(1, "m", 2, 15),
        *said(2, "f", 7, 22), *said(2, "f", 1, 31), *said(2, "m", 7, 12), *said(2, "m", 4, 18),
        *said(3, "f", 7, 4), *said(3, "m", 2, 3),
    ]  # fmt: skip
    answer(collection, rows)
    return collection


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """A page is the same page on both databases; publishing on both is tested below."""
    return new_database(request.param)


def test_a_manager_looks_publishes_and_takes_away(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        town()
    client, anybody = signed_in("manager"), app.test_client()
    assert anybody.get("/r/opinion").status_code == 404
    first = client.get("/collections/opinion/publication")
    check_page(first.text)
    choice = {"measure": "satisfied", "by": ["territory", "sex"]}
    preview = client.get("/collections/opinion/publication", query_string=choice)
    assert "Entre 47 y 61 de cada 100 personas están satisfechas" in check_page(preview.text).text
    assert anybody.get("/r/opinion").status_code == 404  # looking publishes nothing
    done = client.post("/collections/opinion/publication", data=choice, follow_redirects=True)
    assert "/r/opinion" in check_page(done.text).text
    page = check_page(anybody.get("/r/opinion").text)
    assert "Entre 47 y 61 de cada 100 personas están satisfechas (200 respuestas)" in page.text
    assert "No se muestra, para proteger a quienes respondieron." in page.text
    assert "<script" not in anybody.get("/r/opinion").text
    assert anybody.get("/r/opinion/qr.svg").mimetype == "image/svg+xml"
    check_page(client.get("/collections/opinion/publication/poster").text)
    english = check_page(anybody.get("/r/opinion?lang=en").text)
    assert english.lang == "en"
    client.post("/collections/opinion/publication/withdraw")
    assert anybody.get("/r/opinion").status_code == 410
    with app.app_context():
        actions = db.session.query(AuditEntry.action, AuditEntry.actor).all()
    told = [tuple(row) for row in actions if row.action.startswith("publication.")]
    assert told == [
        ("publication.publish", "manager@example.cl"),
        ("publication.withdraw", "manager@example.cl"),
    ]


def test_nobody_else_may_publish(app: Flask, signed_in: Client) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        town()
    for role in ("evaluator", "interviewer"):
        assert signed_in(role).get("/collections/opinion/publication").status_code == 403
        posted = signed_in_again(app, role).post("/collections/opinion/publication")
        assert posted.status_code == 403
    assert app.test_client().get("/r/opinion").status_code == 404


def signed_in_again(app: Flask, role: str) -> FlaskClient:
    """The same person in another browser."""
    from app.models import User

    with app.app_context():
        key = db.session.query(User).filter_by(email=f"{role}@example.cl").one().fs_uniquifier
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    return client


def refusal(slug: str, choice: Choice, **how: object) -> Problem:
    with pytest.raises(Problem) as told:
        publishing.publish(slug, choice, **how)
    return told.value


def test_who_sees_some_territories_publishes_nothing(in_app: Flask) -> None:
    town()
    limited = Scope(frozenset({"one"}))
    assert refusal("opinion", SATISFIED, scope=limited).code is ProblemCode.PUBLISH_LIMITED


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_figures_stay_as_they_were_published(in_app: Flask) -> None:
    collection = town()
    first = publishing.publish("opinion", SATISFIED)
    frozen, kept = first.content, dict(first.cells)
    answer(collection, said(1, "f", 7, 3))
    assert publishing.shown("opinion").content == frozen
    told = refusal("opinion", SATISFIED)
    assert told.code is ProblemCode.PUBLISH_TOO_SOON
    assert told.context == {"least": 10, "new": 3}
    # Neither may the same people be shown in other tables: the two would tell what each hides.
    other = Choice(measures=("satisfied",), by=("sex",))
    assert refusal("opinion", other).code is ProblemCode.PUBLISH_TOO_SOON
    answer(collection, [*said(1, "f", 7, 20), *said(2, "m", 4, 12), *said(2, "m", 7, 1)])
    second = publishing.publish("opinion", SATISFIED)
    assert second.number == 2
    assert publishing.shown("opinion").number == 2
    changes = [abs(size - kept[key]) for key, size in second.cells.items() if key in kept]
    assert changes
    small = {key for key, size in second.cells.items() if 0 < abs(size - kept.get(key, size)) < 10}
    assert not {key for key in small if '""' not in key and "silent" not in key}


def test_what_was_withdrawn_comes_back_as_it_was(in_app: Flask) -> None:
    town()
    first = publishing.publish("opinion", SATISFIED)
    publishing.withdraw("opinion")
    with pytest.raises(Problem) as told:
        publishing.shown("opinion")
    assert told.value.code is ProblemCode.RESULTS_WITHDRAWN
    again = publishing.publish("opinion", SATISFIED)
    assert (again.id, again.withdrawn_at) == (first.id, None)


def test_a_census_waits_for_its_closing(in_app: Flask) -> None:
    plan = make_plan()
    answer(plan, [ballot(n, 7 if n % 3 else 2) for n in range(1, 32)])
    choice = Choice(measures=("satisfied",), by=("territory",))
    assert refusal("plan", choice).code is ProblemCode.PUBLISH_AT_CLOSING
    collections.close_collection("plan")
    made = publishing.publish("plan", choice)
    overall = made.content["measures"][0]["overall"]
    assert overall["satisfied"]["n"] == 31
    assert made.content["population"] == 45


def test_what_all_said_is_shown_where_they_agreed(in_app: Flask) -> None:
    make_territories()
    collection = field(OPINION, "opinion", selection="open")
    answer(collection, [*said(1, "f", 7, 30), *said(2, "f", 7, 20), *said(2, "m", 1, 25),
                        *said(3, "m", 7, 15), *said(3, "f", 1, 15)])  # fmt: skip
    choice = Choice(measures=("satisfied",), by=("territory",))

    def of(made: publishing.Proposal) -> list[bool]:
        (table,) = made.content["measures"][0]["tables"]
        return [row["figure"] is not None for row in table["rows"]]

    assert of(publishing.propose("opinion", choice))[0] is False
    unsaid = Choice(measures=choice.measures, by=choice.by, unanimous=True)
    assert refusal("opinion", unsaid).code is ProblemCode.PUBLISH_WHO_AGREED
    agreed = Choice(
        measures=choice.measures, by=choice.by, unanimous=True, agreed="Junta de vecinos, 4 de mayo"
    )
    made = publishing.publish("opinion", agreed)
    assert of(publishing.propose("opinion", agreed)) == [True, True, True]
    assert made.choice["agreed"] == "Junta de vecinos, 4 de mayo"


def test_too_few_to_publish(in_app: Flask) -> None:
    make_territories()
    answer(field(OPINION, "opinion", selection="open"), said(1, "f", 7, 9))
    assert refusal("opinion", SATISFIED).code is ProblemCode.PUBLISH_TOO_FEW
    assert refusal("opinion", Choice()).code is ProblemCode.PUBLISH_NOTHING


def test_the_front_page_names_what_is_published(app: Flask) -> None:
    with app.app_context():
        town()
        publishing.publish("opinion", SATISFIED)
    assert check_page(app.test_client().get("/").text).links()["Opinión"] in (
        "/r/opinion",
        "/e/opinion",
    )
    assert 'href="/r/opinion"' in app.test_client().get("/").text


def test_a_hidden_figure_may_still_be_said_roughly(in_app: Flask) -> None:
    plan = make_plan()
    answer(plan, [ballot(n, 7 if n % 4 else 2) for n in range(1, 32)])
    collections.close_collection("plan")
    with_groups = Choice(measures=("satisfied",), by=("territory",))
    assert refusal("plan", with_groups).code is ProblemCode.PUBLISH_ALL_HIDDEN
    made = publishing.publish("plan", Choice(measures=("satisfied",)))
    (measure,) = made.content["measures"]
    assert measure["overall"] is None
    assert measure["more_than_half"] is True
    page = in_app.test_client().get("/r/plan").text
    words = (
        "Más de la mitad de las organizaciones que opinaron están satisfechas "
        "(31 de 45 respondieron)."
    )
    assert words in " ".join(check_page(page).text.split())


def test_a_page_that_says_nothing_is_not_published(in_app: Flask) -> None:
    plan = make_plan()
    answer(plan, [ballot(n, 7 if n % 4 else 2) for n in range(1, 16)])
    collections.close_collection("plan")
    choice = Choice(measures=("satisfied",), by=("territory",))
    assert refusal("plan", choice).code is ProblemCode.PUBLISH_ALL_HIDDEN
