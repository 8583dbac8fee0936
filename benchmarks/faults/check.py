"""After the storm: is everything that was acknowledged stored, once, as it was sent?"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Result, Select, select

from app.extensions import db, reading
from app.models import Collection, Quarantined, Response, ResponseState
from benchmarks.faults.phones import KEPT
from benchmarks.faults.work import Work, content

QUARANTINED = "quarantined"
SETTLED = frozenset({ResponseState.SUBMITTED, ResponseState.ACCEPTED})


@dataclass
class Outcome:
    """``counts`` for the table; ``wrong``: what must not be, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def say(self, kind: str, words: str) -> None:
        self.counts[kind] += 1
        if len(self.wrong) < 20:
            self.wrong.append(f"{kind}: {words}")


def read_notes(files: Iterable[Path], counts: Counter[str]) -> dict[int, str]:
    """The verdicts that arrived, by number; each process's counts are added to ``counts``."""
    verdicts = {}
    for path in files:
        for line in path.read_text().splitlines():
            if line.startswith("{"):
                counts.update(json.loads(line))
            else:
                number, verdict = line.split(" ")
                verdicts[int(number)] = verdict
    return verdicts


def check(work: Work, verdicts: dict[int, str]) -> Outcome:
    """Hold what is stored against what was sent and acknowledged. Wants an app's context."""
    outcome = Outcome()
    stored = _stored(work)
    numbers: dict[str, list[int]] = defaultdict(list)
    for number in range(work.submissions):
        numbers[work.instance(number)].append(number)
    for instance, sent in numbers.items():
        _check_one(work, sent, verdicts, stored.pop(instance, []), outcome)
    for instance in stored:
        outcome.say("never sent", instance)
    outcome.counts["acknowledged"] = sum(verdict in KEPT for verdict in verdicts.values())
    outcome.counts["still on a phone"] = work.submissions - len(verdicts)
    return outcome


def _check_one(
    work: Work,
    sent: list[int],
    verdicts: dict[int, str],
    rows: list[tuple[str, str]],
    outcome: Outcome,
) -> None:
    """``sent``: numbers with one instance id. ``rows``: state and content of what is stored."""
    contents = Counter(text for _, text in rows)
    for text, times in contents.items():
        outcome.counts["stored"] += times
        if times > 1:
            outcome.say("stored twice", f"{sent}, {times} times, {rows}")
        if text not in {work.content(number) for number in sent}:
            outcome.say("stored otherwise", f"{sent}: {rows}")
    for number in sent:
        if number in verdicts and work.content(number) not in contents:
            outcome.say("lost", f"{number} was said to be {verdicts[number]}: {rows}")
        if number not in verdicts and work.content(number) in contents:
            outcome.counts["stored, and its phone does not know yet"] += 1
    states = Counter(state for state, _ in rows)
    settled = sum(times for state, times in states.items() if state in SETTLED)
    sound = [number for number in sent if work.sound(number)]
    if settled > 1 or (settled == 0 and any(number in verdicts for number in sound)):
        outcome.say("counted other than once", f"{sent}: {rows}")
    if settled and not sound:
        outcome.say("counted though it is not sound", f"{sent}: {rows}")
    outcome.counts.update(f"kept as {state}" for state in states.elements())


def _stored(work: Work) -> dict[str, list[tuple[str, str]]]:
    """State and content of what is kept, by instance id; in quarantine as it was sent."""
    of_work = Collection.slug.in_(work.slugs)
    responses = select(Response.instance_id, Response.state, Response.answers)
    held = select(Quarantined.instance_id, Quarantined.item)
    found = defaultdict(list)
    with reading():
        for instance, state, answers in _rows(responses.join(Response.collection).where(of_work)):
            found[instance].append((state, content(answers)))
        for instance, item in _rows(held.join(Quarantined.collection).where(of_work)):
            found[instance].append((QUARANTINED, content(json.loads(item)["answers"])))
    db.session.remove()
    return found


def _rows(query: Select[Any]) -> Result[Any]:
    return db.session.execute(query.execution_options(yield_per=1000))


def check_phone(slug: str, sent: Sequence[str], ages: Sequence[int]) -> Outcome:
    """Whether what a browser finished is there: once each, and nothing else. Wants a context."""
    outcome = Outcome()
    query = select(Response.instance_id, Response.state, Response.answers)
    with reading():
        rows = list(_rows(query.join(Response.collection).where(Collection.slug == slug)))
    db.session.remove()
    found = Counter(answers.get("age") for _, _, answers in rows)
    instances = {instance for instance, state, _ in rows if state in SETTLED}
    for instance in sent:
        if instance not in instances:
            outcome.say("lost", instance)
    for age in ages:
        if found[age] > 1:
            outcome.say("stored twice", f"age {age}, {found[age]} times")
        if found[age] == 0:
            outcome.say("lost", f"age {age}")
    for age in found.keys() - set(ages):
        outcome.say("never sent", f"age {age}")
    outcome.counts.update({"stored": len(rows), "finished on the phone": len(sent)})
    return outcome
