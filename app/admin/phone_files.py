"""Files that phones saved because they could not send: loaded by staff, and received as usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.frame import frame, plain
from app.errors import Problem
from app.forms.items import take_in
from app.models.columns import utc_now
from app.permissions import Permission, requires
from app.services import collections
from app.services.attachments import saved
from app.services.attachments.saved import Kept, Saved
from app.services.fieldwork.handing_over import hand_over, items_in, note_file
from app.services.receiving.inbox import Outcome
from app.services.receiving.rule import Verdict
from app.services.receiving.shape import MOST_ITEMS
from app.uploads import MOST_BYTES, let_file_in
from app.words.attached import refusal
from app.words.messages import problem_words
from app.words.verdicts import verdict_words

LOADING = {"admin.review_file", "admin.load_sealed"}


@admin.url_value_preprocessor
def _allow_large_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: afterwards the usual limit would have refused it."""
    if endpoint in LOADING:
        let_file_in(MOST_BYTES, body=MOST_BYTES)


@admin.post("/<slug>/review/file")
@requires(Permission.MANAGE)
def review_file(slug: str) -> ResponseReturnValue:
    """Responses that a phone could not send, with the files that they name."""
    collection = collections.find(slug)
    with _sent() as file:
        items = _items_in(file)
        if file is None or items is None:
            told = _("Ese archivo no tiene respuestas guardadas por un teléfono. Elija otro.")
            flash(told, "error")
            return redirect(url_for("admin.review_list", slug=slug), 303)
        outcomes: list[Outcome] = []
        for start in range(0, len(items), MOST_ITEMS):
            outcomes += take_in(items[start : start + MOST_ITEMS], small=False)
        kept = saved.keep(file, data=current_app.config["CABILDO_DATA"])
    counts = Counter(outcome.verdict for outcome in outcomes)
    return render_template(
        "admin/review_file.html",
        **frame(collection),
        counts=[
            (words(counts[verdict]), counts[verdict])
            for verdict, words in _COUNTED.items()
            if counts[verdict]
        ]
        + _counted(kept),
        others=[
            (number, *words)
            for number, outcome in enumerate(outcomes, start=1)
            if (words := verdict_words(outcome.verdict, outcome.reason, outcome.problem))
        ],
        files=[(plain(each.name), *_why(each)) for each in kept if each.fault],
    )


@admin.post("/<slug>/fieldwork/file")
@requires(Permission.MANAGE)
def load_sealed(slug: str) -> Response:
    """Interviews that an interviewer's phone could not send, with the files that they name."""
    collections.find(slug)
    data = current_app.config["CABILDO_DATA"]
    with _sent() as file:
        items = items_in(file.told) if file else None
        if file is None or items is None:
            flash(_("Ese archivo no es de un teléfono de entrevistas. Elija otro."), "error")
            return redirect(url_for("admin.field_work", slug=slug), 303)
        told = hand_over(items, data=data, user=None, now=utc_now())
        homes = {each["id"]: each["collection"] for each in told if "collection" in each}
        kept = saved.keep(file, data=data, homes=homes)
    refused = sum(each["status"] == "refused" for each in told)
    note_file(slug, user=current_user, items=len(told), refused=refused)
    words = _("Recibidos: %(good)s. No se pudieron abrir: %(bad)s.",
              good=len(told) - refused, bad=refused)  # fmt: skip
    flash(words, "warn" if refused else "ok")
    for each in kept:
        if each.fault:
            flash(" ".join([f"«{plain(each.name)}»:", *_why(each)]), "warn")
    if kept:
        flash("; ".join(f"{count} {words}" for words, count in _counted(kept)) + ".", "ok")
    return redirect(url_for("admin.field_work", slug=slug), 303)


@contextmanager
def _sent() -> Iterator[Saved | None]:
    sent = request.files.get("file")
    if sent is None:
        yield None
        return
    with saved.opened(sent.stream) as file:
        yield file


def _items_in(file: Saved | None) -> list[object] | None:
    """The responses in a phone's file; None if it is none."""
    if file is None or file.told.get("cabildo") != 1:
        return None
    items = file.told.get("responses")
    return items if isinstance(items, list) and (items or file.files) else None


_COUNTED = {
    Verdict.STORED: lambda n: ngettext("guardada", "guardadas", n),
    Verdict.SAME: lambda n: ngettext("ya estaba", "ya estaban", n),
    Verdict.CONFLICT: lambda n: ngettext("con otra en su lugar", "con otra en su lugar", n),
    Verdict.QUARANTINED: lambda n: ngettext("por revisar", "por revisar", n),
    Verdict.REFUSED: lambda n: ngettext("no se recibió", "no se recibieron", n),
}


def _counted(kept: Sequence[Kept]) -> list[tuple[str, int]]:
    """What became of the files, in words with their counts."""
    new = sum(each.new for each in kept)
    bad = sum(each.fault is not None for each in kept)
    old = len(kept) - new - bad
    counts = [
        (ngettext("archivo adjunto guardado", "archivos adjuntos guardados", new), new),
        (
            ngettext("archivo adjunto ya estaba", "archivos adjuntos ya estaban", old),
            old,
        ),
        (ngettext("archivo adjunto no se recibió", "archivos adjuntos no se recibieron", bad), bad),
    ]
    return [(words, count) for words, count in counts if count]


def _why(kept: Kept) -> tuple[str, str]:
    fault = kept.fault
    if fault is None:
        return "", ""
    return problem_words(fault if isinstance(fault, Problem) else refusal(fault))
