"""A page was posted: keep what was typed, then look at it and decide where to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, make_response, request, url_for

from app.errors import Problem
from app.forms import instances
from app.forms.dynamic import field_name, page_form, path_of, paths_in
from app.language import keep_language
from app.models import Collection, Draft
from app.respond import attached, elsewhere, growing, pages
from app.respond import visit as at
from app.respond.growing import Growth
from app.respond.visit import Visit, see
from app.respond.words import form_values
from app.services.attachments import attachments
from app.services.drafts import drafts
from app.services.drafts.drafts import Raw, Walk
from encuestas import AnswerFault, Page, Question, Survey, type_of
from encuestas.definition import walk
from encuestas.paths import around, name_of
from encuestas.plan import UNSEEN, plan_of
from encuestas.types import MEDIA


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A posted page that is kept. Nothing here reads the database again."""

    slug: str
    secret: str
    page: Page
    raw: Raw
    path: Walk
    shown: frozenset[str]
    language: str
    wanted: str | None
    frame: Mapping[str, Any]
    media: Mapping[str, str]
    files: Mapping[str, attached.FileView]
    refused: Sequence[AnswerFault]
    growth: Growth | None


def turn(
    visit: Visit, draft: Draft, survey: Survey, page: Page, *, closed: Problem | None
) -> Response:
    """Keep the page and answer with where to go. Raises ``closed`` once it is kept."""
    taken = attached.take(visit, draft, survey, page)
    raw = posted(survey, page) | taken.answers
    shown = request.form.getlist("shown")
    answers = {**draft.answers, **raw}
    if not shown or _computed(survey):
        before = drafts.walk(survey, draft.answers, now=visit.now, draft=draft)
        shown = shown or before.visible(page.id)
        answers = _merged(before, draft.answers, raw)
    path = drafts.walk(survey, answers, now=visit.now, draft=draft)
    growth = growing.asked(request.form, page, path)
    answers = growth.applied(answers) if growth else instances.without_spare(answers)
    answers = drafts.filled(answers, emptied=_with_beginnings(survey))
    language = draft.language
    wanted = other_language(visit.collection, survey)
    media = pages.media_urls(visit.slug, draft.version_id, page)
    frame = at.frame(visit.collection, survey, language, preview=draft.preview)
    files = attached.held(visit, draft, attached.questions_of(page))
    unused = attachments.drop_unused(draft, answers) if files else []
    drafts.save(draft, answers, page=page.id, language=wanted)
    attachments.forget(unused)
    if closed:
        raise closed
    return _where_to(
        Turn(
            slug=visit.slug,
            secret=visit.secret,
            page=page,
            raw=answers,
            path=path,
            shown=frozenset(map(path_of, shown)),
            language=language,
            wanted=wanted,
            frame=frame,
            media=media,
            files=files,
            refused=taken.faults,
            growth=growth,
        )
    )


def _where_to(done: Turn) -> Response:
    path, here = done.path, done.page.id
    if done.refused:
        return _again(done, [*path.faults_of(here), *done.refused])
    if "drop" in request.form:
        return see(pages.page_url(done.slug, here, _anchor=anchor(path_of(request.form["drop"]))))
    if (grown := done.growth) is not None:
        query = {"removed": grown.repeat} if grown.button == "remove" else {}
        return see(pages.page_url(done.slug, here, _anchor=anchor(grown.where), **query))
    if "back" in request.form:
        before = path.route.previous(here)
        start = url_for("respond.start_page", slug=done.slug)
        return see(pages.page_url(done.slug, before.id) if before else start)
    if done.wanted:
        return keep_language(see(pages.page_url(done.slug, here)), done.wanted)
    if new := [each for each in asked_on(path, here) if each not in done.shown]:
        return see(pages.page_url(done.slug, here, more=1, _anchor=anchor(new[0])))
    faults = path.faults_of(here)
    if not faults:
        return see(pages.page_url(done.slug, path.after(here)))
    return _again(done, faults)


def _again(done: Turn, faults: Sequence[AnswerFault]) -> Response:
    """The same page with what is missing; of two faults of one question, the later one."""
    html = pages.page_html(
        dict(done.frame) | elsewhere.ways(done.slug, done.secret, first=False),
        done.path,
        done.page,
        done.raw,
        secret=done.secret,
        language=done.language,
        media=done.media,
        files=done.files,
        faults=faults,
    )
    return make_response(html, HTTPStatus.UNPROCESSABLE_ENTITY)


def asked_on(path: Walk, page_id: str) -> list[str]:
    """Paths of what the page asks or says."""
    return [each for question, each in path.route.visible(page_id) if not question.read_only]


def has_field(question: Question) -> bool:
    """Whether its answer is taken from what a form posts; a file comes apart (`attached`)."""
    told = question.read_only or question.type in UNSEEN | MEDIA
    return not told and type_of(question).has_answer


def anchor(path: str) -> str:
    """Where on a page the question, group or repeat at that path stands."""
    return f"q-{field_name(path)}"


def page_of(survey: Survey, page_id: str) -> Page | None:
    return next((page for page in survey.pages if page.id == page_id), None)


def posted(survey: Survey, page: Page) -> Raw:
    """What to keep of a post. A question that was on the page and sent nothing was emptied; one
    that was not on it keeps what it had; what has no field on a page is not taken from a post."""
    told = {question.name for question in questions_of(page) if not has_field(question)}
    known = plan_of(survey).names
    names = {name: known[name] for name in drafts.names_on(page) - told if name in known}
    shown = paths_in(map(field_name, request.form.getlist("shown")), names)
    form = page_form(dict.fromkeys((*paths_in(request.form, names), *shown)))
    form.process(request.form)
    return form.values()


def questions_of(page: Page) -> Sequence[Question]:
    return [question for question, _groups in walk(page.questions)]


def other_language(collection: Collection, survey: Survey) -> str | None:
    """The language that the person asked to go on in, if it is offered."""
    wanted = request.form.get("lang")
    return wanted if wanted in at.offered(collection, survey) else None


# What is computed and was not touched ---------------------------------------------------------


def _with_beginnings(survey: Survey) -> frozenset[str]:
    """Names of the questions that begin with an answer, so that emptying them must be kept."""
    return frozenset(
        question.name
        for question in survey.questions
        if question.default is not None or question.calculation is not None
    )


def _computed(survey: Survey) -> list[Question]:
    return [question for question in survey.questions if question.calculation is not None]


def _merged(before: Walk, kept: Raw, raw: Raw) -> dict[str, list[str]]:
    """What was kept with what was posted over it, without computed answers that nobody touched.

    A page posts them with the rest, as they had been shown; kept, they would stand in the way of
    computing them again. So would one whose trigger has changed.
    """
    merged = {**kept, **raw}
    computed = {question.name: question for question in _computed(before.survey)}
    changed = {path for path in raw if _said(raw[path]) != _said(kept.get(path, []))}
    for path in list(merged):
        question = computed.get(name_of(path))
        if question is None or (path in changed and path in kept):
            continue
        if path not in kept:
            stale = merged[path] == form_values(question, before.beginning(path))
        else:
            stale = any(_triggers(question, path, other) for other in changed)
        if stale:
            del merged[path]
    return merged


def _said(values: Sequence[str]) -> list[str]:
    return [value for value in values if value]


def _triggers(question: Question, path: str, other: str) -> bool:
    """Whether the answer at ``other`` is one that makes the calculation at ``path`` run again."""
    here, there = around(path), around(other)
    near = here.startswith(there) or there.startswith(here)
    return near and name_of(other) in question.trigger
