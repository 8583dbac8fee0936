"""The page that interviewers' phones keep: nobody's data is in it, so it opens without signal."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from app.assets import asset
from app.field.words import RESULTS, shell_words
from app.language import current_language, language_links
from app.permissions import public
from app.policy import policy

shell = Blueprint("shell", __name__)
PRIMARY, PAPER = "#0a5a6a", "#ffffff"


# The underscore keeps it apart from every collection's address; the worker keeps what is under /e/.
@shell.get("/e/_field")
@public
def page() -> Response:
    """The same for everybody. It shows surveys in a frame, which no other page of ours does."""
    html = render_template(
        "field/shell.html",
        lang=current_language(),
        languages=language_links(),
        words=shell_words(),
        results=[(code.value, _(words)) for code, words in RESULTS.items()],
        login=url_for("field.index"),
        door=url_for("shell.page", lang=current_language()),
        manifest=url_for("shell.manifest"),
    )
    response = Response(html)
    response.headers["Content-Security-Policy"] = policy(frames="'self'")
    return _revisited(response)


@shell.get("/e/_field/manifest.webmanifest")
@public
def manifest() -> Response:
    response = jsonify(
        name=_("Cabildo: entrevistas"),
        short_name=_("Entrevistas"),
        id="/e/_field",
        start_url=url_for("shell.page", lang=current_language()),
        scope="/e/",
        display="standalone",
        background_color=PAPER,
        theme_color=PRIMARY,
        icons=[{"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    response.mimetype = "application/manifest+json"
    return _revisited(response)


def _revisited(response: Response) -> Response:
    response.cache_control.no_cache = True
    response.add_etag()
    return response.make_conditional(request)
