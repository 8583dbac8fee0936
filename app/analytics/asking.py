"""Pages on which evaluators ask for themselves: any question, by anything, of anybody."""

from __future__ import annotations

import json

from flask import Response, abort, current_app, render_template, request
from flask_security import current_user

from app.analytics import forms
from app.analytics.drawn import as_picture
from app.analytics.views import analytics
from app.config import smallest_cell
from app.language import current_language, language_links
from app.permissions import Permission, may, requires, scope_of
from app.reports import exploring, question_list, summary
from app.services.analytics.asked import Asked
from app.services.analytics.explore import Exploration, explore


def asked() -> Asked:
    """What the address asks. Filters are for those who may see the answers one by one."""
    given = request.args.to_dict(flat=False)
    if not any(given.get("standard", ())):
        given["standard"] = [current_app.config["CABILDO_STANDARD"]]
    found = Asked.of(given)
    if found.filters and not may(current_user, Permission.EXPORT):
        abort(403)
    return found


def as_json(name: str, record: dict[str, object]) -> Response:
    """A record as a file that opens in the browser, with every figure complete."""
    simulated = "-simulado" if record.get("simulated") else ""
    return Response(
        json.dumps(record, ensure_ascii=False, indent=2) + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": f'inline; filename="{name}{simulated}.json"'},
    )


@analytics.get("/analysis/<slug>/explore")
@requires(Permission.ANALYSE)
def exploration(slug: str) -> str:
    """Question by question: picture, figures and table, by what is asked, of whom is asked.

    Without a question, the list of them all: what was said of each, and a link to it.
    """
    lang, wanted = current_language(), asked()
    chosen = bool(wanted.questions)
    found = _explored(slug, wanted, grouped=chosen)
    return render_template(
        "analytics/explore.html" if chosen else "analytics/questions.html",
        lang=lang,
        languages=language_links(**wanted.query()),
        simulated=found.about.simulated,
        slug=slug,
        found=found,
        query=wanted.query(),
        sections=exploring.sections(found, lang) if chosen else (),
        parts=() if chosen else question_list.parts(found, lang),
        neighbours=question_list.neighbours(found) if chosen else (None, None),
        filtered=exploring.filter_words(found, lang),
        form=forms.form(found.opened, wanted, lang),
        summary=summary,
    )


@analytics.get("/analysis/<slug>/explore.json")
@requires(Permission.ANALYSE)
def exploration_data(slug: str) -> Response:
    return as_json(f"{slug}-exploracion", _explored(slug, asked()).to_dict())


@analytics.get("/analysis/<slug>/explore/picture.vl.json", defaults={"fmt": "vl.json"})
@analytics.get("/analysis/<slug>/explore/picture.png", defaults={"fmt": "png"})
@analytics.get("/analysis/<slug>/explore/picture.svg", defaults={"fmt": "svg"})
@requires(Permission.ANALYSE)
def exploration_picture(slug: str, fmt: str) -> Response:
    """The picture of the first question that is asked about."""
    found = _explored(slug, asked())
    figures = found.questions[0] if found.questions else None
    if figures is None or not exploring.drawn(found, figures):
        abort(404)
    drawn = exploring.picture(found, figures, current_language())
    return as_picture(drawn, fmt, f"{slug}-{figures.variable.name}")


def _explored(slug: str, wanted: Asked, *, grouped: bool = True) -> Exploration:
    limits = {"scope": scope_of(current_user), "threshold": smallest_cell()}
    return explore(slug, wanted, grouped=grouped, **limits)
