"""Sealed interviews and contacts at the server: who may send them, and what becomes of them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import stat
import uuid
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Collection, FieldContact, Quarantined, Response
from app.services.fieldwork import outcomes, quotas, sealing
from tests.field.conftest import SLUG, set_up_collection
from tests.pages import check_page


@pytest.fixture(autouse=True)
def collection(app: Flask, request: pytest.FixtureRequest) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        set_up_collection(getattr(request, "param", "confidential"))


@pytest.fixture
def secret(signed_in: Callable[[str], FlaskClient]) -> str:
    return signed_in("interviewer").post("/field/device").json["secret"]


def seal(public: str, value: dict | bytes, name: str) -> dict[str, str]:
    """What static/field-keep.js does; bytes are sealed as they are."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    theirs = base64.b64decode(public)
    own = ec.generate_private_key(ec.SECP256R1())
    sender = own.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    salt = hashlib.sha256(sender + theirs).digest()
    shared = own.exchange(ec.ECDH(), point)
    key = HKDF(hashes.SHA256(), 32, salt, b"cabildo field 1").derive(shared)
    iv = os.urandom(12)
    data = AESGCM(key).encrypt(iv, content, name.encode("utf-8", "replace"))
    return {
        k: base64.b64encode(v).decode() for k, v in (("key", sender), ("iv", iv), ("data", data))
    }


class Phone:
    def __init__(self, app: Flask, secret: str) -> None:
        self.client = app.test_client()
        self.headers = {"Authorization": f"Device {secret}"}
        self.key = self.data().json["key"]

    def data(self):
        return self.client.get("/field/data", headers=self.headers)

    def hand_over(self, *values: dict) -> list[dict]:
        items = [
            {"id": value["id"], "sealed": seal(self.key, value, value["id"])} for value in values
        ]
        answer = self.client.post("/field/sync", json={"items": items}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json["verdicts"]


@pytest.fixture
def phone(app: Flask, secret: str) -> Phone:
    return Phone(app, secret)


def interview(gender: str = "woman", **changes: object) -> dict:
    return {
        "id": str(uuid.uuid4()), "kind": "response", "collection": SLUG, "version": "1",
        "correction": 0, "started_at": "2026-12-01T10:00:00-03:00", "language": "es",
        "finished_at": "2026-12-01T10:05:00-03:00", "zone": "America/Santiago",
        "answers": {"territory": ["N"], "gender": [gender]},
    } | changes  # fmt: skip


def contact(result: str, **changes: object) -> dict:
    return {
        "id": str(uuid.uuid4()), "kind": "contact", "collection": SLUG, "result": result,
        "case_id": str(uuid.uuid4()), "at": "2026-12-01T10:05:31-03:00", "territory": "N",
        "address": "Los Aromos 12", "note": "", "place": [-33.45, -70.66, 12],
    } | changes  # fmt: skip


def rows(app: Flask, model: type) -> list:
    with app.app_context():
        return list(db.session.scalars(select(model)))


def test_an_interview_is_received_once(app: Flask, phone: Phone) -> None:
    given = interview()
    assert phone.hand_over(given)[0]["status"] == "stored"
    assert phone.hand_over(given)[0]["status"] == "same"
    assert phone.hand_over(given | {"answers": {"gender": ["man"]}})[0]["status"] == "quarantined"
    (response,) = rows(app, Response)
    assert (response.channel, response.answers["gender"]) == ("interview", "woman")
    assert len(rows(app, Quarantined)) == 1


def test_what_cannot_be_opened_or_read_stays_on_the_phone(app: Flask, phone: Phone) -> None:
    good, other = interview(), interview()
    sealed = seal(phone.key, good, good["id"])
    items = [
        {"id": other["id"], "sealed": sealed},  # sealed under another name
        {"id": good["id"], "sealed": sealed | {"data": sealed["data"][:-8] + "AAAAAAA="}},
        {"id": good["id"], "sealed": "nothing"},
        {"id": good["id"]},
        {"id": other["id"], "sealed": seal(phone.key, {"kind": "response"}, other["id"])},
        {"id": other["id"], "sealed": seal(phone.key, contact("shrug"), other["id"])},
        {"id": good["id"], "sealed": sealed},
    ]
    answer = phone.client.post("/field/sync", json={"items": items}, headers=phone.headers)
    assert [v["status"] for v in answer.json["verdicts"]] == ["refused"] * 6 + ["stored"]
    for body in (b"", b"[]", b'{"items": 3}', b'{"items": [1]}', b"\xff"):
        refused = phone.client.post("/field/sync", data=body, headers=phone.headers)
        assert refused.status_code == 400
    assert len(rows(app, Response)) == 1


def test_a_phone_whose_permission_was_taken_hands_nothing_over(
    app: Flask, phone: Phone, signed_in: Callable[[str], FlaskClient]
) -> None:
    manager = signed_in("manager")
    page = manager.get(f"/collections/{SLUG}/fieldwork")
    check_page(page.text)
    address = page.text.partition("/fieldwork/devices/")[2].partition('"')[0]
    manager.post(f"/collections/{SLUG}/fieldwork/devices/{address}")
    assert phone.data().status_code == 401
    assert (
        phone.client.post("/field/sync", json={"items": []}, headers=phone.headers).status_code
        == 401
    )
    assert "retirado" in manager.get(f"/collections/{SLUG}/fieldwork").text
    assert app.test_client().get("/field/data").status_code == 401


def test_the_private_key_is_its_owners_alone(app: Flask, phone: Phone) -> None:
    path = app.config["CABILDO_DATA"] / sealing.FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sealing._private_key.cache_clear()  # as after a restart
    with app.app_context():
        assert sealing.public_key(app.config["CABILDO_DATA"]) == phone.key


def test_cases_make_response_rates(
    app: Flask, phone: Phone, signed_in: Callable[[str], FlaskClient]
) -> None:
    case = str(uuid.uuid4())
    given = [
        contact("absent", case_id=case), contact("interview", case_id=case),
        contact("refusal"), contact("absent"), contact("unreachable"), contact("not_eligible"),
    ]  # fmt: skip
    for _again in range(2):
        assert {v["status"] for v in phone.hand_over(*given)} == {"stored"}
    with app.app_context():
        found = outcomes.outcomes(db.session.scalars(select(Collection)).one())
    assert found.rates.counts["I"] == found.rates.counts["R"] == found.rates.counts["NC"] == 1
    assert found.rates.rr1 == pytest.approx(1 / 4)
    assert found.rates.rr3 == pytest.approx(1 / (3 + 3 / 4))
    assert [count for _name, count in found.contacts] == [6]
    page = signed_in("manager").get(f"/collections/{SLUG}/fieldwork")
    check_page(page.text)
    assert "25,0" in page.text
    kept = next(row for row in rows(app, FieldContact) if row.result == "refusal")
    assert (kept.address, kept.place, kept.at.second) == ("Los Aromos 12", [-33.45, -70.66, 12], 0)


@pytest.mark.parametrize("collection", ["anonymous"], indirect=True)
def test_of_an_anonymous_collection_no_contact_leads_to_anybody(app: Flask, phone: Phone) -> None:
    given = interview()
    phone.hand_over(given, contact("interview", instance_id=given["id"], note="amable"))
    (kept,) = rows(app, FieldContact)
    assert (kept.address, kept.place, kept.at, kept.instance_id, kept.note) == (
        "",
        None,
        None,
        None,
        "",
    )
    (response,) = rows(app, Response)
    assert response.submitted_at is None


def test_quotas_warn_and_mark_what_is_too_many(
    app: Flask, phone: Phone, signed_in: Callable[[str], FlaskClient]
) -> None:
    manager = signed_in("manager")
    page = manager.get(f"/collections/{SLUG}/quotas?by=territory&by=gender")
    seen = check_page(page.text)
    assert "Mujer · Norte" in seen.text
    form = {"by": ["territory", "gender"], "t:gender=woman|territory=N": "1"}
    said = manager.post(f"/collections/{SLUG}/quotas", data=form, follow_redirects=True)
    assert "Cuotas guardadas" in said.text
    wrong = form | {"t:gender=woman|territory=N": "muchas"}
    refused = manager.post(f"/collections/{SLUG}/quotas", data=wrong, follow_redirects=True)
    assert "no es una meta" in refused.text
    phone.hand_over(interview(), interview("man"))
    (line,) = phone.data().json["collections"][0]["quotas"]
    assert (line["words"], line["done"], line["target"]) == (["Mujer", "Norte"], 1, 1)
    assert [row.over_quota for row in rows(app, Response)] == [False, False]
    phone.hand_over(interview())
    assert sorted(row.over_quota for row in rows(app, Response)) == [False, False, True]
    with app.app_context():
        assert quotas.surplus(db.session.scalars(select(Collection)).one()) == 1
    assert (
        "1 respuesta llegó cuando ya había suficientes"
        in manager.get(f"/collections/{SLUG}/fieldwork").text
    )


def test_only_interviewers_get_a_phone_ready(signed_in: Callable[[str], FlaskClient]) -> None:
    check_page(signed_in("interviewer").get("/field").text)
    assert signed_in("evaluator").post("/field/device").status_code == 403


def test_the_page_that_phones_keep_has_nobodys_data(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    stranger = app.test_client().get("/e/_field")
    check_page(stranger.text)
    assert signed_in("interviewer").get("/e/_field").text == stranger.text
    assert (
        app.test_client().get("/e/_field/manifest.webmanifest").json["start_url"]
        == "/e/_field?lang=es"
    )


def test_the_survey_of_interviewers_is_for_who_was_given_its_address(
    app: Flask, phone: Phone
) -> None:
    (found,) = phone.data().json["collections"]
    anybody = app.test_client()
    assert anybody.get(found["doc"]).status_code == 200
    assert anybody.get(found["doc"].partition("&k=")[0]).status_code == 303


def test_a_file_of_a_phone_that_could_not_send_is_loaded(
    app: Flask, phone: Phone, signed_in: Callable[[str], FlaskClient]
) -> None:
    given = interview()
    items = [
        {"id": given["id"], "sealed": seal(phone.key, given, given["id"])},
        {"id": given["id"], "sealed": "changed"},
    ]
    manager = signed_in("manager")

    def load(content: bytes) -> str:
        file = (io.BytesIO(content), "entrevistas.json")
        address = f"/collections/{SLUG}/fieldwork/file"
        return manager.post(address, data={"file": file}, follow_redirects=True).text

    said = load(json.dumps({"cabildo_field": 1, "items": items}).encode())
    assert "Recibidos: 1. No se pudieron abrir: 1." in said
    assert "no es de un teléfono" in load(b"nothing")
    assert phone.hand_over(given)[0]["status"] == "same"
    assert len(rows(app, Response)) == 1
