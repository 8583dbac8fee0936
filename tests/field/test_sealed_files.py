"""Files of sealed interviews at the server: opened, looked at like any other, tied to their own."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models import Attachment, Response
from app.services import collections, surveys
from app.services.attachments import attachments
from app.services.collections import Fielding
from app.services.fieldwork import sealed_files
from tests.field.test_handing_over import Phone, interview, rows, seal
from tests.pages import check_page
from tests.pictures import jpeg, png
from tests.respond.test_sending_files import piece

DEFINITION = Path(__file__).parents[1] / "definitions" / "files.yaml"
SLUG = "archivos"
NAME = "1f00.jpg"


@pytest.fixture
def phone(
    app: Flask, signed_in: Callable[[str], FlaskClient], request: pytest.FixtureRequest
) -> Phone:
    app.config |= {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}
    with app.app_context():
        version = surveys.save_definition(DEFINITION.read_text())
        surveys.publish(version.survey_id)
        mode = getattr(request, "param", "confidential")
        fielding = Fielding(mode=mode, public=False, territories=[])
        collections.open_collection(version.survey_id, SLUG, fielding)
    return Phone(app, signed_in("interviewer").post("/field/device").json["secret"])


def handed(phone: Phone, *, name: str = NAME) -> str:
    """An interview whose answer names a file; gives its instance."""
    given = interview(collection=SLUG, version="2026-1", answers={"photo": [name]})
    (verdict,) = phone.hand_over(given)
    assert (verdict["status"], verdict["collection"]) == ("stored", SLUG)
    return given["id"]


def seal_file(phone: Phone, content: bytes, name: str, *, called: str = "") -> bytes:
    """What static/field-files.js does."""
    key = AESGCM.generate_key(256)
    told = {"key": base64.b64encode(key).decode(), "called": called}
    head = json.dumps(seal(phone.key, told, name)).encode()
    size = sealed_files.BLOCK
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    sealed = [
        AESGCM(key).encrypt(n.to_bytes(11, "big") + bytes([n == len(blocks) - 1]), block, None)
        for n, block in enumerate(blocks)
    ]
    return sealed_files.MARK + len(head).to_bytes(4, "big") + head + b"".join(sealed)


def send(
    phone: Phone, instance: str, content: bytes, *, name: str = NAME, digest: str = ""
) -> TestResponse:
    """By the addresses by which all files come, in two pieces, without any authority."""
    told = {"instance": instance, "name": name}
    told["sha256"] = digest or hashlib.sha256(content).hexdigest()
    pairs = (f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content))}
    headers |= {"Upload-Metadata": ",".join(pairs), "Accept": "application/json"}
    begun = phone.client.post(f"/e/{SLUG}/files", headers=headers)
    if begun.status_code != 201:
        return begun
    address, half = begun.headers["Location"], len(content) // 2
    assert piece(phone.client, address, 0, content[:half]).status_code == 204
    return piece(phone.client, address, half, content[half:])


def left(app: Flask) -> list[Path]:
    return list((app.config["CABILDO_DATA"] / "arriving").iterdir())


def test_a_sealed_photograph_is_kept_as_any_other(
    app: Flask, phone: Phone, signed_in: Callable[[str], FlaskClient]
) -> None:
    instance = handed(phone)
    manager, [response] = signed_in("manager"), rows(app, Response)
    address = f"/collections/{SLUG}/responses/{response.id}"
    assert "El archivo no ha llegado" in manager.get(address).text
    sealed = seal_file(phone, jpeg(), f"{instance} {NAME}", called="DCIM/IMG_7.jpg")
    assert b"S33W71" not in sealed
    arrived = send(phone, instance, sealed)
    assert arrived.headers["Arrived"] == hashlib.sha256(sealed).hexdigest()
    assert send(phone, instance, sealed).headers["Arrived"] == arrived.headers["Arrived"]
    [row] = rows(app, Attachment)
    assert (row.arrived, row.kind, row.original) == (True, "image/jpeg", "IMG_7.jpg")
    with app.app_context():
        kept = b"".join(attachments.store().read(row.key))
    assert kept.startswith(b"\xff\xd8")
    assert b"S33W71" not in kept, "what it tells besides is taken out"
    assert left(app) == []
    page = manager.get(address)
    check_page(page.text)
    assert "IMG_7.jpg" in page.text
    assert "El archivo no ha llegado" not in page.text


@pytest.mark.parametrize("phone", ["anonymous"], indirect=True)
def test_of_an_anonymous_interview_no_name_is_kept(app: Flask, phone: Phone) -> None:
    instance = handed(phone)
    sealed = seal_file(phone, png(), f"{instance} {NAME}", called="casa de Ana.png")
    assert "Arrived" in send(phone, instance, sealed).headers
    [row] = rows(app, Attachment)
    assert (row.arrived, row.original) == (True, "")


def test_a_long_one_is_opened_block_by_block(app: Flask, phone: Phone) -> None:
    given = interview(
        collection=SLUG, version="2026-1", answers={"photo": [NAME], "film": ["f.mp4"]}
    )
    phone.hand_over(given)
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\x20\0\0mdat" + os.urandom((2 << 20) - 8)
    sealed = seal_file(phone, film, f"{given['id']} f.mp4")
    assert "Arrived" in send(phone, given["id"], sealed, name="f.mp4").headers
    [row] = [row for row in rows(app, Attachment) if row.name == "f.mp4"]
    with app.app_context():
        assert b"".join(attachments.store().read(row.key)) == film


def test_what_is_not_sealed_for_this_answer_is_refused(app: Flask, phone: Phone) -> None:
    instance, other = handed(phone), handed(phone)
    good = seal_file(phone, png(), f"{instance} {NAME}")
    body = len(sealed_files.MARK) + 4
    size = int.from_bytes(good[body - 4 : body], "big")
    wrong = [
        seal_file(phone, png(), f"{other} {NAME}"),  # of another interview
        seal_file(phone, png(), f"{instance} otra.jpg"),  # of another answer
        good[:-1] + bytes([good[-1] ^ 1]),  # changed
        good[: body + size],  # its end is missing
        good + bytes(40),
        good[:body] + b"[]" + good[body + 2 :],
        good[: body - 4] + b"\xff\xff\xff\xff" + good[body:],
        sealed_files.MARK,
        sealed_files.MARK + b"\0\0\0\2{}",
        sealed_files.MARK + b"\0\0\0\x04null",
    ]  # fmt: skip
    for content in wrong:
        refused = send(phone, instance, content)
        assert (refused.status_code, refused.json["code"]) == (415, "upload_refused")
        assert "otra respuesta" in refused.json["remedy"]
        assert left(app) == []
    assert not any(row.arrived for row in rows(app, Attachment))
    assert "Arrived" in send(phone, instance, good).headers


def test_blocks_cannot_change_places_nor_be_left_out(app: Flask, phone: Phone) -> None:
    instance = handed(phone)
    size = sealed_files.BLOCK
    content = png() + os.urandom(2 * size)
    sealed = seal_file(phone, content, f"{instance} {NAME}")
    start = len(sealed) - len(content) - 3 * 16
    blocks = [sealed[start + n * (size + 16) :][: size + 16] for n in range(3)]
    for order in ((1, 0, 2), (0, 2), (0, 1), (0, 0, 1, 2)):
        changed = sealed[:start] + b"".join(blocks[n] for n in order)
        assert send(phone, instance, changed).json["code"] == "upload_refused"
    assert left(app) == []


def test_what_is_inside_is_looked_at(app: Flask, phone: Phone) -> None:
    instance = handed(phone)
    for content, said in (
        (png() + bytes(1 << 20), "1 MB"),
        (b"<html><script>alert(1)</script>", "JPEG"),
        (b"MZ\x90\0 a program", "JPEG"),
    ):
        refused = send(phone, instance, seal_file(phone, content, f"{instance} {NAME}"))
        assert (refused.status_code, refused.json["code"]) == (415, "upload_refused")
        assert said in refused.json["remedy"]
    assert left(app) == []
    fits = png() + bytes((1 << 20) - len(png()))
    assert "Arrived" in send(phone, instance, seal_file(phone, fits, f"{instance} {NAME}")).headers


def test_the_largest_one_has_room_for_its_seal(app: Flask, phone: Phone) -> None:
    """A question that takes the largest file that is taken at all takes it sealed too."""
    app.config["CABILDO_MAX_FILE_MB"] = 1
    given = interview(collection=SLUG, version="2026-1", answers={"minutes": ["acta.txt"]})
    phone.hand_over(given)
    content = b"a" * (1 << 20)
    name = f"{given['id']} acta.txt"
    more = send(phone, given["id"], seal_file(phone, content + b"a", name), name="acta.txt")
    assert more.json["code"] == "upload_refused"
    beyond = send(phone, given["id"], bytes(1 << 21), name="acta.txt")
    assert (beyond.status_code, beyond.json["code"]) == (413, "upload_too_large")
    whole = seal_file(phone, content, name)
    assert len(whole) > len(content)
    assert "Arrived" in send(phone, given["id"], whole, name="acta.txt").headers


def test_one_that_was_hurt_on_its_way_is_asked_for_again(app: Flask, phone: Phone) -> None:
    instance = handed(phone)
    good = seal_file(phone, png(), f"{instance} {NAME}")
    digest = hashlib.sha256(good).hexdigest()
    broken = send(phone, instance, good[:-1] + b"?", digest=digest)
    assert (broken.status_code, broken.json["code"]) == (422, "upload_broken")
    assert "Arrived" in send(phone, instance, good).headers


def test_no_answer_no_file(app: Flask, phone: Phone) -> None:
    """A file of an interview that was not received has nowhere to go, sealed or not."""
    instance = interview()["id"]
    unknown = send(phone, instance, seal_file(phone, png(), f"{instance} {NAME}"))
    assert (unknown.status_code, unknown.json["code"]) == (404, "upload_unknown")


def test_a_survey_that_asks_for_files_is_taken_along(app: Flask, phone: Phone) -> None:
    taken = phone.data().json
    assert [each["slug"] for each in taken["collections"]] == [SLUG]
    assert taken["others"] == []
