"""A request to an address that somebody typed: never to this machine or its neighbours.

The name is resolved here, every address it has is looked at, and the connection goes to one that
was looked at: a name that resolves otherwise a moment later leads nowhere else. Redirects are not
followed, and whoever answers slowly is hung up on.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from app.errors import Problem, ProblemCode

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TIMEOUT = 10.0
DEADLINE = 20.0
"""Seconds for each step, and for all of them."""
LONGEST_URL = 2000
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Unreachable(Exception):  # noqa: N818 what stood in the way is told, as a code
    """The other side was not reached; the text is one of few words that a page can explain."""


def check_url(url: str, *, private: bool) -> SplitResult:
    """Raises Problem BAD_WEBHOOK for what is no address that a notice may go to."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Problem(ProblemCode.BAD_WEBHOOK) from None
    schemes = {"https", "http"} if private else {"https"}
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if parts.scheme not in schemes or not parts.hostname or not plain or port == 0:
        raise Problem(ProblemCode.BAD_WEBHOOK)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Problem(ProblemCode.BAD_WEBHOOK)
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> int:
    """The status of the answer. Raises `Unreachable`."""
    try:
        parts = check_url(url, private=private)
    except Problem:
        raise Unreachable("refused_address") from None
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _resolved(str(parts.hostname), port, private=private)
    connection = _Connection(parts, port, address)
    hang_up = threading.Timer(DEADLINE, connection.hang_up)
    hang_up.start()
    try:
        connection.request("POST", _target(parts), body=body, headers=dict(headers))
        return connection.getresponse().status
    except ssl.SSLError:
        raise Unreachable("bad_certificate") from None
    except TimeoutError:
        raise Unreachable("too_slow") from None
    except (OSError, http.client.HTTPException):
        raise Unreachable("no_answer") from None
    finally:
        hang_up.cancel()
        connection.close()


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _resolved(host: str, port: int, *, private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("unknown_name") from None
    addresses = [str(each[4][0]) for each in found]
    if not private and not all(_is_public(each) for each in addresses):
        raise Unreachable("private_address")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    return all(each.is_global and not each.is_multicast for each in _all_of(address))


def _all_of(address: Address) -> list[Address]:
    """The address, and those that it carries inside: a tunnel must not lead home."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    found: list[Address] = [each for each in inside if each is not None]
    return found if address.ipv4_mapped else [address, *found]


class _Connection(http.client.HTTPConnection):
    """To the address that was looked at, under the name that was typed."""

    def __init__(self, parts: SplitResult, port: int, address: str) -> None:
        super().__init__(str(parts.hostname), port, timeout=TIMEOUT)
        self._secure, self._address = parts.scheme == "https", address
        self.default_port = 443 if self._secure else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), timeout=self.timeout)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def hang_up(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
