"""Domain means by analisis, R `survey`, svy and samplics: time, memory and differences in one run.

Run as ``python -m benchmarks.estimators --rows 1e5 1e6 --peers PYTHON``, where PYTHON is the
interpreter of an environment with svy, samplics, polars and pandas, and Rscript finds `survey`
(set R_LIBS). Who is not there is left out. Prints Markdown. The data are simulated from a stated
seed: 80 strata of 25 units, with finite populations; 16 domains and one item, or 346 and 20.

Each run is a process of its own: its time is what it took itself for declaration and estimates, its
memory the most that it held. Processor seconds are what to compare where a machine has other work.
Ours reads Parquet within that time; the peers are given the rows in memory. R and ours are run with
the full covariance of the domains and without; svy and samplics give variances.
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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np

HERE = Path(__file__).parent / "peers"
SEED = 1
STRATA, UNITS = 80, 25
SHAPES = {"16 domains × 1 item": (16, 1), "346 domains × 20 items": (346, 20)}
DUST = 1e-12  # what rounding leaves of a zero
STOPPED = 124  # what timeout says of a program that it stopped


@dataclass(frozen=True)
class Data:
    """A simulated survey on disk: as Parquet, and a folder of raw columns for R."""

    parquet: Path
    columns: Path
    rows: int
    items: tuple[str, ...]


def simulate(folder: Path, rows: int, domains: int, items: int) -> Data:
    """Write a survey by chunks, so that its size is not bounded by memory."""
    names = tuple(f"q{item + 1}" for item in range(items))
    parquet, columns = folder / "survey.parquet", folder / "columns"
    columns.mkdir(parents=True)
    rng = np.random.default_rng(SEED)
    for part in range(0, rows, 1_000_000):
        count = min(1_000_000, rows - part)
        h = rng.integers(0, STRATA, count)
        psu = h * UNITS + rng.integers(0, UNITS, count)
        chunk = {
            "h": h,
            "psu": psu,
            "w": np.round(rng.uniform(1, 9, count), 3),
            "units": 200 + 3 * h,
            "domain": rng.integers(0, domains, count),
        }
        lean = 0.3 + 0.2 * (psu % 7) / 7
        chunk |= {name: (rng.random(count) < lean).astype(np.int64) for name in names}
        for name, values in chunk.items():
            with (columns / name).open("ab") as file:
                values.astype("<f8").tofile(file)
    whole = ("h", "psu", "units", "domain", *names)
    with duckdb.connect() as connection:
        table = {
            name: np.fromfile(columns / name, "<f8").astype(np.int64 if name in whole else float)
            for name in (*whole, "w")
        }
        connection.register("survey", table)
        connection.sql("SELECT * FROM survey").write_parquet(str(parquet))
    return Data(parquet, columns, rows, names)


@dataclass(frozen=True)
class Run:
    """What one program took, or why it gave nothing."""

    seconds: float
    declare: float
    processor: float
    megabytes: float
    told: dict[str, Any]


def run(command: Sequence[str], most: int) -> Run | str:
    """Run a program by itself; its time as it says, its memory as the system says."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(["timeout", str(most), *command], stdout=out, stderr=err)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode == STOPPED:
            return f"no answer after {most} s"
        out.seek(0)
        err.seek(0)
        lines = out.read().decode().strip().splitlines()
        if process.returncode or not lines:
            return (err.read().decode().strip().splitlines() or ["no output"])[-1][:120]
        told = json.loads(lines[-1])
    took = told["declare"] + told["estimate"]
    return Run(took, told["declare"], told["processor"], used.ru_maxrss / 1024, told)


def programs(data: Data, peers: str | None, *, slow: bool) -> dict[str, list[str]]:
    """The command of each program; those that are not there are left out."""
    items, parquet = ",".join(data.items), str(data.parquet)
    here = sys.executable
    found = {
        "bare DuckDB group-by": [here, str(HERE / "bare.py"), parquet, items, "domain"],
        "analisis": [here, str(HERE / "ours.py"), parquet, items, "domain", "variances"],
        "analisis with covariance": [
            here, str(HERE / "ours.py"), parquet, items, "domain", "covariance",
        ],
    }  # fmt: skip
    if slow and peers:
        found["svy"] = [peers, str(HERE / "svy_run.py"), parquet, items, "domain"]
        found["samplics"] = [peers, str(HERE / "samplics_run.py"), parquet, items, "domain"]
    if slow and shutil.which("Rscript"):
        script = str(HERE / "survey.R")
        for name, what in (("R survey", "variances"), ("R survey with covariance", "covariance")):
            found[name] = ["Rscript", script, str(data.columns), items, "domain", what]
    return found


def farthest(one: Run, other: Run, name: str) -> float:
    """The largest relative difference of two runs; absolute where a figure is nothing but dust."""
    a, b = np.array(one.told[name]), np.array(other.told[name])
    return float(np.max(np.abs(a - b) / np.where(np.abs(b) > DUST, np.abs(b), 1)))


def compare(
    data: Data, title: str, peers: str | None, *, repeats: int, slow: bool, seconds: int
) -> None:
    """Run every program on the same data and print a table."""
    print(f"### {data.rows:,} rows, {title}\n")
    runs: dict[str, list[Run]] = {}
    for name, command in programs(data, peers, slow=slow).items():
        for _time in range(repeats if "R survey" not in name else 1):
            found = run(command, seconds)
            if isinstance(found, str):
                print(f"{name}: {found}\n", flush=True)
                break
            runs.setdefault(name, []).append(found)
    ours = runs["analisis with covariance"]
    base = median(each.seconds for each in ours)
    base_processor = median(each.processor for each in ours)
    heads = (
        "program", "seconds", "declaration", "÷ with covariance", "processor s",
        "÷ with covariance", "MB", "value", "se",
    )  # fmt: skip
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for name, every in runs.items():
        took = median(each.seconds for each in every)
        declare = median(each.declare for each in every)
        processor = median(each.processor for each in every)
        memory = max(each.megabytes for each in every)
        ratios = (took / base, processor, processor / base_processor)
        apart = ["", ""]
        if "value" in every[0].told and name != "analisis with covariance":
            apart = [f"{farthest(every[0], ours[0], what):.0e}" for what in ("value", "se")]
        print(
            f"| {name} {every[0].told['version']} | {took:.3f} | {declare:.3f} | "
            f"{' | '.join(f'{each:.3f}' for each in ratios)} | {memory:,.0f} | "
            f"{apart[0]} | {apart[1]} |",
            flush=True,
        )
    print()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", nargs="+", type=float, default=[1e5])
    parser.add_argument("--shapes", nargs="+", choices=[*SHAPES], default=[*SHAPES])
    parser.add_argument("--peers", help="interpreter with svy and samplics")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--most", type=float, default=1e6, help="rows beyond which peers are left out"
    )
    parser.add_argument(
        "--seconds", type=int, default=1800, help="after which a program is stopped"
    )
    chosen = parser.parse_args(arguments)
    print(f"{platform.machine()}, {os.cpu_count()} cores; simulated, seed {SEED}\n")
    for title in chosen.shapes:
        for rows in chosen.rows:
            with tempfile.TemporaryDirectory() as folder:
                data = simulate(Path(folder), int(rows), *SHAPES[title])
                slow = rows * len(data.items) <= chosen.most
                compare(
                    data,
                    title,
                    chosen.peers,
                    repeats=chosen.repeats,
                    slow=slow,
                    seconds=chosen.seconds,
                )


if __name__ == "__main__":
    main()
