"""What the engine costs by number of rows, and what leaves it.

Run as ``python -m benchmarks.scale --rows 1e5 1e6 1e7``. For each size a process of its own says
what the design of a Parquet file is and asks for means of 16 domains; another runs the bare
group-by of the same columns. Prints Markdown, with a line fitted to time over rows. The data come
from hashes of the row number: 80 strata of 25 units, 16 domains, a number with five digits.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pyarrow as pa

from analisis import SurveyDesign
from analisis.io.duckdb import DuckDBSource

TIMES = 5
ROWS = """
SELECT (hash(i * 7 + 1) % 16)::INTEGER AS domain,
    (i % 80)::INTEGER AS stratum,
    ((i % 80) * 25 + hash(i) % 25)::INTEGER AS unit,
    1.0 + (hash(i + 5) % 1000) / 100.0 AS w,
    (hash(i * 11) % 100000) / 1000.0 AS y
FROM range({rows}) AS t(i)
"""
BARE = """
SELECT domain, stratum, unit, count(*), sum(w), sum(w * y), sum(w * y * y)
FROM read_parquet(?) GROUP BY ALL
"""


class Counted(DuckDBSource):
    """Counts what leaves the engine."""

    moved = 0
    groups = 0

    def run(self, query: str) -> pa.Table:
        table = super().run(query)
        self.moved += table.nbytes
        self.groups = max(self.groups, table.num_rows)
        return table


def ours(path: str) -> dict[str, int]:
    source = Counted(path)
    design = SurveyDesign(source, weights="w", strata="stratum", clusters="unit")
    figures = design.mean("y", by="domain")
    assert figures.covariance.shape == (16, 16)
    return {"moved": source.moved, "groups": source.groups}


def bare(path: str) -> dict[str, int]:
    with duckdb.connect() as connection:
        relation = connection.sql(BARE, params=[path])
        return {"groups": relation.to_arrow_table().num_rows}


def measured(run: Callable[[str], dict[str, int]], path: str) -> dict[str, float]:
    """The medians of several runs, after one that warms up; the most memory that was held."""
    run(path)
    walls, processors = [], []
    for _time in range(TIMES):
        wall, processor = time.perf_counter(), time.process_time()
        found = run(path)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": median(walls), "cpu": median(processors), "peak": peak, **found}


def apart(name: str, path: Path) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scale", "--run", name, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", nargs="+", type=float, default=[1e5, 1e6, 1e7])
    parser.add_argument("--run", nargs=2, metavar=("WHICH", "FILE"))
    asked = parser.parse_args()
    if asked.run:
        which, path = asked.run
        print(json.dumps(measured({"ours": ours, "bare": bare}[which], path)))
        return
    print(f"DuckDB {duckdb.__version__}, {os.cpu_count()} processors\n")
    print(
        "| rows | Parquet, MB | seconds | processor seconds | peak, MB | bare group-by, seconds "
        "| processor seconds | ratio of processor seconds | groups | leaves the engine, MB |"
    )
    print("|" + "---|" * 10)
    sizes, walls, processors = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for rows in map(int, asked.rows):
            path = Path(folder) / f"{rows}.parquet"
            duckdb.sql(ROWS.format(rows=rows)).write_parquet(str(path))
            one, other = apart("ours", path), apart("bare", path)
            print(
                f"| {rows:.0e} | {path.stat().st_size / 1e6:.1f} | {one['wall']:.2f} "
                f"| {one['cpu']:.2f} | {one['peak']:.0f} | {other['wall']:.2f} "
                f"| {other['cpu']:.2f} | {one['cpu'] / other['cpu']:.2f} | {one['groups']:,} "
                f"| {one['moved'] / 1e6:.2f} |",
                flush=True,
            )
            path.unlink()
            sizes.append(rows)
            walls.append(one["wall"])
            processors.append(one["cpu"])
    for name, values in (("seconds", walls), ("processor seconds", processors)):
        slope, start = np.polyfit(sizes, values, 1, w=1 / np.asarray(values))
        print(f"\n{name}: {start:.3f} + {slope * 1e9:.1f} for each billion rows", end="")
        worst = max(abs(start + slope * n - v) / v for n, v in zip(sizes, values, strict=True))
        print(f"; the line is off by at most {100 * worst:.0f} %")


if __name__ == "__main__":
    main()
