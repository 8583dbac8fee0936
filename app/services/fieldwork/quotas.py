"""Quotas: how many are wanted of each kind of person, and how many there are.

They warn and never refuse: a surplus interview is kept, and marked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from sqlalchemy import delete, func, select, update

from app.extensions import db
from app.models import (
    TERRITORY_QUESTION,
    Channel,
    Collection,
    Mode,
    Quota,
    Response,
    Territory,
    User,
)
from app.services import collections
from app.services.analytics.counting import counted, text_of
from app.services.audit import note
from app.services.scope import EVERYWHERE, Scope
from encuestas import Question, Survey

MOST_DIMENSIONS = 3
MOST_CELLS = 400
_MOST_CHOICES = 40

Cell = tuple[tuple[str, str], ...]
"""(question, value) in the order of the questions' names."""


@dataclass(frozen=True, slots=True)
class Line:
    """A cell that has a target, and how many counted responses are in it."""

    cell: Cell
    target: int
    done: int

    @property
    def full(self) -> bool:
        return self.done >= self.target


def dimensions(survey: Survey) -> list[Question]:
    """Closed questions that a quota may be about."""
    return [
        question
        for question in survey.questions
        if question.type == "select_one"
        and 1 < len(question.choices) <= _MOST_CHOICES
        and not survey.repeats(question.name)
    ]


def cells(survey: Survey, names: Sequence[str]) -> list[Cell]:
    """All cells of these questions together; none where there would be too many."""
    known = {question.name: question for question in dimensions(survey)}
    chosen = [known[name] for name in dict.fromkeys(names) if name in known][:MOST_DIMENSIONS]
    size = 1
    for question in chosen:
        size *= len(question.choices)
    if not chosen or size > MOST_CELLS:
        return []
    parts = [[(q.name, choice.value) for choice in q.choices] for q in chosen]
    return [tuple(sorted(cell)) for cell in product(*parts)]


def progress(collection: Collection, *, scope: Scope = EVERYWHERE) -> list[Line]:
    """Each target with what there is, in one statement for each set of questions.

    For some territories: their own targets alone, since one for all cannot be judged from there.
    """
    targets = _targets(collection)
    if not scope.covers(collection):
        codes = {(TERRITORY_QUESTION, each.code) for each in scope.of(collection.territories)}
        targets = {cell: size for cell, size in targets.items() if codes & set(cell)}
    done: dict[Cell, int] = {}
    for names in {tuple(name for name, _value in cell) for cell in targets}:
        done |= _counts(collection, names)
    return [Line(cell, target, done.get(cell, 0)) for cell, target in sorted(targets.items())]


def set_targets(slug: str, targets: Mapping[Cell, int], *, user: User) -> None:
    """These targets in place of those before."""
    collection = collections.find(slug)
    db.session.execute(delete(Quota).where(Quota.collection_id == collection.id))
    db.session.add_all(
        Quota(collection_id=collection.id, cell=dict(cell), cell_key=_key(cell), target=target)
        for cell, target in targets.items()
    )
    note("collection.quotas", slug, actor=user, cells=len(targets))
    db.session.commit()


def mark_surplus(collection: Collection, instances: Iterable[str]) -> None:
    """Mark those of these responses whose cell had enough without them."""
    wanted = list(instances)
    lines = {line.cell: line for line in progress(collection)} if wanted else {}
    if not lines:
        return
    query = select(Response.id, Response.answers, Territory.code).join(
        Territory, Territory.id == Response.territory_id, isouter=True
    )
    query = query.where(
        Response.collection_id == collection.id, Response.instance_id.in_(wanted), Response.counts()
    )
    surplus = []
    left = {cell: max(0, line.done - line.target) for cell, line in lines.items()}
    for key, answers, territory in db.session.execute(query):
        values = {**answers, TERRITORY_QUESTION: territory}
        over = [c for c in lines if left[c] and all(values.get(n) == v for n, v in c)]
        if over:
            surplus.append(key)
            for cell in over:
                left[cell] -= 1
    if surplus:
        db.session.execute(update(Response).where(Response.id.in_(surplus)).values(over_quota=True))
        db.session.commit()


def surplus(collection: Collection, *, scope: Scope = EVERYWHERE) -> int:
    """How many counted responses came when there were enough of their kind."""
    query = counted(collection, func.count(), only=Response.over_quota & scope.rows())
    return db.session.scalar(query) or 0


def _targets(collection: Collection) -> dict[Cell, int]:
    query = select(Quota.cell, Quota.target).where(Quota.collection_id == collection.id)
    return {tuple(sorted(cell.items())): target for cell, target in db.session.execute(query)}


def _counts(collection: Collection, names: Sequence[str]) -> dict[Cell, int]:
    columns = [
        (Territory.code if name == TERRITORY_QUESTION else text_of(name, {})).label(f"q{place}")
        for place, name in enumerate(names)
    ]
    # Of an anonymous collection only interviews: of who answers alone, a count that grows by one
    # would tell what that person is, and interviewers have seen whom they asked.
    interviewed = Response.channel == Channel.INTERVIEW
    only = interviewed if collection.mode == Mode.ANONYMOUS else None
    query = counted(collection, *columns, only=only)
    if TERRITORY_QUESTION in names:
        query = query.join(Territory, Territory.id == Response.territory_id, isouter=True)
    # Named before they are grouped: PostgreSQL takes the same expression twice for two.
    read = query.cte("read")
    grouped = select(*read.c, func.count()).group_by(*read.c)
    return {
        tuple(zip(names, values, strict=True)): count
        for *values, count in db.session.execute(grouped)
        if None not in values
    }


def _key(cell: Cell) -> str:
    text = json.dumps(cell, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
