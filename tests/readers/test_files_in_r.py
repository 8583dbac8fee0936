"""Files for SPSS, Stata and Parquet as R's own readers see them (Debian's r-cran-haven)."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.models import Collection
from app.services.exports import stream
from tests.data_in_out.conftest import bring_in, kitchen
from tests.data_in_out.test_statistical_files import ROWS

__all__ = ["kitchen"]

READ = """
suppressMessages(library(haven))
paths <- commandArgs(TRUE)
sav <- read_sav(paths[1]); kept <- read_sav(paths[1], user_na = TRUE); dta <- read_dta(paths[2])
old <- suppressWarnings(foreign::read.spss(paths[1], to.data.frame = TRUE, reencode = "UTF-8"))
said <- function(x) as.list(attr(x, "labels"))
cat(sprintf('{"mean": %g, "rows": %d, "label": "%s", "yes": %g, "missing": [%s], "dta": %g,
  "tagged": "%s", "factor": "%s", "text": "%s"}',
  mean(sav$mark, na.rm = TRUE), nrow(sav), attr(sav$mark, "label"), said(sav$cooks)[["Sí"]],
  paste(attr(kept$mark, "na_values"), collapse = ","), mean(dta$mark, na.rm = TRUE),
  paste(sort(na_tag(dta$mark)), collapse = ""),
  paste(sort(unique(as.character(old$cooks))), collapse = "/"),
  sav$comment[!is.na(sav$mark)]))
"""


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_haven_and_foreign_read_them(kitchen: Collection, tmp_path: Path) -> None:
    has = subprocess.run(["Rscript", "-e", "library(haven)"], capture_output=True)
    if has.returncode:
        pytest.skip("R has no package haven (Debian: r-cran-haven)")
    bring_in(tmp_path / "in.csv", ROWS)
    paths = [tmp_path / "out.sav", tmp_path / "out.dta"]
    for path in paths:
        with path.open("wb") as file:
            stream.write_export("kitchen", file.write, fmt=path.suffix[1:])
    script = tmp_path / "read.R"
    script.write_text(READ)
    done = subprocess.run(
        ["Rscript", str(script), *map(str, paths)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {
        "mean": 7,
        "rows": 3,
        "label": "Nota",
        "yes": 1,
        "missing": [-99, -98],
        "dta": 7,
        "tagged": "ab",
        "factor": "No/Sí",
        "text": "=HYPERLINK(1)",
    }


LOADED = """
source("load.R", encoding = "UTF-8")
r <- responses
said <- function(x) paste(x, collapse = "/")
cat(sprintf(
  '{"rows": %d, "mark": "%s", "special": "%s", "words": "%s", "cooks": "%s", "levels": "%s",
  "codes": "%s", "label": "%s", "pot": "%s", "since": "%s", "text": "%s", "day": "%s",
  "moment": "%s", "simulated": "%s"}',
  nrow(r), said(sort(r$mark)), said(sort(as.character(r$mark.special))),
  said(attr(r$mark, "special")), said(sort(as.character(r$cooks))), said(levels(r$cooks)),
  said(attr(r$cooks, "codes")), attr(r$mark, "label"), said(sort(r$tools_pot)), class(r$since),
  r$comment[!is.na(r$mark)], class(r$r_submitted_on), class(r$r_submitted_at)[1],
  said(r$r_simulated)))
"""


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_base_r_loads_them_with_their_words(kitchen: Collection, tmp_path: Path) -> None:
    bring_in(tmp_path / "in.csv", ROWS)
    path = tmp_path / "kitchen.r.zip"
    with path.open("wb") as file:
        stream.write_export("kitchen", file.write, fmt="r")
    folder = tmp_path / "loaded"
    with zipfile.ZipFile(path) as bundle:
        bundle.extractall(folder)
    (folder / "read.R").write_text(LOADED)
    command = ["Rscript", "--vanilla", "read.R"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "rows": 3,
        "mark": "7",
        "special": "No sé/Prefiero no responder",
        "words": "No sé/Prefiero no responder",
        "cooks": "No/No/Sí",
        "levels": "Sí/No",
        "codes": "yes/no",
        "label": "Nota",
        "pot": "TRUE",
        "since": "Date",
        "text": "=HYPERLINK(1)",
        "day": "Date",
        "moment": "POSIXct",
        "simulated": "FALSE/FALSE/FALSE",
    }
    assert "Nada." not in (folder / "NOTES.md").read_text()
