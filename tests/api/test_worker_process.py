"""A worker beside the server: started again when it dies, ended when the server does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.cli.serve import BESIDE

WORKER = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1], str(os.getpid())).touch()
time.sleep(60)
"""
SERVER = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"


def until(true: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_is_started_again_and_ends_with_the_server(tmp_path: Path) -> None:
    def workers() -> set[int]:
        return {int(path.name) for path in tmp_path.iterdir()}

    worker = [sys.executable, "-c", WORKER, str(tmp_path)]
    server = subprocess.Popen([sys.executable, "-c", SERVER, sys.executable, str(BESIDE), *worker])
    try:
        until(lambda: len(workers()) == 1)
        [first] = workers()
        os.kill(first, signal.SIGKILL)
        until(lambda: len(workers()) == 2)
        [second] = workers() - {first}
        assert lives(second)
    finally:
        server.kill()  # it can tell nobody
        server.wait()
    until(lambda: not lives(second))
