"""Rows become responses through the one validator, and a row is never two responses."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.extensions import db
from app.models import AuditEntry, Channel, Collection, Mode, ResponseState
from app.services import collections
from app.services.imports import imports
from app.services.imports.faults import ImportCode, ImportRefused
from app.services.imports.imports import Summary
from app.services.imports.mapping import read_map
from encuestas import ErrorCode
from tests.data_in_out.conftest import bring_in, open_kitchen, open_organisations, stored

FILE = "cooks,tools,mark,balance,people,since,comment\n"
ALIKE = "yes,pot oven,7,,2,,\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def codes(refused: pytest.ExceptionInfo[ImportRefused]) -> list[ImportCode]:
    return [fault.code for fault in refused.value.faults]


def test_cells_become_canonical_answers(kitchen: Collection, path: Path) -> None:
    row = 'yes,oven; pot,7.0,"3,5",2.0,25/03/2026,  dos  \n'
    summary, _ = bring_in(path, FILE + row)
    assert summary == Summary(read=1, added=1)
    (response,) = stored()
    assert response.answers == {
        "cooks": "yes",
        "tools": ["pot", "oven"],
        "mark": 7,
        "balance": 3.5,
        "people": 2,
        "since": "2026-03-25",
        "comment": "  dos  ",
    }
    assert (response.channel, response.language, response.preview) == (Channel.PAPER, "es", False)


def test_a_thousand_as_a_spreadsheet_in_chile_writes_it_is_never_read_as_one(
    kitchen: Collection, path: Path
) -> None:
    head = FILE.replace(",", ";")
    summary, bad = bring_in(path, head + "no;;7;1.500;;;\nno;;7;;2.000;;\nno;;7;1.500,0;2000,0;;\n")
    assert summary == Summary(read=3, added=1, bad=2)
    assert [(row.faults[0].code, row.faults[0].question) for row in bad] == [
        (ErrorCode.AMBIGUOUS_NUMBER, "balance"),
        (ErrorCode.AMBIGUOUS_NUMBER, "people"),
    ]
    assert [(r.answers["balance"], r.answers["people"]) for r in stored()] == [(1500.0, 2000)]


def test_a_program_that_parts_columns_with_commas_means_decimals(
    kitchen: Collection, path: Path
) -> None:
    bring_in(path, FILE + "no,,7,1.500,,,\n")
    assert stored()[0].answers["balance"] == 1.5


def test_empty_cells_are_missing_and_irrelevant_answers_are_dropped(
    kitchen: Collection, path: Path
) -> None:
    bring_in(path, FILE + "no,pot,no_sabe, ,,,\n")
    assert stored()[0].answers == {"cooks": "no", "mark": "no_sabe"}


def test_two_people_who_answer_alike_are_two_and_again_adds_nothing(
    kitchen: Collection, path: Path
) -> None:
    text = FILE + ALIKE * 2
    assert bring_in(path, text)[0] == Summary(read=2, added=2)
    assert bring_in(path, text)[0] == Summary(read=2, same=2)
    assert len(stored()) == 2


def test_the_same_rows_written_in_another_way_are_the_same(kitchen: Collection, path: Path) -> None:
    bring_in(path, FILE + 'yes,pot oven,7,"3,5",2,,niñez\nno,,6,,,,\n')
    head = "comment;mark;cooks;people;tools;balance;extra\n"
    other = head + ";6.0;no;;;;9\nniñez;7;yes;2.0;oven pot;3.50;\n"
    assert bring_in(path, other.encode("cp1252"))[0] == Summary(read=2, same=2)


def test_a_file_that_grew_adds_only_what_is_new(kitchen: Collection, path: Path) -> None:
    bring_in(path, FILE + ALIKE)
    assert bring_in(path, FILE + "no,,1,,,,\n" + ALIKE * 2)[0] == Summary(read=3, added=2, same=1)


def test_bad_rows_do_not_move_the_identities_of_good_ones(kitchen: Collection, path: Path) -> None:
    bad = "yes,,8,,,,\n"
    assert bring_in(path, FILE + bad + ALIKE)[0] == Summary(read=2, added=1, bad=1)
    mended = "yes,,6,,,,\n"
    assert bring_in(path, FILE + mended + ALIKE)[0] == Summary(read=2, added=1, same=1)


def test_a_bad_row_says_every_fault_with_its_row(kitchen: Collection, path: Path) -> None:
    text = FILE + ALIKE + "\n" + "maybe,,9,x,1.5,2026-02-30,\n" + "no,,7\n" + "no,,7,,,,,8\n"
    summary, bad = bring_in(path, text)
    assert summary == Summary(read=4, added=1, bad=3)
    assert [row.row.number for row in bad] == [4, 5, 6]
    assert [(fault.code, fault.question) for fault in bad[0].faults] == [
        (ErrorCode.NOT_A_CHOICE, "cooks"),
        (ErrorCode.OUTSIDE_RANGE, "mark"),
        (ErrorCode.NOT_A_NUMBER, "balance"),
        (ErrorCode.NOT_AN_INTEGER, "people"),
        (ErrorCode.NOT_A_DATE, "since"),
    ]
    assert [row.faults[0].code for row in bad[1:]] == [ImportCode.ROW_LENGTH] * 2
    assert bad[1].faults[0].context == {"cells": 3, "columns": 7}


def test_with_an_id_other_content_is_a_conflict(kitchen: Collection, path: Path) -> None:
    head = "folio,cooks,mark\n"
    assert bring_in(path, head + "1,no,7\n2,no,7\n", id_column="folio")[0].added == 2
    again, _ = bring_in(path, head + "1,no,7\n2,no,6\n", id_column="folio")
    assert again == Summary(read=2, same=1, conflicts=1)
    assert bring_in(path, head + "2,no,6\n", id_column="folio")[0] == Summary(read=1, same=1)
    states = Counter(response.state for response in stored())
    assert states == {ResponseState.SUBMITTED: 2, ResponseState.CONFLICT: 1}


def test_an_id_twice_in_one_file(kitchen: Collection, path: Path) -> None:
    text = "folio,cooks,mark\n1,no,7\n1,no,7\n1,no,5\n,no,7\n"
    summary, bad = bring_in(path, text, id_column="folio")
    assert summary == Summary(read=4, added=1, same=1, conflicts=1, bad=1)
    assert bad[0].faults[0].code is ImportCode.ROW_WITHOUT_ID


def test_other_collections_have_other_identities(kitchen: Collection, path: Path) -> None:
    open_kitchen("second")
    bring_in(path, FILE + ALIKE)
    assert bring_in(path, FILE + ALIKE, slug="second")[0].added == 1
    assert len({response.instance_id for response in stored()}) == 2


def test_an_interruption_is_completed_by_running_again(
    kitchen: Collection, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 4)
    path.write_text(FILE + ALIKE * 10)

    def stop(summary: Summary, _offset: int) -> None:
        if summary.read == 8:
            raise KeyboardInterrupt

    plan = imports.prepare("kitchen", path)
    with pytest.raises(KeyboardInterrupt):
        imports.run(plan, on_bad=print, on_progress=stop)
    db.session.rollback()
    assert len(stored()) == 8
    assert bring_in(path, FILE + ALIKE * 10)[0] == Summary(read=10, added=2, same=8)


def test_queries_grow_with_batches_and_not_with_rows(kitchen: Collection, path: Path) -> None:
    def count(rows: int) -> int:
        seen = []
        listener = lambda *_: seen.append(1)  # noqa: E731 it must be the same object to be removed
        event.listen(db.engine, "before_cursor_execute", listener)
        lines = "".join(f"{rows}-{number},no,7\n" for number in range(rows))
        bring_in(path, "folio,cooks,mark\n" + lines, id_column="folio")
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    assert count(20) == count(200)


def test_a_file_named_by_another_system(kitchen: Collection, tmp_path: Path) -> None:
    summary, _ = bring_in(tmp_path / "a\udcf1o.csv", FILE + ALIKE)
    assert summary.added == 1
    noted = select(AuditEntry.details).where(AuditEntry.action == "responses.import")
    assert db.session.scalars(noted).one()["file"] == "a?o.csv"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_batch_reads_the_whole_collection(kitchen: Collection, path: Path) -> None:
    asked: list[tuple[str, object]] = []

    def listener(_connection, _cursor, statement, parameters, *_rest) -> None:
        if "FROM responses" in statement:
            asked.append((statement, parameters))

    bring_in(path, "folio,cooks,mark\n1,no,7\n2,no,6\n", id_column="folio")
    event.listen(db.engine, "before_cursor_execute", listener)
    bring_in(path, "folio,cooks,mark\n1,no,7\n2,no,5\n", id_column="folio")
    event.remove(db.engine, "before_cursor_execute", listener)
    connection = db.session.connection()
    plans = [
        step[-1]
        for statement, parameters in asked
        for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
    assert plans
    for plan in plans:
        assert "AND instance_id=?" in plan or "AND state=?" in plan


def test_the_map_renames_columns_and_values(kitchen: Collection, path: Path) -> None:
    mapping = read_map(
        "columns: {P1: cooks, P2: tools, cuando: _submitted_at}\n"
        "values: {cooks: {1: yes, 2: no}, tools: {a: pot, b: oven}, mark: {99: no_sabe, x: ''}}\n"
    )
    text = "P1;P2;mark;cuando\n1;b,c;99;\n1;a b;7;\n2;;x;\n"
    summary, bad = bring_in(path, text, mapping=mapping)
    assert summary == Summary(read=3, added=1, bad=2)
    assert stored()[0].answers == {"cooks": "yes", "tools": ["pot", "oven"], "mark": 7}
    assert [(fault.code, fault.question) for fault in bad[1].faults] == [
        (ErrorCode.REQUIRED, "mark")
    ]


def test_the_moment_of_each_row(kitchen: Collection, path: Path) -> None:
    text = (
        "cooks,mark,_submitted_at\n"
        "no,1,2026-03-25T23:30\n"
        "no,2,2026-03-25T23:30:00+00:00\n"
        "no,3,25-03-2026 08:00\n"
        "no,4,2999-01-01\n"
        "no,5,ayer\n"
        "no,6,0001-01-01\n"
    )
    summary, bad = bring_in(path, text)
    assert (summary.added, summary.bad) == (3, 3)
    found = {row.answers["mark"]: (row.submitted_at, row.submitted_on) for row in stored()}
    assert found[1] == (datetime(2026, 3, 26, 2, 30, tzinfo=UTC), date(2026, 3, 25))
    assert found[2] == (datetime(2026, 3, 25, 23, 30, tzinfo=UTC), date(2026, 3, 25))
    assert found[3][0] == datetime(2026, 3, 25, 11, 0, tzinfo=UTC)
    faults = [row.faults[0].code for row in bad]
    assert faults == [ImportCode.ROW_FUTURE, ImportCode.ROW_MOMENT, ImportCode.ROW_MOMENT]


def test_a_closed_or_private_collection_takes_files_and_says_so(
    kitchen: Collection, path: Path
) -> None:
    path.write_text(FILE + ALIKE)
    assert imports.prepare("kitchen", path).unanswerable is None
    collections.close_collection("kitchen")
    assert imports.prepare("kitchen", path).unanswerable is not None
    assert bring_in(path, FILE + ALIKE)[0].added == 1


def test_anonymous_rows_carry_no_moment_and_take_no_ids(in_app: Flask, path: Path) -> None:
    open_kitchen("secret", mode=Mode.ANONYMOUS)
    text = "folio,cooks,mark,_submitted_at\n1,no,7,2026-03-25T10:00\n"
    with pytest.raises(ImportRefused) as refused:
        bring_in(path, text, slug="secret", id_column="folio")
    assert codes(refused) == [ImportCode.ID_IN_ANONYMOUS]
    assert bring_in(path, text, slug="secret")[0].added == 1
    (response,) = stored()
    assert (response.submitted_at, response.submitted_on) == (None, date(2026, 3, 25))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("cooks,mark,cooks", [ImportCode.DUPLICATE_COLUMN]),
        ("cooks,mark,x,x", [ImportCode.DUPLICATE_COLUMN]),
        ("a,b", [ImportCode.NO_KNOWN_COLUMN]),
        ("comment", [ImportCode.REQUIRED_WITHOUT_COLUMN] * 2),
        ("Cooks,mark", [ImportCode.REQUIRED_WITHOUT_COLUMN]),
        (
            "cooks,comment,comment",
            [ImportCode.DUPLICATE_COLUMN, ImportCode.REQUIRED_WITHOUT_COLUMN],
        ),
    ],
)
def test_a_header_that_cannot_be_used(
    kitchen: Collection, path: Path, header: str, expected: list[ImportCode]
) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in(path, header + "\n1,2,3\n")
    assert codes(refused) == expected
    assert not stored()


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("columns: {P1: cooks}", [ImportCode.MAP_UNKNOWN_COLUMN]),
        ("columns: {x: cook}", [ImportCode.MAP_UNKNOWN_QUESTION]),
        ("values: {cook: {}}", [ImportCode.MAP_UNKNOWN_QUESTION]),
        ("columns: {x: thanks}", [ImportCode.MAP_UNKNOWN_QUESTION]),
        ("columns: {x: cooks}", [ImportCode.TWO_COLUMNS]),
        ("columns: {x: cooks}\nignore: [cooks]", []),
    ],
)
def test_a_map_that_does_not_fit(
    kitchen: Collection, path: Path, mapping: str, expected: list[ImportCode]
) -> None:
    text = "cooks,mark,x\nyes,7,yes\n"
    if not expected:
        assert bring_in(path, text, mapping=read_map(mapping))[0].added == 1
        return
    with pytest.raises(ImportRefused) as refused:
        bring_in(path, text, mapping=read_map(mapping))
    assert codes(refused) == expected


def test_columns_that_answer_nothing_are_told_except_our_own(
    kitchen: Collection, path: Path
) -> None:
    path.write_text("_id,cooks,mark,tools,tools/pot,extra,,seen\n")
    mapping = read_map("ignore: [seen]")
    assert imports.prepare("kitchen", path, mapping=mapping).unused == ["extra"]


def test_a_vote_of_an_organisation_is_one(in_app: Flask, path: Path) -> None:
    open_organisations("votes", ["ORG-1", "ORG-2"])
    text = "organisation,mark\nORG-1,7\nORG-2,6\nORG-1,1\nORG-3,1\n"
    summary, bad = bring_in(path, text, slug="votes")
    assert summary == Summary(read=4, added=2, conflicts=1, bad=1)
    assert bad[0].faults[0].code is ErrorCode.NOT_A_CHOICE
    assert all(response.organisation_id and response.territory_id for response in stored())


def test_an_import_is_noted(kitchen: Collection, path: Path) -> None:
    bring_in(path, FILE + ALIKE)
    actions = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "kitchen")).all()
    begun, ended = (row for row in actions if row.action.startswith("responses.import"))
    assert begun.details == {"file": "file.csv", "channel": "paper"}
    assert ended.details == {"file": "file.csv", "read": 1, "added": 1}


def test_reading_the_header_leaves_no_transaction_open(kitchen: Collection, path: Path) -> None:
    path.write_text(FILE + ALIKE)
    imports.prepare("kitchen", path)
    assert not db.session().in_transaction()
