"""R again: the committed scripts print the committed numbers."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

R = Path(__file__).parents[1] / "analisis" / "r"
ALONE = sorted(path.stem for path in R.glob("*.R"))
SURVEY = sorted(
    path.stem for path in (R / "survey").glob("*.R") if path.stem not in {"common", "data"}
)
TOLERANCE = 1e-9  # linear algebra differs from machine to machine


@cache
def missing(*packages: str) -> tuple[str, ...]:
    """Packages that R does not have; `survey` must be 4.5."""
    asked = (
        "for (name in commandArgs(TRUE)) cat(if (requireNamespace(name, quietly = TRUE))"
        ' as.character(packageVersion(name)) else "none", "\\n")'
    )
    command = ["Rscript", "-e", asked, *packages]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    versions = dict(zip(packages, found.stdout.split(), strict=True))
    return tuple(
        name for name, version in versions.items()
        if version == "none" or (name == "survey" and version != "4.5")
    )  # fmt: skip


def require(*scripts: Path) -> None:
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    text = "\n".join(path.read_text() for path in scripts)
    wanted = sorted({*re.findall(r"library\((\w+)\)", text), *re.findall(r"(\w+)::", text)})
    if absent := missing(*wanted):
        pytest.skip(f"R has not (or not the version of): {', '.join(absent)}")


def run(script: Path) -> str:
    done = subprocess.run(
        ["Rscript", script.name],
        cwd=script.parent,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def differences(kept: object, printed: object, place: str = "") -> list[str]:
    """Where two JSON values are not the same."""
    if isinstance(kept, dict) and isinstance(printed, dict) and kept.keys() == printed.keys():
        return [
            d for name in kept for d in differences(kept[name], printed[name], f"{place}.{name}")
        ]
    if isinstance(kept, list) and isinstance(printed, list) and len(kept) == len(printed):
        pairs = enumerate(zip(kept, printed, strict=True))
        return [d for number, pair in pairs for d in differences(*pair, f"{place}[{number}]")]
    if isinstance(kept, float | int) and isinstance(printed, float | int):
        same = math.isclose(kept, printed, rel_tol=TOLERANCE, abs_tol=1e-12)
        return [] if same else [f"{place}: {kept} {printed}"]
    return [] if kept == printed else [f"{place}: {kept} {printed}"]


@pytest.mark.parametrize("name", ALONE)
def test_a_script_prints_what_is_kept(name: str) -> None:
    require(R / f"{name}.R")
    kept = json.loads((R / f"{name}.json").read_text())
    assert differences(kept, json.loads(run(R / f"{name}.R"))) == []


@pytest.mark.parametrize("name", SURVEY)
def test_a_script_of_survey_writes_what_is_kept(name: str, tmp_path: Path) -> None:
    require(R / "survey" / f"{name}.R", R / "survey" / "common.R")
    folder = tmp_path / "survey"
    shutil.copytree(R / "survey", folder)
    (folder / f"{name}.json").unlink()
    run(folder / f"{name}.R")
    kept = json.loads((R / "survey" / f"{name}.json").read_text())
    assert differences(kept, json.loads((folder / f"{name}.json").read_text())) == []


def test_differences_are_found() -> None:
    kept = {"a": [1.0, {"b": "x"}], "c": None}
    assert differences(kept, {"a": [1.0 + 1e-13, {"b": "x"}], "c": None}) == []
    assert differences(kept, {"a": [1.1, {"b": "y"}], "c": None}) == [
        ".a[0]: 1.0 1.1",
        ".a[1].b: x y",
    ]
    assert differences([1], [1, 2]) == [": [1] [1, 2]"]
