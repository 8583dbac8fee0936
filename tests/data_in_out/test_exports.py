"""Responses taken out: which ones, in which columns, and what a spreadsheet makes of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import event, select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import AuditEntry, Collection, Mode, Quota, Response, ResponseState
from app.services import collections
from app.services.exports import export_plan, stream
from tests.data_in_out.conftest import bring_in, open_kitchen, open_organisations, stored

METADATA = [
    "_id", "_instance_id", "_version", "_correction", "_channel", "_language", "_territory",
    "_organisation", "_submitted_on", "_submitted_at", "_simulated", "_preview", "_state",
]  # fmt: skip


def table(slug: str, **how: object) -> list[dict[str, str]]:
    text = "".join(stream.export_stream(slug, fmt="csv", **how))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.fixture
def filled(kitchen: Collection, tmp_path: Path) -> Collection:
    text = "cooks,tools,mark,balance,comment\nyes,pot oven,7,-3.5,=HYPERLINK(1)\nno,,no_sabe,,\n"
    bring_in(tmp_path / "in.csv", text)
    return kitchen


def test_csv_of_codes(filled: Collection) -> None:
    rows = table("kitchen")
    assert list(rows[0])[: len(METADATA)] == METADATA
    by_mark = {row["mark"]: row for row in rows}
    cook = by_mark["7"]
    assert (cook["tools"], cook["tools/knife"], cook["balance"]) == ("pot oven", "0", "-3.5")
    assert cook["comment"] == "'=HYPERLINK(1)"
    assert (cook["_channel"], cook["_simulated"], cook["_state"]) == ("paper", "0", "submitted")
    assert by_mark["no_sabe"]["tools/knife"] == ""


def test_raw_cells(filled: Collection) -> None:
    assert "=HYPERLINK(1)" in {row["comment"] for row in table("kitchen", raw=True)}


def test_csv_of_words(filled: Collection) -> None:
    rows = table("kitchen", labels=True, lang="en")
    assert {row["Cooks?"] for row in rows} == {"Yes", "No"}
    assert {row["Mark"] for row in rows} == {"7", "I don't know"}


def test_only_what_counts_unless_all_is_asked_for(filled: Collection) -> None:
    first, second = stored()
    first.preview, second.state = True, ResponseState.CONFLICT
    db.session.commit()
    assert table("kitchen") == []
    rows = table("kitchen", all_states=True)
    assert {(row["_preview"], row["_state"]) for row in rows} == {
        ("1", "submitted"),
        ("0", "conflict"),
    }


def test_what_came_over_its_quota_is_told_where_there_are_quotas(filled: Collection) -> None:
    quota = Quota(collection_id=filled.id, cell={"cooks": "yes"}, cell_key="x", target=1)
    db.session.add(quota)
    first, _second = stored()
    first.over_quota = True
    db.session.commit()
    assert sorted(row["_over_quota"] for row in table("kitchen")) == ["0", "1"]


def test_json(filled: Collection) -> None:
    found = json.loads("".join(stream.export_stream("kitchen", fmt="json")))
    responses = found.pop("responses")
    assert found == {
        "collection": "kitchen",
        "survey": "kitchen",
        "versions": ["1"],
        "simulated": False,
    }
    answers = {response["answers"]["cooks"]: response["answers"] for response in responses}
    assert answers == {
        "yes": {
            "cooks": "yes",
            "tools": ["pot", "oven"],
            "mark": 7,
            "balance": -3.5,
            "comment": "=HYPERLINK(1)",
        },
        "no": {"cooks": "no", "mark": "no_sabe"},
    }
    assert responses[0]["submitted_at"].endswith("+00:00")


def test_an_empty_collection_is_still_a_table(kitchen: Collection) -> None:
    assert table("kitchen") == []
    assert json.loads("".join(stream.export_stream("kitchen", fmt="json")))["responses"] == []


def test_anonymous_rows_show_nothing_that_ties_them(in_app: Flask, tmp_path: Path) -> None:
    open_kitchen("secret", mode=Mode.ANONYMOUS)
    bring_in(tmp_path / "in.csv", "cooks,mark\nno,7\n", slug="secret")
    with pytest.raises(Problem) as refused:
        table("secret")
    assert refused.value.code is ProblemCode.RESULTS_AT_CLOSING
    collections.close_collection("secret")
    (row,) = table("secret")
    assert not {"_instance_id", "_organisation", "_submitted_at"} & row.keys()
    (response,) = json.loads("".join(stream.export_stream("secret", fmt="json")))["responses"]
    assert not {"instance_id", "organisation", "submitted_at"} & response.keys()


def test_names_of_the_register_are_harmless_too(in_app: Flask, tmp_path: Path) -> None:
    open_organisations("votes", ["ORG-1"])
    bring_in(tmp_path / "in.csv", "organisation,mark\nORG-1,7\n", slug="votes")
    (row,) = table("votes")
    assert (row["_organisation"], row["_territory"]) == ("ORG-1", "T-1")
    (row,) = table("votes", labels=True)
    assert (row["Organización"], row["¿Cuál?"]) == ("'=Junta ORG-1", "'=Junta ORG-1")


def test_simulated_data_says_so(in_app: Flask, tmp_path: Path) -> None:
    open_kitchen("played", simulated=True)
    bring_in(tmp_path / "in.csv", "cooks,mark\nno,7\n", slug="played")
    assert [row["_simulated"] for row in table("played")] == ["1"]
    assert json.loads("".join(stream.export_stream("played", fmt="json")))["simulated"] is True
    assert stream.export_name("played", "csv") == "played-simulado.csv"


@pytest.mark.parametrize("raw", [True, False])
def test_an_export_can_be_imported_again_and_adds_nothing(
    filled: Collection, tmp_path: Path, raw: bool
) -> None:
    text = "".join(stream.export_stream("kitchen", fmt="csv", raw=raw))
    summary, _ = bring_in(tmp_path / "again.csv", text)
    assert (summary.read, summary.same) == (2, 2)


def test_an_unknown_collection_fails_at_once(in_app: Flask) -> None:
    with pytest.raises(Problem):
        stream.export_stream("nowhere", fmt="csv")


@pytest.mark.parametrize("slug", ["kit\0chen", "\udcff", "Kitchen", "../kitchen"])
def test_what_no_collection_can_be_called_is_unknown(in_app: Flask, slug: str) -> None:
    with pytest.raises(Problem) as raised:
        collections.find(slug)
    assert raised.value.code is ProblemCode.UNKNOWN_COLLECTION


def test_a_full_disk_lets_go_of_the_database(filled: Collection) -> None:
    def write(_piece: str) -> None:
        if db.engine.pool.checkedout():
            raise OSError("no space left")

    # What was raised keeps the frames alive, and with them whatever was not closed.
    with pytest.raises(OSError, match="no space left") as raised:
        stream.write_export("kitchen", write, fmt="csv")
    db.session.remove()
    assert (raised.value, db.engine.pool.checkedout()) == (raised.value, 0)


def test_queries_do_not_grow_with_rows(kitchen: Collection, tmp_path: Path) -> None:
    def count(rows: int) -> int:
        bring_in(tmp_path / "in.csv", "cooks,mark,people\n" + "no,7,1\n" * rows)
        seen = []
        listener = lambda *_: seen.append(1)  # noqa: E731 it must be the same object to be removed
        event.listen(db.engine, "before_cursor_execute", listener)
        assert len(table("kitchen")) == rows
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    assert count(3) == count(30)


def test_rows_are_read_a_part_at_a_time(
    kitchen: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(tmp_path / "in.csv", "cooks,mark\n" + "no,7\n" * 10)
    monkeypatch.setattr(export_plan, "ROWS_AT_ONCE", 3)
    pieces = list(stream.export_stream("kitchen", fmt="csv"))
    assert [piece.count("\r\n") for piece in pieces] == [1, 3, 3, 3, 1]
    lines = list(stream.export_stream("kitchen", fmt="json"))
    assert len(json.loads("".join(lines))["responses"]) == 10
    assert len(lines) == 6


@pytest.mark.parametrize("fmt", ["csv", "json"])
def test_nothing_is_read_before_the_first_piece(filled: Collection, fmt: str) -> None:
    asked = []

    def listener(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listener)
    next(stream.export_stream("kitchen", fmt=fmt))
    event.remove(db.engine, "before_cursor_execute", listener)
    assert asked
    assert not [statement for statement in asked if "responses" in statement]


def test_others_can_write_while_an_export_is_read(
    kitchen: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone must not wait for an evaluator's download, nor the download see half of it."""
    monkeypatch.setattr(export_plan, "ROWS_AT_ONCE", 1)
    bring_in(tmp_path / "in.csv", "cooks,mark\nno,7\nno,6\n")
    pieces = stream.export_stream("kitchen", fmt="csv")
    read = [next(pieces), next(pieces)]
    assert bring_in(tmp_path / "in.csv", "cooks,mark\nno,5\n")[0].added == 1
    assert len(read) + len(list(pieces)) == 3


def test_the_order_tells_nothing_and_needs_no_sorting(in_app: Flask, database: str) -> None:
    if not database.startswith("sqlite"):
        pytest.skip("the plan of SQLite, which sorts in memory")
    query = export_plan.responses_of(open_kitchen("kitchen"), all_states=False)
    text = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    plan = db.session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + text).all()
    assert not [step for step in plan if "TEMP B-TREE" in step[-1]]


def test_the_command_writes_the_file_whole_or_not_at_all(
    filled: Collection,
    run: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "out.csv"
    assert run("collection", "export", "kitchen", "-o", target).exit_code == 0
    whole = target.read_bytes()
    assert whole.startswith(b"\xef\xbb\xbf_id,")
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "collection.export"))
    assert [row.details["format"] for row in noted] == ["csv"]

    def breaks(*_: object, **__: object):
        yield "half"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stream, "_csv", breaks)
    result = run("collection", "export", "kitchen", "-o", target)
    assert result.exit_code == 1
    assert "No space left" in result.output
    assert target.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == ["out.csv"]


def test_the_command_writes_to_the_output(filled: Collection, run: Callable[..., Result]) -> None:
    result = run("collection", "export", "kitchen", "--format", "json", "-o", "-")
    assert len(json.loads(result.stdout)["responses"]) == 2


def test_without_a_name_the_file_is_named_after_the_collection(
    in_app: Flask, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_kitchen("played", simulated=True)
    monkeypatch.chdir(tmp_path)
    run("collection", "export", "played", "--format", "json")
    assert (tmp_path / "played-simulado.json").exists()


@pytest.mark.parametrize("name", ["", "no/such/folder/out.csv"])
def test_a_place_that_cannot_be_written(
    filled: Collection, run: Callable[..., Result], tmp_path: Path, name: str
) -> None:
    result = run("collection", "export", "kitchen", "-o", tmp_path / name)
    assert result.exit_code == 1
    assert "No se puede escribir" in result.output


def test_a_response_with_an_answer_that_is_asked_no_more(filled: Collection) -> None:
    response = db.session.scalars(select(Response)).first()
    response.answers = {**response.answers, "gone": "x"}
    db.session.commit()
    assert len(table("kitchen")) == 2
    found = json.loads("".join(stream.export_stream("kitchen", fmt="json")))["responses"]
    assert "x" in {row["answers"].get("gone") for row in found}
