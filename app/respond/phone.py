"""The document with which a phone asks a whole survey by itself, the same for everybody."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from app.assets import FOLDER, Packed, pack
from app.models import Collection, Mode, VersionState
from app.models.columns import utc_now
from app.respond import pages
from app.respond import visit as at
from app.respond.questions import GroupView, Look, views
from app.respond.script import script_data
from app.services import collections, surveys
from app.services.attachments.attachments import asks_for_files
from app.services.drafts.drafts import Walk
from app.services.receiving.rule import ZONE
from app.signing import keyed
from app.words.attached import blanks, file_words
from app.words.faults import ANSWERS
from encuestas import ErrorCode, Page, Survey, route_of
from encuestas.plan import plan_of
from encuestas.state import solve
from encuestas.survey_model import ALL, blank_answers, runs_alone, survey_model, whole

_SCRIPTS = {
    "timed": ("logic", "logic.js"),
    "more": ("more", "logic-more.js"),
    "dressed": ("widgets", "widgets.js"),
    "repeats": ("repeats", "repeats.js"),
    "chance": ("chance", "chance.js"),
    "files": ("files", "files.js"),
}
"""What the document's script loads where the model says so, and how it is told."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which document: a collection's survey as it was at a correction of a version."""

    collection: Collection
    survey: Survey
    version_id: str
    version: str
    correction: int
    invited: bool

    def address(self, language: str) -> str:
        """Where the document in that language is. A new release of the software has new ones."""
        return url_for(
            "respond.phone_page",
            slug=self.collection.slug,
            v=self.version,
            c=self.correction,
            lang=language,
            r=release(),
            k=None if self.collection.public else _key(self.collection),
            i=1 if self.invited else None,
        )


def find(
    collection: Collection,
    version: str | None = None,
    correction: int | None = None,
    *,
    invited: bool = False,
) -> Asked | None:
    """The survey of a document; None if there is no such one, or phones can't ask it alone.

    ``invited``: as those are asked who have a personal link, which tells who they are.
    """
    known = invited and collection.respondent == "organisation"
    row = collection.version
    if version is not None and version != row.name:
        found = surveys.find_named(row.survey_id, version)
        if found is None:
            return None
        row = found
    newest = surveys.newest_text(row.id).correction
    correction = newest if correction is None else correction
    if row.state != VersionState.PUBLISHED or not 0 <= correction <= newest:
        return None
    survey = collections.fielded(collection, row.id, correction, invited=known)
    if not runs_alone(survey):
        return None
    return Asked(collection, survey, row.id, row.name, correction, known)


def address(collection: Collection, language: str, *, invited: bool = False) -> str | None:
    """Where the newest document of a collection is; None if phones can't ask it alone."""
    asked = find(collection, invited=invited)
    return asked.address(language) if asked else None


def has_key(collection: Collection, key: str) -> bool:
    """Whether the address is one that staff were given: a survey that only interviewers ask."""
    return hmac.compare_digest(key.encode(), _key(collection).encode())


def _key(collection: Collection) -> str:
    return keyed(f"phone document {collection.id}").hex()[:32]


@cache
def release() -> str:
    """A fingerprint of all that makes a document what it is, apart from the survey."""
    folders = (FOLDER, FOLDER.parent / "templates" / "respond", FOLDER.parent / "respond")
    kinds = {".css", ".html", ".js", ".py"}
    files = sorted(p for folder in folders for p in folder.rglob("*.*") if p.suffix in kinds)
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def document(asked: Asked, language: str) -> Packed:
    """The document, made once for all that it depends on."""
    at.speak(language)
    frame = at.frame(asked.collection, asked.survey, language)
    media = _media(asked)
    model = _model(asked, language)
    told = json.dumps([frame, media, model, asked.address(language)], default=str, sort_keys=True)
    key = "document/" + hashlib.sha256(told.encode()).hexdigest()
    kept = asked.survey.cache.get(key)
    if not isinstance(kept, Packed):
        html = _html(asked, language, frame, media, model)
        kept = asked.survey.cache[key] = pack(html.encode(), "text/html; charset=utf-8")
    return kept


def _model(asked: Asked, language: str) -> dict[str, Any]:
    collection = asked.collection
    codes = at.offered(collection, asked.survey)
    files = {"files": 1} if asks_for_files(asked.survey) else {}
    return survey_model(asked.survey, language=language) | {
        "slug": collection.slug,
        "title": asked.survey.text(at.own_text(collection, asked.survey, "title"), language),
        "version": asked.version,
        "correction": asked.correction,
        "anonymous": int(collection.mode == Mode.ANONYMOUS),
        "docs": {code: asked.address(code) for code in codes},
        **files,
    }


def _media(asked: Asked) -> Mapping[str, str]:
    page = whole(asked.survey).page(ALL)
    return pages.media_urls(asked.collection.slug, asked.version_id, page)


def _html(
    asked: Asked,
    language: str,
    frame: Mapping[str, Any],
    media: Mapping[str, str],
    model: Mapping[str, Any],
) -> str:
    survey = whole(asked.survey)
    state = solve(survey, blank_answers(survey), now=utc_now().astimezone(ZONE), language=language)
    look = Look(
        path=Walk(survey, route_of(state), {}, ()),
        language=language,
        values={},
        live=frozenset(plan_of(survey).names),
        media=media,
        whole=True,
    )
    groups = {view.path: view for view in views(survey.page(ALL).questions, look)}
    links = at.links(asked.collection, asked.survey)
    return render_template(
        "respond/phone.html",
        **frame,
        languages=[(code, name, asked.address(code)) for code, name, _url in links],
        pages=[
            _page(asked.survey, page, groups[f"/{page.id}"], language)
            for page in asked.survey.pages
            if f"/{page.id}" in groups
        ],
        slug=asked.collection.slug,
        start_url=url_for("respond.start_page", slug=asked.collection.slug),
        script=script_data(
            asked.survey, survey.page(ALL), model, language=language, more=_words(asked.survey)
        ),
        scripts=dict(told for key, told in _SCRIPTS.items() if key in model),
    )


def _page(survey: Survey, page: Page, view: Any, language: str) -> dict[str, Any]:
    """One page as the template wants it."""
    items = view.questions
    alone = items[0] if not page.title and len(items) == 1 else None
    is_group = isinstance(alone, GroupView) or getattr(alone, "type", "") == "repeat"
    return {
        "id": page.id,
        "title": view.label,
        "questions": items,
        "single": alone is not None and not is_group,
        "grouped": bool(alone is not None and is_group and alone.label),
    }


_CHECKS = {
    "rank": (ErrorCode.RANK_TIE, ErrorCode.RANK_GAP, ErrorCode.RANK_INCOMPLETE),
    "date": (ErrorCode.NOT_A_DATE,),
    "time": (ErrorCode.NOT_A_TIME,),
    "dateTime": (ErrorCode.NOT_A_DATE_TIME,),
    "geopoint": (
        *(ErrorCode.POINT_INCOMPLETE, ErrorCode.NOT_A_POINT),
        *(ErrorCode.NOT_A_LATITUDE, ErrorCode.NOT_A_LONGITUDE),
    ),
    "geotrace": (ErrorCode.TOO_FEW_POINTS, ErrorCode.NOT_A_POINT),
    "geoshape": (ErrorCode.TOO_FEW_POINTS, ErrorCode.NOT_A_POINT),
    "range": (ErrorCode.NOT_A_STEP,),
}
"""Faults of fields that the phone has to tell by itself."""
_BLANKS = ("value", "position", "missing", "points", "minimum", "below", "above")


def _words(survey: Survey) -> dict[str, str]:
    types = {question.type for question in survey.questions}
    codes = dict.fromkeys(c for kind, codes in _CHECKS.items() if kind in types for c in codes)
    told = {code.value: _(ANSWERS[code], **blanks(*_BLANKS)) for code in codes}
    if asks_for_files(survey):
        told |= file_words()
    return told | {
        "page": _("Página %(n)s de %(total)s", **blanks("n", "total")),
        "removed": _("Lo quitamos de la lista."),
        "undo": _("Deshacer"),
        "before": _("Falta algo antes de enviar"),
        "change": _("Cambiar"),
        "none": _("Sin respuesta"),
        "locale": str(get_locale()).replace("_", "-"),
    }
