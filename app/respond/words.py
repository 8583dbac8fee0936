"""Answers in words, and as the fields of a form hold them."""

from __future__ import annotations

import re

from flask_babel import format_decimal

from app.words.answers import answer_words, exact
from encuestas import Question

__all__ = ["answer_words", "exact", "form_values", "grouped", "size_words"]

_THREE_DECIMALS = re.compile(r"[.,]\d{3}$")
"""What could be thousands is refused where it is typed, so a field never begins with it."""


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


def size_words(size: int) -> str:
    """How large a file is, as people say it."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{format_decimal(round(size / 1_000_000, 1))} MB"


def grouped(typed: str) -> str:
    """A number with its thousands apart, by a blank: with a point it could be read in two ways."""
    whole, comma, decimals = typed.partition(",")
    if not (whole.isascii() and whole.isdigit()):
        return typed
    return f"{int(whole):,}".replace(",", "\u202f") + comma + decimals
