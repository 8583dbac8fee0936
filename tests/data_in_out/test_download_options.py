"""What may be chosen when responses are downloaded, on the page and in the file that comes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas
import pyreadstat
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import AuditEntry
from app.services.exports import made
from tests.analytics.conftest import answer, field
from tests.asked_for import asked_for, worked
from tests.data_in_out import spreadsheets
from tests.data_in_out.conftest import bring_in, open_kitchen
from tests.data_in_out.test_places import ROWS as PLACE_ROWS
from tests.data_in_out.test_places import SURVEY as PLACES
from tests.data_in_out.test_statistical_files import ROWS
from tests.pages import check_page


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.fixture
def client(app: Flask, signed_in: Callable[[str], FlaskClient], tmp_path: Path) -> FlaskClient:
    with app.app_context():
        open_kitchen("kitchen")
        bring_in(tmp_path / "in.csv", ROWS)
    return signed_in("evaluator")


def heading(client: FlaskClient, asked: str) -> list[str]:
    text = client.get(f"/analysis/kitchen/download?format=csv&{asked}").get_data(as_text=True)
    return next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_several_answers_stand_in_one_column_or_in_many(client: FlaskClient) -> None:
    def tools(asked: str) -> list[str]:
        return [name for name in heading(client, asked) if name.startswith("tools")]

    each = ["tools/pot", "tools/knife", "tools/oven"]
    assert tools("") == ["tools", *each]
    assert tools("several=one") == ["tools"]
    assert tools("several=each") == each
    wrong = client.get("/analysis/kitchen/download?format=csv&several=all")
    assert (wrong.status_code, "both, one, each" in wrong.text) == (400, True)


def test_words_in_a_language_of_the_survey(client: FlaskClient) -> None:
    assert "Mark" in heading(client, "labels=1&text=en")
    assert "Nota" in heading(client, "labels=1&text=es")
    assert heading(client, "labels=1&text=nothing")


def test_no_opinion_is_missing_unless_asked_otherwise(client: FlaskClient, tmp_path: Path) -> None:
    def marks(asked: str) -> list[float]:
        path = tmp_path / "out.sav"
        path.write_bytes(client.get(f"/analysis/kitchen/download?format=sav{asked}").data)
        return sorted(pyreadstat.read_sav(path)[0]["mark"].dropna().tolist())

    assert marks("") == [7]
    assert marks("&keep_special=1") == [-99, -98, 7]


@pytest.mark.parametrize("fmt", ["dta", "csv", "xlsx", "parquet"])
def test_notes_and_codebook_come_along(
    app: Flask, client: FlaskClient, tmp_path: Path, fmt: str
) -> None:
    sent = client.get(f"/analysis/kitchen/download?format={fmt}&notes=1&lang=es")
    assert f"kitchen.{fmt}.zip" in sent.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        assert set(archive.namelist()) == {f"kitchen.{fmt}", "NOTES.md", "codebook.csv"}
        archive.extractall(tmp_path)
    said = (tmp_path / "NOTES.md").read_text()
    assert "No hay diferencias." in said
    assert ("tools/pot se llama tools_pot" in said) == (fmt == "dta")
    path = tmp_path / f"kitchen.{fmt}"
    read = {
        "dta": lambda: pandas.read_stata(path, convert_categoricals=False),
        "csv": lambda: pandas.read_csv(path),
        "xlsx": lambda: spreadsheets.table(spreadsheets.read(path.read_bytes())["responses"]),
        "parquet": lambda: pandas.read_parquet(path),
    }[fmt]
    assert len(read()) == 3
    assert "mark" in pandas.read_csv(tmp_path / "codebook.csv")["variable"].tolist()
    with app.app_context():
        noted = db.session.query(AuditEntry).filter_by(action="collection.export").one()
        assert (noted.details["format"], noted.details["notes"]) == (fmt, True)


def test_what_takes_long_is_made_by_a_worker(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    address, form = "/analysis/kitchen/download", {"format": "xlsx", "several": "one", "notes": ""}
    quick = client.post(address, data=form)
    assert quick.headers["Location"] == "/analysis/kitchen/download?format=xlsx&several=one"
    assert client.get(quick.headers["Location"]).data[:2] == b"PK"
    monkeypatch.setattr(made, "AT_ONCE", 2)
    file = asked_for(client, address, **form)
    tools = spreadsheets.read(file.data)["responses"][0]
    assert [name for name in tools if str(name).startswith("tools")] == ["tools"]
    # A link that was kept makes nothing and asks for nothing; what flows comes at once.
    kept = client.get("/analysis/kitchen/export.xlsx")
    assert kept.headers["Location"] == "/analysis/kitchen/downloads"
    assert not worked(client)
    assert client.get("/analysis/kitchen/export.csv").status_code == 200


def test_the_page_offers_what_the_survey_has(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    page = client.get("/analysis/kitchen/downloads")
    check_page(page.text)
    assert page.status_code == 200
    assert "Lugares en un mapa" not in page.text
    assert 'value="bundle"' in page.text
    with app.app_context():
        answer(field(PLACES, "places", selection="open"), PLACE_ROWS)
    page = client.get("/analysis/places/downloads")
    assert "Lugares en un mapa" in page.text
    assert "format=csv&amp;repeat=trees" in page.text
    trees = client.get("/analysis/places/download?format=csv&repeat=trees").get_data(as_text=True)
    assert "_id,_trees,tree,tree/latitude" in trees.splitlines()[0]
    assert client.get("/analysis/places/download?format=sav&repeat=trees").status_code == 400
    assert client.get("/analysis/kitchen/download?format=doc").status_code == 404


def test_the_list_of_files_is_a_table(client: FlaskClient) -> None:
    text = client.get("/analysis/kitchen/attachments.csv").get_data(as_text=True)
    assert text.removeprefix("\ufeff").splitlines() == [
        "_id,question,name,original,kind,size,sha256,arrived"
    ]
