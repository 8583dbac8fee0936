"""Files as other programs write them: encoding, separator, row numbers, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.imports.faults import ImportCode, ImportRefused
from app.services.imports.table import open_csv, read_rows

TEXT = "nota;niñez\r\n7;Ñuñoa\r\n"


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_each_encoding_gives_the_same_rows(tmp_path: Path, encoding: str, reported: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(TEXT.encode(encoding))
    file = open_csv(path, {"niñez"})
    assert (file.encoding, file.separator, file.header) == (reported, ";", ("nota", "niñez"))
    assert [row.cells for row in read_rows(file)] == [("7", "Ñuñoa")]


def test_utf16_with_the_high_byte_first(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert open_csv(path, {"nota"}).header == ("nota", "niñez")


def test_bytes_that_windows_leaves_empty_mean_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"nota\n\xf1\x81\n")
    assert open_csv(path, {"nota"}).encoding == "latin-1"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_shows_known_names(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(separator.join(["mark", '"with, comma; and | bar"', "tools"]) + "\n")
    assert open_csv(path, {"mark", "tools"}).separator == separator


def test_a_semicolon_file_with_many_commas_in_names_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("mark;a,b,c,d,e,f\n")
    assert open_csv(path, {"mark"}).separator == ";"


def test_a_header_of_one_column(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("mark\n7\n")
    assert [row.cells for row in read_rows(open_csv(path, {"mark"}))] == [("7",)]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b'mark,comment\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n')
    rows = list(read_rows(open_csv(path, {"mark"})))
    assert [(row.number, row.blank) for row in rows] == [(2, False), (3, True), (4, False)]
    assert rows[0].cells[1] == "two\r\nlines"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ImportCode.EMPTY_FILE),
        (b"\xef\xbb\xbf", ImportCode.EMPTY_FILE),
        (b"\n\n", ImportCode.EMPTY_FILE),
        (b"PK\x03\x04\x14\x00\x06\x00", ImportCode.NOT_TEXT),
        (b"\xd0\xcf\x11\xe0\x00\x00", ImportCode.NOT_TEXT),
        ("mark\n7\n".encode("utf-16-le"), ImportCode.NOT_TEXT),
        (b"\xff\xfem\x00a", ImportCode.WRONG_ENCODING),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, code: ImportCode) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        open_csv(path, {"mark"})
    assert [fault.code for fault in refused.value.faults] == [code]


@pytest.mark.parametrize("content", ['mark\n7\n"6\n5\n', "mark\n7\n" + "x" * 200_000 + "\n"])
def test_quotes_that_never_close_do_not_swallow_rows(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content)
    rows = read_rows(open_csv(path, {"mark"}))
    assert next(rows).cells == ("7",)
    with pytest.raises(ImportRefused) as refused:
        next(rows)
    assert refused.value.faults[0].context == {"row": 3}


def test_the_encoding_asked_for_is_the_one_used(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("añ,mark\n".encode("cp850"))
    assert open_csv(path, {"mark"}, encoding="cp850").header == ("añ", "mark")
    with pytest.raises(ImportRefused):
        open_csv(path, {"mark"}, encoding="utf-8")
