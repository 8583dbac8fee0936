"""The bundle's R program, run as whoever downloads it runs it, finds every published figure."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.bundle.cases import KINDS, laid_out

OLDEST = "4.1"


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.fixture(scope="module")
def _survey() -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    has = f'quit(status = !(requireNamespace("survey") && packageVersion("survey") >= "{OLDEST}"))'
    if subprocess.run(["Rscript", "-e", has], capture_output=True).returncode:
        pytest.skip(f"R has no package survey {OLDEST} (Debian: r-cran-survey)")


def recompute(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["Rscript", "recompute.R"], cwd=folder, env=os.environ, capture_output=True, text=True
    )


@pytest.mark.usefixtures("_survey")
@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_found_again(in_app: Flask, tmp_path: Path, kind: str) -> None:
    folder = laid_out(KINDS[kind](), tmp_path / "bundle")
    done = recompute(folder)
    assert done.stdout.endswith(" figures compared, 0 differ.\n"), done.stdout + done.stderr
    assert not done.stdout.startswith("0 figures")
    assert done.returncode == 0


@pytest.mark.usefixtures("_survey")
def test_what_differs_is_named(in_app: Flask, tmp_path: Path) -> None:
    folder = laid_out(KINDS["strata"](), tmp_path / "bundle")
    path = folder / "data" / "responses.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))
    done = recompute(folder)
    assert done.returncode == 1
    assert "DIFFERS satisfied satisfied" in done.stdout
