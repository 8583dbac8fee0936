"""How a sample was drawn, and what stands in the way of its figures, in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext

from analisis import margin_of_error
from app.language import current_language
from app.models import TERRITORY_QUESTION, Selection
from app.reports.words import locale_of, number, percent
from app.services.analytics.findings import Analysis, Caution, DesignUse
from app.services.analytics.sampling import Sampling
from encuestas import Survey


def chosen_how(analysis: Analysis, use: DesignUse) -> str:
    """How the people were drawn and what that allows."""
    design = drawn_how(analysis, use)
    if use.lonely:
        return _(
            "%(design)s. Las cifras valen para el universo, con un margen que todavía no se "
            "conoce.",
            design=design,
        )
    return _(
        "%(design)s. Las cifras valen para el universo, con el margen de su intervalo, que toma en "
        "cuenta ese diseño.",
        design=design,
    )


def drawn_how(analysis: Analysis, use: DesignUse) -> str:
    """The design in a phrase that begins a sentence."""
    return phrase(analysis.definition, use.sampling)


def phrase(survey: Survey, said: Sampling) -> str:
    """A design in a phrase that begins a sentence, whether anything is computed with it or not."""
    parts = []
    if said.strata:
        strata = named(survey, said.strata)
        parts.append(_("estratificada por %(strata)s", strata=strata))
    if said.clusters:
        names = " › ".join(named(survey, name) for name in said.clusters)
        parts.append(_("por conglomerados: %(clusters)s", clusters=names))
    if said.weights or (said.strata and said.population):
        parts.append(_("ponderada"))
    if said.totals:
        names = _listed([named(survey, name) for name in said.totals])
        parts.append(_("ajustada a la población por %(questions)s", questions=names))
    if said.strata or said.clusters:
        return _("Muestra %(parts)s", parts=", ".join(parts))
    # Weights tell that not everybody had the same chance.
    head = _("Muestra al azar") if said.weights else _("Muestra aleatoria simple")
    return ", ".join([head, *parts])


def question_name(analysis: Analysis, name: str) -> str:
    """What a question of the design is called: a text where it is asked, else its own name."""
    return named(analysis.definition, name)


def named(survey: Survey, name: str) -> str:
    """`question_name` of a survey."""
    if name == TERRITORY_QUESTION:
        return _("territorio")
    label = survey.text(survey.question(name).label, current_language()) if survey.has(name) else ""
    return _("«%(text)s»", text=label) if label else name


def caution_words(analysis: Analysis, use: DesignUse, caution: Caution) -> str:
    """What an evaluator must mend, and how."""
    lang = current_language()
    if caution is Caution.OUTSIDE_DESIGN:
        lacking = [
            f"{question_name(analysis, name)} ({number(count, lang)})"
            for name, count in use.lacking.items()
        ]
        return ngettext(
            "%(count)s respuesta no entra en ninguna cifra, porque no tiene lo que pide el diseño "
            "de la muestra: %(lacking)s. Complétela o corrija el diseño.",
            "%(count)s respuestas no entran en ninguna cifra, porque no tienen lo que pide el "
            "diseño de la muestra: %(lacking)s. Complételas o corrija el diseño.",
            use.outside,
            count=number(use.outside, lang),
            lacking=_listed(lacking),
        )
    if caution is Caution.SILENT_STRATA:
        return _(
            "Nadie respondió en: %(strata)s. Las cifras no hablan de esa parte de la población.",
            strata=_listed(_strata(analysis, use.silent)),
        )
    return _(
        "No se puede calcular el margen de las cifras: se eligió una sola unidad en %(strata)s. "
        "Espere más respuestas, una ese estrato a uno parecido, o elija «lonely_psu» en el diseño.",
        strata=_listed(_strata(analysis, use.lonely)) or _("toda la muestra"),
    )


def _strata(analysis: Analysis, values: Iterable[str]) -> list[str]:
    """What strata are called where the survey has words for them."""
    survey, strata = analysis.definition, analysis.design and analysis.design.sampling.strata
    choices = survey.question(strata).choices if strata and survey.has(strata) else ()
    words = {choice.value: survey.text(choice.label, current_language()) for choice in choices}
    return [words.get(value) or value for value in values if value]


def _listed(texts: list[str]) -> str:
    return format_list(texts, locale=locale_of(current_language())) if texts else ""


def sentence(
    survey: Survey,
    selection: Selection,
    said: Sampling | None,
    *,
    responses: int,
    people: int | None,
    deff: float | None,
    lang: str,
) -> str:
    """How people were chosen, with how many, and the margin that this number gives.

    «Muestra aleatoria simple de 412 personas de un universo de 3.180; error de ±4,5 puntos al
    95 %.» The error is that of a percentage near one half, with the design's effect where known.
    """
    nouns = {"organisation": _("organizaciones"), "person": _("personas")}
    told = {
        "who": nouns.get(survey.respondent, _("personas entrevistadas")),
        "count": number(responses, lang),
        "size": number(people, lang) if people else "",
    }
    if selection == Selection.CENSUS:
        return _census(told, responses, people, lang)
    if selection == Selection.OPEN:
        return _("Enlace abierto: respondieron %(count)s %(who)s, las que quisieron.", **told)
    how = phrase(survey, said) if said is not None else _("Muestra al azar, sin diseño declarado")
    head = (
        _("%(how)s, de %(count)s %(who)s de un universo de %(size)s", how=how, **told)
        if people
        else _("%(how)s, de %(count)s %(who)s", how=how, **told)
    )
    if not responses or (people and responses > people):
        return head + "."
    lonely = said is not None and said.clusters and deff is None
    if lonely:
        return head + "."
    error = margin_of_error(responses, population=people, deff=max(deff or 1.0, 1e-6))
    return _(
        "%(head)s; error de ±%(points)s puntos al %(confidence)s.",
        head=head,
        confidence=percent(0.95, lang, digits=0),
        points=number(100 * error, lang, digits=1),
    )


def _census(told: dict[str, str], responses: int, people: int | None, lang: str) -> str:
    if not people or responses > people:
        return _("Toda una lista conocida: respondieron %(count)s %(who)s.", **told)
    return _(
        "Toda una lista conocida de %(size)s %(who)s: respondieron %(count)s (%(rate)s).",
        **told,
        rate=percent(responses / people, lang),
    )
