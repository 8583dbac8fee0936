"""Phones with a queue: each sends what it holds until the server says what became of it.

The rule is that of the phone's own queue: an answer is forgotten only after a verdict that says it
is kept; after anything else (no connection, half a response, 503) it is sent again, later.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from benchmarks.faults.work import Work

KEPT = frozenset({"stored", "same", "conflict", "quarantined"})
MOST_IN_A_LIST = 20
PATIENCE = 15.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.5


@dataclass(frozen=True)
class Crowd:
    """The phones of one process. What it notes: a line per verdict, and at the end its counts."""

    work: Work
    port: int
    phones: Sequence[int]
    of: int
    notes: Path

    def start(self) -> BaseProcess:
        process = get_context("spawn").Process(target=self.run, daemon=True)
        process.start()
        return process

    def run(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        with self.notes.open("a") as notes:
            phones = [
                Phone(self.work, self.port, deque(range(n, self.work.submissions, self.of)), n)
                for n in self.phones
            ]
            await asyncio.gather(*(phone.run(notes) for phone in phones))
            counts: Counter[str] = Counter()
            for phone in phones:
                counts.update(phone.counts)
            notes.write(json.dumps(counts) + "\n")


@dataclass
class Phone:
    """Holds what it answered in ``outbox``, by number."""

    work: Work
    port: int
    outbox: deque[int]
    name: int
    counts: Counter[str] = field(default_factory=Counter)

    async def run(self, notes) -> None:
        chance = Random(f"{self.work.seed} {self.name}")  # noqa: S311 nothing to guess
        pause = FIRST_PAUSE
        while self.outbox:
            most = chance.choice((1, chance.randint(1, MOST_IN_A_LIST)))
            batch = [self.outbox[i] for i in range(min(most, len(self.outbox)))]
            single = len(batch) == 1 and chance.random() < 0.8
            verdicts = await self._send(batch, single=single)
            kept = [pair for pair in zip(batch, verdicts, strict=False) if pair[1] in KEPT]
            for number, verdict in kept:
                notes.write(f"{number} {verdict}\n")
            notes.flush()
            done = {number for number, _ in kept}
            for _ in batch:  # what is not kept goes to the end, in no one's way
                number = self.outbox.popleft()
                if number not in done:
                    self.outbox.append(number)
            self.counts.update(f"verdict {verdict}" for verdict in verdicts if verdict)
            pause = FIRST_PAUSE if kept else min(2 * pause, LONGEST_PAUSE)
            await asyncio.sleep(0 if kept else pause * chance.uniform(0.5, 1))

    async def _send(self, batch: Sequence[int], *, single: bool) -> Sequence[str]:
        """The verdicts in the batch's order; none when the answer did not arrive whole."""
        items = [self.work.item(number) for number in batch]
        self.counts["attempts"] += 1
        answer: bytes = b""
        with suppress(OSError, EOFError, asyncio.TimeoutError):
            answer = await asyncio.wait_for(self._post(items[0] if single else items), PATIENCE)
        status, body = _read(answer)
        self.counts[f"status {status}" if status else "no whole response"] += 1
        if body is None:
            return ()
        found = [body] if single else body
        if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
            return ()  # a page or a problem, such as 503
        return [_verdict(item, each) for item, each in zip(items, found, strict=False)]

    async def _post(self, content: object) -> bytes:
        body = json.dumps(content, ensure_ascii=False).encode()
        head = (
            f"POST /api/v1/responses HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(head.encode() + body)
            return await reader.read(-1)
        finally:
            writer.close()


def _read(answer: bytes) -> tuple[int, object]:
    """Status and body of a response that arrived whole; (0, None) of any other."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    if not blank or len(body) != int(fields.get("content-length", "-1")):
        return 0, None
    status = int(lines[0].split(" ")[1])
    try:
        return status, json.loads(body)
    except ValueError:
        return status, None


def _verdict(item: Mapping[str, object], said: Mapping[str, object]) -> str:
    """Another submission's verdict is none."""
    return str(said.get("status")) if said.get("instance_id") == item["instance_id"] else ""
