"""Published results: one page, the same for everybody, without a script."""

from __future__ import annotations

import io

import segno
from flask import Blueprint, Response, current_app, make_response, render_template, url_for

from app.language import current_language, language_links
from app.permissions import public
from app.reports.public_words import results_page
from app.services.publication import publishing
from app.shelf import share

results = Blueprint("results", __name__)


@results.get("/r/<slug>")
@public
def page(slug: str) -> Response:
    """Withdrawing it takes it away at once: no cache keeps it without asking."""
    lang, found = current_language(), publishing.shown(slug)
    share()
    response = make_response(
        render_template(
            "results/page.html",
            lang=lang,
            languages=language_links(),
            collection_title="",
            page=results_page(
                found.content, lang, data_hash=found.data_hash, published_at=found.published_at
            ),
            number=found.number,
        )
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@results.get("/r/<slug>/qr.svg")
@public
def code(slug: str) -> Response:
    """The page's address as a QR code, to be printed or shown."""
    publishing.shown(slug)
    picture = io.BytesIO()
    address = current_app.config["CABILDO_URL"] + url_for("results.page", slug=slug)
    segno.make(address, error="m").save(picture, kind="svg", border=4, scale=8, light="white")
    response = Response(picture.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-cache"
    return response
