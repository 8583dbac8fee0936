"""Pages of two things against each other, and of the differences between groups."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, url_for
from flask_security import current_user
from werkzeug.wrappers import Response as Answer

from app.analytics import forms
from app.analytics.asking import as_json, asked
from app.analytics.drawn import as_picture
from app.analytics.views import analytics
from app.config import smallest_cell
from app.language import current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.reports import crossing as words
from app.reports import exploring, summary
from app.services.analytics.asked import Asked
from app.services.analytics.comparing import MOST_COMPARED, Comparison, compare
from app.services.analytics.crossing import Crossing, crossing
from app.services.analytics.opened import opened
from app.services.analytics.variables import Catalogue, Kind


@analytics.get("/analysis/<slug>/crosstab")
@requires(Permission.ANALYSE)
def crosstab(slug: str) -> str | Answer:
    """Percentages with intervals and a test; without two things, the first two there are."""
    lang, wanted = current_language(), asked()
    if wanted.row is None or wanted.col is None:
        some = _first(_catalogue(slug), questions_first=True)
        if len(some) > 1:
            row, col = str(wanted.row or some[0]), str(wanted.col or "")
            col = col or next(name for name in some if name != row.partition(":")[0])
            return _complete("analytics.crosstab", slug, wanted, row=row, col=col)
    found = _crossed(slug, wanted)
    return render_template(
        "analytics/crosstab.html",
        lang=lang,
        languages=language_links(**wanted.query()),
        simulated=found.about.simulated,
        slug=slug,
        found=found,
        query=wanted.query(),
        words=words,
        rows=words.cross_rows(found, lang),
        columns=words.column_names(found, lang),
        filtered=exploring.filter_words(found, lang),
        form=forms.form(found.opened, wanted, lang),
        summary=summary,
    )


@analytics.get("/analysis/<slug>/crosstab.json")
@requires(Permission.ANALYSE)
def crosstab_data(slug: str) -> Response:
    return as_json(f"{slug}-cruce", _crossed(slug, asked()).to_dict())


@analytics.get("/analysis/<slug>/crosstab/picture.vl.json", defaults={"fmt": "vl.json"})
@analytics.get("/analysis/<slug>/crosstab/picture.png", defaults={"fmt": "png"})
@analytics.get("/analysis/<slug>/crosstab/picture.svg", defaults={"fmt": "svg"})
@requires(Permission.ANALYSE)
def crosstab_picture(slug: str, fmt: str) -> Response:
    found = _crossed(slug, asked())
    if not words.is_crossing_drawn(found):
        abort(404)
    drawn = words.crossing_picture(found, current_language())
    return as_picture(drawn, fmt, f"{slug}-{found.row.name}-{found.column.name}")


@analytics.get("/analysis/<slug>/compare")
@requires(Permission.ANALYSE)
def comparison(slug: str) -> str | Answer:
    """Every difference between groups, with its interval and its adjusted p value."""
    lang, wanted = current_language(), asked()
    if not wanted.questions or not wanted.by:
        catalogue = _catalogue(slug)
        some, questions = _first(catalogue), list(catalogue.questions)
        if some and questions:
            more = {
                "question": [*wanted.questions, *questions][:1],
                "by": [*map(str, wanted.by), *some][:1],
            }
            return _complete("analytics.comparison", slug, wanted, **more)
    found = _compared(slug, wanted)
    return render_template(
        "analytics/compare.html",
        lang=lang,
        languages=language_links(**wanted.query()),
        simulated=found.about.simulated,
        slug=slug,
        found=found,
        query=wanted.query(),
        words=words,
        filtered=exploring.filter_words(found, lang),
        form=forms.form(found.opened, wanted, lang),
        answers=words.answers_to_compare(found, lang),
        summary=summary,
    )


@analytics.get("/analysis/<slug>/compare.json")
@requires(Permission.ANALYSE)
def comparison_data(slug: str) -> Response:
    return as_json(f"{slug}-comparacion", _compared(slug, asked()).to_dict())


@analytics.get("/analysis/<slug>/compare/picture.vl.json", defaults={"fmt": "vl.json"})
@analytics.get("/analysis/<slug>/compare/picture.png", defaults={"fmt": "png"})
@analytics.get("/analysis/<slug>/compare/picture.svg", defaults={"fmt": "svg"})
@requires(Permission.ANALYSE)
def comparison_picture(slug: str, fmt: str) -> Response:
    found = _compared(slug, asked())
    if not words.is_drawn(found):
        abort(404)
    drawn = words.comparison_picture(found, current_language())
    return as_picture(drawn, fmt, f"{slug}-{found.question.name}-{found.by.name}")


def _crossed(slug: str, wanted: Asked) -> Crossing:
    return crossing(slug, wanted, scope=scope_of(current_user), threshold=smallest_cell())


def _compared(slug: str, wanted: Asked) -> Comparison:
    return compare(slug, wanted, scope=scope_of(current_user), threshold=smallest_cell())


def _catalogue(slug: str) -> Catalogue:
    return opened(slug, scope=scope_of(current_user)).catalogue


def _first(catalogue: Catalogue, *, questions_first: bool = False) -> list[str]:
    """What makes groups without being asked how, the first there are."""
    return [
        each.name
        for each in sorted(
            catalogue.groupings, key=lambda each: questions_first and each.question is None
        )
        if each.kind is not Kind.NUMBER and 1 < len(each.categories) <= MOST_COMPARED
    ]


def _complete(endpoint: str, slug: str, wanted: Asked, **more: object) -> Answer:
    """The address that says all that is shown."""
    return redirect(url_for(endpoint, slug=slug, **wanted.query() | more))
