"""What is measured, in a process of its own: ``python -m benchmarks.analyses.runs WHAT FOLDER``.

Prints one line of JSON: seconds by name, and the most memory that the process held.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
from flask import Flask
from sqlalchemy import delete, update

from app import create_app
from app.config import Settings
from app.extensions import db, reading
from app.models import Response, Role, User
from app.services import collections
from app.services.analytics import columns
from app.services.analytics.analyse import analyse
from app.services.analytics.asked import Asked
from app.services.analytics.crossing import crossing
from app.services.analytics.explore import explore
from app.services.analytics.overview import overview as how_it_goes
from app.services.columnar import keeping
from app.services.exports.stream import export_stream
from benchmarks.analyses import rows
from benchmarks.loads.items import SLUG

TIMES = 5
MARKS = ("overall", "treatment", "information", "timeliness", "participation", "usefulness")

Times = dict[str, float]


@contextmanager
def taken(found: Times, name: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    found.setdefault(name, 0.0)
    found[name] += time.perf_counter() - begin


def build(app: Flask, _folder: Path) -> Times:
    """The parts, from every response in the database."""
    found: Times = {}
    with reading(), taken(found, "build"):
        keeping.current(collections.find(SLUG))
    db.session.rollback()
    return found


def overview(app: Flask, _folder: Path) -> Times:
    """Every figure of everybody and of each territory: at first, again, and after changes."""
    found: Times = {}
    with reading():
        with taken(found, "cold"):
            analyse(SLUG, by="territory")
        with taken(found, "warm"):
            analyse(SLUG, by="territory")
    db.session.rollback()
    found |= {"after " + name: _after(change) for name, change in CHANGES.items()}
    return found


def explored(app: Flask, _folder: Path) -> Times:
    """Every closed question by territory, as the pages of any question ask."""
    asked = Asked.of({"by": ["territory"]})
    return _in_turns("explore", lambda: explore(SLUG, asked), seed=3_000_000)


def going(app: Flask, _folder: Path) -> Times:
    """How a collection goes, with what deserves a second look."""
    return _in_turns("overview page", lambda: how_it_goes(SLUG), seed=4_000_000)


def crossed(app: Flask, _folder: Path) -> Times:
    """Two questions against each other, with the test."""
    asked = Asked.of({"row": ["overall"], "col": ["territory"]})
    return _in_turns("cross-table", lambda: crossing(SLUG, asked), seed=5_000_000)


def _in_turns(what: str, ask: Callable[[], object], *, seed: int) -> Times:
    """At first, again, and after one response."""
    found: Times = {}
    with reading():
        for turn in ("cold", "warm"):
            with taken(found, f"{what}, {turn}"):
                ask()
    db.session.rollback()
    found[f"{what} after one response"] = _after(_more(1, seed), ask)
    return found


def _after(
    change: Callable[[int], None],
    ask: Callable[[], object] = lambda: analyse(SLUG, by="territory"),
) -> float:
    """Figures after a change, the change itself left out."""
    every = []
    for number in range(TIMES):
        change(number)
        db.session.rollback()
        found: Times = {}
        with reading(), taken(found, "again"):
            ask()
        db.session.rollback()
        every.append(found["again"])
    return median(every)


def _more(count: int, seed: int) -> Callable[[int], None]:
    """So many responses that are in nobody else's turn."""
    return lambda number: rows.fill(SLUG, count, seed=seed + number)


def _some_key(number: int) -> str:
    low = f"{number * 3 + 1:x}"
    query = db.select(Response.id).where(Response.id > low, Response.counts()).limit(1)
    return str(db.session.scalars(query.order_by(Response.id)).one())


def _reviewed(number: int) -> None:
    one = Response.id == _some_key(number)
    db.session.execute(update(Response).where(one).values(state="rejected"))
    db.session.commit()


def _erased(number: int) -> None:
    db.session.execute(delete(Response).where(Response.id == _some_key(number)))
    db.session.commit()


CHANGES: Mapping[str, Callable[[int], None]] = {
    "one response": _more(1, 1_000_000),
    "a hundred": _more(100, 2_000_000),
    "a review": _reviewed,
    "an erasure": _erased,
}


def page(app: Flask, _folder: Path) -> Times:
    """The same as a page, with its pictures, for somebody who is signed in."""
    user = User(email="benchmark@example.cl", roles=[Role.query.filter_by(name="evaluator").one()])
    db.session.add(user)
    db.session.commit()
    key = user.fs_uniquifier
    db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    found: Times = {}
    for name in ("page, cold", "page, warm"):
        with taken(found, name):
            answer = client.get(f"/analysis/{SLUG}?by=territory")
        assert answer.status_code == 200, answer.status
        db.session.remove()
    return found


def read(app: Flask, _folder: Path) -> Times:
    """Six marks and the territory of every response, as Arrow."""
    found: Times = {}
    collection = collections.find(SLUG)
    with reading(), taken(found, "read"):
        columns.read(collection, ["_territory", *MARKS])
    return found


def export(app: Flask, folder: Path) -> Times:
    """The CSV, piece by piece into a file."""
    found: Times = {}
    begin = time.perf_counter()
    pieces = export_stream(SLUG, fmt="csv")
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(next(pieces))
        found["first byte"] = time.perf_counter() - begin
        file.writelines(pieces)
    found["export"] = time.perf_counter() - begin
    return found


def _counts(source: str, one_of: Callable[[str, str], str], territory: str) -> str:
    each = ", ".join(
        f"count(*) FILTER ({one_of(name, '67')}) AS {name}_6,"
        f" count(*) FILTER ({one_of(name, '1234567')}) AS {name}_n"
        for name in MARKS
    )
    return f"SELECT {territory}, count(*), {each} FROM {source} GROUP BY 1"  # noqa: S608 ours


def duckdb_parquet(app: Flask, folder: Path) -> Times:
    """A plain query over the same parts: how many are satisfied, by territory."""
    key = collections.find(SLUG).id
    source = f"read_parquet('{folder}/columns/{key}/*.parquet', union_by_name = true)"

    def one_of(name: str, marks: str) -> str:
        return f'"i:{name}" BETWEEN {marks[0]} AND {marks[-1]}'

    return _asked(_counts(source, one_of, '"territory"'), "DuckDB, Parquet")


def duckdb_csv(app: Flask, folder: Path) -> Times:
    """The same over the CSV that was exported."""
    source = f"read_csv('{folder}/answers.csv', all_varchar = true)"

    def one_of(name: str, marks: str) -> str:
        return f"{name} IN ({', '.join(repr(mark) for mark in marks)})"

    return _asked(_counts(source, one_of, '"_territory"'), "DuckDB, CSV")


def _asked(query: str, name: str) -> Times:
    found: Times = {}
    with duckdb.connect() as connection:
        for again in (name, f"{name}, again"):
            with taken(found, again):
                connection.sql(query).fetchall()
    return found


def for_r(app: Flask, folder: Path) -> Times:
    """Columns as R reads them fastest: doubles, with the territory as a number."""
    table = columns.read(collections.find(SLUG), ["_territory", *MARKS])
    place = folder / "raw"
    place.mkdir(exist_ok=True)
    codes = table.column("_territory").combine_chunks().dictionary_encode().indices
    codes.to_numpy(zero_copy_only=False).astype("<f8").tofile(place / "territory")
    for name in MARKS:
        marks = [
            float(each) if each and each.isdigit() else np.nan
            for each in table.column(name).to_pylist()
        ]
        satisfied = np.where(np.isnan(marks), np.nan, np.array(marks) >= 6)
        satisfied.astype("<f8").tofile(place / name)
    return {}


RUNS = {
    each.__name__: each
    for each in (
        build,
        overview,
        explored,
        going,
        crossed,
        page,
        read,
        export,
        duckdb_parquet,
        duckdb_csv,
        for_r,
    )
}


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    app = create_app(Settings.from_environment({"CABILDO_DATA": str(folder), "DATABASE_URL": ""}))
    with app.app_context():
        found = RUNS[what](app, folder)
        db.session.remove()
        db.engine.dispose()
    print(json.dumps({"seconds": found, "megabytes": peak()}))


def peak() -> float:
    """The most memory that this program held; what ``getrusage`` says is the parent's too."""
    [line] = [
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM:")
    ]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
