"""A connection that breaks: what had not come whole is not there, what was kept is kept once."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.models import Quarantined, Receipt, Response
from tests.api.conftest import item


@pytest.fixture
def address(app: Flask) -> Iterator[tuple[str, int]]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address
    server.shutdown()
    thread.join()
    server.server_close()


def message(body: bytes, *, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = f"POST /api/v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n"
    return head.encode() + b"Content-Type: application/json\r\nConnection: close\r\n\r\n" + body


def answer(address: tuple[str, int], sent: bytes) -> bytes:
    """What the service says to who sends so much and then no more."""
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        received = b""
        with suppress(ConnectionError):
            while piece := client.recv(65536):
                received += piece
    return received


def test_half_a_list_is_none(field, rows: Callable[..., list], address: tuple[str, int]) -> None:
    field()
    whole = json.dumps([item() for _ in range(50)]).encode()
    first = json.dumps(item()).encode()
    for part in (b"", whole[:1000], whole[: len(whole) // 2], whole[:-1]):
        said = answer(address, message(part, length=len(whole)))
        assert b" 201 " not in said
        assert b"stored" not in said
    # Here what came is JSON, but it is not all that was announced.
    assert b"stored" not in answer(address, message(first, length=len(first) + 9))
    assert rows(Response) == rows(Quarantined) == rows(Receipt) == []


def test_whoever_did_not_hear_the_answer_sends_again(field, rows, address) -> None:
    field()
    body = json.dumps([item() for _ in range(50)]).encode()
    for _ in range(4):
        with socket.create_connection(address, timeout=20) as client:
            client.sendall(message(body))
    said = answer(address, message(body))
    assert b"HTTP/1.1 200" in said
    statuses = [each["status"] for each in json.loads(said.partition(b"\r\n\r\n")[2])]
    assert set(statuses) <= {"stored", "same"}
    assert (len(rows(Response)), len(rows(Receipt))) == (50, 50)
