"""What files of responses take to make, by number of responses: does memory stay flat?

Run with ``python -m benchmarks.files --rows 1e4 1e5``. The satisfaction survey is answered so
often, simulated, and a survey of places beside it; then each kind of file is made, piece by piece
into nothing, in a process of its own. Prints Markdown: megabytes that the process held at most, and
seconds; for the reproducible bundle too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app import create_app
from app.config import Settings
from app.extensions import db
from app.models import Collection, Selection
from app.reports.summary import chosen_how
from app.services import collections, surveys
from app.services.collections import Fielding
from app.services.exports.bundle import package
from app.services.exports.stream import blocks, export_bytes
from benchmarks.analyses import rows
from benchmarks.analyses.runs import peak
from benchmarks.faults import service
from benchmarks.loads.items import SLUG

PLACES = """
id: places
version: "1"
title: {es: Lugares}
respondent: person
pages:
  - id: one
    questions:
      - {name: place, type: geopoint, label: {es: ¿Dónde?}}
      - {name: overall, type: integer, label: {es: ¿Qué nota?}}
"""
MADE = ("csv", "json", "geojson", "parquet", "xlsx", "r", "sav", "dta", "bundle")


def make(kind: str) -> Iterator[bytes]:
    if kind == "bundle":
        return blocks(package.written(SLUG, chosen_how=chosen_how))
    slug = "places" if kind == "geojson" else SLUG
    return export_bytes(slug, fmt=kind, places=True)


def fill(count: int) -> None:
    """Answers to the survey, and as many places that it does not ask for."""
    rows.fill_first(SLUG, count, seed=1)
    version = surveys.save_definition(PLACES)
    surveys.publish(version.survey_id)
    collections.open_collection(version.survey_id, "places", Fielding(selection=Selection.OPEN))
    rows.fill("places", count, seed=2)
    # Every response there has the same place: what counts is how many there are.
    answers = json.dumps({"place": "-33.45 -70.66", "overall": 6})
    key = db.session.query(Collection.id).filter_by(slug="places").scalar()
    db.session.remove()
    with db.engine.begin() as connection:
        statement = "UPDATE responses SET answers = ? WHERE collection_id = ?"
        connection.exec_driver_sql(statement, (answers, key))


def measured(kind: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.files", "--make", kind, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{kind}: {done.stderr.strip()[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def one(kind: str, folder: Path) -> None:
    """In a process of its own."""
    app = create_app(Settings.from_environment({"CABILDO_DATA": str(folder), "DATABASE_URL": ""}))
    with app.app_context():
        begin, size = time.perf_counter(), 0
        for piece in make(kind):
            size += len(piece)
        seconds = time.perf_counter() - begin
        db.session.remove()
        db.engine.dispose()
    print(json.dumps({"seconds": seconds, "megabytes": peak(), "file": size / 1e6}))


def measure(counts: list[int], kinds: list[str]) -> None:
    print(
        "| file | responses | MB that the process held | MB of the file | seconds |\n|" + "---|" * 5
    )
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="cabildo-f-") as name:
            folder = Path(name)
            place = service.prepare(folder, None)
            with create_app(place.settings).app_context():
                fill(count)
                db.session.remove()
                db.engine.dispose()
            for kind in kinds:
                told = measured(kind, folder)
                print(
                    f"| {kind} | {count:,} | {told['megabytes']:.0f} | {told['file']:.1f}"
                    f" | {told['seconds']:.1f} |",
                    flush=True,
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, nargs="+", default=[1e4, 1e5])
    parser.add_argument("--kinds", nargs="+", default=MADE, choices=MADE)
    parser.add_argument("--make", choices=MADE, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        one(asked.make, asked.folder)
    else:
        measure([int(each) for each in asked.rows], list(asked.kinds))


if __name__ == "__main__":
    main()
