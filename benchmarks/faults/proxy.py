"""A TCP proxy that is as bad as a network can be: it drops, delays, duplicates and truncates.

One request is taken from each connection, so that a client's bytes can be sent twice as they are.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from random import Random
from threading import Event, Thread

LENGTH = re.compile(rb"^content-length: *(\d+)\r$", re.IGNORECASE | re.MULTILINE)
KEEPS = re.compile(rb"^connection: *[^\r]*\r\n", re.IGNORECASE | re.MULTILINE)
PATIENCE = 20.0
LONGEST_DELAY = 0.6
# What becomes of a request, out of a hundred.
FATES = {
    "passed": 62,
    "request dropped": 5,
    "request truncated": 6,
    "request delayed": 4,
    "request sent twice at once": 5,
    "request sent twice, once late": 4,
    "response dropped": 6,
    "response truncated": 5,
    "response delayed": 3,
}
BROKEN = (OSError, EOFError, asyncio.TimeoutError, asyncio.LimitOverrunError)


class Proxy:
    """Listens on a port of its own, in a thread of its own, until it is closed.

    ``calm``: everything passes as it is. ``counts`` says what happened, ``answers`` how often the
    server answered.
    """

    def __init__(self, target: int, seed: int) -> None:
        self.target = target
        self.calm = False
        self.answers = 0
        self.counts: Counter[str] = Counter()
        self._random = Random(seed)  # noqa: S311 chance for faults, nothing to guess
        self._tasks: set[asyncio.Task[None]] = set()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._socket.getsockname()[1])
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)
        self._listening = Event()
        self._thread.start()
        self._listening.wait(PATIENCE)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._serve, sock=self._socket))
        self._loop.call_soon(self._listening.set)
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()
        self._socket.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(*BROKEN):
            request = await asyncio.wait_for(_request(reader), PATIENCE)
            answer = await self._fate(request)
            writer.write(answer)
            await writer.drain()
        writer.close()

    async def _fate(self, request: bytes) -> bytes:
        """What the client gets to see of the answer; nothing where the connection just ends."""
        chance = self._random
        fate = "passed" if self.calm else chance.choices([*FATES], [*FATES.values()])[0]
        self.counts[fate] += 1
        delay, part = chance.uniform(0, LONGEST_DELAY), chance.random()
        if fate == "request dropped":
            return b""
        if fate == "request truncated":
            return await self._truncated(request[: int(len(request) * part)])
        if fate == "request delayed":
            await asyncio.sleep(delay)
        if fate == "request sent twice at once":
            self._aside(self._ask(request))
        if fate == "request sent twice, once late":
            self._aside(self._late(request, 2 * delay))
        answer = await self._ask(request)
        if fate == "response delayed":
            await asyncio.sleep(delay)
        if fate == "response dropped":
            return b""
        return answer[: int(len(answer) * part)] if fate == "response truncated" else answer

    async def _ask(self, request: bytes) -> bytes:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            self.counts["server down"] += 1
            return b""
        try:
            writer.write(request)
            answer = await asyncio.wait_for(reader.read(-1), PATIENCE)
            self.answers += bool(answer)
            return answer
        except BROKEN:
            self.counts["server broke off"] += 1
            return b""
        finally:
            writer.close()

    async def _late(self, request: bytes, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._ask(request)

    async def _truncated(self, part: bytes) -> bytes:
        """The server gets the beginning; then the connection ends, politely or not."""
        with suppress(*BROKEN):
            _, writer = await asyncio.open_connection("127.0.0.1", self.target)
            writer.write(part)
            await writer.drain()
            if self._random.random() < 0.5:
                writer.close()
            else:
                writer.transport.abort()
        return b""

    def _aside(self, work: Coroutine[object, object, object]) -> None:
        async def quietly() -> None:
            with suppress(*BROKEN):
                await work

        task = self._loop.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One whole request, asking the server to close after it."""
    head = await reader.readuntil(b"\r\n\r\n")
    found = LENGTH.search(head)
    body = await reader.readexactly(int(found[1])) if found else b""
    return KEEPS.sub(b"", head)[:-2] + b"connection: close\r\n\r\n" + body
