"""Places: a point, a way, an area. Written as ODK does: ``latitude longitude altitude accuracy``.

Canonical numbers have no sign, zero or exponent too many, so that one place has one spelling.
People write decimal commas, degrees with minutes and seconds, and the letters of the compass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.types.base import (
    Answer,
    Cell,
    Column,
    ColumnKind,
    Outcome,
    Paper,
    PaperKind,
    QuestionType,
    fault,
    wrong_type,
)

MOST_POINTS = 10_000
_LONGEST_NUMBER = 40
_LONGEST_TEXT = 1_000_000
_FINEST = Decimal("1e-10")
_FARTHEST = Decimal(10_000_000)

_NUMBER = r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+"
_ANGLE = re.compile(
    rf"""(?P<before>[NSEWO])?\s*(?P<sign>[+-])?(?P<degrees>{_NUMBER})\s*
         (?:[°º]\s*(?:(?P<minutes>{_NUMBER})\s*['′’]\s*)?
            (?:(?P<seconds>{_NUMBER})\s*(?:["″”]|''|′′|’’)\s*)?)?
         (?P<after>[NSEWO]|norte|sur|este|oeste|north|south|east|west)?""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile(rf"[+-]?(?:{_NUMBER})")
_COMPASS_PAIR = re.compile(r"(.*?[0-9°º'′’\"″”]\s*[NSns]\w*)[\s,;]+(.+)", re.DOTALL)
_SIDES = {"latitude": ("n", "s"), "longitude": ("e", "wo")}
_LIMITS = {"latitude": 90, "longitude": 180}
_PARTS = ("latitude", "longitude", "altitude", "accuracy")


def _spelled(number: Decimal) -> str:
    text = format(number.quantize(_FINEST), "f").rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _angle(text: str, part: str) -> Decimal | None:
    """Degrees, from any of the ways in which people write them; None if they can't be read."""
    text = text.strip().replace("−", "-")
    found = _ANGLE.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if found is None or (found["before"] and found["after"]):
        return None
    minutes, seconds = _decimal(found["minutes"]), _decimal(found["seconds"])
    if minutes >= 60 or seconds >= 60:
        return None
    degrees = _decimal(found["degrees"]) + minutes / 60 + seconds / 3600
    side = (found["before"] or found["after"] or "")[:1].lower()
    positive, negative = _SIDES[part]
    if side and (side not in positive + negative or found["sign"]):
        return None
    return -degrees if found["sign"] == "-" or (side and side in negative) else degrees


def _decimal(text: str | None) -> Decimal:
    return Decimal(text.replace(",", ".")) if text else Decimal(0)


def _length(text: str) -> Decimal | None:
    """Metres; None if they can't be read."""
    text = text.strip().replace("−", "-").removesuffix("m").rstrip()
    if not text or len(text) > _LONGEST_NUMBER or not _PLAIN.fullmatch(text):
        return None
    number = Decimal(text.replace(",", "."))
    return number if abs(number) < _FARTHEST else None


def _point(question: Question, parts: Sequence[str]) -> str | AnswerFault:
    """A point from its two, three or four numbers."""
    given = [*(part.strip() for part in parts), "", "", "", ""][:4]
    if not given[0] or not given[1]:
        return fault(question, ErrorCode.POINT_INCOMPLETE)
    numbers: list[str] = []
    for part, text in zip(_PARTS, given, strict=True):
        number = _angle(text, part) if part in _LIMITS else _length(text or "0")
        if number is None or (part == "accuracy" and number < 0):
            return fault(question, ErrorCode.NOT_A_POINT, value=shown(" ".join(parts)))
        if part in _LIMITS and abs(number) > _LIMITS[part]:
            latitude = part == "latitude"
            code = ErrorCode.NOT_A_LATITUDE if latitude else ErrorCode.NOT_A_LONGITUDE
            return fault(question, code, value=shown(text))
        numbers.append(_spelled(number))
    return " ".join(numbers)


def _point_in(question: Question, text: str) -> str | AnswerFault:
    """A point from one text. ``-33,45,-70,66`` has two readings and is refused."""
    text = text.strip()
    if len(text) <= 4 * _LONGEST_NUMBER:
        if found := _COMPASS_PAIR.fullmatch(text):
            return _point(question, [found[1], found[2]])
        parts = re.split(r"\s*;\s*|,\s+|\s+", text)
        # A comma may separate where a point marks the decimals.
        if len(parts) == 1 and "." in text:
            parts = text.split(",")
        if 2 <= len(parts) <= len(_PARTS):
            return _point(question, parts)
    return fault(question, ErrorCode.NOT_A_POINT, value=shown(text))


class GeopointType(QuestionType[NoSettings]):
    """A form posts four fields of one name, in ODK's order, or one text."""

    name = "geopoint"
    xlsform_name = "geopoint"
    column_kind = ColumnKind.PLACE
    paper_kind = PaperKind.COORDINATES

    def parse_form(self, question: Question, values: Sequence[str]) -> Outcome:
        special = [value.strip() for value in values if value.strip() in question.special]
        parts = [value.strip() for value in values if value.strip() not in question.special]
        if not any(parts):
            return special[0] if special else None
        if special:
            return fault(question, ErrorCode.SPECIAL_NOT_ALONE, value=special[0])
        if len(parts) == 1:
            return _point_in(question, parts[0])
        if len(parts) > len(_PARTS):
            return fault(question, ErrorCode.SEVERAL_ANSWERS)
        return _point(question, parts)

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        return _point_in(question, text)

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        return (
            _point_in(question, value) if isinstance(value, str) else wrong_type(question, "text")
        )

    def columns(self, question: Question) -> tuple[Column, ...]:
        """The text, then its numbers. A slash, as elsewhere: no question's name has one."""
        numbers = (Column(f"{question.name}/{part}", ColumnKind.DECIMAL) for part in _PARTS)
        return (Column(question.name, self.column_kind), *numbers)

    def cells(self, question: Question, answer: Answer | None) -> tuple[Cell, ...]:
        if not isinstance(answer, str):
            return (None,) * 5
        if answer in question.special:
            return (answer, None, None, None, None)
        return (answer, *(float(number) for number in answer.split()))


class _PointsType(QuestionType[NoSettings]):
    """Several points with ``;`` between them; people may write each on its own line."""

    column_kind = ColumnKind.PLACE
    fewest = 2
    closed = False

    def parse_form(self, question: Question, values: Sequence[str]) -> Outcome:
        special = [value.strip() for value in values if value.strip() in question.special]
        given = [value for value in values if value.strip() and value.strip() not in special]
        if special and given:
            return fault(question, ErrorCode.SPECIAL_NOT_ALONE, value=special[0])
        return super().parse_form(question, special[:1] or ["\n".join(given)])

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        if len(text) > _LONGEST_TEXT:
            return fault(question, ErrorCode.TOO_LONG, length=len(text), maximum=_LONGEST_TEXT)
        separator = r"[\n\r]+" if "\n" in text.strip() else r";"
        pieces = (piece.strip().rstrip(";") for piece in re.split(separator, text))
        written = [piece for piece in pieces if piece]
        if len(written) > MOST_POINTS:
            return self._wrong_number(question, ErrorCode.TOO_MANY_POINTS, len(written))
        points: list[str] = []
        for piece in written:
            point = _point_in(question, piece)
            if isinstance(point, AnswerFault):
                return point
            points.append(point)
        if self.closed and points and points[0].split()[:2] != points[-1].split()[:2]:
            points.append(points[0])
        if len(points) < self.fewest:
            return self._wrong_number(question, ErrorCode.TOO_FEW_POINTS, len(written))
        return "; ".join(points)

    def _wrong_number(self, question: Question, code: ErrorCode, count: int) -> AnswerFault:
        if code is ErrorCode.TOO_MANY_POINTS:
            return fault(question, code, points=count, maximum=MOST_POINTS)
        return fault(question, code, points=count, minimum=self.fewest - self.closed)

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        return self.read(question, value, machine=True)

    def paper(self, question: Question) -> Paper:
        """Room for a few points: longer ways are not walked with a sheet of paper."""
        return Paper(PaperKind.COORDINATES, 6)


class GeotraceType(_PointsType):
    """A way: two points or more."""

    name = "geotrace"
    xlsform_name = "geotrace"


class GeoshapeType(_PointsType):
    """An area: three corners or more, ending where it began, which is added where it is not."""

    name = "geoshape"
    xlsform_name = "geoshape"
    fewest = 4
    closed = True
