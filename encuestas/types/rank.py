"""All choices in order of preference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from encuestas.definition import NoSettings, Question
from encuestas.errors import ErrorCode, shown
from encuestas.types.base import (
    Answer,
    Cell,
    Column,
    ColumnKind,
    Outcome,
    PaperKind,
    QuestionType,
    choice_columns,
    fault,
    wrong_type,
)


class RankType(QuestionType[NoSettings]):
    """The answer is the list of all values, first place first; a special answer is alone.

    A form posts either that list or, from one select box per choice, ``value=place``. Where a
    filter hides choices only the validator knows which, so fewer than all are well formed.
    """

    name = "rank"
    xlsform_name = "rank"
    has_choices = True
    column_kind = ColumnKind.CODES
    paper_kind = PaperKind.PLACES

    def parse_form(self, question: Question, values: Sequence[str]) -> Outcome:
        given = [value.strip() for value in values if value.strip()]
        codes = {choice.value for choice in question.choices}
        # A value may have an equals sign in it: what is a value as it stands is no pair.
        pairs = {}
        for value in given:
            code, mark, place = value.rpartition("=")
            if mark and code in codes and value not in codes:
                pairs[code] = place.strip()
        listed = [value for value in given if value.rpartition("=")[0] not in pairs]
        placed = {code: place for code, place in pairs.items() if place}
        if pairs and not listed:
            return self._from_places(question, placed)
        if placed and (special := next((v for v in listed if v in question.special), None)):
            return fault(question, ErrorCode.SPECIAL_NOT_ALONE, value=special)
        if placed:
            return fault(question, ErrorCode.NOT_A_CHOICE, value=shown(listed[0]))
        return self._from_list(question, listed)

    def parse_text(self, question: Question, text: str) -> Outcome:
        return self._from_list(question, text.split())

    def parse_json(self, question: Question, value: object) -> Outcome:
        if value is None or value == "":
            return None
        if isinstance(value, str) and value in question.special:
            return [value]
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            return wrong_type(question, "list")
        return self._from_list(question, value)

    def _from_places(self, question: Question, placed: Mapping[str, str]) -> Outcome:
        if not placed:
            return None
        order: dict[int, str] = {}
        for code, place in placed.items():
            if not (place.isascii() and place.isdigit() and len(place) < 6 and int(place)):
                return fault(question, ErrorCode.NOT_AN_INTEGER, value=shown(place))
            if int(place) in order:
                return fault(question, ErrorCode.RANK_TIE, position=int(place))
            order[int(place)] = code
        for position in range(1, len(order) + 1):
            if position not in order:
                return fault(question, ErrorCode.RANK_GAP, position=position)
        return self._from_list(question, [order[position] for position in sorted(order)])

    @staticmethod
    def _from_list(question: Question, given: Sequence[str]) -> Outcome:
        if not given:
            return None
        special = [code for code in given if code in question.special]
        if special and len(set(given)) == 1:
            return special[:1]
        if special:
            return fault(question, ErrorCode.SPECIAL_NOT_ALONE, value=special[0])
        codes = {choice.value for choice in question.choices}
        seen: set[str] = set()
        for place, code in enumerate(given, start=1):
            if code not in codes:
                return fault(question, ErrorCode.NOT_A_CHOICE, value=shown(code))
            if code in seen:
                return fault(question, ErrorCode.RANK_TIE, position=place)
            seen.add(code)
        if missing := 0 if question.choice_filter else len(codes) - len(seen):
            return fault(question, ErrorCode.RANK_INCOMPLETE, missing=missing)
        return list(given)

    def columns(self, question: Question) -> tuple[Column, ...]:
        """All codes in order in one column, then the place of each choice."""
        return choice_columns(question, whole=self.column_kind, each=ColumnKind.INTEGER)

    def cells(self, question: Question, answer: Answer | None) -> tuple[Cell, ...]:
        """Places stay empty when there was no answer or a special one."""
        if not isinstance(answer, list):
            return (None,) * (len(question.choices) + 1)
        places = {code: place for place, code in enumerate(answer, start=1)}
        codes = " ".join(answer)
        return (codes, *(places.get(choice.value) for choice in question.choices))
