"""The spreadsheet of responses: typed cells, nothing that runs, and a codebook beside them."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import AuditEntry, Collection, Mode, Response
from app.services import collections
from app.services.exports import export_plan, stream, workbooks
from tests.data_in_out.conftest import bring_in, open_kitchen
from tests.data_in_out.spreadsheets import read, table, xml_of

ROWS = (
    "cooks,tools,mark,balance,people,since,comment\n"
    "yes,pot oven,7,-3.5,4,2024-02-29,=HYPERLINK(1)\n"
    "no,,no_sabe,,,1899-12-31,https://example.org\n"
)


def workbook(slug: str, **how: object) -> bytes:
    return b"".join(stream.export_bytes(slug, fmt="xlsx", **how))


@pytest.fixture
def filled(kitchen: Collection, tmp_path: Path) -> Collection:
    bring_in(tmp_path / "in.csv", ROWS)
    return kitchen


def test_cells_are_what_they_say(filled: Collection) -> None:
    content = workbook("kitchen")
    sheets = read(content)
    assert list(sheets) == ["responses", "codebook", "versions", "about"]
    rows = {row["cooks"]: row for row in table(sheets["responses"])}
    cook, other = rows["yes"], rows["no"]
    assert (cook["mark"], cook["balance"], cook["people"]) == (7.0, -3.5, 4.0)
    assert (cook["tools"], cook["tools/pot"], cook["tools/knife"]) == ("pot oven", 1.0, 0.0)
    assert cook["since"] == 45351.0  # days since 1899-12-30
    assert cook["comment"] == "=HYPERLINK(1)"
    assert (other["mark"], other["tools/pot"], other["people"]) == ("no_sabe", None, None)
    assert other["since"] == "1899-12-31"
    assert other["comment"] == "https://example.org"
    assert (cook["_simulated"], cook["_state"]) == (0.0, "submitted")
    assert isinstance(cook["_submitted_at"], float)


def test_nothing_in_it_runs_or_links(filled: Collection) -> None:
    text = xml_of(workbook("kitchen"))
    assert "<f>" not in text
    assert "hyperlink " not in text
    assert 'state="frozen"' in text


def test_the_same_columns_as_the_csv(filled: Collection) -> None:
    csv_text = "".join(stream.export_stream("kitchen", fmt="csv"))
    assert read(workbook("kitchen"))["responses"][0] == csv_text[1:].split("\r\n")[0].split(",")


def test_words_in_place_of_codes(filled: Collection) -> None:
    rows = table(read(workbook("kitchen", labels=True, lang="en"))["responses"])
    assert {row["Cooks?"] for row in rows} == {"Yes", "No"}
    assert {row["Mark"] for row in rows} == {7.0, "I don't know"}


def test_the_codebook_tells_every_code(filled: Collection) -> None:
    lines = table(read(workbook("kitchen", lang="en"))["codebook"])
    named = [line["variable"] for line in lines]
    header = read(workbook("kitchen"))["responses"][0]
    plain = {str(name).partition("/")[0] for name in header}
    assert plain <= set(named)
    (mark, *codes) = [line for line in lines if line["variable"] == "mark"]
    assert (mark["text (es)"], mark["text (en)"], mark["type"]) == ("Nota", "Mark", "scale")
    assert (mark["limits"], mark["versions"], mark["required"]) == ("range: 1–7", "1", "yes")
    assert [line["code"] for line in codes] == ["no_sabe", "no_responde"]
    assert all(str(line["special answer"]).startswith("yes") for line in codes)
    tools = [line for line in lines if line["variable"] == "tools"]
    assert tools[0]["shown if"] == "${cooks} = 'yes'"
    assert [(line["code"], line["text of the code (en)"]) for line in tools[1:4]] == [
        ("pot", "Pot"),
        ("knife", "Knife"),
        ("oven", "Oven"),
    ]
    assert "(empty cell)" in named


def test_it_says_where_it_comes_from(in_app: Flask, tmp_path: Path) -> None:
    open_kitchen("played", simulated=True, population=90, wave="2026")
    bring_in(tmp_path / "in.csv", ROWS, slug="played")
    sheets = read(workbook("played"))
    about = {row[0]: row[1] for row in sheets["about"]}
    assert str(about["ATENCIÓN"]).startswith("SIMULADO")
    assert (about["recolección"], about["respuestas"], about["universo"]) == ("played", 2.0, 90.0)
    assert about["ola"] == "2026"
    assert "no representa" in str(about["selección"])
    assert "Datos simulados" in str(about["cómo citar"])
    (version,) = table(sheets["versions"])
    assert (version["versión"], version["corrección"], version["respuestas"]) == ("1", 0.0, 2.0)
    assert len(str(version["huella de la estructura"])) == 64


def test_the_digest_can_be_computed_from_the_json(filled: Collection) -> None:
    digest = hashlib.sha256()
    for row in json.loads("".join(stream.export_stream("kitchen", fmt="json")))["responses"]:
        kept = [row["id"], row["version"], row["correction"], row["answers"]]
        line = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest.update(line.encode() + b"\n")
    about = {row[0]: row[1] for row in read(workbook("kitchen"))["about"]}
    assert about["huella de los datos (SHA-256)"] == digest.hexdigest()


def test_anonymous_rows_show_nothing_that_ties_them(in_app: Flask, tmp_path: Path) -> None:
    open_kitchen("secret", mode=Mode.ANONYMOUS)
    bring_in(tmp_path / "in.csv", "cooks,mark\nno,7\n", slug="secret")
    with pytest.raises(Problem) as refused:
        workbook("secret")
    assert refused.value.code is ProblemCode.RESULTS_AT_CLOSING
    collections.close_collection("secret")
    sheets = read(workbook("secret"))
    hidden = {"_instance_id", "_organisation", "_submitted_at"}
    assert not hidden & set(sheets["responses"][0])
    assert not hidden & {row[0] for row in sheets["codebook"]}


def test_more_rows_than_a_sheet_has_are_refused_before_writing(
    filled: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "ROWS", 2)
    with pytest.raises(Problem) as refused:
        workbook("kitchen")
    assert refused.value.code is ProblemCode.EXPORT_TOO_LONG
    assert refused.value.context == {"sheet": "responses", "limit": 2}


def test_what_does_not_fit_a_cell_is_told_by_column(filled: Collection) -> None:
    response = db.session.scalars(select(Response)).first()
    response.answers = {**response.answers, "comment": "x" * 40_000, "people": 10**15}
    db.session.commit()
    content = BytesIO()
    told = stream.write_export("kitchen", content.write, fmt="xlsx", lang="en")
    sheets = read(content.getvalue())
    texts = [str(row["comment"]) for row in table(sheets["responses"])]
    assert max(map(len, texts)) == 32_767
    assert [row[1] for row in sheets["about"] if row[0] == "did not fit as it is"] == told
    assert sorted(told) == [
        "comment: texts of up to 40000 characters, cut to 32767; the CSV has all of them",
        "people: numbers of more than 15 digits stay text (1 cells)",
        "since: dates before 1900-03-01 stay text (1 cells)",
    ]


def test_sheets_that_are_called_otherwise_are_told(
    filled: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "_LONGEST_SHEET_NAME", 8)
    told = stream.write_export("kitchen", BytesIO().write, fmt="xlsx", lang="en")
    assert "the sheet of responses is called response" in told


def test_the_command_writes_it_and_notes_it(
    filled: Collection, run: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "out.xlsx"
    result = run("responses", "export", "kitchen", "--format", "xlsx", "-o", target)
    assert result.exit_code == 0
    assert len(read(target.read_bytes())["responses"]) == 3
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "collection.export"))
    assert [row.details["format"] for row in noted] == ["xlsx"]


def test_memory_does_not_grow_with_the_responses(
    kitchen: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_plan, "ROWS_AT_ONCE", 50)
    text = "cooks,mark,comment\n" + "no,7,the same words in every row\n"

    def peak(rows: int) -> int:
        bring_in(tmp_path / "in.csv", text + "no,7,the same words in every row\n" * (rows - 1))
        db.session.remove()
        workbook("kitchen")  # what is only made once is made now
        db.session.remove()
        tracemalloc.start()
        for _ in stream.export_bytes("kitchen", fmt="xlsx"):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few = peak(100)
    assert peak(1_000) < 1.5 * few
