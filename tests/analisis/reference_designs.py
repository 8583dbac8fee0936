"""The cases of R's `survey`, their data and their designs, as we declare them."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import analisis

FOLDER = Path(__file__).parent / "r" / "survey"
TOLERANCE = 1e-10
LOOSE = {"ciprop_logit": 1e-7, "ciprop_likelihood": 3e-3, "ciprop_profile": 1e-6}
"""R's own search stops there; the profile is the likelihood's, followed in finer steps."""


@dataclass(frozen=True, slots=True)
class Case:
    """What R was asked, what it said, and how we ask for the same."""

    id: str
    kind: str
    design: str
    spec: Mapping[str, Any]
    call: Mapping[str, Any]
    expected: Mapping[str, Any]
    r: str

    @property
    def tolerance(self) -> float:
        """The largest relative difference that is still the same number."""
        kind = "ciprop_logit" if self.call.get("method") == "logit" else self.kind
        return LOOSE.get(kind, TOLERANCE)


def cases() -> Iterator[Case]:
    """Every case of every family."""
    for path in sorted(FOLDER.glob("*.json")):
        told = json.loads(path.read_text())
        for each in told["cases"]:
            yield Case(**each, spec=told["designs"][each["design"]])


@cache
def data(name: str) -> dict[str, NDArray[Any]]:
    """The columns of a data set: numbers, booleans, or text with None for what is missing."""
    path = FOLDER / "data" / f"{name}.csv"
    packed = path.with_suffix(".csv.gz")
    text = path.read_text() if path.exists() else gzip.decompress(packed.read_bytes()).decode()
    names, *rows = csv.reader(text.splitlines())
    return {name: _typed([row[place] for row in rows]) for place, name in enumerate(names)}


def _typed(texts: Sequence[str]) -> NDArray[Any]:
    present = [text for text in texts if text]
    if set(present) <= {"TRUE", "FALSE"}:
        return np.array([text == "TRUE" for text in texts])
    try:
        numbers = np.array([float(text or "nan") for text in texts])
    except ValueError:
        return np.array([text or None for text in texts], dtype=object)
    whole = len(present) == len(texts) and not any("." in text or "e" in text for text in texts)
    return numbers.astype(np.int64) if whole else numbers


_designs: dict[str, Any] = {}


def design_of(case: Case) -> Any:
    """The design of a case; made once, since many cases share it."""
    if case.design not in _designs:
        spec = case.spec
        design: Any = analisis.SurveyDesign(
            data(spec["data"]),
            weights=spec["weights"],
            strata=spec["strata"],
            clusters=tuple(spec["clusters"]) or None,
            population=tuple(spec["population"]) or None,
            nest=spec["nest"],
            lonely_psu=spec["lonely_psu"],
        )
        for step in spec["steps"]:
            design = STEPS[step["do"]](design, case, step)
        _designs[case.design] = design
    return _designs[case.design]


def _totals(pairs: Any) -> Any:
    if not isinstance(pairs, list):
        return pairs
    return {tuple(key) if isinstance(key, list) else key: total for key, total in pairs}


def _by(columns: Sequence[str]) -> Any:
    return columns[0] if len(columns) == 1 else tuple(columns)


def _poststratify(design: Any, case: Case, step: Mapping[str, Any]) -> Any:
    return design.poststratify(_by(step["by"]), _totals(step["totals"]))


def _rake(design: Any, case: Case, step: Mapping[str, Any]) -> Any:
    return design.rake(
        [(_by(margin["by"]), _totals(margin["totals"])) for margin in step["margins"]]
    )


def _calibrate(design: Any, case: Case, step: Mapping[str, Any]) -> Any:
    totals = {name: _totals(total) for name, total in step["totals"].items()}
    bounds = tuple(step["bounds"]) if "bounds" in step else None
    return design.calibrate(
        step["columns"], totals, kind=step["kind"], bounds=bounds, size=step.get("size")
    )


def _replicates(design: Any, case: Case, step: Mapping[str, Any]) -> Any:
    return design.replicates(kind=step["kind"], rho=step.get("rho"), mse=step["mse"])


def _given(design: Any, case: Case, step: Mapping[str, Any]) -> Any:
    columns = data(case.spec["data"])
    table = data(f"replicates_{step['file']}")
    rows = [str(unit) for unit in table["unit"]]
    factors = np.column_stack([column for name, column in table.items() if name != "unit"])
    size = len(design.weights)
    by = [columns[name] for name in step["by"]] or [np.arange(1, size + 1)]
    units = [" ".join(str(column[row]) for column in by) for row in range(size)]
    factor = factors[[rows.index(unit) for unit in units]]
    weights = np.asarray(design.weights)
    return analisis.ReplicateDesign(
        {**columns, "(weight)": weights},
        weights="(weight)",
        replicate_weights=factor * weights[:, np.newaxis],
        kind=step["type"],
        scale=step["scale"],
        rscales=step["rscales"],
        mse=step["mse"],
        df=step.get("df"),
    )


STEPS: dict[str, Callable[[Any, Case, Mapping[str, Any]], Any]] = {
    "poststratify": _poststratify,
    "rake": _rake,
    "calibrate": _calibrate,
    "replicates": _replicates,
    "given": _given,
}
