"""What figures cost by number of responses, from nothing and after one more.

Run with ``python -m benchmarks.analysis --rows 1e4 1e5 1e6``. The satisfaction survey is answered
so often, simulated; then parts are built, the overview made (every figure of its six measures, of
everybody and of each territory) at first, again, and after one response, a hundred, a review and an
erasure; a CSV exported; and the same data asked about by a plain DuckDB query over the parts and
over the CSV, and by R `survey` (`Rscript`, `R_LIBS`; left out where it is not there). On SQLite.
Each in a process of its own; ``--runs`` makes some of them alone. Prints Markdown, with the
machine's load at the time.

``--inserts N`` prints instead what noting changes costs a response that is written, alone in its
transaction, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from app import create_app
from app.extensions import db
from benchmarks.analyses import inserts, rows
from benchmarks.faults import service
from benchmarks.loads.items import SLUG

RUNS = (
    "build", "overview", "explored", "going", "crossed", "page", "read", "export",
    "duckdb_parquet", "duckdb_csv", "for_r",
)  # fmt: skip
_R = Path(__file__).parent / "peers" / "satisfied.R"


def run(name: str, folder: Path) -> tuple[dict[str, float], float]:
    """A measurement in a process of its own: seconds by name, and megabytes."""
    command = [sys.executable, "-m", "benchmarks.analyses.runs", name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip()[-2000:]}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return told["seconds"], told["megabytes"]


def by_r(folder: Path) -> dict[str, float]:
    if shutil.which("Rscript") is None:
        return {}
    done = subprocess.run(
        ["Rscript", str(_R), str(folder / "raw")], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"R survey: {done.stderr.strip().splitlines()[-1]}\n")
        return {}
    return {"R survey": json.loads(done.stdout)["seconds"]}


def measure(count: int, runs: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="cabildo-a-") as name:
        folder = Path(name)
        place = service.prepare(folder, None)
        begin = time.perf_counter()
        with create_app(place.settings).app_context():
            rows.fill_first(SLUG, count, seed=1)
            db.session.remove()
            db.engine.dispose()
        print(f"\n### {count:,} responses (simulated)\n")
        print(f"Written in {time.perf_counter() - begin:.1f} s; load {_load()}.\n")
        seconds: dict[str, float] = {}
        megabytes: dict[str, float] = {}
        for each in runs:
            found, peak = run(each, folder)
            seconds |= found
            megabytes |= dict.fromkeys(found, peak)
            if each == "build":
                _say_sizes(folder)
        if "for_r" in runs:
            seconds |= by_r(folder)
        _table(seconds, megabytes)


def _say_sizes(folder: Path) -> None:
    parts, whole = rows.size(folder / "columns"), rows.settled(folder / "cabildo.sqlite3")
    print(
        f"The parts take {parts / 1e6:.1f} MB, the database {whole / 1e6:.1f} MB"
        f" ({parts / whole:.3f}).\n"
    )


def _table(seconds: dict[str, float], megabytes: dict[str, float]) -> None:
    plain = seconds.get("DuckDB, Parquet", float("nan"))
    print("| what | seconds | ÷ DuckDB, Parquet | process, MB |")
    print("|---|---|---|---|")
    for name, took in seconds.items():
        memory = f"{megabytes[name]:,.0f}" if name in megabytes else ""
        print(f"| {name} | {took:.3f} | {took / plain:.2f} | {memory} |")
    print(f"\nLoad {_load()}.", flush=True)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=float, default=[1e4, 1e5])
    parser.add_argument("--runs", nargs="+", default=RUNS, choices=RUNS)
    parser.add_argument("--inserts", type=int, metavar="N")
    asked = parser.parse_args(arguments)
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()},"
        f" DuckDB {duckdb.__version__}; load {_load()}"
    )
    if asked.inserts:
        inserts.measure(asked.inserts)
        return
    for count in asked.rows:
        measure(int(count), asked.runs)


if __name__ == "__main__":
    main()
