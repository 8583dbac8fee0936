"""The page of how a collection goes."""

from __future__ import annotations

from flask import Response, abort, render_template
from flask_security import current_user

from app.analytics.asking import as_json
from app.analytics.drawn import as_picture
from app.analytics.views import analytics
from app.language import current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.reports import going as words
from app.reports import groups as group_words
from app.reports import summary
from app.services.analytics.overview import Overview, overview


@analytics.get("/analysis/<slug>/overview")
@requires(Permission.ANALYSE)
def overview_page(slug: str) -> str:
    """Responses over time, by territory and channel; and those to be looked at again."""
    lang, found = current_language(), _seen(slug)
    survey = found.about.definition
    return render_template(
        "analytics/overview.html",
        lang=lang,
        languages=language_links(),
        simulated=found.about.simulated,
        slug=slug,
        found=found,
        words=words,
        timed=words.rates_picture(found, "time", lang) is not None,
        groups=[
            (
                variable.name,
                group_words.variable_name(variable, survey, lang),
                words.has_rates(some),
                words.rate_rows(found, variable, some, lang),
            )
            for variable, some in found.groups
        ],
        summary=summary,
    )


@analytics.get("/analysis/<slug>/overview.json")
@requires(Permission.ANALYSE)
def overview_data(slug: str) -> Response:
    return as_json(f"{slug}-como-va", _seen(slug).to_dict())


@analytics.get("/analysis/<slug>/overview/<name>.vl.json", defaults={"fmt": "vl.json"})
@analytics.get("/analysis/<slug>/overview/<name>.png", defaults={"fmt": "png"})
@analytics.get("/analysis/<slug>/overview/<name>.svg", defaults={"fmt": "svg"})
@requires(Permission.ANALYSE)
def overview_picture(slug: str, name: str, fmt: str) -> Response:
    """Response rates by what is named; ``time``: how the rate grew."""
    drawn = words.rates_picture(_seen(slug), name, current_language())
    if drawn is None:
        abort(404)
    return as_picture(drawn, fmt, f"{slug}-{name}")


def _seen(slug: str) -> Overview:
    return overview(slug, scope=scope_of(current_user))
