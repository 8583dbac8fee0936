"""Collections of every kind of selection and design, and their bundles laid out in a folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from app.reports.summary import chosen_how
from app.services import collections
from app.services.analytics.sampling import read_sampling
from app.services.exports.bundle import package
from tests.analytics.conftest import (
    OPINION,
    answer,
    ballot,
    field,
    make_plan,
    make_territories,
    people,
)
from tests.analytics.sample import CLUSTERS, SAMPLE, STRATA, sampled

TOTALS = {"sex": {"f": "900", "m": "700"}}
BOTH_TOTALS = {**TOTALS, "territory": {"T-1": "500", "T-2": "500", "T-3": "600"}}
STAGES = {
    "clusters": ["territory", "block"],
    "population": ["30", "households"],
    "weights": "weight",
}


def _sample(design: Mapping[str, object], rows: list[dict[str, object]] | None = None) -> str:
    make_territories()
    collection = field(SAMPLE, "study", selection="probability")
    answer(collection, rows or sampled())
    collections.declare_design("study", read_sampling(design))
    return "study"


def _lonely() -> str:
    """One block alone in its territory: the figures have no error."""
    rows = [row for row in sampled() if row["territory"] != "T-3" or row["block"] == "b1"]
    return _sample(CLUSTERS, rows)


def _simple() -> str:
    make_territories()
    answer(field(OPINION, "study", selection="probability"), people(90))
    return "study"


def _finite() -> str:
    make_territories()
    answer(field(OPINION, "study", selection="probability", population=140), people(90))
    return "study"


def _open() -> str:
    make_territories()
    answer(field(OPINION, "study", selection="open", population=1000), people(40))
    return "study"


def _census() -> str:
    marks = [7, 6, 6, 5, "no_sabe", None, 1, 2, 6, 7, 7, 4, 3, 6, None, 7, 6, 5, 5, 6, 2]
    answer(make_plan(), [ballot(n, mark) for n, mark in enumerate(marks, start=1)])
    return "plan"


KINDS: Mapping[str, Callable[[], str]] = {
    "simple": _simple,
    "finite": _finite,
    "open": _open,
    "census": _census,
    "clusters": lambda: _sample(CLUSTERS),
    "strata": lambda: _sample(STRATA),
    "stages": lambda: _sample(STAGES),
    "everybody": lambda: _sample({"population": "240"}),
    "totals": lambda: _sample({**CLUSTERS, "totals": TOTALS}),
    "raked": lambda: _sample({**CLUSTERS, "totals": BOTH_TOTALS}),
    "lonely": _lonely,
}


def laid_out(slug: str, folder: Path) -> Path:
    """The collection's bundle, as whoever opens it sees it."""
    with package.written(slug, chosen_how=chosen_how) as file:
        content = file.read()
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert bundle.testzip() is None
        bundle.extractall(folder)
    return folder
