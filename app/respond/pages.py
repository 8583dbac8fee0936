"""The respondent's pages, made from a collection, a survey and where the person stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.forms.dynamic import COUNT, field_name
from app.models import Collection, Draft
from app.respond import attached, elsewhere, growing, plan
from app.respond import visit as at
from app.respond.questions import Look, any_grows, shown_paths, views
from app.respond.script import script_data
from app.respond.visit import Visit
from app.respond.words import answer_words
from app.services import media as media_files
from app.services.drafts.drafts import Raw, Walk, walk
from app.words.messages import answer_fault_text
from encuestas import AnswerFault, Page, Question, Survey
from encuestas.definition import walk as questions_of
from encuestas.page_model import page_model
from encuestas.paths import around, name_of
from encuestas.types import MEDIA

SILENT = frozenset({"note"})
"""Types that have nothing to look at again before sending."""


def page_url(slug: str, page_id: str | None, **more: Any) -> str:
    """The address of a page; None is the review."""
    if page_id is None:
        return url_for("respond.review", slug=slug, **more)
    return url_for("respond.page", slug=slug, page_id=page_id, **more)


def start_html(
    visit: Visit,
    survey: Survey,
    *,
    preview: bool,
    language: str = "",
    organisation_id: str | None = None,
    **more: Any,
) -> str:
    """The door: what it is for, who asks, and one button. ``organisation_id``: who is invited."""
    collection = visit.collection
    language = language or at.wanted_language(at.offered(collection, survey))
    at.speak(language)

    def words(key: str) -> str:
        return at.said(survey, at.own_text(collection, survey, key), language)

    return render_template(
        "respond/start.html",
        **at.frame(collection, survey, language, preview=preview),
        languages=at.links(collection, survey),
        purpose=words("purpose"),
        plans=plan.views(visit, survey, language, organisation_id=organisation_id),
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
    raw: Raw,
    *,
    secret: str,
    language: str,
    media: Mapping[str, str],
    files: Mapping[str, attached.FileView],
    faults: Sequence[AnswerFault] = (),
) -> str:
    """One page of questions with what was typed."""
    survey, ids = path.survey, path.page_ids()
    model = page_model(survey, page.id, path.state, language=language)
    look = Look(
        path=path,
        language=language,
        values=raw,
        faults={fault.question: fault_words(survey, fault, language) for fault in faults},
        live=frozenset(item["n"] for item in model["items"]) if model else frozenset(),
        media=media,
        files=files,
    )
    questions = views(page.questions, look)
    return render_template(
        "respond/page.html",
        **frame,
        page_title=look.text(page.title) or None,
        page_title_lang=at.foreign(survey, page.title, language),
        page_number=ids.index(page.id) + 1,
        page_count=len(ids),
        questions=questions,
        shown=[field_name(each) for each in shown_paths(questions)],
        script=script_data(survey, page, model, language=language),
        grows=any_grows(questions),
        files=bool(attached.questions_of(page)),
        draft=secret,
        **_news(path, raw),
    )


def media_urls(slug: str, version_id: str, page: Page) -> dict[str, str]:
    """Addresses of the images and sounds of a version, if the page has any."""
    if not any(_has_media(question) for question, _groups in questions_of(page.questions)):
        return {}
    return {
        name: url_for("respond.media_file", slug=slug, name=name, v=mark)
        for name, mark in media_files.addresses(version_id).items()
    }


def _has_media(question: Question) -> bool:
    own = question.image or question.audio
    return bool(own) or any(choice.image or choice.audio for choice in question.choices)


def fault_words(survey: Survey, fault: AnswerFault, language: str) -> str:
    """What is missing and how to mend it; a repeat has faults too, and so has the whole."""
    question = survey.question(fault.name) if survey.has(fault.name) else None
    return answer_fault_text(fault, question, language)


def _news(path: Walk, raw: Raw) -> dict[str, str | None]:
    """What to say above the questions: that there are more, or that some were taken away."""
    asked = request.args if request.method == "GET" else {}
    notice = undo = None
    if "more" in asked:
        notice = _("Hay algo más que preguntarle en esta página.")
    elif (repeat := asked.get("removed")) in path.route.counts:
        notice = _("Lo quitamos de la lista.")
        undo = repeat if growing.spare(raw, path, repeat) else None
    return {"notice": notice, "undo": undo}


def review_html(visit: Visit, draft: Draft, survey: Survey) -> str:
    """Everything answered, before sending."""
    language = draft.language
    at.speak(language)
    path = walk(survey, draft.answers, now=visit.now, draft=draft)
    pages = path.page_ids()
    asked = {q.name: q for q in survey.questions if q.type in MEDIA}
    files = attached.held(visit, draft, asked)
    return render_template(
        "respond/review.html",
        **at.frame(visit.collection, survey, language, preview=draft.preview),
        answers=_answers(visit, path, draft.answers, language, files=files),
        faults=_faults(visit, path, language),
        send_url=url_for("respond.send", slug=visit.slug),
        back_url=page_url(visit.slug, pages[-1]) if pages else None,
        **elsewhere.ways(visit.slug, visit.secret, first=False),
        draft=visit.secret,
        revising=draft.revises_id is not None,
    )


def _answers(
    visit: Visit,
    path: Walk,
    raw: Raw,
    language: str,
    *,
    files: Mapping[str, attached.FileView],
) -> list[dict[str, Any]]:
    survey = path.survey
    look = Look(path=path, language=language, values=raw)
    return [
        {
            "within": _within(look, at_path),
            "label": look.text(question.label, around(at_path)),
            "lang": at.foreign(survey, question.label, language),
            "answer": (
                files[held].words
                if question.type in MEDIA and (held := path.route.value(at_path)) in files
                else answer_words(
                    survey,
                    question,
                    path.route.value(at_path),
                    raw=raw.get(at_path, ()),
                    language=language,
                )
            ),
            "url": None if question.read_only else _question_url(visit.slug, page.id, at_path),
        }
        for page, questions in path.route.pages
        for question, at_path in questions
        if question.type not in SILENT
    ]


def _within(look: Look, path: str) -> str:
    """The instances that an answer stands in, in words: Persona 2, Hijo 1."""
    words = []
    for place in around(path).split("/") if "/" in path else ():
        name, _, position = place.removesuffix("]").partition("[")
        group = next(g for g in look.survey.groups(name_of(path)) if g.name == name)
        words.append(f"{look.text(group.label)} {position}".strip())
    return ", ".join(words)


def _faults(visit: Visit, path: Walk, language: str) -> list[dict[str, str]]:
    survey = path.survey
    return [
        {
            "text": fault_words(survey, fault, language),
            "label": _label(path, fault, language),
            "url": _question_url(visit.slug, path.page_of(fault.question), fault.question),
        }
        for fault in path.faults
    ]


def _label(path: Walk, fault: AnswerFault, language: str) -> str:
    if not path.survey.has(fault.name):
        return ""
    look = Look(path=path, language=language, values={})
    return look.text(path.survey.question(fault.name).label, around(fault.question))


def _question_url(slug: str, page_id: str | None, path: str) -> str:
    return page_url(slug, page_id, _anchor=f"q-{field_name(path)}")


def typed_words(survey: Survey, page: Page, raw: Raw, language: str) -> list[tuple[str, str]]:
    """What somebody had typed on a page: each question with its values."""
    labels = {question.name: question for question, _groups in questions_of(page.questions)}
    typed = []
    for path, values in raw.items():
        question = labels.get(name_of(path))
        if question is None or path.endswith(COUNT):
            continue
        if words := answer_words(survey, question, None, raw=values, language=language):
            typed.append((survey.text(question.label, language), words))
    return typed
