"""Files on a respondent's page: taken out of a post, shown again, and given to who sent them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Request, request, url_for
from flask_babel import gettext as _

from app.forms.dynamic import FILE, path_of, paths_in
from app.models import Attachment, Collection, Draft
from app.respond.visit import Visit
from app.respond.words import size_words
from app.services import collections
from app.services.attachments import attachments
from app.services.attachments.attachments import Upload, accepted, limit_mb
from app.uploads import FileRequest
from encuestas import AnswerFault, Page, Question, Survey
from encuestas.definition import walk
from encuestas.paths import name_of
from encuestas.plan import plan_of
from encuestas.types import MEDIA

_PICKERS: Mapping[str, str] = {"image": "image/*", "audio": "audio/*", "video": "video/*"}


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that was handed in. ``url``: where its owner sees it; None until it has arrived."""

    name: str
    words: str
    url: str | None


@dataclass(frozen=True, slots=True)
class FileField:
    """What may be chosen: ``picker`` for the phone, ``limit`` in words and in megabytes."""

    picker: str
    limit: str
    limit_mb: int
    accepted: str
    pixels: int | None
    held: FileView | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a post's files became: answers by path, and what was wrong with those not kept."""

    answers: Mapping[str, list[str]] = field(default_factory=dict)
    faults: Sequence[AnswerFault] = ()


def questions_of(page: Page) -> dict[str, Question]:
    """The page's questions that take a file, by name."""
    asked = (question for question, _groups in walk(page.questions))
    return {q.name: q for q in asked if q.type in MEDIA and not q.read_only}


def allow(asked: Request, collection: Collection, page_id: str) -> bool:
    """Let a post to the page have files, if the page asks for any."""
    if asked.mimetype != "multipart/form-data" or not isinstance(asked, FileRequest):
        return False
    pages = collections.fielded(collection).pages
    limits = [
        limit_mb(question)
        for page in pages
        if page.id == page_id
        for question in questions_of(page).values()
    ]
    if limits:
        asked.allow_files(max(limits) * attachments.MB)
    return bool(limits)


def take(visit: Visit, draft: Draft, survey: Survey, page: Page) -> Taken:
    """Keep the files of a post with the draft. The caller commits."""
    asked = questions_of(page)
    names = {name: plan_of(survey).names[name] for name in asked}
    answers: dict[str, list[str]] = {}
    faults = []
    dropped = [request.form["drop"]] if "drop" in request.form else []
    for path in paths_in(dropped, names):
        answers[path] = []
    for path in paths_in((key.removesuffix(FILE) for key in request.files), names):
        upload = _upload(path)
        if upload is None:
            continue
        kept = attachments.keep(draft, asked[name_of(path)], path, upload, today=visit.now.date())
        if isinstance(kept, AnswerFault):
            faults.append(kept)
        else:
            answers[path] = [kept.name]
    return Taken(answers, faults)


def _upload(path: str) -> Upload | None:
    """The file that was chosen there; a field that was left alone is sent without a name."""
    sent = [
        each
        for key in request.files
        if path_of(key.removesuffix(FILE)) == path
        for each in request.files.getlist(key)
        if each.filename
    ]
    if not sent:
        return None
    return Upload(sent[0].stream, sent[0].filename or "", getattr(sent[0].stream, "cut", False))


def held(visit: Visit, draft: Draft, questions: Mapping[str, Question]) -> dict[str, FileView]:
    """What the draft has of files, by name; not looked up where nothing asks for any."""
    if not questions:
        return {}
    rows = attachments.of_instance(draft.collection_id, draft.instance_id)
    return {name: _view(visit.slug, row) for name, row in rows.items()}


def _view(slug: str, row: Attachment) -> FileView:
    size = row.size if row.arrived else row.sent_size
    words = row.original or row.name
    if size is not None:
        words = f"{words} ({size_words(size)})"
    url = url_for("respond.file", slug=slug, key=row.id) if row.arrived else None
    return FileView(row.name, words, url)


def field_of(question: Question, names: Sequence[str], files: Mapping[str, FileView]) -> FileField:
    """What the page says of a question that takes a file, before anything is chosen."""
    limit = limit_mb(question)
    if question.type == "file":
        words = _(
            "Un archivo de hasta %(limit)s MB: PDF, documento, planilla, foto, audio o video.",
            limit=limit,
        )
    else:
        words = _("De hasta %(limit)s MB: %(accepted)s.", limit=limit, accepted=accepted(question))
    name = next((name for name in names if name), None)
    own = files.get(name) if name else None
    if name and own is None:
        own = FileView(name, name, None)
    return FileField(
        picker=_PICKERS.get(question.type, ""),
        limit=words,
        limit_mb=limit,
        accepted=accepted(question),
        pixels=getattr(question.settings, "max_pixels", None),
        held=own,
    )
