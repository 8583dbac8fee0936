"""What every page of one collection tells its template, and texts that a page can show."""

from __future__ import annotations

import re
from typing import Any

from flask import request

from app.language import current_language, language_links
from app.models import Collection
from app.services import collections
from encuestas import Survey
from encuestas.paths import name_of

LONGEST = 8000
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def frame(collection: Collection, **kept: str | None) -> dict[str, Any]:
    """``kept``: what of the address a link to another language carries on."""
    lang = current_language()
    survey = collections.fielded(collection)
    return {
        "lang": lang,
        "languages": language_links(**kept) if request.method == "GET" else [],
        "simulated": collection.simulated,
        "slug": collection.slug,
        "title": survey.text(collection.texts.get("title") or survey.title, lang),
    }


def plain(value: object) -> str:
    """What was sent, whatever it was, as a text that a page can show."""
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value[:50])
    text = value if isinstance(value, str) else str(value)
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text[:LONGEST])


def typed_text(name: str, longest: int) -> str:
    """A text that somebody typed into a form."""
    return _UNPRINTABLE.sub("", request.form.get(name, "")).strip()[:longest]


def label(survey: Survey, path: str) -> str:
    """A question in words, with its path where it is asked again and again."""
    name = name_of(path)
    if not survey.has(name):
        return plain(path)
    words = survey.text(survey.question(name).label, current_language()) or name
    return f"{words} ({path})" if "[" in path else words
