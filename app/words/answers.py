"""Answers in words, as the person who gave them would say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from babel.numbers import get_decimal_symbol
from flask_babel import format_date, format_datetime, format_decimal, format_time, get_locale
from flask_babel import gettext as _

from encuestas import Question, Survey

_ROUNDED = 1e15
"""Babel can't write larger numbers with decimals, and fails."""
_THREE_DECIMALS = re.compile(r"[.,]\d{3}$")
"""What could be thousands is refused where it is typed, so a field never begins with it."""


def answer_words(
    survey: Survey, question: Question, answer: object, *, raw: Sequence[str], language: str
) -> str | None:
    """An answer as the person would say it; what they typed where it is no answer yet."""
    if answer is None:
        return " · ".join(value for value in raw if value.strip()) or None
    words = {
        choice.value: survey.text(choice.label, language)
        for choice in (*question.choices, *survey.special_choices(question))
    }
    if isinstance(answer, list):
        return _listed(question, [words.get(str(value), str(value)) for value in answer])
    if isinstance(answer, str) and answer in words:
        return words[answer]
    if question.type in {"scale", "nps"}:
        return _mark(survey, question, answer, language)
    if say := _SAYINGS.get(question.type):
        return say(str(answer))
    if isinstance(answer, float):
        return str(format_decimal(answer)) if abs(answer) < _ROUNDED else exact(answer)
    return str(answer)


def form_values(question: Question, answer: object) -> list[str]:
    """The values that the fields of a form hold for an answer."""
    if answer is None:
        return []
    if isinstance(answer, list):
        if question.type == "rank":
            return [f"{value}={place}" for place, value in enumerate(answer, start=1)]
        return [str(value) for value in answer]
    if question.type == "geopoint" and answer not in question.special:
        return str(answer).split()
    if question.type in {"geotrace", "geoshape"}:
        return [str(answer).replace(";", "\n")]
    if isinstance(answer, float):
        text = exact(answer)
        return [text + "0" if _THREE_DECIMALS.search(text) else text]
    return [str(answer)]


def _listed(question: Question, words: Sequence[str]) -> str:
    if question.type == "rank":
        return ", ".join(f"{place}. {each}" for place, each in enumerate(words, start=1))
    return ", ".join(words)


def _mark(survey: Survey, question: Question, answer: object, language: str) -> str:
    anchors: Mapping[object, Mapping[str, str]] = getattr(question.settings, "anchors", {})
    words = survey.text(anchors.get(answer, {}), language)
    return f"{answer} ({words})" if words else str(answer)


def _clock(answer: str) -> str:
    return str(format_time(time.fromisoformat(answer), "short", rebase=False))


def _moment(answer: str) -> str:
    # The hour as it was where the answer was given, not where it is read.
    return str(format_datetime(datetime.fromisoformat(answer), "long", rebase=False)).strip()


_SAYINGS: Mapping[str, Callable[[str], str]] = {
    "date": lambda answer: str(format_date(date.fromisoformat(answer), "long")),
    "time": _clock,
    "dateTime": _moment,
    "acknowledge": lambda _answer: str(_("Sí, de acuerdo")),
    "geotrace": lambda answer: answer.replace(";", " · "),
    "geoshape": lambda answer: answer.replace(";", " · "),
}


def exact(number: float) -> str:
    """A number as it is typed, to the last digit: a page that is shown again must not change it."""
    digits = format(Decimal(str(number)), "f").removesuffix(".0")
    return digits.replace(".", get_decimal_symbol(get_locale()))
