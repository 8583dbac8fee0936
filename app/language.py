"""The reader's language: Spanish unless they chose another one that there is a catalogue for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Response, current_app, g, has_request_context, request, url_for
from flask_babel import force_locale

DEFAULT = "es"
LANGUAGES = {"es": "Español", "en": "English"}
_LOCALES = {"es": "es_CL", "en": "en_GB"}
COOKIE = "cabildo_lang"
KEPT = timedelta(days=90)


def N_(text: str) -> str:  # noqa: N802 gettext's customary name for "translate this later"
    """Mark a text for the catalogue; whoever says it looks it up at that moment."""
    return text


def current_language() -> str:
    """What the view set, else the address (``?lang=``), else the cookie, else Spanish."""
    if not has_request_context():
        return getattr(g, "language", DEFAULT) if g else DEFAULT
    for wanted in (g.get("language"), request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return DEFAULT


def locale_of(language: str) -> str:
    """The locale whose catalogue and number formats go with a language; Spanish for any other."""
    return _LOCALES.get(language, _LOCALES[DEFAULT])


def current_locale() -> str:
    return locale_of(current_language())


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Outside of a request: whatever is said inside is said in that language."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(locale_of(language)):
            yield
    finally:
        g.language = before


def keep_language(response: Response, language: str) -> Response:
    """Have the browser ask for this language from now on, where there is a catalogue for it."""
    if language in LANGUAGES and request.cookies.get(COOKIE) != language:
        response.set_cookie(
            COOKIE,
            language,
            max_age=KEPT,
            path="/",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def keep_asked_language(response: Response) -> Response:
    """Somebody followed a language's link: the pages after this one are in that language too."""
    asked = request.args.get("lang", "")
    if asked not in LANGUAGES or response.cache_control.public:  # everybody's
        return response
    return keep_language(response, asked)


def language_links(**kept: str | None) -> list[tuple[str, str, str]]:
    """This page in each language: (code, name, address), with what to keep of the query."""
    values = (request.view_args or {}) | kept
    return [
        (code, name, url_for(str(request.endpoint), **values, lang=code))
        for code, name in LANGUAGES.items()
    ]
