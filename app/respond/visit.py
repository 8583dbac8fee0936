"""Who knocks: the collection, the secret that a person holds, and the language they read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, redirect, request
from flask_babel import refresh
from markupsafe import Markup

from app.errors import Problem, ProblemCode
from app.language import COOKIE as LANGUAGE_COOKIE
from app.language import DEFAULT, LANGUAGES
from app.models import Collection
from app.models.columns import utc_now
from app.services import collections
from app.services.drafts.drafts import LIFETIME
from app.services.receiving.rule import ZONE
from encuestas import Survey, Text, language_of

_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# Survey languages in their own words. Babel has no locale for some of them.
_OWN_NAMES = LANGUAGES | {
    "arn": "Mapudungun",
    "ay": "Aymar aru",
    "fr": "Français",
    "ht": "Kreyòl ayisyen",
    "pt": "Português",
    "qu": "Runasimi",
    "rap": "Rapa Nui",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a collection. ``secret`` is empty when the person holds none."""

    collection: Collection
    slug: str
    secret: str
    now: datetime


def arrive(slug: str) -> Visit:
    """Raises Problem UNKNOWN_COLLECTION."""
    # A form carries its own secret: two tabs on one phone each go on with what they began.
    secret = request.form.get("draft") or request.cookies.get(cookie_name(slug), "")
    return Visit(collections.find(slug), slug, secret, utc_now().astimezone(ZONE))


def see(address: str) -> Response:
    """Go and GET that page: reloading it posts nothing again."""
    response = redirect(address, HTTPStatus.SEE_OTHER, Response)
    response.set_data(b"")  # no browser shows it, and every phone would download it
    return response


def require_form(*, files: bool = False) -> None:
    """Raises Problem MALFORMED for a body that no form sends, or that was cut short on its way.

    Reading it as empty, or as far as it came, would erase what the person had answered. When a
    connection breaks the server hands over what it has: only the declared length tells. A body with
    ``files`` is read piece by piece, and its own last line tells.
    """
    if files:
        if not (request.form or request.files):
            raise Problem(ProblemCode.MALFORMED)
        return
    body = request.get_data()
    if not body and not request.content_length:
        return
    if len(body) != request.content_length:
        raise Problem(ProblemCode.MALFORMED)
    if request.mimetype not in _FORM_TYPES or not (request.form or request.files):
        raise Problem(ProblemCode.MALFORMED)


def cookie_name(slug: str) -> str:
    return f"cabildo_{slug}"


def keep_secret(response: Response, slug: str, secret: str) -> Response:
    """Give the person the secret, where they don't hold it already."""
    if request.cookies.get(cookie_name(slug)) != secret:
        response.set_cookie(
            cookie_name(slug),
            secret,
            max_age=LIFETIME,
            path=f"/e/{slug}",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def offered(collection: Collection, survey: Survey) -> Sequence[str]:
    """The survey's languages that the collection offers."""
    both = [code for code in collection.languages if code in survey.languages]
    return both or survey.languages


def wanted_language(languages: Sequence[str]) -> str:
    """The first of these that the person asked for: posted, in the address, or kept."""
    asked = (
        request.form.get("lang"),
        request.args.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
    )
    return next((code for code in asked if code in languages), languages[0])


def speak(language: str) -> str:
    """Put the page's own words into the language, or Spanish; gives the one that is spoken."""
    g.language = language if language in LANGUAGES else DEFAULT
    refresh()
    return str(g.language)


def frame(
    collection: Collection, survey: Survey, language: str, *, preview: bool = False
) -> dict[str, Any]:
    """What `respond/base.html` wants, in the language that `speak` was told."""
    codes = offered(collection, survey)
    title = own_text(collection, survey, "title")
    return {
        "collection_title": survey.text(title, language),
        "title_lang": foreign(survey, title, language),
        "lang": g.language,
        "content_lang": language,
        "offered": [(code, _OWN_NAMES.get(code, code)) for code in codes if code != language],
        "simulated": collection.simulated,
        "preview": preview,
    }


def links(collection: Collection, survey: Survey) -> list[tuple[str, str, str]]:
    """The languages as links, for pages where nothing was typed."""
    codes = offered(collection, survey)
    return [(code, _OWN_NAMES.get(code, code), f"?lang={code}") for code in codes]


def own_text(collection: Collection, survey: Survey, key: str) -> Text:
    """The collection's own words for title, purpose or asked_by, else the survey's."""
    own: Text = collection.texts.get(key) or getattr(survey, key)
    return own


def foreign(survey: Survey, text: Text, language: str, *, around: str | None = None) -> str | None:
    """A text's language where it is not that of the page, or of what is around it."""
    found = language_of(text, language, survey.languages[0])
    return found if text and found != (around or g.language) else None


def said(survey: Survey, text: Text, language: str, *, around: str | None = None) -> str:
    """A text in the language asked for, else marked as being in another one."""
    words = survey.text(text, language)
    other = foreign(survey, text, language, around=around)
    return Markup('<span lang="{}">{}</span>').format(other, words) if words and other else words
