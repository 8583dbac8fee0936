"""What goes to R: a CSV, the lines that give it words, and notes. R itself opens it in readers."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.models import Collection
from app.services.exports import stream
from tests.data_in_out.conftest import bring_in
from tests.data_in_out.test_statistical_files import ROWS


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


def test_a_line_for_each_column_and_notes_in_words(kitchen: Collection, tmp_path: Path) -> None:
    bring_in(tmp_path / "in.csv", ROWS)
    content = io.BytesIO()
    stream.write_export("kitchen", content.write, fmt="r", lang="en")
    with zipfile.ZipFile(content) as bundle:
        files = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert set(files) == {"responses.csv", "variables.R", "load.R", "NOTES.md"}
    heading, *rows = csv.reader(io.StringIO(files["responses.csv"]))
    assert len(rows) == 3
    # No apostrophe: nobody opens it with a spreadsheet.
    assert "=HYPERLINK(1)" in {row[heading.index("comment")] for row in rows}
    lines = files["variables.R"].splitlines()
    assert len(lines) == len(heading)
    place = heading.index("mark") + 1
    assert lines[place - 1] == (
        f'put({place}, "mark", "number", "Mark", special = c("no_sabe" = "I don\'t know", '
        '"no_responde" = "I would rather not answer"))'
    )
    assert 'codes = c("yes", "no"), words = c("Yes", "No")' in files["variables.R"]
    assert "tools/pot is called tools_pot" in files["NOTES.md"]
    assert "There are no differences." in files["NOTES.md"]
    assert stream.export_name("kitchen", "r") == "kitchen.r.zip"
