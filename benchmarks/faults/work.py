"""What the phones have to send: made anew from the seed whenever it is asked for, so that a
million of them need no memory.

Most are ordinary. Now and then one is a copy that another phone sends too, one has the instance id
of another but other answers, one has an answer that the survey doesn't know, and one names a
version that does not exist.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random

from app.services.demo import demo_data

Answers = Mapping[str, object]
ROUND, BACK = 50, 7
COPY, TWIN, INVALID, UNKNOWN = 23, 31, 11, 43
"""The places in each round of fifty that are not ordinary."""
BEGAN = datetime(2026, 5, 5, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Work:
    """So many submissions, to be sent in turn to each of the collections (by their slugs)."""

    submissions: int
    seed: int
    slugs: Sequence[str]
    version: str
    people: Sequence[Answers] = field(repr=False)

    @cached_property
    def _base(self) -> int:
        return Random(self.seed).getrandbits(64)  # noqa: S311 ids that come out alike each time

    def item(self, number: int) -> dict[str, object]:
        """The submission as `POST /api/v1/responses` takes it; every other one as a form has it."""
        answers = self.answers(number)
        item: dict[str, object] = {
            "instance_id": self.instance(number),
            "collection": self.slug(number),
            "version": "1999-9" if _place(number) == UNKNOWN else self.version,
            "correction": 0,
            "started_at": (BEGAN + timedelta(seconds=number)).isoformat(),
            "finished_at": (BEGAN + timedelta(seconds=number + 240)).isoformat(),
            "zone": "America/Santiago",
            "channel": "web",
            "language": "es",
            "answers": answers,
        }
        if number % 2:
            return item | {"format": "form", "answers": _typed(answers)}
        return item

    def answers(self, number: int) -> dict[str, object]:
        kept = _same_answers(number)
        answers = dict(self.people[kept % len(self.people)])
        answers["comment"] = f"Respuesta {kept}."
        if _place(number) == INVALID:
            answers["overall"] = 9
        return answers

    def instance(self, number: int) -> str:
        number = number - BACK if _place(number) in {COPY, TWIN} else number
        digest = hashlib.sha256(f"{self._base} {number}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    def slug(self, number: int) -> str:
        number = number - BACK if _place(number) in {COPY, TWIN} else number
        return self.slugs[number // ROUND % len(self.slugs)]

    def sound(self, number: int) -> bool:
        """Whether there is nothing wrong with it, so that it is to be counted."""
        return _place(number) not in {INVALID, UNKNOWN}

    def content(self, number: int) -> str:
        """What is to be found of it: clean answers, or in quarantine those that were sent."""
        return content(self.answers(number) if self.sound(number) else self.item(number)["answers"])


def people() -> list[Answers]:
    """Answers of the demonstration's people, who are simulated."""
    return [dict(each.answers) for each in demo_data.programme(2026).people]


def content(answers: object) -> str:
    """The same for the same answers."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _place(number: int) -> int:
    return number % ROUND if number >= ROUND else 0


def _same_answers(number: int) -> int:
    return number - BACK if _place(number) == COPY else number


def _typed(answers: Answers) -> dict[str, list[str]]:
    return {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in answers.items()
    }
