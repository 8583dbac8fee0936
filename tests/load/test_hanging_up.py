"""Clients leave with requests on their way, hundreds of them; the service answers the next one."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.faults import service
from benchmarks.faults.service import Server
from benchmarks.faults.work import people
from benchmarks.loads import drop
from benchmarks.loads.items import submission

CLIENTS = 300


def test_the_service_goes_on(tmp_path: Path) -> None:
    place = service.prepare(tmp_path, None)
    item = submission(place.version, people()[0])
    server = Server(place.environment)
    server.start()
    try:
        assert drop.hang_up(server.port, item, connections=CLIENTS) == CLIENTS
        for _ in range(20):
            body = json.dumps(item | {"instance_id": str(uuid.uuid4())}).encode()
            asked = Request(  # noqa: S310 loopback http
                f"{server.address}/api/v1/responses", body, {"Content-Type": "application/json"}
            )
            with urlopen(asked, timeout=60) as answer:  # noqa: S310 loopback http
                assert json.load(answer)["status"] == "stored"
    finally:
        server.stop()
