"""What makes groups, in words: the question, and each of its answers or classes."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from app.language import DEFAULT
from app.reports.words import number
from app.services.analytics.findings import Value
from app.services.analytics.variables import Kind, Variable
from encuestas import Survey, localized


def variable_name(variable: Variable, survey: Survey, lang: str) -> str:
    if variable.question is None and variable.label:
        return _("Códigos de «%(question)s»", question=survey.text(variable.label, lang))
    if variable.question is None:
        return _known(variable.name)
    return survey.text(variable.label, lang) or variable.name


def _known(name: str) -> str:
    return {
        "territory": _("Territorio"),
        "_comuna": _("Comuna"),
        "_region": _("Región"),
        "_organisation_kind": _("Tipo de organización"),
        "_channel": _("Vía por la que se respondió"),
        "_version": _("Versión de la encuesta"),
        "_language": _("Idioma"),
    }.get(name, name)


def category_name(variable: Variable, value: Value, survey: Survey, lang: str) -> str:
    """An answer as the survey words it, a class as a person would say it."""
    if variable.kind is Kind.CLASSES:
        return _class_name(variable, str(value), lang)
    label = variable.labels.get(str(value))
    if label:
        return localized(label, lang, survey.languages[0] or DEFAULT) or str(value)
    return _channels().get(str(value), str(value)) if variable.name == "_channel" else str(value)


def _channels() -> Mapping[str, str]:
    return {
        "web": _("Por internet"),
        "interview": _("Entrevista"),
        "paper": _("Papel"),
        "import": _("Archivo importado"),
        "api": _("Otro programa"),
    }


def _class_name(variable: Variable, value: str, lang: str) -> str:
    low, _dots, high = value.partition("..")
    whole = variable.question is not None and variable.question.type == "integer"
    if not low:
        return _("Menos de %(high)s", high=_shown(high, lang))
    if not high:
        return _("%(low)s o más", low=_shown(low, lang))
    if whole and float(high).is_integer():
        return _("%(low)s a %(high)s", low=_shown(low, lang), high=number(float(high) - 1, lang))
    return _("%(low)s a menos de %(high)s", low=_shown(low, lang), high=_shown(high, lang))


def _shown(text: str, lang: str) -> str:
    value = float(text)
    return number(value, lang, digits=0 if value.is_integer() else 2)


def group_name(
    variables: Mapping[str, Variable], domain: Mapping[str, object], survey: Survey, lang: str
) -> str:
    """The group that a figure is about, by what makes the groups of its page."""
    parts = [
        category_name(variable, domain[name], survey, lang)  # type: ignore[arg-type]  # a Value
        for name, variable in variables.items()
        if name in domain
    ]
    return " · ".join(parts) or _("En conjunto")
