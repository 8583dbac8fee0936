"""Which WSGI server: requests per second of the same app under granian and under gunicorn.

Run with ``python -m benchmarks.servers`` (needs wrk). Each server runs alone on loopback with the
same number of worker processes; every path is tried at 1, 8 and 32 connections for a few seconds.
Ratios of one run are what counts: the rates are the machine's.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PATHS = ("/healthz", "/e/satisfaccion")
CONNECTIONS = (1, 8, 32)
SECONDS = 4
WORKERS = "2"
SERVERS = {
    "granian": ["-m", "granian", "--interface", "wsgi", "--workers", WORKERS, "--log-level",
                "error", "--blocking-threads", "4", "--host", "127.0.0.1", "--port", "{port}",
                "wsgi:app"],
    "gunicorn": ["-m", "gunicorn", "--workers", WORKERS, "--worker-class", "gthread",
                 "--threads", "4", "--log-level", "error", "--bind", "127.0.0.1:{port}",
                 "wsgi:app"],
    "gunicorn sync": ["-m", "gunicorn", "--workers", WORKERS, "--log-level", "error", "--bind",
                      "127.0.0.1:{port}", "wsgi:app"],
}  # fmt: skip


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("benchmarks.servers needs wrk (Debian: apt-get install wrk).")
    with tempfile.TemporaryDirectory(prefix="cabildo-bench-") as folder:
        environment = os.environ | {"CABILDO_DATA": folder}
        prepare = [sys.executable, "-c", "from app.cli import main; main()", "setup"]
        subprocess.run(prepare, cwd=PROJECT, env=environment, check=True)
        rates = {name: measure(name, environment) for name in SERVERS}
    print_table(rates)


def measure(name: str, environment: dict[str, str]) -> dict[tuple[str, int], float]:
    with serving(SERVERS[name], environment) as address:
        return {
            (path, connections): requests_per_second(address + path, connections)
            for path in PATHS
            for connections in CONNECTIONS
        }


@contextmanager
def serving(arguments: list[str], environment: dict[str, str]) -> Iterator[str]:
    """The server's address while it runs; it is ended by its own process id."""
    with running(arguments, environment) as (address, _pid):
        yield address


@contextmanager
def running(arguments: list[str], environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Its address and process id."""
    port = free_port()
    command = [sys.executable, *(part.format(port=port) for part in arguments)]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str) -> None:
    for _ in range(1200):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310 loopback http
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {address}/readyz after two minutes")


def requests_per_second(url: str, connections: int) -> float:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in printed:
        raise RuntimeError(f"{url} did not answer 200 every time:\n{printed}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    if found is None:
        raise RuntimeError(f"wrk printed no rate:\n{printed}")
    return float(found[1])


def print_table(rates: dict[str, dict[tuple[str, int], float]]) -> None:
    names = list(rates)
    print("| path | connections | " + " | ".join(f"{name} req/s" for name in names) + " | ratio |")
    print("|---|---|" + "---|" * (len(names) + 1))
    for path, connections in rates[names[0]]:
        row = [rates[name][path, connections] for name in names]
        best_other = max(row[1:])
        numbers = " | ".join(f"{rate:,.0f}" for rate in row)
        print(f"| {path} | {connections} | {numbers} | {row[0] / best_other:.1f} |")


if __name__ == "__main__":
    main()
