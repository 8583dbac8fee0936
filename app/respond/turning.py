"""A page was posted: keep what was typed, then look at it and decide where to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, make_response, request, url_for

from app.errors import Problem
from app.forms.dynamic import PageForm, field_name, page_form
from app.language import keep_language
from app.models import Collection, Draft
from app.respond import elsewhere, pages
from app.respond import visit as at
from app.respond.visit import Visit, see
from app.services import drafts
from app.services.drafts import Raw, Walk
from encuestas import Page, Question, Survey
from encuestas.definition import walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A posted page that is kept. Nothing here reads the database again."""

    slug: str
    secret: str
    page: Page
    form: PageForm
    path: Walk
    shown: frozenset[str]
    language: str
    wanted: str | None
    frame: Mapping[str, Any]


def turn(
    visit: Visit, draft: Draft, survey: Survey, page: Page, *, closed: Problem | None
) -> Response:
    """Keep the page and answer with where to go. Raises ``closed`` once it is kept."""
    form = posted_form(page)
    raw = posted(form)
    answers, language = {**draft.answers, **raw}, draft.language
    shown = request.form.getlist("shown") or _visible(visit, draft, survey, page)
    wanted = other_language(visit.collection, survey)
    frame = at.frame(visit.collection, survey, language, preview=draft.preview)
    drafts.save(draft, raw, page=page.id, language=wanted)
    if closed:
        raise closed
    return _where_to(
        Turn(
            slug=visit.slug,
            secret=visit.secret,
            page=page,
            form=form,
            path=drafts.walk(survey, answers, now=visit.now),
            shown=frozenset(shown),
            language=language,
            wanted=wanted,
            frame=frame,
        )
    )


def _visible(visit: Visit, draft: Draft, survey: Survey, page: Page) -> Sequence[str]:
    return drafts.walk(survey, draft.answers, now=visit.now).visible(page.id)


def _where_to(done: Turn) -> Response:
    path, here = done.path, done.page.id
    if "back" in request.form:
        before = path.route.previous(here)
        start = url_for("respond.start_page", slug=done.slug)
        return see(pages.page_url(done.slug, before.id) if before else start)
    if done.wanted:
        return keep_language(see(pages.page_url(done.slug, here)), done.wanted)
    if new := [name for name in path.visible(here) if name not in done.shown]:
        anchor = f"q-{field_name(new[0])}"
        return see(pages.page_url(done.slug, here, more=1, _anchor=anchor))
    faults = path.faults_of(here)
    if not faults:
        return see(pages.page_url(done.slug, path.after(here)))
    html = pages.page_html(
        dict(done.frame) | elsewhere.ways(done.slug, done.secret, first=False),
        path,
        done.page,
        done.form,
        secret=done.secret,
        language=done.language,
        faults=faults,
    )
    return make_response(html, HTTPStatus.UNPROCESSABLE_ENTITY)


def page_of(survey: Survey, page_id: str) -> Page | None:
    return next((page for page in survey.pages if page.id == page_id), None)


def questions_of(page: Page) -> Sequence[Question]:
    return [question for question, _groups in walk(page.questions)]


def posted_form(page: Page) -> PageForm:
    form = page_form(questions_of(page))
    form.process(request.form)
    return form


def posted(form: PageForm) -> Raw:
    """What to keep of a post. A question that was on the page and sent nothing was emptied; one
    that was not on it keeps what it had."""
    shown = frozenset(request.form.getlist("shown"))
    return {name: values for name, values in form.values().items() if values or name in shown}


def other_language(collection: Collection, survey: Survey) -> str | None:
    """The language that the person asked to go on in, if it is offered."""
    wanted = request.form.get("lang")
    return wanted if wanted in at.offered(collection, survey) else None
