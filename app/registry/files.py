"""Files of the register: brought in after a look at what they would change, and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from werkzeug.utils import secure_filename

from app.language import current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.registry.blueprint import column_name, noun_of, registry, title_of
from app.services.imports.faults import ImportRefused
from app.services.register import register_edit, register_files
from app.services.register.places import COLUMNS, MORE, Noun
from app.services.register.register_files import Outcome, RegisterRefused
from app.uploads import on_disk
from app.words.imports import import_fault_text
from app.words.register import register_fault_text

SHOWN = 200
"""Lines of a preview that a page lists one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """A file that was looked at: its text, and what it would change or what is wrong with it."""

    name: str
    text: str = ""
    outcome: Outcome | None = None
    unused: tuple[str, ...] = ()
    faults: tuple[tuple[str, str, str], ...] = ()  # row, column, words


@registry.get("/<word>/import")
@requires(Permission.REGISTER, everywhere=True)
def import_page(word: str) -> str:
    return _page(noun_of(word), None)


@registry.post("/<word>/import")
@requires(Permission.REGISTER, everywhere=True)
def look(word: str) -> ResponseReturnValue:
    """What the file would do. Nothing is stored: the page holds its text until it is confirmed."""
    noun = noun_of(word)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        flash(_("Elija primero un archivo CSV."), "error")
        return _page(noun, None), HTTPStatus.UNPROCESSABLE_ENTITY
    if getattr(sent.stream, "cut", False):
        flash(_("El archivo tiene más de 1 MB. Divídalo y cargue una parte tras otra."), "error")
        return _page(noun, None), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    looked = _look(noun, secure_filename(sent.filename) or "lista.csv", sent.stream.read())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if looked.faults else HTTPStatus.OK
    return _page(noun, looked), status


@registry.post("/<word>/import/confirm")
@requires(Permission.REGISTER, everywhere=True)
def confirm(word: str) -> ResponseReturnValue:
    """Store what was looked at. What became wrong meanwhile is shown instead."""
    noun = noun_of(word)
    name = secure_filename(request.form.get("name", "")) or "lista.csv"
    text = request.form.get("text", "")
    try:
        with on_disk(text.encode(), name) as path:
            file = register_files.open_file(noun, path)
            outcome = register_files.register_file(noun, file, actor=current_user)
    except (ImportRefused, RegisterRefused):
        looked = _look(noun, name, text.encode())
        return _page(noun, looked), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(" ".join(counts(outcome)), "ok")
    return redirect(url_for("registry.rows", word=noun), HTTPStatus.SEE_OTHER)


@registry.post("/<word>/export")
@requires(Permission.REGISTER)
def export(word: str) -> Response:
    """A post: it is noted who took contacts away."""
    noun = noun_of(word)
    lines = register_edit.exported(noun, actor=current_user, scope=scope_of(current_user))
    return Response(
        lines,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{noun}.csv"'},
    )


def counts(outcome: Outcome) -> list[str]:
    """How many rows are new, changed and as they were."""
    return [
        ngettext("%(num)d fila nueva.", "%(num)d filas nuevas.", len(outcome.added)),
        ngettext("%(num)d fila cambia.", "%(num)d filas cambian.", len(outcome.changed)),
        ngettext("%(num)d fila queda igual.", "%(num)d filas quedan igual.", outcome.unchanged),
    ]


def _look(noun: Noun, name: str, content: bytes) -> _Looked:
    try:
        with on_disk(content, name) as path:
            file = register_files.open_file(noun, path)
            outcome = register_files.preview_file(noun, file)
            return _Looked(
                name=name,
                text=content.decode(file.encoding),
                outcome=outcome,
                unused=tuple(register_files.unused_columns(noun, file)),
            )
    except ImportRefused as refused:
        wrong = [("", "", import_fault_text(fault)) for fault in refused.faults]
    except RegisterRefused as refused:
        wrong = [
            (str(fault.row), fault.column or "", register_fault_text(fault))
            for fault in refused.faults
        ]
    return _Looked(name=name, faults=tuple(wrong))


def _page(noun: Noun, looked: _Looked | None) -> str:
    told = looked.outcome if looked else None
    return render_template(
        "registry/import.html",
        lang=current_language(),
        languages=language_links() if looked is None else (),
        noun=noun,
        title=title_of(noun),
        looked=looked,
        counts=counts(told) if told else [],
        something=bool(told and (told.added or told.changed)),
        shown=SHOWN,
        required=[(name, column_name(name)) for name in COLUMNS[noun] if name != "active"],
        optional=[
            (name, column_name(name))
            for name in dict.fromkeys((*COLUMNS[noun], *MORE[noun]))
            if name == "active" or name not in COLUMNS[noun]
        ],
    )
