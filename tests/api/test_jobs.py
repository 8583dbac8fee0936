"""Files that take long are asked for, made by a worker, and taken by whoever asked."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import work
from app.cli import cabildo
from app.cli.export import export
from app.extensions import db
from app.models import AuditEntry, Job, JobState, RoleName, Territory, User
from app.models.columns import utc_now
from app.services.exports.asked import AskedSchema
from app.services.jobs import queue, working
from app.services.jobs.kinds import Kind, Made, table
from app.storage import store
from tests.api.conftest import item
from tests.api.test_reading import TERRITORIAL
from tests.pages import check_page

PLACES = """
id: barrio
version: "1"
title: {es: El barrio}
respondent: person
pages:
  - id: one
    questions:
      - {name: home, type: geopoint, required: true, label: {es: ¿Dónde?}}
"""
ADDRESS = "/api/v1/collections/barrio/exports"
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def ask(app: Flask, field, send, key) -> Callable[..., tuple[FlaskClient, dict[str, str], str]]:
    """Some responses, and an export that was asked for: client, key and the job's address."""

    def make(*, format: str = "csv", **more: object) -> tuple[FlaskClient, dict[str, str], str]:
        field()
        send([item() for _ in range(3)])
        client, headers = app.test_client(), key()
        asked = client.post(ADDRESS, json={"format": format, **more}, headers=headers)
        assert asked.status_code == 202, asked.json
        return client, headers, asked.headers["Location"]

    return make


def run(app: Flask, worker: str = "w", kinds=work.KINDS) -> bool:
    with app.app_context():
        return working.work_once(worker, kinds, work.authorise)


def test_a_file_is_asked_for_made_and_taken(app: Flask, ask) -> None:
    client, headers, address = ask(labels=True, lang="en")
    waiting = client.get(address, headers=headers).json
    assert (waiting["state"], waiting["file"], waiting["kind"]) == ("waiting", None, "export")
    assert client.get(f"{address}/file", headers=headers).json["code"] == "job_not_done"
    assert run(app)
    assert not run(app)
    done = client.get(address, headers=headers).json
    assert (done["state"], done["done"], done["problem"]) == ("done", done["total"], None)
    file = client.get(done["file"], headers=headers)
    assert 'filename="barrio.csv"' in file.headers["Content-Disposition"].replace(
        "=barrio.csv", '="barrio.csv"'
    )
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert len(rows) == 4
    assert len(file.data) == done["file_bytes"]
    assert [each["id"] for each in client.get("/api/v1/jobs", headers=headers).json["items"]] == [
        done["id"]
    ]


@sqlite
@pytest.mark.parametrize("fmt", ["json", "xlsx", "sav", "dta", "parquet"])
def test_every_format(app: Flask, ask, fmt: str) -> None:
    client, headers, address = ask(format=fmt)
    run(app)
    assert client.get(address, headers=headers).json["file_name"] == f"barrio.{fmt}"
    assert client.get(f"{address}/file", headers=headers).status_code == 200


@sqlite
def test_a_program_asks_for_what_the_page_of_downloads_offers(app: Flask, ask) -> None:
    client, headers, address = ask(
        format="csv", several="one", all_states=True, notes=True, text="es", keep_special=True
    )
    run(app)
    assert client.get(address, headers=headers).json["file_name"] == "barrio.csv.zip"
    file = client.get(f"{address}/file", headers=headers)
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        assert set(archive.namelist()) == {"barrio.csv", "NOTES.md", "codebook.csv"}


@sqlite
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"format": "geojson"}, "no_places"),
        ({"format": "sav", "repeat": "trees"}, "bad_parameter"),
        ({"format": "json", "wide": True}, "bad_parameter"),
    ],
)
def test_what_does_not_go_together_is_told_at_once(app, field, key, body, code: str) -> None:
    field()
    answer = app.test_client().post(ADDRESS, json=body, headers=key())
    assert (answer.status_code, answer.json["code"]) == (409, code)


@sqlite
def test_places_are_made_for_who_knows_what_they_tell(app: Flask, field, send, key) -> None:
    field(PLACES)
    send([item(answers={"home": "-33.4 -70.6"})])
    client, headers = app.test_client(), key()
    refused = client.post(ADDRESS, json={"format": "geojson"}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (409, "places_identify")
    body = {"format": "geojson", "places": True}
    address = client.post(ADDRESS, json=body, headers=headers).headers["Location"]
    run(app)
    assert client.get(f"{address}/file", headers=headers).json["type"] == "FeatureCollection"


@sqlite
def test_a_program_asks_for_report_and_bundle(app: Flask, field, send, key) -> None:
    field()
    send([item() for _ in range(3)])
    client, headers = app.test_client(), key()

    def made(kind: str, body: dict[str, object]) -> tuple[str, bytes]:
        address = f"/api/v1/collections/barrio/{kind}"
        asked = client.post(address, json=body, headers=headers)
        assert asked.status_code == 202, asked.json
        assert run(app)
        told = client.get(asked.headers["Location"], headers=headers).json
        assert told["state"] == "done", told
        return told["file_name"], client.get(told["file"], headers=headers).data

    name, pdf = made("reports", {"format": "pdf", "lang": "en"})
    assert (name, pdf[:4]) == ("barrio-report.pdf", b"%PDF")
    name, page = made("reports", {"format": "html"})
    assert (name, page[:15]) == ("barrio-informe.html", b"<!doctype html>")
    name, bundle = made("bundles", {})
    assert (name, bundle[:2]) == ("barrio-paquete.zip", b"PK")
    wrong = client.post(
        "/api/v1/collections/barrio/reports", json={"format": "pdf", "by": "nada"}, headers=headers
    )
    assert (wrong.status_code, wrong.json["code"]) == (409, "unknown_question")
    with app.app_context():
        noted = {each.action for each in db.session.scalars(db.select(AuditEntry))}
        assert {"report.read", "collection.export"} <= noted


def test_pages_commands_and_programs_take_the_same_options(app: Flask, field, signed_in) -> None:
    options = set(AskedSchema().fields)
    # A command's file is in the language of its words.
    assert options - {"text"} <= {each.name for each in export.params}
    described = app.test_client().get("/api/v1/openapi.json").json["components"]["schemas"]
    assert options | {"lang"} == set(described["Export"]["properties"])
    field(PLACES)
    page = check_page(signed_in("evaluator").get("/analysis/barrio/downloads").text)
    fields = {each.get("name") for each in page.tree.iter() if each.tag in {"input", "select"}}
    # A repeat is a link of its own, and cells that look like formulas are for programs.
    assert options - {"repeat", "raw", "wide"} <= fields


@sqlite
def test_a_job_is_its_owner_s_alone(app: Flask, ask, key) -> None:
    client, _headers, address = ask()
    other = key()
    assert client.get(address, headers=other).status_code == 404
    assert client.get("/api/v1/jobs", headers=other).json == {"items": []}


@sqlite
@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"format": "pdf"}, 422), ({"format": "csv", "repeat": "nada"}, 409), ([1], 422)],
)
def test_what_cannot_be_made_is_told_at_once(app: Flask, field, key, body, status: int) -> None:
    field()
    answer = app.test_client().post(ADDRESS, json=body, headers=key())
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert app.test_client().post("/api/v1/collections/nada/exports", json={"format": "csv"},
                                  headers=key()).status_code == 404  # fmt: skip


def test_one_worker_alone_has_a_job_and_another_takes_up_what_is_left(app: Flask, ask) -> None:
    _client, _headers, address = ask()
    with app.app_context():
        now = utc_now()
        job = queue.take("one", now)
        key = job.id
        assert queue.take("two", now) is None
        assert queue.hold(db.engine, key, "one", now, (1, 2))
        late = now + queue.LEASE + timedelta(seconds=1)  # the first was killed
        assert queue.take("two", late).id == key
        assert not queue.hold(db.engine, key, "one", late)
        assert not queue.finish(key, "one", late, file_name="x", file_type="x", file_bytes=1)
        queue.give_back(key, "two")  # it was stopped in good order: no attempt is counted
        db.session.expire_all()
        assert db.session.get(Job, key).attempts == 1
    assert run(app, "three")
    assert address.endswith(key)


@sqlite
def test_what_ends_its_worker_each_time_is_given_up(app: Flask, ask) -> None:
    client, headers, address = ask()
    with app.app_context():
        now = utc_now()
        for _ in range(queue.MOST_ATTEMPTS):
            assert queue.take("w", now)
            now += 2 * queue.LEASE
        assert queue.take("w", now) is None
    told = client.get(f"{address}?lang=en", headers=headers).json
    assert (told["state"], told["problem"]["code"]) == ("failed", "job_gave_up")
    assert "several times" in told["problem"]["title"]


@sqlite
def test_a_worker_that_is_being_ended_gives_its_job_back(app: Flask, ask) -> None:
    ask()

    def ended(_task, _file) -> Made:
        raise SystemExit

    kinds = table([Kind(name="export", run=ended, permission="export")])
    with pytest.raises(SystemExit):
        run(app, kinds=kinds)
    with app.app_context():
        assert db.session.scalars(db.select(Job)).one().state == JobState.WAITING
    assert run(app)


@sqlite
def test_a_job_that_fails_says_so_and_the_worker_goes_on(app: Flask, ask) -> None:
    client, headers, address = ask()

    def broken(_task, _file) -> Made:
        raise RuntimeError("somebody's answer")

    assert run(app, kinds=table([Kind(name="export", run=broken, permission="export")]))
    told = client.get(address, headers=headers).json
    assert (told["state"], told["problem"]["code"]) == ("failed", "unexpected")
    assert "answer" not in str(told)


@sqlite
def test_roles_and_territories_count_when_it_runs_and_when_it_is_taken(
    app: Flask, field, send, key
) -> None:
    with app.app_context():
        db.session.add_all([Territory(code=code, name=code) for code in ("T-1", "T-2")])
        db.session.commit()
    field(TERRITORIAL)
    send([item(answers={"territory": code, "mark": 5}) for code in ("T-1", "T-2", "T-2")])
    client, headers = app.test_client(), key(territories=["T-1"])
    address = client.post(ADDRESS, json={"format": "json"}, headers=headers).headers["Location"]
    run(app)
    body = client.get(f"{address}/file", headers=headers).json
    assert {each["territory"] for each in body["responses"]} == {"T-1"}
    with app.app_context():
        owner = db.session.scalars(db.select(User).join(Job)).one()
        owner.territories = db.session.query(Territory).filter_by(code="T-2").all()
        db.session.commit()
    assert client.get(f"{address}/file", headers=headers).status_code == 404
    address = client.post(ADDRESS, json={"format": "json"}, headers=headers).headers["Location"]
    with app.app_context():
        owner = db.session.scalars(db.select(User).join(Job)).first()
        owner.roles[0].name = RoleName.INTERVIEWER
        db.session.commit()
    run(app)
    with app.app_context():
        failed = db.session.query(Job).filter_by(state=JobState.FAILED).one()
        assert failed.problem["code"] == "not_allowed"


@sqlite
def test_files_go_when_their_time_is_over(app: Flask, ask) -> None:
    client, headers, address = ask()
    run(app)
    with app.app_context():
        job = db.session.scalars(db.select(Job)).one()
        name = queue.key_of(job)
        assert queue.forget_old(utc_now()) == 0
        assert b"".join(store().read(name))
        job.finished_at -= queue.KEPT + timedelta(minutes=1)
        db.session.commit()
        assert queue.forget_old(utc_now()) == 1
        assert name not in list(store().keys(utc_now().date() + timedelta(days=2)))
    assert client.get(address, headers=headers).status_code == 404


@sqlite
def test_nobody_fills_the_queue(app: Flask, ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 1)
    client, headers, _address = ask()
    more = client.post(ADDRESS, json={"format": "csv"}, headers=headers)
    assert (more.status_code, more.json["code"]) == (429, "too_many_jobs")


@sqlite
def test_the_command_does_what_there_is(app: Flask, ask) -> None:
    client, headers, address = ask()
    with app.app_context():
        done = app.test_cli_runner().invoke(cabildo, ["worker", "--once"])
    assert done.exit_code == 0, done.output
    assert client.get(address, headers=headers).json["state"] == "done"


@sqlite
def test_the_page_of_ones_files(app: Flask, field, send, signed_in) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    field()
    send([item()])
    client, address = signed_in("evaluator"), "/collections/barrio/exports"
    check_page(client.get(address).text)
    assert client.post(address, data={"format": "nada"}).status_code == 400
    assert client.post(address, data={"format": "xlsx", "labels": "1"}).status_code == 303
    shown = client.get(address)
    check_page(shown.text)
    assert "Refresh" in shown.headers  # it looks again by itself while something is being made
    run(app)
    shown = client.get(address)
    check_page(shown.text)
    assert "Refresh" not in shown.headers
    file = shown.text.partition("/exports/")[2].partition('"')[0]
    assert client.get(f"{address}/{file}").data[:2] == b"PK"
    assert client.post(address, data={"format": "bundle"}).status_code == 303
    run(app)
    assert "barrio-paquete.zip" in client.get(address).text
