"""What the service does in a second, beside the least that a Flask program could do.

Run with ``python -m benchmarks.load`` (needs wrk). The satisfaction survey is opened, answered page
by page, sent whole in one request and in lists of 50, at 1, 8 and 32 connections, against the
server as `make run` starts it, on SQLite and on PostgreSQL. In the same rounds, under the same
server, one bare Flask view answers with the same bytes and another inserts the same bytes
durably. Rates are the machine's; the ratios are what counts, and on a machine that others use too
those of processor time, which server and database took. Then hundreds of clients hang up in the
middle of sending, and the same is measured again.

Ends with 1 when an answer was not as it should be, or an aim was missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import psutil
from flask import Flask

from app import create_app
from app.cli.serve import server_command
from app.extensions import db, sqlite_driver
from app.services import collections
from benchmarks.faults import service
from benchmarks.faults.service import Ground, Postgres, Server
from benchmarks.faults.work import people
from benchmarks.loads import drop, walk, wrk
from benchmarks.loads.items import SLUG, submission
from benchmarks.loads.wrk import Rate
from benchmarks.servers import running
from encuestas.types import type_of

CONNECTIONS = (1, 8, 32)
LIST = 50
HUNG_UP = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that wrk does again and again; ``each``: how many responses a request carries.

    ``pids``: of the processes that serve it, which with their children take the processor's time.
    """

    name: str
    url: str
    script: str
    pids: Sequence[int]
    each: float = 1
    alone: bool = False
    stores: bool = True


@dataclass(frozen=True, slots=True)
class Aim:
    """One task's rate as a share of another's."""

    task: str
    of: str
    least: float


AIMS = (
    Aim("opening", "constant", 0.6),
    Aim("one response", "bare insert", 0.5),
    Aim("lists of 50", "one response", 5.0),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is shown")
    asked = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        parser.error("wrk is needed (Debian: apt-get install wrk)")
    print(facts())
    wrong: list[str] = []
    for kind in asked.database or ("sqlite", "postgresql"):
        with ground(kind) as place:
            wrong += [f"{kind}: {words}" for words in measure(kind, place, asked)]
    print("\n" + "\n".join(wrong or ["Every answer was as it should be, and the aims are met."]))
    return 1 if wrong else 0


@contextmanager
def ground(kind: str) -> Iterator[Ground]:
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cabildo-l-")))
        postgres = Postgres(data / "pg") if kind == "postgresql" else None
        if postgres:
            stack.callback(postgres.stop)
        yield service.prepare(data, postgres)


def measure(kind: str, place: Ground, asked: argparse.Namespace) -> list[str]:
    """Print the tables of one database; gives what was wrong, in words."""
    app = create_app(place.settings)
    with app.app_context():
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        survey = collections.fielded(collections.find(SLUG))
        db.session.remove()
    questions = sum(type_of(question).has_answer for question in survey.questions)
    server = Server(place.environment)
    with ExitStack() as stack:
        stack.callback(server.stop)
        server.start()
        bare, pid = stack.enter_context(served_bare(place, url, _start_page(server)))
        tasks = all_tasks(place, app, server, bare, pid)
        print(f"\n## {kind}: {questions} questions on {len(survey.pages)} pages\n")
        rates = run_all(tasks, place.data, asked)
        wrong = _faulty(rates)
        print_rates(tasks, rates)
        wrong += print_ratios(tasks, rates)
        wrong += after_hanging_up(tasks, server, place, asked)
    return wrong


def _start_page(server: Server) -> bytes:
    headers = {"Accept-Encoding": "gzip, deflate, br"}
    asked = Request(f"{server.address}/e/{SLUG}", headers=headers)  # noqa: S310 loopback http
    with urlopen(asked) as answer:  # noqa: S310 loopback http
        return bytes(answer.read())


@contextmanager
def served_bare(place: Ground, database: str, body: bytes) -> Iterator[tuple[str, int]]:
    """The address and process of the bare views, on a database of their own beside ours."""
    page = place.data / "constant.br"
    page.write_bytes(body)
    if database.startswith("sqlite"):
        database = f"sqlite:///{place.data / 'bare.sqlite3'}"
    environment = {"BARE_BODY": str(page), "BARE_DATABASE": database}
    command = server_command("benchmarks.loads.bare:app", "127.0.0.1", 0)[1:]
    command[command.index("0")] = "{port}"
    with running(command, os.environ | environment) as served:
        yield served


def all_tasks(place: Ground, app: Flask, server: Server, bare: str, pid: int) -> list[Task]:
    answers = people()[0]
    item = submission(place.version, answers)
    send = f"{server.address}/api/v1/responses"
    steps = walk.recorded(app, SLUG, answers)
    one, opening = wrk.sending(item, status=201), wrk.opening()
    database = [place.postgres.pid] if place.postgres else []
    least = [pid, *database]
    ours = [server.process.pid if server.process else 0, *database]
    start = f"{server.address}/e/{SLUG}"
    return [
        Task(name="constant", url=f"{bare}/constant", script=opening, pids=least, stores=False),
        Task(name="opening", url=start, script=opening, pids=ours, stores=False),
        Task(name="bare insert", url=f"{bare}/insert", script=one, pids=least),
        Task(name="one response", url=send, script=one, pids=ours),
        Task(
            name=f"lists of {LIST}",
            url=send,
            pids=ours,
            script=wrk.sending(item, count=LIST, status=200),
            each=LIST,
        ),
        Task(
            name="page by page",
            url=f"{server.address}/",
            pids=ours,
            script=wrk.walking(steps, f"cabildo_{SLUG}"),
            each=1 / len(steps),
            alone=True,
        ),
    ]


Rates = dict[tuple[str, int], list[Rate]]


def run_all(tasks: Sequence[Task], folder: Path, asked: argparse.Namespace) -> Rates:
    """In rounds, so that what is compared is measured within seconds of each other."""
    rates: Rates = {}
    for task in tasks:  # whatever is read once or compiled once is not what is measured
        run(task, 8, folder, seconds=2, seed=0)
    for number in range(asked.rounds):
        for connections in CONNECTIONS:
            for task in tasks:
                rates.setdefault((task.name, connections), []).append(
                    run(task, connections, folder, seconds=asked.seconds, seed=number)
                )
    return rates


def run(task: Task, connections: int, folder: Path, *, seconds: float, seed: int) -> Rate:
    before = processor_seconds(task.pids)
    rate = wrk.run(
        task.script,
        task.url,
        connections=connections,
        seconds=seconds,
        seed=time.time_ns() % 2**31 + seed,
        folder=folder,
        alone=task.alone,
    )
    spent = processor_seconds(task.pids) - before
    settle(task.url)
    return replace(rate, spent=1000 * spent / max(rate.requests * seconds, 1))


def processor_seconds(pids: Sequence[int]) -> float:
    """What these processes and those that they started have taken of the processor so far."""
    total = 0.0
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            for each in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    times = each.cpu_times()
                    total += times.user + times.system
    return total


def settle(url: str) -> None:
    """Wait until what wrk left unanswered is done with, so that the next one starts from rest."""
    with urlopen(urljoin(url, "/readyz"), timeout=120):  # noqa: S310 loopback http
        time.sleep(0.2)


def _faulty(rates: Rates) -> list[str]:
    return [
        f"{name} at {connections} connections: {rate.wrong} answers were wrong: {rate.said}"
        for (name, connections), several in rates.items()
        for rate in several
        if rate.wrong
    ]


def print_rates(tasks: Sequence[Task], rates: Rates) -> None:
    print(
        "| what | connections | requests/s | responses/s | processor ms for each"
        " | p50 ms | p95 ms | p99 ms |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for task in tasks:
        for connections in CONNECTIONS:
            several = rates[task.name, connections]
            middle = [median(getattr(r, name) for r in several) for name in ("p50", "p95", "p99")]
            requests = median(rate.requests for rate in several)
            responses = f"{requests * task.each:,.0f}" if task.stores else ""
            spent = median(rate.spent for rate in several) / task.each
            cells = [task.name, connections, f"{requests:,.0f}", responses, f"{spent:.2f}"]
            print("| " + " | ".join(map(str, [*cells, *(f"{ms:.1f}" for ms in middle)])) + " |")


def print_ratios(tasks: Sequence[Task], rates: Rates) -> list[str]:
    """The median of the rounds' ratios; gives the aims that were missed."""
    each = {task.name: task.each for task in tasks}
    missed = []
    print("\n| ratio | aim | " + " | ".join(f"{count}" for count in CONNECTIONS) + " |")
    print("|---|---|" + "---|" * len(CONNECTIONS))
    for aim in AIMS:
        found, processor = (
            [
                median(
                    worth(one, other) * each[aim.task] / each[aim.of]
                    for one, other in zip(rates[aim.task, n], rates[aim.of, n], strict=True)
                )
                for n in CONNECTIONS
            ]
            for worth in (_faster, _cheaper)
        )
        for words, ratios in (("", found), (", by processor time", processor)):
            cells = " | ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"| {aim.task} / {aim.of}{words} | ≥ {aim.least} | {cells} |")
        missed += [
            f"{aim.task} / {aim.of} is {ratio:.2f} at {n} connections, not {aim.least}"
            for n, ratio in zip(CONNECTIONS, found, strict=True)
            if ratio < aim.least
        ]
    return missed


def _faster(one: Rate, other: Rate) -> float:
    return one.requests / other.requests


def _cheaper(one: Rate, other: Rate) -> float:
    return other.spent / max(one.spent, 1e-6)


def after_hanging_up(
    tasks: Sequence[Task], server: Server, place: Ground, asked: argparse.Namespace
) -> list[str]:
    """Whether the service goes on when clients leave with requests on their way."""
    task = next(task for task in tasks if task.name == "one response")
    item = submission(place.version, people()[0])
    before = run(task, 8, place.data, seconds=asked.seconds, seed=1)
    made = drop.hang_up(server.port, item, connections=HUNG_UP)
    settle(task.url)
    after = run(task, 8, place.data, seconds=asked.seconds, seed=2)
    print(
        f"\n{made} clients hung up with a submission on its way: {before.requests:,.0f} "
        f"responses/s before, {after.requests:,.0f} after, {after.wrong} wrong answers."
    )
    if after.wrong or after.requests < before.requests / 2:
        return [f"after {made} clients hung up: {after.requests:,.0f}/s, {after.said}"]
    return []


def facts() -> str:
    """The machine and the programs that the rates are of."""
    model = "unknown processor"
    if (info := Path("/proc/cpuinfo")).exists():
        names = [ln.split(": ", 1)[1] for ln in info.read_text().splitlines() if "model name" in ln]
        model = names[0] if names else model
    versions = f"Python {platform.python_version()}, SQLite {sqlite_driver.sqlite_version}"
    return f"{os.cpu_count()} processors ({model}), {versions}, granian, wrk on the same machine."


if __name__ == "__main__":
    sys.exit(main())
