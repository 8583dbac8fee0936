"""Tests reach nothing but this machine."""

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_the_world_is_out_of_reach(way: str, address: tuple[str, int]) -> None:
    with socket.socket() as out, pytest.raises(RuntimeError, match="only loopback"):
        getattr(out, way)(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_within_reach(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as out:
        out.connect((host, server.getsockname()[1]))
