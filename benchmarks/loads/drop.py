"""Clients that hang up: requests are on their way, and nobody is there for the answers."""

from __future__ import annotations

import json
import socket
import struct
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress

AT_ONCE = 100
GONE = struct.pack("ii", 1, 0)  # SO_LINGER without waiting: the connection is reset, not closed


def hang_up(port: int, item: Mapping[str, object], *, connections: int) -> int:
    """Send a submission on each connection and leave; half of them in the middle of sending.

    Gives how many connections were made.
    """
    made = 0
    for _ in range(0, connections, AT_ONCE):
        lines = [one for _ in range(AT_ONCE) if (one := _connect(port)) is not None]
        made += len(lines)
        for number, line in enumerate(lines):
            request = _request(port, item)
            with suppress(OSError):
                line.sendall(request if number % 2 else request[: len(request) * number // AT_ONCE])
        time.sleep(0.02)  # some are being worked on, others wait, others are not whole yet
        for number, line in enumerate(lines):
            if number % 3:
                with suppress(OSError):
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, GONE)
            line.close()
    return made


def _connect(port: int) -> socket.socket | None:
    with suppress(OSError):
        return socket.create_connection(("127.0.0.1", port), timeout=5)
    return None


def _request(port: int, item: Mapping[str, object]) -> bytes:
    body = json.dumps(dict(item) | {"instance_id": str(uuid.uuid4())}).encode()
    head = (
        f"POST /api/v1/responses HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
