"""Whoever is limited to some territories sees, counts and changes nothing of the others, anywhere.

Every address for staff is asked for by a manager of one territory, with whatever of the other one
could stand in it. A new view that forgets its scope fails here; one with a new word in its address
must say below what that may be.
"""

from __future__ import annotations

import io
import itertools
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import pyarrow.parquet as pq
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import (
    Attachment,
    Channel,
    ContactAttempt,
    FieldContact,
    Invitation,
    Organisation,
    PaperForm,
    Plan,
    Quarantined,
    Reason,
    Response,
    Territory,
    User,
)
from app.models.columns import utc_now
from app.permissions import Permission
from app.services import collections
from app.services.fieldwork import devices
from app.services.invitations import inviting_many
from app.services.paper import paper_entry
from app.services.paper.paper_entry import Typed
from app.services.receiving import quarantine
from app.services.receiving.quarantine import Item
from encuestas import Source
from tests.analytics.conftest import OPINION, answer, ballot, field
from tests.api.conftest import NOW

THEIRS = "ajen"
"""In every text of the other territory, and in none of the own one."""
MINE, OTHERS = 4, 83
WORDS = re.compile(rf"{THEIRS}|\b({OTHERS}|{MINE + OTHERS})\b", re.IGNORECASE)
NOT_SAID = re.compile(r"<(script|style|svg)\b.*?</\1>|<input type=\"hidden\"[^>]*>", re.DOTALL)
SURVEY = OPINION.replace(
    "      - {name: visits, type: integer",
    "      - {name: said, type: text, label: {es: Qué dice}}\n      - {name: visits, type: integer",
)
# The questionnaire is the same for everybody: whoever answers reads all its choices.
QUESTIONNAIRES = {"admin.paper", "respond.preview_page", "respond.begin_preview"}


UNREADABLE = (".png", ".svg", ".pdf")
"""Pictures of what other addresses say in words."""


@pytest.fixture
def database(new_database: Callable[[str], str]) -> str:
    """One kind: which rows are asked for is the same for both, and there are many pages."""
    return new_database("sqlite")


@pytest.fixture
def world(app: Flask) -> dict[str, list[str]]:
    """Two territories, and everything that there can be in one; gives what addresses may hold."""
    with app.app_context():
        places = [Territory(code="T-1", name="Costa"), Territory(code="T-2", name="Cordillera")]
        db.session.add_all(places)
        db.session.commit()
        for number, place in enumerate(places, start=1):
            word = "propia" if number == 1 else "ajena"
            db.session.add(Plan(code=f"P-{number}", title=f"Plan {word}", territory_id=place.id))
            db.session.add_all(
                Organisation(
                    code=f"O-{each}",
                    name=f"Junta {word} {each}",
                    kind=f"junta {word}",
                    territory_id=place.id,
                    contact_name=f"Zoila {word}",
                    phone="+56911111111",
                    email=f"{word}@example.cl",
                    notes=f"Nota {word}",
                )
                for each in ((1, 2) if number == 1 else (3, 4))
            )
        db.session.commit()
        _answered(places)
        found = _addresses(places[1])
        db.session.remove()
    return found


def _answered(places: list[Territory]) -> None:
    opinion = field(SURVEY, "opinion", selection="probability")
    rows = [{"territory": "T-1", "mark": 7, "said": "propia"}] * MINE
    answer(opinion, [*rows, *[{"territory": "T-2", "mark": 1, "said": "ajena"}] * OTHERS])
    plan = field("pdt-quality", "plan", selection="census")
    answer(plan, [ballot(1, 6), ballot(3, 2)])
    inviting_many.from_roll("plan")
    item = Item(
        instance_id=str(uuid.uuid4()),
        collection="opinion",
        version="1",
        correction=0,
        answers={"territory": "T-2", "said": "ajena"},
        source=Source.JSON,
        channel=Channel.WEB,
        finished_at=NOW,
    )
    survey = collections.fielded(opinion)
    quarantine.hold(opinion, [(item, Reason.INVALID)], survey=survey, invited={}, now=utc_now())
    kept = db.session.scalars(db.select(Response).where(Response.territory_id == places[1].id))
    first = kept.first()
    db.session.add_all(
        [
            Response(
                **{
                    column.name: getattr(first, column.name)
                    for column in Response.__table__.columns
                    if column.name not in {"id", "state", "content_hash"}
                },
                state="conflict",
                content_hash="c" * 64,
            ),
            Attachment(
                collection_id=first.collection_id, mode=first.mode, instance_id=first.instance_id,
                name="foto-ajena.jpg", question="said", expected_on=date(2026, 5, 4),
            ),
            FieldContact(
                collection_id=opinion.id, mode="confidential", case_id=str(uuid.uuid4()),
                territory_id=places[1].id, result="refusal", day=date(2026, 5, 4),
                address="Calle ajena", note="Nota ajena",
            ),
        ]
    )  # fmt: skip
    staff = User(email="other@example.cl")
    db.session.add(staff)
    theirs = db.session.scalars(db.select(Organisation).where(Organisation.code == "O-4")).one()
    db.session.add(
        ContactAttempt(
            collection_id=plan.id, organisation_id=theirs.id, result="talked", note="ajena"
        )
    )
    db.session.commit()
    opinion.double_entry = True
    for who, said in ((staff, "ajena"), (User(email="third@example.cl"), "muy ajena")):
        db.session.add(who)
        db.session.commit()
        codes = {"territory": "2", "mark": "3", "said": said}
        typed = Typed(key=str(uuid.uuid4()), folio="AJENO-1", codes=codes)
        paper_entry.type_in(opinion, typed, user=who, now=utc_now())


def _addresses(theirs: Territory) -> dict[str, list[str]]:
    """What a word in an address may be, of the other territory where it can."""

    def one(model: type, *where: object) -> str:
        return str(db.session.scalars(db.select(model.id).where(*where)).first())

    invited = db.session.scalars(
        db.select(Invitation.id).join(Organisation).where(Organisation.code == "O-4")
    ).one()
    here = Response.territory_id == theirs.id
    return {
        "slug": ["opinion", "plan"],
        "key": [
            one(Response, here, Response.state == "submitted"),
            one(Response, here, Response.state == "conflict"),
            one(Quarantined),
            one(Attachment),
            invited,
        ],
        "code": ["O-4", "P-2", "T-2"],
        "folio": ["AJENO-1"],
        "word": ["organisations", "plans", "territories"],
        "measure": ["satisfied", "overall"],
        "fmt": ["csv", "json", "txt", "xlsx", "parquet", "sav", "geojson", "zip"],
        "action": ["revoke", "renew", "extend"],
        "survey": ["opinion", "pdt-quality"],
        "version": ["1"],
        "name": ["opinion"],
        "entities": ["responses", "labelled"],
    }


@pytest.fixture
def limited(app: Flask, signed_in: Callable[[str], FlaskClient], world: object) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals.setdefault("csrf_token", lambda: "")
    client = signed_in("manager")
    with app.app_context():
        user = db.session.scalars(db.select(User).where(User.email == "manager@example.cl")).one()
        user.territories = list(
            db.session.scalars(db.select(Territory).where(Territory.code == "T-1"))
        )
        db.session.commit()
    return client


def addresses(app: Flask, world: Mapping[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    """(method, address, endpoint) of whatever staff may open or send."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "permission", Permission.PUBLIC) in {
            Permission.PUBLIC,
            Permission.ACCOUNT,
        }:
            continue
        for method in sorted({"GET", "POST"} & rule.methods):
            names = sorted(rule.arguments)
            for values in itertools.product(*(world[name] for name in names)):
                made = rule.build(dict(zip(names, values, strict=True)), append_unknown=False)
                if made is not None and not made[1].endswith(UNREADABLE):
                    yield method, made[1], rule.endpoint


def told(answer: object) -> str:
    """Everything that an answer says, whatever its format."""
    body, kind = answer.get_data(), answer.mimetype
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return " ".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
    if body[:4] == b"PAR1":
        return str(pq.read_table(io.BytesIO(body)).to_pylist())
    text = body.decode("utf-8", "replace")
    if kind == "text/html":
        text = re.sub(
            r"<(script|style)\b.*?</\1>|<input type=\"hidden\"[^>]*>", " ", text, flags=re.S
        )
        text = re.sub(r"<svg\b.*?</svg>", " ", text, flags=re.S)
    return text


def of_others(app: Flask) -> str:
    """The rows of the other territory, as the database has them."""
    with app.app_context():
        place = db.session.scalars(db.select(Territory.id).where(Territory.code == "T-2")).one()
        rows = []
        for model in (Response, Organisation, Plan, FieldContact, PaperForm, Quarantined):
            query = db.select(*model.__table__.columns).where(model.territory_id == place)
            rows.append(sorted(map(str, db.session.execute(query).all())))
        theirs = db.select(*Invitation.__table__.columns).join(Organisation)
        theirs = theirs.where(Organisation.territory_id == place)
        rows.append(sorted(map(str, db.session.execute(theirs).all())))
        rows.append([str(each.double_entry) + each.access for each in collections.every()])
        db.session.remove()
        return str(rows)


def test_no_address_shows_or_changes_what_is_of_another_territory(
    app: Flask, world: Mapping[str, list[str]], limited: FlaskClient
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    before, seen, wrong = of_others(app), set(), []
    for method, address, endpoint in addresses(app, world):
        answered = limited.open(address, method=method)
        seen.add(endpoint)
        if answered.status_code >= 500:
            wrong.append(f"{method} {address}: {answered.status_code}")
        if endpoint in QUESTIONNAIRES:
            continue
        if found := WORDS.search(told(answered)):
            at = found.start()
            wrong.append(f"{method} {address}: …{told(answered)[max(0, at - 60) : at + 40]!r}")
    assert wrong == []
    assert of_others(app) == before
    assert len(seen) > 50


def test_somebody_without_a_limit_sees_what_was_planted(
    app: Flask, world: Mapping[str, list[str]], signed_in: Callable[[str], FlaskClient]
) -> None:
    """The walk above would notice: the same pages show it to whoever may see it."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals.setdefault("csrf_token", lambda: "")
    client = signed_in("manager")
    key = world["key"][0]
    for address in (
        "/analysis/opinion.json",
        "/analysis/opinion/export.csv",
        "/collections",
        f"/collections/opinion/responses/{key}",
        "/collections/opinion/responses",
        f"/collections/opinion/review/{world['key'][2]}",
        "/collections/opinion/files",
        "/collections/opinion/entry",
        "/collections/plan/progress",
        "/collections/plan/invitations",
        "/register/organisations",
    ):
        answered = client.get(address)
        assert answered.status_code == 200
        assert WORDS.search(told(answered)), address


def test_a_phone_takes_along_its_interviewers_territories_alone(
    app: Flask, world: object, signed_in: Callable[[str], FlaskClient]
) -> None:
    signed_in("interviewer")
    with app.app_context():
        user = db.session.scalars(
            db.select(User).where(User.email == "interviewer@example.cl")
        ).one()
        user.territories = list(
            db.session.scalars(db.select(Territory).where(Territory.code == "T-1"))
        )
        db.session.commit()
        secret = devices.enrol(user, name="", day=date(2026, 5, 4))
    found = app.test_client().get("/field/data", headers={"Authorization": f"Device {secret}"}).json
    places = [each.get("territories") for each in found["collections"]]
    assert places
    assert all(each in (None, [["T-1", "Costa"]]) for each in places)
