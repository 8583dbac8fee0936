"""Who was shown a question and left it blank: no answer tells, so the route is walked again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from app.extensions import db
from app.models import Collection, SurveyVersion
from app.services.analytics.cells import Frame, Key, Known, Raw, answer_in
from app.services.analytics.columns import Column
from app.services.analytics.counting import deciding
from encuestas import Survey, solve
from encuestas.joining import Joined

PREFIX = "shown."


def shown(collection: Collection, joint: Joined, questions: Sequence[str]) -> dict[str, Column]:
    """Of each question, whether each response was shown it, if it gives no answer to it.

    Other answers are looked at only where it depends on them; the route is walked once for all who
    gave the same ones.
    """
    query = select(SurveyVersion.name, SurveyVersion.id).where(
        SurveyVersion.survey_id == collection.version.survey_id
    )
    key_of = dict(db.session.execute(query).all())
    surveys = {key_of[version]: survey for version, survey in joint.versions.items()}
    frames, found = _Frames(), {}
    for name in questions:
        always: set[str] = set()
        depends: dict[str, tuple[str, ...]] = {}
        for version in joint.comparable(name):
            survey = joint.versions[version]
            if survey.question(name).required is True:
                continue
            if names := deciding(survey, name):
                depends[key_of[version]] = names
            elif _is_shown(survey, name, {}, collection.opens_at):
                always.add(key_of[version])
        asks = _Asks(name, frozenset(always), depends, surveys, collection.opens_at, frames)
        found[PREFIX + name] = Column(pa.bool_(), asks.needs, asks.of, asks.key)
    return found


class _Frames:
    """The frame of the part that is looked at: what several questions depend on is coded once."""

    def __init__(self) -> None:
        self._table: pa.Table | None = None
        self._frame: Frame | None = None

    def of(self, table: pa.Table) -> Frame:
        if self._frame is None or self._table is not table:
            self._table, self._frame = table, Frame(table)
        return self._frame


@dataclass(frozen=True, slots=True)
class _Asks:
    """Who is shown a question that need not be answered: all who answered some versions, by their
    keys; of others, those whose answers to the questions that it ``depends`` on lead there.
    """

    name: str
    always: frozenset[str]
    depends: Mapping[str, tuple[str, ...]]
    surveys: Mapping[str, Survey]
    now: datetime
    frames: _Frames

    @property
    def key(self) -> Hashable:
        # What a published version asks whom never changes.
        return ("shown", self.name, self.always, frozenset(self.depends.items()), self.now)

    @property
    def needs(self) -> Sequence[str]:
        return [
            "version",
            *(need for some in self.depends.values() for each in some for need in Raw(each).needs),
        ]

    def of(self, table: pa.Table) -> pa.Array:
        versions = pa.array(sorted(self.always), pa.string())
        found = np.asarray(pc.is_in(table["version"], versions).to_numpy(), dtype=bool)
        for names in dict.fromkeys(self.depends.values()):
            places, keys = self.frames.of(table).combined((Known("version"), *map(Raw, names)))
            there = [self._leads(names, key) for key in keys]
            found = found | np.array(there, dtype=bool)[places]
        return pa.array(found)

    def _leads(self, names: Sequence[str], key: Key) -> bool:
        version, answers = key[0] or "", key[1:]
        if self.depends.get(version) != names:
            return False
        known = dict(zip(names, map(answer_in, answers), strict=True))
        return _is_shown(self.surveys[version], self.name, known, self.now)


def _is_shown(survey: Survey, name: str, known: Mapping[str, object], now: datetime) -> bool:
    return name in solve(survey, known, now=now).relevant
