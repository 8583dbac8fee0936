"""The reader's language: Spanish unless they chose another one that there is a catalogue for."""

from __future__ import annotations

from flask import g, has_request_context, request

DEFAULT = "es"
LANGUAGES = {"es": "Español", "en": "English"}
_LOCALES = {"es": "es_CL", "en": "en_GB"}
COOKIE = "cabildo_lang"


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
