"""What a page of questions tells its script: the model, and the words it may have to say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from app.words.attached import blanks, file_words
from app.words.faults import ANSWERS
from app.words.messages import answer_fault_text
from encuestas import AnswerFault, ErrorCode, Page, Question, Survey
from encuestas.definition import walk
from encuestas.types import MEDIA, type_of

_CHECKED = frozenset({"file_too_large"})
# Faults of typed numbers: the script puts what was typed into the sentence.
_NUMBER = (ErrorCode.NOT_A_NUMBER, ErrorCode.NOT_AN_INTEGER, ErrorCode.AMBIGUOUS_NUMBER)


def script_data(
    survey: Survey,
    page: Page,
    model: Mapping[str, Any] | None,
    *,
    language: str,
    more: Mapping[str, str] | None = None,
) -> Markup:
    """A page's model (`encuestas.page_model`) with its words, to stand in a ``script`` element."""
    data = dict(model or {})
    items = [_worded(survey, item, language) for item in data.get("items", ())]
    if items:
        data["items"] = items
    data["words"] = _words(items) | _widget_words(page) | (more or {})
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 no "<" is left that could end it


def _worded(survey: Survey, item: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The item with the words of its faults."""
    if "k" in item:
        return dict(item)
    question = survey.question(item["n"])
    words = {key: answer_fault_text(f, question, language) for key, f in _faults(question, item)}
    return {**item, "w": words} if words else dict(item)


def _faults(question: Question, item: Mapping[str, Any]) -> list[tuple[str, AnswerFault]]:
    found = []
    if "req" in item:
        message = question.required_message or None
        found.append(("required", AnswerFault(ErrorCode.REQUIRED, question.name, {}, message)))
    if "con" in item:
        message = question.constraint_message or None
        found.append(("constraint", AnswerFault(ErrorCode.CONSTRAINT, question.name, {}, message)))
    for key, beyond in (("low", -1), ("high", 1)):
        if key in item:
            broken = type_of(question).parse_text(question, str(item[key] + beyond))
            if isinstance(broken, AnswerFault):
                found.append((key, broken))
    return found


def _words(items: list[dict[str, Any]]) -> dict[str, str]:
    words = {"kept": _("Aquí está lo que había escrito en esta página y no alcanzó a enviar.")}
    keys = {key for item in items for key in item}
    if keys & {"req", "con", "typed", "sp"}:
        words["title"] = _("Falta algo en esta página")
        words["mend"] = _("Por corregir:")
    if keys & {"rel", "filter"}:
        words["one"] = _("Apareció una pregunta más.")
        words["more"] = _("Aparecieron %(n)s preguntas más.", **blanks("n"))
    if any("sp" in item and item.keys() & {"many", "typed"} for item in items):
        words["special_not_alone"] = _(ANSWERS[ErrorCode.SPECIAL_NOT_ALONE], **blanks("value"))
    if "typed" in keys:
        given = blanks("value", "thousands", "decimal")
        words |= {code.value: _(ANSWERS[code], **given) for code in _NUMBER}
    if keys & {"calc", "def", "num"}:
        locale = get_locale()
        words["locale"] = str(locale).replace("_", "-")
        words["point"] = locale.number_symbols["latn"]["decimal"]
    return words


def _widget_words(page: Page) -> dict[str, str]:
    questions = [question for question, _groups in walk(page.questions)]
    words = {}
    if any(question.type == "rank" for question in questions):
        words |= {"up": _("Subir"), "down": _("Bajar")}
        words["place"] = _("%(name)s: lugar %(n)s de %(total)s.", **blanks("name", "n", "total"))
    if any(question.type == "geopoint" for question in questions):
        words |= {
            "locate": _("Usar mi ubicación"),
            "locating": _("Buscando su ubicación…"),
            "located": _("Listo, con una precisión de %(n)s metros.", **blanks("n")),
            "forbidden": _("El teléfono no dio permiso. Escriba la ubicación, o siga sin ella."),
            "nowhere": _("No se encontró su ubicación. Intente al aire libre, o escríbala."),
        }
    if any(question.type in MEDIA for question in questions):
        words |= {key: text for key, text in file_words().items() if key in _CHECKED}
    if any("autocomplete" in question.appearances for question in questions):
        words["find"] = _("Escriba para acortar la lista")
        words["found"] = _("Quedan %(n)s en la lista.", **blanks("n"))
    return words
