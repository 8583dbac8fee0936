"""Which questions each response was shown: what no file of answers tells.

An empty cell may be a question that was skipped by the survey's logic, and then it is no answer and
no silence; or one that was shown and left blank, and then it belongs to the base of its figures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.services.analytics.counting import deciding
from encuestas import Survey, solve
from encuestas.joining import Joined


class Shown:
    """Tells it of some questions, each combination of answers worked out once."""

    def __init__(self, joined: Joined, questions: Sequence[str], opens_at: datetime) -> None:
        self.questions = tuple(questions)
        self._joined = joined
        self._opens_at = opens_at
        self._comparable = {name: frozenset(joined.comparable(name)) for name in questions}
        self._deciding: dict[tuple[str, str], tuple[str, ...]] = {}
        self._known: dict[tuple[str, str, str], bool] = {}

    def row(self, version: str, answers: Mapping[str, Any]) -> list[bool]:
        return [self._shown(name, version, answers) for name in self.questions]

    def _shown(self, name: str, version: str, answers: Mapping[str, Any]) -> bool:
        if version not in self._comparable[name]:  # there it is another question
            return False
        if answers.get(name) is not None:
            return True
        survey = self._joined.versions[version]
        if survey.question(name).required is True or survey.repeats(name):
            return False
        return self._left_blank(name, survey, answers)

    def _left_blank(self, name: str, survey: Survey, answers: Mapping[str, Any]) -> bool:
        place = (survey.version, name)
        if place not in self._deciding:
            self._deciding[place] = deciding(survey, name)
        known = {each: answers.get(each) for each in self._deciding[place]}
        key = (*place, json.dumps(known, sort_keys=True))
        if key not in self._known:
            # As when the blanks are counted: None is an answer that was left empty.
            self._known[key] = name in solve(survey, known, now=self._opens_at).relevant
        return self._known[key]
