"""Files that a phone sends after its answers: in pieces, in any order of accidents."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
import threading
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.cli import cabildo
from app.extensions import db
from app.models import Attachment, Mode, Quarantined, Response
from app.services.attachments import attachments
from app.storage import Missing, store
from tests.pictures import jpeg, png

FILES = (Path(__file__).parents[1] / "definitions" / "files.yaml").read_text()
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
PHOTO = jpeg()
NAME = "photo-1.jpg"


@pytest.fixture
def client(app: Flask, field: Callable[..., str]) -> FlaskClient:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    field(FILES, slug="archivos")
    return app.test_client()


def answer(client: FlaskClient, instance: str = "", **answers: object) -> str:
    """A phone's finished answer; gives its instance."""
    instance = instance or str(uuid.uuid4())
    now = datetime.now(UTC).isoformat()
    item = {
        "instance_id": instance,
        "collection": "archivos",
        "version": "2026-1",
        "correction": 0,
        "started_at": now,
        "finished_at": now,
        "zone": "America/Santiago",
        "channel": "web",
        "answers": {"photo": NAME} | answers,
    }
    sent = client.post("/api/v1/responses", json=item)
    assert sent.status_code in {200, 201, 202, 409}, sent.text
    return instance


def begin(client: FlaskClient, instance: str, content: bytes, **told: str) -> TestResponse:
    said = {
        "instance": instance,
        "name": NAME,
        "sha256": hashlib.sha256(content).hexdigest(),
    } | told
    pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content)),
        "Upload-Metadata": ",".join(pairs),
        "Accept": "application/json",
    }
    return client.post("/e/archivos/files", headers=headers)


def piece(client: FlaskClient, address: str, offset: int, content: bytes) -> TestResponse:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        "Accept": "application/json",
    }
    return client.patch(address, data=content, headers=headers)


def where(client: FlaskClient, address: str) -> TestResponse:
    return client.head(address, headers={"Tus-Resumable": "1.0.0"})


@BOTH
def test_a_file_arrives_in_pieces_and_once(
    app: Flask, client: FlaskClient, rows: Callable[..., list]
) -> None:
    instance = answer(client)
    [row] = rows(Attachment)
    assert (row.name, row.question, row.arrived) == (NAME, "photo", False)
    begun = begin(client, instance, PHOTO, filename="IMG_1.jpg")
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    address = begun.headers["Location"]
    half = len(PHOTO) // 2
    first = piece(client, address, 0, PHOTO[:half])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    assert "Arrived" not in first.headers
    assert where(client, address).headers["Upload-Offset"] == str(half)
    for wrong in (0, half - 1, half + 1, 10**9):
        refused = piece(client, address, wrong, b"x")
        assert (refused.status_code, refused.json["code"]) == (409, "upload_offset")
    again = begin(client, instance, PHOTO)
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (address, str(half))
    last = piece(client, address, half, PHOTO[half:])
    assert last.headers["Arrived"] == hashlib.sha256(PHOTO).hexdigest()
    for repeated in (
        piece(client, address, half, PHOTO[half:]),
        begin(client, instance, PHOTO),
        where(client, address),
    ):
        assert repeated.headers["Arrived"] == hashlib.sha256(PHOTO).hexdigest()
    other = begin(client, instance, png())
    assert (other.status_code, other.json["code"]) == (409, "upload_other")
    [row] = rows(Attachment)
    assert (row.arrived, row.kind, row.original) == (True, "image/jpeg", "IMG_1.jpg")
    with app.app_context():
        kept = b"".join(attachments.store().read(row.key))
    assert b"S33W71" not in kept
    assert hashlib.sha256(kept).hexdigest() == row.sha256
    assert list((app.config["CABILDO_DATA"] / "arriving").iterdir()) == []


def test_what_was_broken_on_its_way_is_sent_again(client: FlaskClient) -> None:
    instance = answer(client)
    address = begin(client, instance, PHOTO).headers["Location"]
    broken = piece(client, address, 0, PHOTO[:-1] + b"!")
    assert (broken.status_code, broken.json["code"]) == (422, "upload_broken")
    assert where(client, address).headers["Upload-Offset"] == "0"
    assert "Arrived" in piece(client, address, 0, PHOTO).headers


def test_what_a_crash_left_whole_is_finished(
    app: Flask, client: FlaskClient, rows: Callable[..., list]
) -> None:
    instance = answer(client)
    address = begin(client, instance, PHOTO).headers["Location"]
    part = app.config["CABILDO_DATA"] / "arriving" / f"{address.rpartition('/')[2]}.part"
    part.write_bytes(PHOTO)
    begun = begin(client, instance, PHOTO)
    assert begun.headers["Upload-Offset"] == str(len(PHOTO))
    assert "Arrived" not in begun.headers
    assert "Arrived" in piece(client, address, len(PHOTO), b"").headers
    assert rows(Attachment)[0].arrived


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>alert(1)</script>", "Ese archivo no se puede recibir aquí"),
        (b"<svg onload='alert(1)'/>", "Ese archivo no se puede recibir aquí"),
        (png() + bytes(1024 * 1024), "puede tener hasta 1 MB"),
    ],
)
def test_what_cannot_be_taken_is_told(
    client: FlaskClient, rows: Callable[..., list], content: bytes, words: str
) -> None:
    instance = answer(client)
    address = begin(client, instance, content).headers["Location"]
    refused = piece(client, address, 0, content)
    assert (refused.status_code, refused.json["code"]) == (415, "upload_refused")
    assert words in refused.json["remedy"]
    assert not rows(Attachment)[0].arrived


def test_nobody_sends_what_no_answer_names(client: FlaskClient, app: Flask) -> None:
    instance = answer(client)
    for told in (
        {"instance": str(uuid.uuid4())},
        {"instance": "\0" * 9},
        {"instance": ""},
        {"name": "other.jpg"},
        {"name": "../" * 5_000},
        {"name": "\0"},
    ):
        refused = begin(client, told.pop("instance", instance), PHOTO, **told)
        assert (refused.status_code, refused.json["code"]) == (404, "upload_unknown")
    address = begin(client, instance, PHOTO).headers["Location"]
    for key in (str(uuid.uuid4()), "..%2f..%2fx", "%00", "a" * 999):
        strange = address.rpartition("/")[0] + "/" + key
        assert piece(client, strange, 0, PHOTO).status_code == 404
        assert where(client, strange).status_code == 404
    assert client.get(address).status_code == 404  # it is for sending, not for seeing


def test_headers_that_are_none(client: FlaskClient) -> None:
    instance = answer(client)
    address = begin(client, instance, PHOTO).headers["Location"]
    tus = {"Tus-Resumable": "1.0.0"}
    for headers in ({}, {"Tus-Resumable": "0.1"}, tus, tus | {"Upload-Length": "-1"}):
        assert client.post("/e/archivos/files", headers=headers).status_code == 400
    for headers in (
        tus,
        tus | {"Upload-Offset": "x", "Content-Type": "application/offset+octet-stream"},
    ):
        assert client.patch(address, data=b"x", headers=headers).status_code == 400
    odd = tus | {"Upload-Length": "9", "Upload-Metadata": "instance ñ,name,, sha256 !!"}
    assert client.post("/e/archivos/files", headers=odd).status_code == 404
    for size in ("0", "999999999999"):
        large = tus | {"Upload-Length": size, "Upload-Metadata": _named(instance)}
        assert client.post("/e/archivos/files", headers=large).status_code == 413
    foreign = {"Origin": "https://example.org", **tus, "Upload-Length": "9"}
    assert client.post("/e/archivos/files", headers=foreign).status_code == 403


def _named(instance: str) -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in (("instance", instance), ("name", NAME))
    )


def test_two_at_once_leave_one_file(
    app: Flask, client: FlaskClient, rows: Callable[..., list]
) -> None:
    instance = answer(client)
    content = jpeg() + bytes(300_000)
    address = begin(client, instance, content).headers["Location"]
    found = []

    def send() -> None:
        found.append(piece(app.test_client(), address, 0, content).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) <= {204, 409, 423}
    assert 204 in found
    assert rows(Attachment)[0].arrived


def test_a_quarantined_answer_waits_for_its_files_too(
    client: FlaskClient, rows: Callable[..., list]
) -> None:
    instance = answer(client, place="no list", minutes="minutes-1.pdf")
    assert sorted(row.name for row in rows(Attachment)) == ["minutes-1.pdf", NAME]
    assert "Arrived" in _all_of(client, instance, PHOTO).headers


def _all_of(client: FlaskClient, instance: str, content: bytes, **told: str) -> TestResponse:
    address = begin(client, instance, content, **told).headers["Location"]
    return piece(client, address, 0, content)


@pytest.fixture
def staff(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("manager")


@BOTH
def test_staff_see_what_is_here_and_what_is_missing(
    app: Flask, client: FlaskClient, staff: FlaskClient, rows: Callable[..., list]
) -> None:
    first = answer(client, street="Prat")
    answer(client, street="Montt")
    _all_of(client, first, PHOTO, filename="mi casa.jpg")
    page = staff.get("/collections/archivos/files")
    assert "nombran 2 archivos" in page.text
    assert "Falta 1 por llegar" in page.text
    assert "mi casa.jpg" in page.text
    [row] = rows(Attachment, Attachment.arrived)
    shown = staff.get(f"/collections/archivos/files/{row.id}")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    [missing] = rows(Attachment, ~Attachment.arrived)
    assert staff.get(f"/collections/archivos/files/{missing.id}").status_code == 404
    packed = zipfile.ZipFile(io.BytesIO(staff.get("/collections/archivos/files.zip").data))
    assert packed.testzip() is None
    responses = {r.answers["street"]: r.id for r in rows(Response)}
    assert packed.namelist() == [f"{responses['Prat']}/{NAME}", "missing.csv"]
    [told] = csv.DictReader(packed.read("missing.csv").decode().splitlines())
    assert told == {"response": responses["Montt"], "question": "photo", "name": NAME}
    stranger = app.test_client()
    for address in ("files", "files.zip", f"files/{row.id}"):
        assert stranger.get(f"/collections/archivos/{address}").status_code == 302


def test_commands(
    app: Flask, client: FlaskClient, rows: Callable[..., list], tmp_path: Path
) -> None:
    first = answer(client, street="Prat")
    answer(client, street="Montt")
    _all_of(client, first, PHOTO)

    def run(*words: str) -> Result:
        with app.app_context():
            return CliRunner(catch_exceptions=False).invoke(cabildo, words)

    listed = run("responses", "files", "archivos")
    assert listed.exit_code == 0, listed.output
    assert f"\tphoto\t{NAME}\tfalta\n" in listed.output
    assert "2 archivos, falta 1." in listed.output
    assert listed.output.count(NAME) == 1
    target = tmp_path / "todo.zip"
    assert run("collection", "files", "archivos", "-o", str(target)).exit_code == 0
    assert len(zipfile.ZipFile(target).namelist()) == 2


def test_anonymous_files_are_seen_at_closing(
    app: Flask, field: Callable[..., str], staff: FlaskClient, change: Callable[..., None]
) -> None:
    field(FILES, slug="archivos", mode=Mode.ANONYMOUS)
    client = app.test_client()
    _all_of(client, answer(client), PHOTO, filename="Ana.jpg")
    for address in ("files", "files.zip"):
        assert staff.get(f"/collections/archivos/{address}").status_code == 403
    now = datetime.now(UTC)
    change("archivos", opens_at=now - timedelta(days=2), closes_at=now - timedelta(hours=1))
    page = staff.get("/collections/archivos/files")
    assert NAME in page.text
    assert "Ana" not in page.text


@BOTH
def test_only_what_nobody_names_is_swept(
    app: Flask, client: FlaskClient, rows: Callable[..., list]
) -> None:
    kept, gone = answer(client, street="Prat"), answer(client, street="Montt")
    for instance in (kept, gone):
        _all_of(client, instance, PHOTO)
    stray = app.config["CABILDO_DATA"] / "files" / "responses" / "00" / "stray"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    long_ago = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    for path in (app.config["CABILDO_DATA"] / "files").rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago, long_ago))
    with app.app_context():
        db.session.execute(db.update(Attachment).values(expected_on=date(2020, 1, 1)))
        db.session.execute(db.delete(Response).where(Response.instance_id == gone))
        db.session.commit()
        assert attachments.sweep() == 2
        assert attachments.sweep() == 0
    assert [row.instance_id for row in rows(Attachment)] == [kept]
    assert not stray.exists()


def test_review_shows_files_and_erasing_takes_them_along(
    app: Flask, client: FlaskClient, staff: FlaskClient, rows: Callable[..., list]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    instance = answer(client, place="no list", minutes="minutes-1.pdf")
    _all_of(client, instance, PHOTO)
    [held] = rows(Quarantined)
    page = f"/collections/archivos/review/{held.id}"
    [photo] = rows(Attachment, Attachment.name == NAME)
    text = staff.get(page).text
    assert f"/collections/archivos/files/{photo.id}" in text
    assert "El archivo no ha llegado" in text
    staff.post(page, data={"accept": "1"})
    [one] = rows(Response)
    page = f"/collections/archivos/responses/{one.id}"
    assert f"/collections/archivos/files/{photo.id}" in staff.get(page).text
    with app.app_context():
        assert b"".join(store().read(photo.key)).startswith(PHOTO[:3])
    staff.post(f"{page}/erase", data={"sure": "1"})
    assert not rows(Attachment)
    with app.app_context(), pytest.raises(Missing):
        b"".join(store().read(photo.key))


def test_a_phones_saved_file_is_looked_at_as_any_other(
    client: FlaskClient, app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    """What cannot be kept is told with its reason, and the rest is kept."""
    begun = answer(client, photo="photo-2.jpg")
    half = len(PHOTO) // 2
    address = begin(client, begun, PHOTO, name="photo-2.jpg").headers["Location"]
    assert piece(client, address, 0, PHOTO[:half]).status_code == 204
    told = {
        "good.jpg": (PHOTO, answer(client)),
        "begun.jpg": (PHOTO, begun, {"name": "photo-2.jpg"}),
        "web.jpg": (b"<html><body>", answer(client)),
        "stranger.jpg": (PHOTO, str(uuid.uuid4())),
        "nowhere.jpg": (PHOTO, answer(client), {"collection": "otra"}),
        "changed.jpg": (PHOTO, answer(client), {"sha256": "0" * 64}),
        "missing.jpg": (PHOTO, answer(client), {"entry": "files/none"}),
    }
    files = []
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for called, (content, instance, *others) in told.items():
            said = {"entry": called, "instance": instance, "collection": "archivos", "name": NAME}
            sha256 = hashlib.sha256(content).hexdigest()
            files.append({**said, "called": called, "sha256": sha256, **dict(*others)})
            archive.writestr(called, content)
        archive.writestr(
            "responses.json", json.dumps({"cabildo": 1, "responses": [], "files": files})
        )
    app.config["WTF_CSRF_ENABLED"] = False
    manager = signed_in("manager")

    def load(content: bytes) -> str:
        sent = {"file": (io.BytesIO(content), "respuestas.zip")}
        loaded = manager.post("/collections/archivos/review/file", data=sent, follow_redirects=True)
        return " ".join(loaded.text.split())

    text = load(file.getvalue())
    assert "2 archivos adjuntos guardados" in text
    assert "5 archivos adjuntos no se recibieron" in text
    for called, words in (
        ("web.jpg", "Ese archivo no se puede recibir aquí"),
        ("stranger.jpg", "Ninguna respuesta recibida nombra ese archivo."),
        ("nowhere.jpg", "No encontramos esta encuesta"),
        ("changed.jpg", "El archivo llegó dañado."),
        ("missing.jpg", "El archivo llegó dañado."),
    ):
        assert re.search(f"<dt>{called}</dt> ?<dd>[^<]*{words}", text), called
    assert "2 archivos adjuntos ya estaban" in load(file.getvalue())
    assert "no tiene respuestas guardadas" in load(file.getvalue()[:-30])
    assert begin(client, begun, PHOTO, name="photo-2.jpg").headers["Arrived"]
