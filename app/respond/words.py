"""Answers in words, and as the fields of a form hold them."""

from __future__ import annotations

from flask_babel import format_decimal

from app.words.answers import answer_words, exact, form_values

__all__ = ["answer_words", "exact", "form_values", "grouped", "size_words"]


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
