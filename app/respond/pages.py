"""The respondent's pages, made from a collection, a survey and where the person stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.forms.dynamic import PageForm, field_name
from app.messages import answer_fault_text
from app.models import Collection, Draft
from app.respond import elsewhere
from app.respond import visit as at
from app.respond.questions import Look, answer_words, views
from app.respond.visit import Visit
from app.services.drafts import Raw, Walk, walk
from encuestas import AnswerFault, Page, Survey
from encuestas.definition import walk as questions_of


def page_url(slug: str, page_id: str | None, **more: Any) -> str:
    """The address of a page; None is the review."""
    if page_id is None:
        return url_for("respond.review", slug=slug, **more)
    return url_for("respond.page", slug=slug, page_id=page_id, **more)


def start_html(visit: Visit, survey: Survey, *, preview: bool, **more: Any) -> str:
    """The door: what it is for, who asks, and one button."""
    collection = visit.collection
    language = at.wanted_language(at.offered(collection, survey))
    at.speak(language)

    def words(key: str) -> str:
        return at.said(survey, at.own_text(collection, survey, key), language)

    return render_template(
        "respond/start.html",
        **at.frame(collection, survey, language, preview=preview),
        languages=at.links(collection, survey),
        purpose=words("purpose"),
        asked_by=words("asked_by"),
        minutes=survey.minutes,
        mode=collection.mode,
        legal=_legal(collection, survey, language),
        **more,
    )


def _legal(collection: Collection, survey: Survey, language: str) -> Mapping[str, str] | None:
    legal, own = survey.legal, collection.legal_notice or {}
    if legal is None:
        return {"notice": at.said(survey, own, language)} if own else None
    return {
        "basis": legal.basis,
        "notice": at.said(survey, own or legal.notice, language),
        "controller": at.said(survey, legal.controller, language),
        "retention": at.said(survey, legal.retention, language),
        "contact": at.said(survey, legal.contact, language),
    }


def page_html(
    frame: Mapping[str, Any],
    path: Walk,
    page: Page,
    form: PageForm,
    *,
    secret: str,
    language: str,
    faults: Sequence[AnswerFault] = (),
) -> str:
    """One page of questions with what was typed."""
    survey, ids = path.survey, path.page_ids()
    visible = path.visible(page.id)
    look = Look(
        survey=survey,
        language=language,
        visible=frozenset(visible),
        values=form.values(),
        faults={
            fault.question: answer_fault_text(fault, survey.question(fault.question), language)
            for fault in faults
        },
    )
    more = request.method == "GET" and "more" in request.args
    return render_template(
        "respond/page.html",
        **frame,
        page_title=look.text(page.title) or None,
        page_title_lang=at.foreign(survey, page.title, language),
        page_number=ids.index(page.id) + 1,
        page_count=len(ids),
        questions=views(page.questions, look),
        shown=visible,
        draft=secret,
        notice=_("Hay algo más que preguntarle en esta página.") if more else None,
    )


def review_html(visit: Visit, draft: Draft, survey: Survey) -> str:
    """Everything answered, before sending."""
    language = draft.language
    at.speak(language)
    path = walk(survey, draft.answers, now=visit.now)
    pages = path.page_ids()
    return render_template(
        "respond/review.html",
        **at.frame(visit.collection, survey, language, preview=draft.preview),
        answers=_answers(visit, path, draft.answers, language),
        faults=_faults(visit, path, language),
        send_url=url_for("respond.send", slug=visit.slug),
        back_url=page_url(visit.slug, pages[-1]) if pages else None,
        **elsewhere.ways(visit.slug, visit.secret, first=False),
        draft=visit.secret,
    )


def _answers(visit: Visit, path: Walk, raw: Raw, language: str) -> list[dict[str, Any]]:
    survey = path.survey
    look = Look(
        survey=survey,
        language=language,
        visible=frozenset(),
        values={},
        faults={},
    )
    return [
        {
            "label": look.text(question.label),
            "lang": at.foreign(survey, question.label, language),
            "answer": answer_words(
                survey,
                question,
                path.answers.get(question.name),
                raw=raw.get(question.name, ()),
                language=language,
            ),
            "url": _question_url(visit.slug, page.id, question.name),
        }
        for page, questions in path.route.pages
        for question, _path in questions
        if question.type != "note"
    ]


def _faults(visit: Visit, path: Walk, language: str) -> list[dict[str, str]]:
    return [
        {
            "text": answer_fault_text(fault, path.survey.question(fault.question), language),
            "label": path.survey.text(path.survey.question(fault.question).label, language),
            "url": _question_url(visit.slug, path.page_of(fault.question), fault.question),
        }
        for fault in path.faults
    ]


def _question_url(slug: str, page_id: str | None, question: str) -> str:
    return page_url(slug, page_id, _anchor=f"q-{field_name(question)}")


def typed_words(survey: Survey, page: Page, raw: Raw, language: str) -> list[tuple[str, str]]:
    """What somebody had typed on a page: each question with its values."""
    typed = []
    for question, _groups in questions_of(page.questions):
        values = raw.get(question.name, ())
        if words := answer_words(survey, question, None, raw=values, language=language):
            typed.append((survey.text(question.label, language), words))
    return typed
