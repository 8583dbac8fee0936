"""Whatever arrives: a clear page, the right status, nothing typed is lost, never a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.models import Collection, Draft, Response
from tests.pages import Person

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
TOMORROW = datetime.now(UTC) + timedelta(days=1)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def begun(person: Person) -> Person:
    """Somebody at the second page."""
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    return person


def test_unknown_addresses(person: Person) -> None:
    for path in ("/e/nada", "/e/nada/p/x", "/e/Mala%00", "/e/a%ff", "/e/barrio/x"):
        person.open(path)
        assert (path, person.status) == (path, 404)
        assert person.page.h1.startswith("No encontramos")


def test_not_yet_open_says_when(person: Person, change: Callable[..., None]) -> None:
    change(opens_at=datetime(2090, 5, 4, 15, tzinfo=UTC))
    for path in ("/e/barrio", "/e/barrio/start"):
        (person.open if path == "/e/barrio" else lambda url: person.post(url, {}))(path)
        assert person.status == 403
        assert "4 de mayo de 2090" in person.page.text


def test_closed_says_when(person: Person, change: Callable[..., None]) -> None:
    change(
        opens_at=datetime(2026, 1, 1, tzinfo=UTC), closes_at=datetime(2026, 5, 4, 15, tzinfo=UTC)
    )
    person.open("/e/barrio")
    assert person.status == 410
    assert "4 de mayo de 2026" in person.page.text


def test_closing_while_somebody_answers_keeps_what_they_typed(
    begun: Person, change: Callable[..., None], rows: Callable[..., list]
) -> None:
    change(opens_at=YESTERDAY - timedelta(days=1), closes_at=YESTERDAY)
    begun.press("Siguiente", overall=4)
    assert begun.status == 410
    assert rows(Draft)[0].answers["overall"] == ["4"]
    secret = begun.client.get_cookie("cabildo_barrio", path="/e/barrio").value
    begun.post("/e/barrio/send", {"draft": secret})
    assert begun.status == 410
    for path in ("p/marks", "review"):
        begun.open(f"/e/barrio/{path}")
        assert begun.status == 410
    assert rows(Response) == []


def test_not_public(person: Person, change: Callable[..., None]) -> None:
    change(public=False)
    person.open("/e/barrio")
    assert person.status == 403


ORIGINS = (
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": "https://otro.example"}, 403),
    ({"Origin": "http://localhost.otro.example"}, 403),
    ({"Origin": "http://["}, 403),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": "null", "Sec-Fetch-Site": "same-site"}, 403),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
    ({"Origin": "http://localhost"}, 303),
    ({"Origin": "http://LOCALHOST", "Sec-Fetch-Site": "same-origin"}, 303),
    ({}, 303),
)


def test_posts_of_other_sites(begun: Person, rows: Callable[..., list]) -> None:
    form = begun.page.forms[0].fields.to_dict() | {"next": "1"}
    for mark, (headers, status) in enumerate(ORIGINS, start=14):
        data = form | {"overall": "7", "age": str(mark)}
        answer = begun.client.post("/e/barrio/p/marks", data=data, headers=headers)
        kept = rows(Draft)[0].answers.get("age") == [str(mark)]
        assert (headers, answer.status_code, kept) == (headers, status, status == 303)


def test_the_public_address_may_differ_from_the_one_that_was_reached(
    make_app: Callable[..., Flask], field: Callable[..., str]
) -> None:
    client = make_app(public_url="https://encuestas.example").test_client()
    headers = {"Origin": "https://encuestas.example"}
    assert client.post(f"{field()}/start", headers=headers).status_code == 303


def test_a_draft_that_expired_gives_back_what_was_typed(
    app: Flask, begun: Person, rows: Callable[..., list]
) -> None:
    with app.app_context():
        db.session.execute(db.update(Draft).values(expires_on=date.today() - timedelta(days=2)))
        db.session.commit()
    begun.press("Siguiente", overall=3, age=33)
    assert begun.status == 410
    assert "¿Qué edad tiene?33" in begun.page.text
    fresh = next(draft for draft in rows(Draft) if "member" not in draft.answers)
    assert fresh.answers == {"overall": ["3"], "age": ["33"]}
    begun.open(begun.page.links()["Seguir respondiendo"])
    assert begun.page.h1.startswith("¿Participa")
    begun.press("Siguiente", member="no")
    assert begun.page.element("q-age").get("value") == "33"


def test_an_unknown_secret_is_no_draft(person: Person, rows: Callable[..., list]) -> None:
    for path, data in (("p/marks", {}), ("p/nowhere", {"x": "1"}), ("send", {})):
        person.post(f"/e/barrio/{path}", {"draft": "guess\0ed"} | data)
        assert person.status == 410
        assert person.page.links()["Ir al inicio de la encuesta"] == "/e/barrio"
    assert rows(Draft) == []
    person.open("/e/barrio/p/marks")
    assert "permita las cookies" in person.page.text


def test_the_secret_of_one_collection_opens_no_other(
    begun: Person, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    secret = begun.page.forms[0].fields["draft"]
    begun.post(f"{field(slug='otra')}/p/marks", {"draft": secret})
    assert begun.status == 410
    assert [draft.answers for draft in rows(Draft)] == [{"member": ["no"]}]


def test_a_body_that_is_too_large(begun: Person) -> None:
    begun.post("/e/barrio/p/marks", {"age": "x" * 1_100_000})
    assert begun.status == 413
    assert "1024 kB" in begun.page.text


NO_FORMS = (
    (b'{"overall": 7}', "application/json"),
    (b"overall=7", "text/plain"),
    (b"overall=7", ""),
    (b"overall=7", "\xff\xfe;;;"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"no boundary", "multipart/form-data"),
    (b"&&&", FORM),
)


def test_bodies_that_no_form_sends(begun: Person, rows: Callable[..., list]) -> None:
    for body, kind in NO_FORMS:
        begun.post("/e/barrio/p/member", body, content_type=kind)
        assert (kind, begun.status) == (kind, 400)
    assert rows(Draft)[0].answers == {"member": ["no"]}


@pytest.mark.parametrize("declared", ["100000", None])
def test_a_body_cut_short_by_a_bad_network_erases_nothing(
    begun: Person, rows: Callable[..., list], declared: str | None
) -> None:
    begun.press("Siguiente", overall=6, age=33)
    secret = begun.client.get_cookie("cabildo_barrio", path="/e/barrio").value
    cut = f"draft={secret}&shown=overall&shown=age&overall=1".encode()
    # What granian says of every body, whole or not; without a length it came in chunks.
    broken = {"wsgi.input_terminated": True, "CONTENT_LENGTH": declared}
    begun.post("/e/barrio/p/marks", cut, content_type=FORM, environ_overrides=broken)
    assert begun.status == 400
    kept = rows(Draft)[0].answers
    assert (kept["overall"], kept["age"]) == (["6"], ["33"])


TYPED_BY_NOBODY = (
    b"age=%00&overall=%ed%a0%80&shown=%00",
    b"age=%ff%fe&uses=%f0%9f&uses=",
    b"&".join(b"f%d=1" % number for number in range(10_000)),
    b"shown=age&" + b"&".join(b"age=%d" % number for number in range(10_000)),
    b"overall=" + b"9" * 100_000,
    b"=&=&draft=&lang=xx&next=&back",
    b"overall[]=1&overall.x=2&__proto__=3&data=4&errors=5",
)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_bodies_that_no_person_types(begun: Person) -> None:
    for body in TYPED_BY_NOBODY:
        begun.post("/e/barrio/p/marks", body, content_type=FORM)
        assert (body[:40], begun.status in {200, 422}) == (body[:40], True)
        begun.open("/e/barrio/review")
        assert begun.status == 200
        begun.post("/e/barrio/send", {"send": "1"})
        assert begun.status == 422


def test_a_value_outside_its_choices(begun: Person) -> None:
    for overall, words in (("9", "del 1 al 7"), ("<b>", "Escriba un número")):
        begun.press("Siguiente", overall=overall)
        assert begun.status == 422
        assert words in begun.page.text
    begun.press("Siguiente", overall="7", uses=["plaza", "<script>alert(1)</script>"])
    assert begun.status == 422
    assert "Elija una respuesta de la lista: «<script>alert(1)</script>»" in begun.page.text
    assert not any("alert" in (s.text or "") for s in begun.page.tree.iter("script"))


def test_wrong_methods(person: Person) -> None:
    for path in ("start", "send"):
        person.open(f"/e/barrio/{path}")
        assert person.status == 405
    person.post("/e/barrio/review", {})
    assert person.status == 405


def test_json_is_answered_with_json(person: Person) -> None:
    answer = person.client.get("/e/nada", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_collection")


def test_a_locked_database_gives_the_answers_back(
    app: Flask, begun: Person, rows: Callable[..., list]
) -> None:
    with app.app_context():
        engine = db.engine
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=20"))
    engine.dispose()
    with engine.connect() as writer:  # outside a request every transaction may write
        writer.execute(db.update(Collection).values(wave="2"))
        begun.press("Siguiente", overall=2, uses=["plaza", "sede"])
        assert begun.status == 503
        assert begun.response.headers["Retry-After"] == "5"
        assert begun.page.forms[0].fields.getlist("uses") == ["plaza", "sede"]
    begun.press("Intentar otra vez")
    assert begun.page.h1 == "¿Qué salió mal?"
    assert rows(Draft)[0].answers["uses"] == ["plaza", "sede"]


def test_a_database_without_tables_is_no_trace(app: Flask, person: Person) -> None:
    with app.app_context():
        db.session.execute(db.text("DROP TABLE drafts"))
        db.session.commit()
    person.press("Comenzar")
    assert person.status == 503
    person.client.set_cookie("cabildo_barrio", "x", path="/e/barrio")
    person.open("/e/barrio")
    assert person.status == 503


def test_unknown_fields_are_ignored(begun: Person, rows: Callable[..., list]) -> None:
    form = begun.page.forms[0].fields | {"overall": "7", "ghost": "1", "worse": "2"}
    begun.post("/e/barrio/p/marks", form)
    assert set(rows(Draft)[0].answers) == {"member", "overall"}
