"""Nothing is lost and nothing is stored twice: the network fails, and the server is killed.

Run with ``python -m benchmarks.fault_injection`` (``--submissions 1000000`` when asked). Phones in
processes of their own send surveys to the real server through a proxy that drops, delays,
duplicates and truncates requests and responses, while the server is killed (SIGKILL) and started
again and again, and PostgreSQL too. At the end what is stored is held against what every phone
sent and was told. Prints counts; ends with 1 when an acknowledged response is missing, stored twice
or stored otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from app import create_app
from app.extensions import db
from benchmarks.faults import service
from benchmarks.faults.check import Outcome, check, check_phone, read_notes
from benchmarks.faults.phones import Crowd
from benchmarks.faults.proxy import Proxy
from benchmarks.faults.service import Ground, Postgres, Server
from benchmarks.faults.work import Work, people

DATABASES = ("sqlite", "postgresql")
PROCESSES = 2
MUST_BE_NONE = {
    "lost",
    "stored twice",
    "stored otherwise",
    "counted other than once",
    "still on a phone",
}


@dataclass(frozen=True, kw_only=True)
class Storm:
    """How much is sent by how many, how often the server answers between two kills, and after how
    many kills there are no more."""

    submissions: int
    seed: int
    phones: int = 40
    life: tuple[int, int] = (30, 150)
    kills: int | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--submissions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phones", type=int, default=40)
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--browser", action="store_true", help="one phone, in Chromium")
    parser.add_argument("--answers", type=int, default=50, help="with --browser: how many")
    asked = parser.parse_args(arguments)
    storm = Storm(submissions=asked.submissions, seed=asked.seed, phones=asked.phones)
    outcomes = {}
    for kind in asked.database or DATABASES:
        with ground(kind) as place:
            if asked.browser:
                outcomes[kind] = run_browser(place, answers=asked.answers, seed=asked.seed)
            else:
                outcomes[kind] = run(place, storm)
    print_table(outcomes)
    wrong = [f"{kind}: {words}" for kind, found in outcomes.items() for words in found.wrong]
    print("\n" + "\n".join(wrong or ["Everything acknowledged is stored, once, as it was sent."]))
    return 1 if wrong else 0


@contextmanager
def ground(kind: str) -> Iterator[Ground]:
    """A new database of that kind, set up with the demonstration, in a folder of its own."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cabildo-f-")))
        postgres = None
        if kind == "postgresql":
            postgres = Postgres(data / "pg")
            stack.callback(postgres.stop)
        yield service.prepare(data, postgres)


def run(place: Ground, storm: Storm) -> Outcome:
    """Send everything through the storm, then look at what is there."""
    work = Work(
        submissions=storm.submissions,
        seed=storm.seed,
        slugs=tuple(service.SLUGS),
        version=place.version,
        people=people(),
    )
    server = Server(place.environment)
    proxy = Proxy(server.port, storm.seed)
    counts: Counter[str] = Counter()
    crowds = [
        Crowd(
            work=work,
            port=proxy.port,
            phones=range(number, storm.phones, PROCESSES),
            of=storm.phones,
            notes=place.data / f"phones-{number}.txt",
        )
        for number in range(PROCESSES)
    ]
    try:
        server.start()
        began = time.monotonic()
        processes = [crowd.start() for crowd in crowds]
        sending = lambda: any(process.is_alive() for process in processes)  # noqa: E731
        counts.update(_rage(server, proxy, place.postgres, sending, storm))
        counts["seconds"] = round(time.monotonic() - began)
    finally:
        proxy.close()
        server.stop()
    verdicts = read_notes((crowd.notes for crowd in crowds), counts)
    with create_app(place.settings).app_context():
        outcome = check(work, verdicts)
        db.engine.dispose()
    counts.update(proxy.counts)
    outcome.counts.update(counts)
    outcome.counts["submissions"] = storm.submissions
    return outcome


def run_browser(place: Ground, *, answers: int, seed: int) -> Outcome:
    """A phone in Chromium answers so many times, then everything is to be there."""
    from benchmarks.faults import browser  # Playwright is only for who asks for it

    server = Server(place.environment)
    proxy = Proxy(server.port, seed)
    began = time.monotonic()
    try:
        server.start()
        phone = browser.answer_all(
            server, proxy, place.data / "profile", answers=answers, seed=seed
        )
    finally:
        proxy.close()
        server.stop()
    ages = range(browser.FIRST_AGE, browser.FIRST_AGE + answers)
    with create_app(place.settings).app_context():
        outcome = check_phone(service.BROWSER_SLUG, phone.sent, ages)
        db.engine.dispose()
    outcome.counts.update(proxy.counts + phone.counts)
    outcome.counts.update({"answers": answers, "seconds": round(time.monotonic() - began)})
    return outcome


def _rage(
    server: Server,
    proxy: Proxy,
    postgres: Postgres | None,
    sending: Callable[[], bool],
    storm: Storm,
) -> Counter[str]:
    """Kill and start again while anybody sends."""
    chance = Random(storm.seed)  # noqa: S311 chance for faults, nothing to guess
    killed: Counter[str] = Counter()
    while storm.kills is None or killed.total() < storm.kills:
        until = proxy.answers + chance.randint(*storm.life)
        while proxy.answers < until:
            if not sending():
                return killed
            time.sleep(0.02)
        match killed.total() % 5:
            case 1 if postgres:
                postgres.kill()
                killed["PostgreSQL killed"] += 1
            case 3 if postgres:
                postgres.kill_backend(chance.randrange(100))
                killed["PostgreSQL backend killed"] += 1
            case 1 | 2:
                server.kill_worker(chance.randrange(100))
                killed["worker killed"] += 1
            case _:
                server.kill()
                killed["server killed"] += 1
                time.sleep(chance.uniform(0, 0.5))
                server.start()
    while sending():
        time.sleep(0.02)
    return killed


def print_table(outcomes: Mapping[str, Outcome]) -> None:
    names = sorted(
        {name for outcome in outcomes.values() for name in outcome.counts} | MUST_BE_NONE
    )
    print("| | " + " | ".join(outcomes) + " |\n|---|" + "---|" * len(outcomes))
    for name in names:
        cells = [f"{outcome.counts[name]:,}" for outcome in outcomes.values()]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    sys.exit(main())
