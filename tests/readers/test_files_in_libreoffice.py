"""Spreadsheets as LibreOffice opens them, without a window."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.models import Collection
from app.services.exports import stream
from tests.data_in_out.conftest import bring_in, kitchen
from tests.data_in_out.test_statistical_files import ROWS

__all__ = ["kitchen"]
# Commas, quotes, UTF-8; of the first sheet.
UTF8 = "csv:Text - txt - csv (StarCalc):44,34,76"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_it_opens_them_and_runs_no_formula(kitchen: Collection, tmp_path: Path) -> None:
    bring_in(tmp_path / "in.csv", ROWS)
    path = tmp_path / "kitchen.xlsx"
    with path.open("wb") as file:
        stream.write_export("kitchen", file.write, fmt="xlsx")
    out = tmp_path / "converted"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", UTF8, "--outdir", str(out)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=300)
    text = (out / "kitchen.csv").read_text(encoding="utf-8-sig")
    heading, *rows = csv.reader(text.splitlines())
    assert len(rows) == 3
    comments = {row[heading.index("comment")].lstrip("'") for row in rows}
    assert comments == {"=HYPERLINK(1)", "ñandú 🦤", ""}
    assert sorted(row[heading.index("mark")] for row in rows) == ["7", "no_responde", "no_sabe"]
