"""Open answers: read on a page, counted by their words, taken away to be coded and brought back."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from app.analytics.asking import analytics
from app.config import MAX_BODY_BYTES
from app.errors import Problem
from app.language import current_language, language_links
from app.permissions import Permission, may, requires, scope_of
from app.reports.words import number
from app.services.imports.faults import ImportRefused
from app.services.imports.table import open_csv
from app.services.searching import printable
from app.services.texts import coding, reading
from app.services.texts.coding import Looked
from app.services.texts.reading import Texts
from app.uploads import let_file_in, let_text_in, on_disk
from app.words.imports import import_fault_text
from app.words.messages import problem_words

FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LARGEST = 4 * MAX_BODY_BYTES
SHOWN = 200


@dataclass(frozen=True, slots=True)
class _File:
    """What was sent: its text, what it would do, and why it can't be read if it can't."""

    text: str = ""
    looked: Looked | None = None
    fault: str = ""


@analytics.url_value_preprocessor
def _let_codes_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "analytics.look_at_codes":
        let_file_in(LARGEST, body=LARGEST + MAX_BODY_BYTES)
    elif endpoint == "analytics.keep_codes":
        let_text_in(4 * LARGEST)


@analytics.get("/analysis/<slug>/texts")
@requires(Permission.ANALYSE, noted="texts.read")
def texts(slug: str) -> str:
    """``question``, ``q`` (words that all are there), ``code`` and ``from``."""
    lang, asked = current_language(), request.args
    start = asked.get("from", "")
    found = reading.texts(
        slug,
        asked.get("question") or None,
        search=asked.get("q", ""),
        code=asked.get("code", ""),
        first=int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 0,
        scope=scope_of(current_user),
    )
    kept = {name: printable(asked.get(name, "")) or None for name in ("question", "q", "code")}
    return render_template(
        "analytics/texts.html",
        **_frame(found, lang),
        kept=kept,
        languages=language_links(**kept),
        text=printable(asked.get("q", ""))[: reading.LONGEST_SEARCH],
        code=asked.get("code", ""),
        page=reading.PAGE,
        longest=reading.LONGEST_SEARCH,
        may_take=may(current_user, Permission.EXPORT),
        may_see=may(current_user, Permission.MANAGE),
    )


@analytics.post("/analysis/<slug>/texts.<fmt>")
@requires(Permission.EXPORT)
def take_texts(slug: str, fmt: str) -> Response:
    """A post: it is noted who took the answers away."""
    if fmt not in FORMATS:
        abort(404)
    question = request.form.get("question", "")
    body = coding.sheet(slug, question, fmt, actor=current_user, scope=scope_of(current_user))
    name = f"{slug}-{question}-para-codificar.{fmt}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=FORMATS[fmt], headers=headers)


@analytics.get("/analysis/<slug>/texts/codes")
@requires(Permission.EXPORT)
def codes_page(slug: str) -> str:
    return _html(slug, request.args.get("question", ""), None)


@analytics.post("/analysis/<slug>/texts/codes")
@requires(Permission.EXPORT)
def look_at_codes(slug: str) -> ResponseReturnValue:
    """What each row would do. Nothing is stored: the page holds the text until it is confirmed."""
    question, sent = request.form.get("question", ""), request.files.get("file")
    if sent is not None and getattr(sent.stream, "cut", False):
        words = _("El archivo tiene más de 4 MB. Divídalo y cargue una parte tras otra.")
        html = _html(slug, question, _File(fault=words))
        return html, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    file = _look(slug, question, sent.stream.read() if sent is not None else b"")
    good = file.looked is not None and not file.looked.faulty
    return _html(slug, question, file), HTTPStatus.OK if good else HTTPStatus.UNPROCESSABLE_ENTITY


@analytics.post("/analysis/<slug>/texts/codes/confirm")
@requires(Permission.EXPORT)
def keep_codes(slug: str) -> ResponseReturnValue:
    question = request.form.get("question", "")
    file = _look(slug, question, request.form.get("text", "").encode("utf-8", "replace"))
    if file.looked is None or not file.looked.ready:
        return _html(slug, question, file), HTTPStatus.UNPROCESSABLE_ENTITY
    count = coding.save(slug, question, file.looked, actor=current_user)
    words = ngettext("Se guardaron los códigos de %(count)s respuesta.",
                     "Se guardaron los códigos de %(count)s respuestas.",
                     count, count=number(count, current_language()))  # fmt: skip
    flash(words, "ok")
    address = url_for("analytics.texts", slug=slug, question=question)
    return redirect(address, HTTPStatus.SEE_OTHER)


def _look(slug: str, question: str, content: bytes) -> _File:
    if not content.strip():
        return _File(fault=_("Elija primero un archivo CSV."))
    try:
        with on_disk(content, "codes.csv") as path:
            file = open_csv(path, coding.COLUMNS)
            looked = coding.look(slug, question, file, scope=scope_of(current_user))
            return _File(content.decode(file.encoding), looked)
    except ImportRefused as refused:
        return _File(fault=" ".join(import_fault_text(fault) for fault in refused.faults))
    except Problem as problem:
        return _File(fault=" ".join(problem_words(problem)))


def _html(slug: str, question: str, file: _File | None) -> str:
    found = reading.texts(slug, question or None, scope=scope_of(current_user))
    looked = file.looked if file else None
    return render_template(
        "analytics/texts_codes.html",
        **_frame(found, current_language()),
        languages=language_links(question=question) if file is None else (),
        file=file,
        looked=looked,
        faulty=[(each.row, *problem_words(each.problem)) for each in looked.faulty]
        if looked
        else [],
        shown=SHOWN,
        separator=coding.SEPARATOR,
        no_code=coding.NO_CODE,
    )


def _frame(found: Texts, lang: str) -> dict[str, Any]:
    survey, collection = found.survey, found.collection
    return {
        "lang": lang,
        "simulated": collection.simulated,
        "slug": collection.slug,
        "title": survey.text(collection.texts.get("title") or survey.title, lang),
        "found": found,
        "questions": [
            (each.name, survey.text(each.label, lang) or each.name) for each in found.questions
        ],
        "asked": survey.text(found.question.label, lang) if found.question else "",
    }
