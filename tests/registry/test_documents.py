"""The document of a plan: a real PDF, kept out of the web's reach, read by those who rate it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typst
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.cli import cabildo
from app.extensions import db
from app.models import Plan, Territory
from app.services import collections
from app.services.demo import programme
from app.services.invitations import inviting, links
from app.services.register import plan_documents
from tests.analytics.conftest import field, make_plan
from tests.pages import Person

HOSTILE = "../../x.html"


def pdf(words: str = "Plan", size: int = 0) -> bytes:
    """A PDF that is whole, of at least so many bytes."""
    made = typst.compile(words.encode())
    assert isinstance(made, bytes)
    end = made.rindex(b"startxref")
    return made[:end] + b"%" + b"x" * max(0, size - len(made)) + b"\n" + made[end:]


@pytest.fixture
def manager(signed_in: Callable[[str], FlaskClient]) -> Person:
    return Person(signed_in("manager"))


@pytest.fixture
def plans(app: Flask) -> None:
    """Three territories, a plan in force in each, and an old one; what asks about them."""
    with app.app_context():
        _plans()
        field("pdt-quality", "una", selection="census", plan="PDT-2")
        field("satisfaction", "gente", selection="open")


def _plans() -> None:
    make_plan()
    for n in (1, 2, 3):
        place = db.session.scalars(select(Territory).where(Territory.code == f"T-{n}")).one()
        db.session.add(
            Plan(code=f"PDT-{n}", title=f"Plan {n}", territory=place, summary_es=f"Agua {n}.\nLuz.")
        )
        if n == 1:
            db.session.add(Plan(code="PDT-0", title="Viejo", territory=place, active=False))
    db.session.commit()


def upload(who: Person, content: bytes, code: str = "PDT-1", name: str = "plan.pdf") -> None:
    who.open(f"/register/plans/{code}/edit")
    who.press("Subir", document=[(io.BytesIO(content), name)])


def kept_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def test_staff_hand_it_in_and_those_who_rate_it_read_it(
    plans: None, manager: Person, app: Flask, tmp_path: Path
) -> None:
    content = pdf("El plan de la ribera", 1_200_000)
    upload(manager, content, name=HOSTILE)
    assert "El documento quedó guardado" in manager.page.text
    (path,) = kept_files(tmp_path)
    assert (path.read_bytes(), path.stat().st_mode & 0o077) == (content, 0)
    visitor = Person(app.test_client())
    visitor.open("/e/plan")
    assert "Los planes que se evalúan" in visitor.page.text
    assert [words in visitor.page.text for words in ("Plan 1", "Agua 2.", "Viejo")] == [1, 1, 0]
    address = visitor.page.links()["Leer el plan (PDF, 1,2 MB)"]
    answer = visitor.client.get(address)
    assert answer.data == content
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Content-Disposition"] == "attachment; filename=PDT-1.pdf"
    assert "private" in headers["Cache-Control"]

    def get(**asked: str) -> object:
        return visitor.client.get(
            address, headers={k.replace("_", "-"): v for k, v in asked.items()}
        )

    etag = headers["ETag"]
    assert get(If_None_Match=etag).status_code == 304
    part = get(Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
    assert get(Range="bytes=10-19", If_Range=etag).data == content[10:20]
    assert get(Range="bytes=10-19", If_Range='"other"').data == content
    assert manager.client.get("/register/plans/PDT-1/document").data == content


def test_what_is_no_document_is_refused_with_what_to_do(
    plans: None, manager: Person, tmp_path: Path, app: Flask
) -> None:
    app.config["CABILDO_PLAN_MB"] = 1
    whole = pdf("x", 4000)
    refused = {
        b"<!doctype html><script>alert(1)</script>": "no es un PDF",
        b"%PDF-1.7\n<script>alert(1)</script>": "incompleto",
        b"%PDF-1.7\n<html></html>\nstartxref\n9\n%%EOF": "incompleto",
        whole[:-20]: "incompleto",
        whole[:2000]: "incompleto",
        b"GIF89a" + whole: "no es un PDF",
        pdf("x", (1 << 20) + 1): "más de 1 MB",
        b"": "Elija primero",
    }
    for content, words in refused.items():
        upload(manager, content)
        assert (manager.status, words in manager.page.text) == (422, True), content[:40]
    huge = manager.client.post("/register/plans/PDT-1/document", data=b"x" * (5 << 20))
    assert huge.status_code == 413
    assert kept_files(tmp_path) == []
    with app.app_context():
        assert db.session.scalars(select(Plan.document_hash)).all() == [None] * 4


def test_another_document_takes_its_place(plans: None, manager: Person, tmp_path: Path) -> None:
    content = pdf("uno")
    upload(manager, content)
    first = kept_files(tmp_path)
    upload(manager, content)
    assert kept_files(tmp_path) == first
    upload(manager, pdf("dos"))
    (second,) = kept_files(tmp_path)
    assert second not in first
    manager.open("/register/plans/PDT-1/edit")
    manager.press("Quitar el documento")
    assert kept_files(tmp_path) == []
    assert manager.client.get("/register/plans/PDT-1/document").status_code == 404


def test_who_may_read_it(
    plans: None, manager: Person, app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    upload(manager, pdf("uno"))
    upload(manager, pdf("dos"), "PDT-2")
    upload(manager, pdf("viejo"), "PDT-0")
    anybody, interviewer = app.test_client(), signed_in("interviewer")

    def address(slug: str, number: int, of: str = "") -> str:
        """Of a plan's document in a collection, with the mark that its page (or another) tells."""
        with app.app_context():
            row = db.session.scalars(select(Plan).where(Plan.code == f"PDT-{number}")).one()
            mark = plan_documents.mark(collections.find(of or slug), row)
        return f"/e/{slug}/plan/PDT-{number}?v={mark}"

    def status(address: str, who: FlaskClient = anybody) -> int:
        return who.get(address).status_code

    assert [status(address("plan", n)) for n in range(4)] == [404, 200, 200, 404]
    assert [status(address("una", n)) for n in (1, 2)] == [404, 200]
    assert status(address("gente", 1)) == 404
    assert status("/e/plan/plan/PDT-1") == 404
    assert status(address("una", 2, of="plan")) == 404
    for code in ("..%2f..%2fsecret_key", "a%00b", "%2e%2e", "PDT-1%2f..%2f..%2fsecret_key"):
        assert status(f"/e/plan/plan/{code}") in {404, 308}
    assert "El plan que va a evaluar" in Person(anybody).open("/e/una").text
    assert "plan" not in Person(anybody).open("/e/gente").text.lower()
    with app.app_context():
        collections.close_collection("plan")
    assert status(address("plan", 1)) == 410
    assert status(address("plan", 1), interviewer) == 200
    assert status("/register/plans/PDT-1/document", interviewer) == 403
    assert interviewer.post("/register/plans/PDT-1/document/remove").status_code in {400, 403}


def test_an_invited_organisation_sees_the_plan_of_its_territory(plans: None, app: Flask) -> None:
    with app.app_context():
        invitation = inviting.invite("plan", inviting.Invitee(organisation="O-21"))
        address = f"/i/{links.token_of(invitation)}"
    page = Person(app.test_client()).open(address)
    assert "Plan 2" in page.text
    assert "Plan 1" not in page.text
    assert "El plan que va a evaluar" in page.text


def test_a_summary_in_the_readers_language(plans: None, app: Flask) -> None:
    with app.app_context():
        row = db.session.scalars(select(Plan).where(Plan.code == "PDT-1")).one()
        row.summary_en = "Water."
        db.session.commit()
    html = app.test_client().get("/e/plan?lang=en").text
    assert "Water." in html
    assert "Agua 1" not in html
    assert '<span lang="es">Agua 2.' in html


def test_the_demonstration_takes_its_documents_along(
    plans: None, manager: Person, app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        place = Territory(code="T-D", name="De ensayo", simulated=True)
        db.session.add(Plan(code="PDT-D", title="De ensayo", territory=place, simulated=True))
        db.session.commit()
    upload(manager, pdf(), "PDT-D")
    upload(manager, pdf(), "PDT-1")
    assert len(kept_files(tmp_path)) == 2
    with app.app_context():
        programme.remove()
    assert len(kept_files(tmp_path)) == 1
    assert manager.client.get("/register/plans/PDT-1/document").status_code == 200


def test_contents_that_no_plan_names_are_swept(
    plans: None, manager: Person, app: Flask, tmp_path: Path
) -> None:
    upload(manager, pdf(), "PDT-1")
    [kept] = kept_files(tmp_path)
    for name in ("old", "new"):
        kept.with_name(name).write_bytes(b"x")
    long_ago = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    for path in (kept, kept.with_name("old")):
        os.utime(path, (long_ago, long_ago))
    with app.app_context():
        swept = CliRunner(catch_exceptions=False).invoke(cabildo, ["responses", "sweep"])
    assert swept.output == "1 archivo borrado.\n"
    assert sorted(path.name for path in kept.parent.iterdir()) == sorted([kept.name, "new"])
