"""A database that a released version made keeps every row when it is upgraded, on both engines.

Rows are written as that release's tables were: by SQL, since the models are today's.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from app.extensions import db

DAY, MOMENT = "2026-05-04", "2026-05-04 12:00:00+00:00"
HASH = "a" * 64
# A row for each table of the first release, parents before children.
FIRST = {
    "attempts": {"kind": "login", "key": HASH, "failures": 3, "since": MOMENT},
    "regions": {"code": "05", "name": "Valparaíso"},
    "provinces": {"code": "054", "region_code": "05", "name": "Petorca"},
    "comunas": {"code": "05402", "province_code": "054", "name": "Cabildo"},
    "territories": {"id": "t", "code": "T-1", "name": "Quebrada", "simulated": False},
    "territory_comunas": {"territory_id": "t", "comuna_code": "05402"},
    "organisations": {
        "id": "o", "code": "O-1", "name": "Junta", "kind": "jjvv", "territory_id": "t",
        "active": True, "simulated": False,
    },
    "plans": {"id": "p", "code": "P-1", "title": "PDT", "territory_id": "t", "simulated": False},
    "roles": {"id": 1, "name": "manager"},
    "users": {
        "id": 1, "email": "a@example.org", "name": "Ana", "password": None, "active": True,
        "fs_uniquifier": "u", "simulated": False, "created_at": MOMENT,
    },
    "user_roles": {"user_id": 1, "role_id": 1},
    "audit": {
        "id": 1, "at": MOMENT, "user_id": 1, "actor": "a@example.org", "action": "x",
        "subject": "s", "details": '{"a": 1}',
    },
    "surveys": {"id": "s", "created_at": MOMENT},
    "survey_versions": {
        "id": "v", "survey_id": "s", "name": "1", "state": "published", "structure_hash": HASH,
        "created_at": MOMENT, "published_at": MOMENT,
    },
    "survey_texts": {
        "version_id": "v", "correction": 0, "structure_hash": HASH, "definition": '{"id": "s"}',
        "source": "id: s", "created_at": MOMENT,
    },
    "collections": {
        "id": "c", "slug": "barrio", "version_id": "v", "respondent": "organisation",
        "mode": "confidential", "selection": "census", "population": 9, "languages": '["es"]',
        "legal_notice": None, "texts": "{}", "wave": "", "plan_id": "p", "public": True,
        "simulated": False, "opens_at": MOMENT, "closes_at": None, "created_at": MOMENT,
    },
    "collection_territories": {"collection_id": "c", "territory_id": "t"},
    "collection_roll": {
        "collection_id": "c", "organisation_id": "o", "territory_id": "t", "mode": "confidential",
    },
    "responses": {
        "id": "r", "collection_id": "c", "mode": "confidential", "version_id": "v",
        "correction": 0, "instance_id": "i", "state": "submitted", "channel": "web",
        "language": "es", "territory_id": "t", "organisation_id": "o", "preview": False,
        "simulated": False, "answers": '{"mark": 7}', "content_hash": HASH, "started_at": MOMENT,
        "submitted_at": MOMENT, "submitted_on": DAY,
    },
    "drafts": {
        "id": HASH, "collection_id": "c", "mode": "confidential", "version_id": "v",
        "correction": 0, "instance_id": "j", "language": "es", "answers": '{"mark": ["7"]}',
        "page": "one", "counter": 4, "preview": False, "started_at": MOMENT, "expires_on": DAY,
    },
    "receipts": {
        "code": "K7-MPQ-4", "draft_id": HASH, "collection_id": "c", "mode": "confidential",
        "response_id": "r", "preview": False, "conflict": False, "received_on": DAY,
    },
}  # fmt: skip
SECOND = {
    **FIRST,
    "responses": {**FIRST["responses"], "sent_values": '{"score": 1}'},
    "survey_media": {
        "version_id": "v", "name": "a.png", "media_type": "image/png", "content": b"\x89PNG",
        "sha256": HASH,
    },
}  # fmt: skip
RELEASES = {"0001": FIRST, "0002": SECOND}


def put(table: str, row: Mapping[str, object]) -> None:
    names, places = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608 names from above
    db.session.execute(text(statement), dict(row))


def everything(tables: Mapping[str, Mapping[str, object]]) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold in the columns that the release had."""
    found = {}
    for table, row in tables.items():
        names = ", ".join(f'"{name}"' for name in row)
        rows = db.session.execute(text(f'SELECT {names} FROM "{table}"'))  # noqa: S608 as in `put`
        found[table] = [tuple(str(value) for value in each) for each in rows]
    db.session.remove()
    return found


@pytest.mark.parametrize("release", RELEASES)
def test_every_row_of_a_release_is_there_after_the_upgrade(in_app: Flask, release: str) -> None:
    tables = RELEASES[release]
    db.session.remove()
    downgrade(revision="base")
    upgrade(revision=release)
    assert set(inspect(db.engine).get_table_names()) == {*tables, "alembic_version"}
    for table, row in tables.items():
        put(table, row)
    db.session.commit()
    before = everything(tables)
    assert all(len(rows) == 1 for rows in before.values())
    upgrade()
    assert everything(tables) == before
    downgrade(revision=release)
    assert everything(tables) == before
