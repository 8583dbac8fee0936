"""Hostile input for as long as asked: source text, expressions, answers, Python beside the browser.

``python -m benchmarks.fuzz [source|expression|answers|agreement|all] --minutes 10 --seed 1``. What
breaks is written to ``build/fuzz/``, and tried again with ``--again FILE``; then it ends with 1.
Where atheris is installed (it is no requirement) half of the time for source text and expressions
is guided by coverage; where it is not, that is said, and all of it goes to our own generators.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import re
import resource
import subprocess
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.fuzz_targets import ROOT, TARGETS, BrokenError, Target, words

FOUND = ROOT / "build" / "fuzz"
SECONDS = 10.0
"""Of the processor, for one input: the worst that an input may cost, on a slow machine."""
GUIDED = ("source", "expression")
MEGABYTES = 400
"""That one input may add to the most memory that the process had."""
SHOWN = 10


@dataclass(slots=True)
class Tally:
    """What a target was put through."""

    name: str
    tried: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_input: str = ""
    codes: Counter[str] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)

    def line(self) -> str:
        rate = self.tried / self.seconds if self.seconds else 0
        return (
            f"{self.name}: {self.tried} inputs, {rate:.0f}/s, {len(self.codes)} outcomes, slowest "
            f"{self.slowest:.2f} s {self.slowest_input[:80]!r}, {len(self.findings)} findings"
        )


def fuzz(target: Target, *, seed: int, minutes: float, most: int | None = None) -> Tally:
    """Try inputs until the time is over, or ``most`` of them."""
    random = Random(seed)  # noqa: S311 - the same inputs for the same seed is what is wanted
    tally = Tally(target.name)
    start = time.monotonic()
    with words():
        while time.monotonic() - start < minutes * 60 and tally.tried != most:
            _try(target, target.make(random), tally)
    tally.seconds = time.monotonic() - start
    return tally


def _try(target: Target, given: Any, tally: Tally) -> None:
    tally.tried += 1
    before, memory = time.process_time(), _megabytes()
    try:
        tally.codes.update(target.run(given))
        _check_cost(time.process_time() - before, _megabytes() - memory)
    except Exception as error:  # noqa: BLE001 - whatever comes out is what is looked for
        _keep(tally, given, error)
    spent = time.process_time() - before
    if spent > tally.slowest:
        tally.slowest, tally.slowest_input = spent, str(given)[:200]


def _check_cost(seconds: float, megabytes: int) -> None:
    if seconds > SECONDS:
        raise BrokenError(f"took {seconds:.1f} s")
    if megabytes > MEGABYTES:
        raise BrokenError(f"took {megabytes} MB")


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _keep(tally: Tally, given: Any, error: Exception) -> None:
    """One file for each place where something breaks: the first input that does it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    if where in tally.findings:
        return
    tally.findings[where] = str(error)[:300]
    FOUND.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(where.encode()).hexdigest()[:8]
    text = "".join(traceback.format_exception(error))
    (FOUND / f"{tally.name}-{name}.json").write_text(json.dumps([tally.name, given, text]))


# Guided by coverage ----------------------------------------------------------------------------


def guided(name: str, *, seconds: int, seed: int) -> Tally:
    """The same target under atheris, in a process of its own: it never comes back from fuzzing."""
    corpus = FOUND / f"corpus-{name}"
    corpus.mkdir(parents=True, exist_ok=True)
    random = Random(seed)  # noqa: S311 - the same seeds again is what is wanted
    target = TARGETS[name]
    for number in range(100):
        made = target.make(random)
        text = made if isinstance(made, str) else made[0]
        (corpus / f"seed-{number}").write_bytes(text.encode("utf-8", "replace"))
    command = [sys.executable, "-m", "benchmarks.fuzz_guided", name, str(corpus)]
    command += [str(seconds), str(seed)]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    tally = Tally(f"{name}, guided", seconds=time.monotonic() - start)
    if found := re.search(r"number_of_executed_units: (\d+)", done.stderr):
        tally.tried = int(found[1])
    if found := re.findall(r"cov: (\d+)", done.stderr):
        tally.codes.update({f"edge {edge}": 1 for edge in range(int(found[-1]))})
    if done.returncode:
        tally.findings["atheris"] = done.stderr[-3000:]
    return tally


# Python beside the browser ---------------------------------------------------------------------


def agreement(*, seed: int, minutes: float) -> Tally:
    """Generated expressions in both evaluators."""
    from tests.chromium import chromium  # a browser only where it is asked for
    from tests.logic.compare import differences
    from tests.logic.generated import collect
    from tests.logic.in_chromium import logic_page

    tally = Tally("agreement")
    start = time.monotonic()
    with chromium() as browser, logic_page(browser) as page:
        while time.monotonic() - start < minutes * 60:
            compared, found = differences(page, collect(500, seed + tally.tried))
            tally.tried += compared
            tally.findings.update({line[:200]: line for line in found})
    tally.seconds = time.monotonic() - start
    return tally


def main() -> int:
    """1 if anything broke, so that a nightly job can watch it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", nargs="?", default="all", choices=[*TARGETS, "agreement", "all"])
    parser.add_argument("--minutes", type=float, default=1, help="for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", type=Path, help="a file of build/fuzz: only that input")
    given = parser.parse_args()
    if given.again:
        return _again(given.again)
    names = [*TARGETS, "agreement"] if given.target == "all" else [given.target]
    tallies = [tally for name in names for tally in _tallies(name, given.minutes, given.seed)]
    for tally in tallies:
        for where, text in list(tally.findings.items())[:SHOWN]:
            print(f"  {tally.name}: {where}\n    {text}")
    print(f"most memory: {_megabytes()} MB")
    return 1 if any(tally.findings for tally in tallies) else 0


def _tallies(name: str, minutes: float, seed: int) -> list[Tally]:
    if name == "agreement":
        tallies = [agreement(seed=seed, minutes=minutes)]
    elif name in GUIDED and importlib.util.find_spec("atheris"):
        half = minutes / 2
        tallies = [fuzz(TARGETS[name], seed=seed, minutes=half)]
        tallies.append(guided(name, seconds=max(1, round(half * 60)), seed=seed))
    else:
        if name in GUIDED:
            print(f"{name}: atheris is not installed, so nothing is guided by coverage")
        tallies = [fuzz(TARGETS[name], seed=seed, minutes=minutes)]
    for tally in tallies:
        print(tally.line(), flush=True)
    return tallies


def _again(path: Path) -> int:
    name, given, before = json.loads(path.read_text())
    print(before)
    with words():
        print(TARGETS[name].run(given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
