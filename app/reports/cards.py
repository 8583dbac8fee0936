"""Invitations as a sheet of cards to be cut: QR code, short address and spoken code on each."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import segno
import typst
from flask_babel import force_locale
from flask_babel import gettext as _

from app.language import locale_of
from app.models import Mode
from app.services.invitations.letters import Said, Writer
from app.services.invitations.listing import Line

TEMPLATE = Path(__file__).with_name("cards.typ")
Data = dict[str, Any]


def cards_pdf(writer: Writer, lines: Sequence[Line], *, lang: str) -> bytes:
    """A tagged PDF (PDF/UA-1), eight cards a page, each in the language of who gets it."""
    data = {
        "lang": lang,
        "title": _("Invitaciones: %(title)s", title=writer.title(lang)),
        "simulated": _("Simulado: esto es una demostración.")
        if writer.collection.simulated
        else "",
        "cards": list(_cards(writer, lines)),
    }
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"sheet": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,  # the same sheet on every machine
        pdf_standards="ua-1",
    )
    return bytes(made)


def _cards(writer: Writer, lines: Sequence[Line]) -> Iterator[Data]:
    for line in lines:
        said = writer.said(line)
        with force_locale(locale_of(said.language)):
            yield _card(line, said, anonymous=writer.collection.mode == Mode.ANONYMOUS)


def _card(line: Line, said: Said, *, anonymous: bool) -> Data:
    return {
        "lang": said.language,
        "title": said.title,
        "to": line.name,
        "qr": _qr(said.link),
        "alt": _("Código QR: abre %(link)s", link=said.link),
        "scan": _("Lea este código con la cámara de su teléfono."),
        "or": _("O escriba en su navegador:"),
        "door": said.door.partition("://")[2],
        "then": _("y ahí este código:"),
        "code": said.code,
        "mode": _("Anónima: no se guarda qué respondió usted.")
        if anonymous
        else _("Confidencial: se publican solo resultados de grupos."),
    }


def _qr(link: str) -> str:
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="svg", border=0, scale=4, xmldecl=False)
    return picture.getvalue().decode()
