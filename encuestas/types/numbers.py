"""Numbers as people and programs write them. Nothing is guessed: what has two readings is refused.

Both ``3,5`` and ``3.5`` are three and a half. ``1.234`` typed by a person is over a thousand in
Chile and less than two elsewhere: it is refused. In text written by a program (CSV, XForm) the
point is the decimal point and only ``1,234`` is refused; but of a whole number ``1.000`` is too,
since no program writes 1 so and a spreadsheet in Chile writes a thousand so.
"""

from __future__ import annotations

import re

from encuestas.definition import Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.types.base import fault

LARGEST_INTEGER = 2**53
"""Beyond this JSON numbers of a browser, and doubles anywhere, skip integers."""

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
"""As a program writes one, without an exponent."""

_SPACES = re.compile(r"(?<=[0-9])[ \u00a0\u202f'’](?=[0-9]{3}(?![0-9]))")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_MACHINE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]{1,3}")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?")
_TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def read_number(question: Question, text: str, *, machine: bool) -> str | AnswerFault:
    """The number as Python writes it, exact, or why it can't be read."""
    text = _SPACES.sub("", text.strip().replace("−", "-"))
    if len(text) > 400:
        return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(text))
    if machine and _MACHINE.fullmatch(text):
        return text
    if (fault_found := doubtful(question, text)) and not (machine and "." in text):
        return fault_found
    if _PLAIN.fullmatch(text):
        return text.replace(",", ".")
    if found := _GROUPED.fullmatch(text):
        return text.replace(found[1], "").replace(",", ".")
    return fault(question, ErrorCode.NOT_A_NUMBER, value=shown(text))


def doubtful(question: Question, text: str) -> AnswerFault | None:
    """The fault of a number whose one point or comma may mark thousands or decimals."""
    text = text.strip()
    if not _TWO_READINGS.fullmatch(text):
        return None
    digits = text.replace(".", "").replace(",", "")
    return fault(
        question,
        ErrorCode.AMBIGUOUS_NUMBER,
        value=text,
        thousands=digits,
        decimal=text.replace(",", "."),
    )


def read_integer(question: Question, text: str, *, machine: bool) -> int | AnswerFault:
    """A whole number; ``7.0`` is one when a program wrote it, since spreadsheets do."""
    number = read_number(question, text, machine=machine)
    if isinstance(number, AnswerFault):
        return number
    whole, _, decimals = number.partition(".")
    if "e" in number.lower() or decimals.strip("0") or (decimals and not machine):
        return fault(question, ErrorCode.NOT_AN_INTEGER, value=shown(text))
    return bounded_integer(question, int(whole or "0"))


def bounded_integer(question: Question, number: int) -> int | AnswerFault:
    """The number, unless it is too large to travel as JSON."""
    if abs(number) > LARGEST_INTEGER:
        return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(number))
    return number


def integer_from_json(question: Question, value: object) -> int | AnswerFault:
    """A JSON number without decimals: 7 and 7.0 are the same one."""
    if type(value) is int:  # as nearly always; a truth is of another type
        return bounded_integer(question, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return fault(question, ErrorCode.WRONG_TYPE, expected="integer")
    if isinstance(value, float):
        if not value.is_integer():
            return fault(question, ErrorCode.NOT_AN_INTEGER, value=shown(value))
        if abs(value) > LARGEST_INTEGER:
            return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(value))
        value = int(value)
    return bounded_integer(question, value)


def check_limits(
    question: Question, number: float, *, minimum: float | None, maximum: float | None
) -> AnswerFault | None:
    """Whether a number is between the question's limits."""
    if minimum is not None and number < minimum:
        return fault(question, ErrorCode.BELOW_MINIMUM, value=number, minimum=minimum)
    if maximum is not None and number > maximum:
        return fault(question, ErrorCode.ABOVE_MAXIMUM, value=number, maximum=maximum)
    return None
