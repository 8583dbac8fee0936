"""Files for SPSS, Stata and Parquet as R's own readers see them (Debian's r-cran-haven)."""

from __future__ import annotations

import json
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
