"""A few hundred responses through a network that fails, to a server that is killed meanwhile.

`python -m benchmarks.fault_injection` does the same with as many as one likes.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from app.config import PROJECT
from benchmarks.fault_injection import Storm, ground, run
from benchmarks.faults.proxy import FATES
from tests.chromium import needs_chromium
from tests.conftest import DATABASES

STORM = Storm(submissions=200, seed=7, phones=10, life=(3, 8), kills=2)
"""So few answers between kills that there are two before everything is sent."""


@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_acknowledged_is_stored_once(kind: str) -> None:
    with ground(kind) as place:
        outcome = run(place, STORM)
    counts = outcome.counts
    assert outcome.wrong == []
    assert counts["acknowledged"] == STORM.submissions
    assert counts["server killed"] == 1
    assert counts["PostgreSQL killed" if kind == "postgresql" else "worker killed"] == 1
    assert counts["kept as conflict"] > 0
    assert counts["kept as quarantined"] > 0
    assert sum(counts[fate] for fate in FATES if fate != "passed") > 10, counts


@needs_chromium
def test_what_a_phone_finishes_is_stored_once() -> None:
    """As a command: Playwright runs once in a process, and this one may have its own already."""
    asked = ["--browser", "--answers", "2", "--seed", "1", "--database", "sqlite"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fault_injection", *asked],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counted = dict(re.findall(r"^\| (.+?) \| ([\d,]+) \|$", done.stdout, re.MULTILINE))
    assert counted["finished on the phone"] == counted["stored"] == "2"
