"""Codes put into words: what happened, what is missing, and how to mend it.

Spanish is written here and in the tables by theme beside this, and is the key of the catalogues.
The domain knows codes and contexts only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from babel.numbers import get_decimal_symbol
from flask_babel import format_date, format_decimal, get_locale, gettext

from app.errors import Problem, ProblemCode
from app.language import N_
from app.words.definitions import DEFINITIONS
from app.words.faults import ANSWERS, REQUIRED
from app.words.problems import PROBLEMS
from encuestas import AnswerFault, DefinitionFault, ErrorCode, ExpressionError, Question, localized

SHAPES: Mapping[str, str] = {
    "mapping": N_("pares «clave: valor»"),
    "list": N_("una lista"),
    "text": N_("un texto"),
    "integer": N_("un número entero"),
    "number": N_("un número"),
    "boolean": N_("true o false"),
    "languages": N_("un texto por idioma, como {es: ..., en: ...}"),
    "range": N_("dos números, como [1, 7]"),
    "reference": N_("una pregunta, como ${nombre}"),
}

DESIGN_SHAPES: Mapping[str, str] = {
    "chosen": N_("una de las tres maneras de elegir"),
    "mapping": N_("pares «clave: valor»"),
    "question": N_("el nombre de una pregunta de la encuesta"),
    "stages": N_("una pregunta por etapa, cada una una vez, y a lo más una población por etapa"),
    "truth": N_("true o false, o yes o no"),
    "lonely_psu": N_("error, adjust, average, remove o certainty"),
    "size": N_("un número, una pregunta que lo tenga, o un número por estrato"),
    "number": N_("una cantidad entera sin puntos, como 1200, o una fracción, como 0.05"),
    "totals": N_("cuántas personas hay por respuesta: {pregunta: {respuesta: número}}"),
    "by_stratum": N_("un número por estrato, solo en la primera etapa y donde hay «strata»"),
}


def problem_words(problem: Problem) -> tuple[str, str]:
    """What happened, and what to do about it."""
    title, remedy = PROBLEMS[problem.code]
    context = {key: _shown(value) for key, value in problem.context.items()}
    if problem.code is ProblemCode.DESIGN_BAD_VALUE:
        shape = DESIGN_SHAPES[context["expected"]]
        context["expected"] = gettext(shape)
    return gettext(title) % context, gettext(remedy) % context


def answer_fault_text(fault: AnswerFault, question: Question | None, lang: str) -> str:
    """The author's own message, else ours: what is missing and how to mend it."""
    if fault.message and (words := localized(fault.message, lang, lang)):
        return words
    if fault.code is ErrorCode.REQUIRED and question and question.type in REQUIRED:
        return gettext(REQUIRED[question.type]) % _ends(question)
    words = _words_of(fault.context)
    if fault.code is ErrorCode.NOT_OFFERED and question:
        labels = {choice.value: choice.label for choice in question.choices}
        if label := localized(labels.get(words["value"], {}), lang, "es"):
            words["value"] = label
    return gettext(ANSWERS[fault.code]) % words


def definition_fault_text(fault: DefinitionFault | ExpressionError) -> str:
    """What is wrong with a definition; within an expression, where in it."""
    table = DEFINITIONS if fault.code in DEFINITIONS else ANSWERS
    words = gettext(table[fault.code]) % _words_of(fault.context)
    if not fault.context.get("expression"):
        return words
    return gettext(
        "En «%(expression)s», posición %(position)s: %(words)s",
        expression=fault.context["expression"],
        position=fault.context["position"],
        words=words,
    )


def _ends(question: Question) -> dict[str, object]:
    low, high = getattr(question.settings, "range", (None, None))
    return {"low": low, "high": high}


def _words_of(context: Mapping[str, object]) -> dict[str, str]:
    words = {key: _shown(value) for key, value in context.items()}
    if isinstance(expected := context.get("expected"), str):  # a shape, or how many cells
        words["expected"] = gettext(SHAPES[expected])
    if "decimal" in words:
        words["decimal"] = words["decimal"].replace(".", get_decimal_symbol(get_locale()))
    return words


def _shown(value: object) -> str:
    """A value as the reader writes it. Numbers ungrouped: a typed 1.234 would be refused."""
    if isinstance(value, datetime | date):
        return format_date(value, "long")
    if isinstance(value, float) and abs(value) < 1e15:  # beyond what Babel can round
        return format_decimal(value, "0.######")
    if isinstance(value, Sequence | frozenset | set) and not isinstance(value, str):
        return ", ".join(str(item) for item in value) or "–"
    return str(value)
