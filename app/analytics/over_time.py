"""The page of a survey's waves."""

from __future__ import annotations

from flask import Response, abort, render_template
from flask_security import current_user

from app.analytics import forms
from app.analytics.asking import as_json, asked
from app.analytics.drawn import as_picture
from app.analytics.views import analytics
from app.config import smallest_cell
from app.language import current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.reports import summary
from app.reports import waves as words
from app.services.analytics.waves import Waves, waves


@analytics.get("/analysis/<slug>/waves")
@requires(Permission.ANALYSE)
def wave_by_wave(slug: str) -> str:
    """Each question over the collections of the survey, and its change against a base."""
    lang, found = current_language(), _followed(slug)
    query = found.asked.query()
    return render_template(
        "analytics/waves.html",
        lang=lang,
        languages=language_links(**query),
        simulated=found.about.simulated,
        slug=slug,
        found=found,
        query=query,
        words=words,
        form=forms.form(found.opened, found.asked, lang),
        summary=summary,
    )


@analytics.get("/analysis/<slug>/waves.json")
@requires(Permission.ANALYSE)
def wave_data(slug: str) -> Response:
    return as_json(f"{slug}-olas", _followed(slug).to_dict())


@analytics.get("/analysis/<slug>/waves/picture.vl.json", defaults={"fmt": "vl.json"})
@analytics.get("/analysis/<slug>/waves/picture.png", defaults={"fmt": "png"})
@analytics.get("/analysis/<slug>/waves/picture.svg", defaults={"fmt": "svg"})
@requires(Permission.ANALYSE)
def wave_picture(slug: str, fmt: str) -> Response:
    """The trend of the first question that is asked about."""
    found = _followed(slug)
    trend = found.trends[0] if found.trends else None
    if trend is None or not words.is_drawn(trend):
        abort(404)
    drawn = words.picture(found, trend, current_language())
    return as_picture(drawn, fmt, f"{slug}-{trend.question.name}-olas")


def _followed(slug: str) -> Waves:
    return waves(slug, asked(), scope=scope_of(current_user), threshold=smallest_cell())
