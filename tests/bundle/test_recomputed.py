"""The bundle's own program, run as whoever downloads it runs it, finds every published figure."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import AuditEntry, Territory, User
from app.services.analytics.analyse import analyse
from tests.analytics.conftest import OPINION, answer, field, make_territories, people
from tests.asked_for import asked_for
from tests.bundle.cases import KINDS, laid_out

PROJECT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


def recompute(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "recompute.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )


# The others are recomputed in R too, by `make test-readers`.
HERE = ("simple", "open", "census", "clusters", "stages", "raked", "lonely")


@pytest.mark.parametrize("kind", HERE)
def test_every_figure_is_found_again(in_app: Flask, tmp_path: Path, kind: str) -> None:
    slug = KINDS[kind]()
    folder = laid_out(slug, tmp_path / "bundle")
    whole = analyse(slug)
    figures = sum(
        len(each.estimates)
        for by in (None, *whole.groupings)
        for each in analyse(slug, by=by).measures
    )
    done = recompute(folder)
    assert done.stdout == f"{figures} figures compared, 0 differ.\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_what_differs_is_named(in_app: Flask, tmp_path: Path) -> None:
    folder = laid_out(KINDS["census"](), tmp_path / "bundle")
    path = folder / "figures.json"
    figures = json.loads(path.read_text())
    rate = figures["sets"][0]["measures"][0]["estimates"][0]
    rate["value"] += 1e-6
    path.write_text(json.dumps(figures))
    done = recompute(folder)
    assert done.returncode == 1
    assert "CHANGED since the bundle was made: figures.json" in done.stdout
    assert f"DIFFERS satisfied response_rate: value: published {rate['value']}" in done.stdout
    assert done.stdout.endswith(", 1 differ.\n")


def test_what_is_in_it(in_app: Flask, tmp_path: Path) -> None:
    folder = laid_out(KINDS["totals"](), tmp_path / "bundle")
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == {*sums, "SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    about = json.loads((folder / "design.json").read_text())
    assert about["design"]["totals"] == {"sex": {"f": 900, "m": 700}}
    assert "conglomerados" in about["chosen_how"]["es"]
    assert "clusters" in about["chosen_how"]["en"]
    assert about["chosen_how"]["es"] in (folder / "LEAME.md").read_text()
    assert "Reproducible bundle" in (folder / "README.md").read_text()
    figures = json.loads((folder / "figures.json").read_text())
    listed = list(csv.DictReader(io.StringIO((folder / "figures.csv").read_text())))
    records = [one for s in figures["sets"] for m in s["measures"] for one in m["estimates"]]
    assert [line["value"] for line in listed] == [
        "" if one["value"] is None else repr(one["value"]) for one in records
    ]
    codes = list(csv.DictReader(io.StringIO((folder / "codebook.csv").read_text())))
    assert {"mark", "weight", "_territory"} <= {line["variable"] for line in codes}


def test_it_is_downloaded_by_who_may_export_and_noted(
    app: Flask, signed_in: Callable[[str], FlaskClient], tmp_path: Path
) -> None:
    with app.app_context():
        make_territories()
        answer(field(OPINION, "study", selection="probability"), people(24))
    assert app.test_client().get("/analysis/study/bundle.zip").status_code == 302
    client = signed_in("evaluator")
    assert client.get("/analysis/study/bundle.zip").headers["Location"].endswith("/downloads")
    sent = asked_for(client, "/collections/study/exports", format="bundle")
    assert (sent.mimetype, sent.get_data()[:2]) == ("application/zip", b"PK")
    assert "study-paquete.zip" in sent.headers["Content-Disposition"]
    with app.app_context():
        notes = db.session.query(AuditEntry).filter_by(action="collection.export").all()
        assert [(note.actor, note.details["format"]) for note in notes] == [
            ("evaluator@example.cl", "bundle")
        ]
        user = db.session.query(User).filter_by(email="evaluator@example.cl").one()
        user.territories = [db.session.query(Territory).filter_by(code="T-2").one()]
        db.session.commit()
    path = tmp_path / "some.zip"
    path.write_bytes(asked_for(client, "/collections/study/exports", format="bundle").data)
    with zipfile.ZipFile(path) as bundle:
        bundle.extractall(tmp_path / "some")
    about = json.loads((tmp_path / "some" / "design.json").read_text())
    assert about["of_some_territories"] == ["T-2"]
    assert recompute(tmp_path / "some").stdout.endswith(", 0 differ.\n")
