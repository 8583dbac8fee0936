"""A survey as a clean printed form: values for `paper.typ`, which Typst sets.

Texts reach Typst as data and never as markup, so nothing that somebody wrote can be read as one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
import typst
from flask_babel import gettext as _

from app.reports.paper_words import Wording
from encuestas import Group, Question, Survey
from encuestas.definition import GroupKind, LegalBasis, Page
from encuestas.paper import (
    MOST_CHOICES,
    Code,
    blocks,
    codes,
    numbers,
    paper,
    printed,
    printed_inside,
    taken_apart,
)
from encuestas.paper_skips import skips_of
from encuestas.types import PaperKind

TEMPLATE = Path(__file__).with_name("paper.typ")
SIZES = {"letter": "us-letter", "a4": "a4"}
"""Chile prints on letter."""
_GRIDS = {PaperKind.BOXES, PaperKind.MARKS}
Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is printed beside the questions. ``address`` is what the QR code holds."""

    survey: Survey
    language: str
    title: str
    asked_by: str = ""
    purpose: str = ""
    notice: str = ""
    anonymous: bool | None = None
    simulated: bool = False
    edition: str
    address: str
    size: str = "letter"


def paper_pdf(form: Form) -> bytes:
    """The form as a tagged PDF (PDF/UA-1)."""
    data = json.dumps(form_data(form), ensure_ascii=False)
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"form": data},
        ignore_system_fonts=True,  # the same form on every machine
        pdf_standards="ua-1",
    )
    return bytes(made)


def form_data(form: Form) -> Data:
    """Everything that the template prints, in its order."""
    writer = _Writer(form.survey, form.language)
    items = [item for page in form.survey.pages for item in writer.page(page)]
    return {
        "lang": form.language,
        "paper": SIZES[form.size],
        "title": form.title,
        "asked_by": form.asked_by,
        "purpose": form.purpose,
        "edition": form.edition,
        "simulated": _("Simulado: esto es una demostración.") if form.simulated else "",
        "legal": _legal(form, writer.words),
        "instructions": _instructions(),
        "qr": _qr(form.address),
        "words": _template_words(form),
        "items": items,
        "annex": writer.annex,
    }


def items(survey: Survey, language: str) -> tuple[list[Data], list[Data]]:
    """What a form asks, in its order, and the lists that are too long to stand with a question."""
    writer = _Writer(survey, language)
    return [item for page in survey.pages for item in writer.page(page)], writer.annex


def _template_words(form: Form) -> Data:
    return {
        "folio": _("Folio"),
        "date": _("Fecha"),
        "qr_alt": _("Código QR de este formulario: %(edition)s", edition=form.edition),
        "page": _("Página"),
        "of": _("de"),
        "codes": _("Códigos"),
        "end": _("Gracias por responder."),
        "instructions": _("Cómo responder"),
        "legal": _("Sus datos"),
        "latitude": _("Latitud"),
        "longitude": _("Longitud"),
        "question": _("Pregunta"),
        "day": _("día"),
        "month": _("mes"),
        "year": _("año"),
        "hour": _("hora"),
        "minute": _("minutos"),
    }


def _instructions() -> list[str]:
    return [
        _("Marque con una X el cuadro de su respuesta. Si se equivoca, táchelo y marque otro."),
        _("Cuando diga «pase a la pregunta…», sáltese las que quedan entre medio."),
        _("El número pequeño junto a cada cuadro sirve a quien digita: no lo necesita."),
    ]


def _legal(form: Form, words: Wording) -> list[tuple[str, str]]:
    legal = form.survey.legal
    rows = [("", form.notice)] if form.notice else []
    if form.anonymous is not None:
        anonymous = _("Sus respuestas son anónimas: no guardamos quién respondió.")
        named = _("Sus respuestas son confidenciales: se publican solo resultados de grupos.")
        rows.append(("", anonymous if form.anonymous else named))
    if legal is None:
        return rows
    bases = {
        LegalBasis.CONSENT: _("Porque usted da su consentimiento. Puede retirarlo."),
        LegalBasis.PUBLIC_FUNCTION: _("Porque es parte de las funciones de un servicio público."),
        LegalBasis.LEGITIMATE_INTEREST: _(
            "Porque hay un interés legítimo en conocer la opinión de la comunidad."
        ),
    }
    rights = _("Puede pedir ver, corregir o borrar sus datos, oponerse a su uso o llevárselos.")
    rows += [
        (_("Responsable"), words.text(legal.controller)),
        (_("Por qué se pueden usar"), bases[legal.basis]),
        (_("Cuánto tiempo se guardan"), words.text(legal.retention)),
        (_("Sus derechos"), rights),
        (_("Dónde preguntar"), words.text(legal.contact)),
    ]
    return [(name, text) for name, text in rows if text]


def _qr(address: str) -> str:
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", border=0, scale=4, xmldecl=False)
    return picture.getvalue().decode()


class _Writer:
    """The questions of a survey as the template wants them. ``annex`` fills as they are written."""

    def __init__(self, survey: Survey, language: str) -> None:
        self.survey = survey
        self.words = Wording(survey, language)
        self.annex: list[Data] = []
        self._numbers = numbers(survey)
        self._skips = skips_of(survey)

    def page(self, page: Page) -> Iterator[Data]:
        items = list(self._items(page.questions))
        if not items:
            return
        title, only = self.words.text(page.title), self._only(page, page.questions)
        if title or only:
            yield {"kind": "heading", "text": title, "only": only}
        yield from items

    def _items(self, items: Iterable[Question | Group]) -> Iterator[Data]:
        for item in items:
            if isinstance(item, Group):
                if printed_inside(item):
                    yield self._group(item)
            elif printed(item):
                yield self._question(item)
            elif item.type == "note" or taken_apart(item):
                yield self._told(item)

    def _told(self, item: Question) -> Data:
        only = self.words.only(item.relevant) or ""
        text = self.words.text(item.label)
        if taken_apart(item):
            text = _("%(label)s (no va en papel: tome o guarde el archivo aparte)", label=text)
        return {"kind": "note", "text": text, "only": only}

    def _group(self, group: Group) -> Data:
        made = {
            "label": self.words.text(group.label),
            "hint": self.words.text(group.hint),
            "only": self._only(group, group.questions),
        }
        if group.kind is GroupKind.MATRIX and (rows := self._rows(group)):
            return made | rows
        items = list(self._items(group.questions))
        if group.kind is not GroupKind.REPEAT:
            return made | {"kind": "group", "items": items}
        count = blocks(group)
        titles = [_("%(label)s %(n)s", label=made["label"], n=n) for n in range(1, count + 1)]
        more = _("Si hacen falta más, use otra hoja igual y anote el mismo folio.")
        return made | {"kind": "repeat", "items": items, "blocks": titles, "more": more}

    def _rows(self, group: Group) -> Data | None:
        rows = [row for row in group.questions if isinstance(row, Question) and printed(row)]
        if not rows or any(paper(row).kind not in _GRIDS for row in rows):
            return None
        columns = [self._code(code) for code in codes(self.survey, rows[0])]
        if len(columns) > 12:
            return None
        return {
            "kind": "grid",
            "columns": columns,
            "rows": [
                {
                    "number": self._numbers[row.name],
                    "label": self.words.text(row.label),
                    "hint": self.words.text(row.hint),
                    "only": self.words.only(row.relevant) or "",
                }
                for row in rows
            ],
        }

    def _question(self, question: Question) -> Data:
        number, room = self._numbers[question.name], paper(question)
        offered = codes(self.survey, question)
        plain = [self._code(code) for code in offered if not code.special]
        annex = len(plain) > MOST_CHOICES and room.kind is not PaperKind.MARKS
        if annex:
            title = self.words.text(question.label)
            self.annex.append({"number": number, "label": title, "codes": plain})
        see = _("Anote el código. La lista está al final, en «Pregunta %(n)s».", n=number)
        return {
            "kind": "question",
            "number": number,
            "label": self.words.text(question.label),
            "hint": self.words.text(question.hint),
            "only": self._only(question, (question,)),
            "room": "digits" if annex else room.kind.value,
            "size": max(len(code["code"]) for code in plain) if annex else room.size,
            "several": question.type.startswith("select_multiple"),
            "codes": [] if annex else plain,
            "annex": see if annex else "",
            "special": [self._code(code) for code in offered if code.special],
            "after": [self.words.skip(skip) for skip in self._skips.after.get(question.name, ())],
            "how": self._how(question, room.kind),
        }

    def _how(self, question: Question, kind: PaperKind) -> str:
        if kind is PaperKind.PLACES:
            return _("Ponga 1 en la primera, 2 en la segunda, y así hasta la última.")
        if question.hint:
            return ""  # most authors say it themselves
        if question.type.startswith("select_multiple"):
            return _("Marque todas las que correspondan.")
        if kind is PaperKind.BOXES:
            return _("Marque una.")
        return ""

    def _code(self, code: Code) -> Data:
        label = self.words.text(code.label)
        return {"code": code.code, "label": label or ("" if code.code == code.value else _("Sí"))}

    def _only(self, item: Page | Group | Question, inside: Sequence[Question | Group]) -> str:
        """The condition, unless the arrows of an earlier question have said all of it."""
        names = [name for name in self._numbers if self._stands_in(name, inside)]
        if names and all(name in self._skips.covered for name in names):
            return ""
        return self.words.only(item.relevant) or ""

    def _stands_in(self, name: str, inside: Sequence[Question | Group]) -> bool:
        around = {group.name for group in self.survey.groups(name)} | {name}
        return any(item.name in around for item in inside)
