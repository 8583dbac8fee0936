"""What an analysis says, in plain words: the same on the page, on the command line and in print.

Every text is in the language that the caller set; ``lang`` picks the survey's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from babel.lists import format_list
from flask_babel import format_date, ngettext, to_user_timezone
from flask_babel import gettext as _

from analisis import Estimate, Selection, Statistic
from app.models import TERRITORY_QUESTION
from app.models.columns import utc_now
from app.reports import design_words, kinds
from app.reports.basics import (
    believed_population,
    category_names,
    figure,
    in_brackets,
    of_domain,
)
from app.reports.figure_words import interval_text, method_words
from app.reports.words import locale_of, number, percent
from app.services.analytics.findings import Analysis, Caution, Domain, MeasureFigures
from app.words.surveys import change_text, effect_text
from encuestas.changes import Effect
from encuestas.joining import Difference

# The collection ---------------------------------------------------------------------------------


def people(analysis: Analysis) -> str:
    """Who answers, in the plural."""
    nouns = {"organisation": _("organizaciones"), "person": _("personas")}
    return nouns.get(analysis.definition.respondent, _("personas entrevistadas"))


def answered(analysis: Analysis, lang: str) -> str:
    """How many answered, out of how many where that is known."""
    count, who = number(analysis.responses, lang), people(analysis)
    size = believed_population(analysis)
    if size is None:
        return ngettext(
            "%(count)s respuesta", "%(count)s respuestas", analysis.responses, count=count
        )
    rate = percent(analysis.responses / size, lang)
    known = {"count": count, "size": number(size, lang), "who": who, "rate": rate}
    if analysis.selection == Selection.CENSUS:
        return _("%(count)s de %(size)s %(who)s respondieron (%(rate)s)", **known)
    return ngettext(
        "%(count)s respuesta de un universo de %(size)s %(who)s",
        "%(count)s respuestas de un universo de %(size)s %(who)s",
        analysis.responses,
        **known,
    )


def chosen_how(analysis: Analysis) -> str:
    """How the people were chosen and what that allows, in one sentence."""
    if analysis.design is not None:
        return design_words.chosen_how(analysis, analysis.design)
    words = {
        Selection.PROBABILITY: _(
            "Muestra al azar: las cifras valen para el universo, con el margen de su intervalo. "
            "El cálculo supone una muestra aleatoria simple."
        ),
        Selection.CENSUS: _(
            "Se invitó a toda una lista conocida. Primero va lo que se sabe sin suponer nada de "
            "quienes no respondieron; el intervalo, después, supone que opinan como las demás "
            "personas."
        ),
        Selection.OPEN: _(
            "Respondió quien quiso, por un enlace abierto. Nadie fue elegido al azar: las cifras "
            "hablan solo de quienes respondieron y no llevan intervalo."
        ),
    }[analysis.selection]
    if analysis.provisional:
        words += " " + _(
            "La recolección sigue abierta: hasta el cierre, la lista sigue al registro y estas "
            "cifras son provisionales."
        )
    return words


def period(opens_at: datetime, closes_at: datetime | None) -> str:
    """When answers were or will be taken."""
    start = format_date(to_user_timezone(opens_at), "long")
    if closes_at is None:
        return _("Abierta desde el %(start)s", start=start)
    end = format_date(to_user_timezone(closes_at), "long")
    return _("Del %(start)s al %(end)s", start=start, end=end)


def is_open(analysis: Analysis) -> bool:
    """Whether somebody could answer at this moment."""
    closed = analysis.closes_at is not None and analysis.closes_at <= utc_now()
    return analysis.public and not closed and analysis.opens_at <= utc_now()


def empty_advice(analysis: Analysis) -> str:
    """What to do about a collection that nobody has answered."""
    if not analysis.public:
        return _("Esta encuesta la completa el equipo. Cargue las respuestas desde un archivo:")
    if is_open(analysis):
        return _("Comparta este enlace con quienes deben responder:")
    if analysis.opens_at > utc_now():
        return _("Todavía no se abre. Cuando se abra, aquí estarán sus cifras.")
    return _("Se cerró sin respuestas. Para recibirlas hay que abrir otra recolección.")


def source(analysis: Analysis) -> str:
    """Where the figures come from, exactly enough to find the questionnaire again."""
    used = [f"{use.version} ({use.structure_hash[:8]})" for use in analysis.versions]
    versions = ", ".join(used) or analysis.definition.version
    return _(
        "Fuente: recolección %(slug)s, versión %(versions)s",
        slug=analysis.collection,
        versions=versions,
    )


def caution_words(analysis: Analysis, caution: Caution) -> str:
    """What an evaluator must mend, and how."""
    if analysis.design is not None and caution is not Caution.POPULATION_EXCEEDED:
        return design_words.caution_words(analysis, analysis.design, caution)
    return {
        Caution.POPULATION_EXCEEDED: _(
            "Hay más respuestas que integrantes en el universo o la lista: se calculó como si el "
            "tamaño no se conociera. Corrija el universo o busque respuestas repetidas."
        )
    }[caution]


def difference_lines(analysis: Analysis) -> list[str]:
    """What changed between the versions that were answered, as far as it touches comparing."""
    return change_lines(analysis.differences, analysis.definition.id)


def change_lines(differences: Iterable[Difference], survey: str) -> list[str]:
    return [
        _(
            "Entre %(before)s y %(after)s: %(change)s",
            before=each.before,
            after=each.after,
            change=f"{each.change.where or survey}: {change_text(each.change)} "
            f"({effect_text(each.change.effect)})",
        )
        for each in differences
        if each.change.effect is not Effect.NONE
    ]


def grouping_name(analysis: Analysis, by: str, lang: str) -> str:
    if by == TERRITORY_QUESTION:
        return _("Territorio")
    return analysis.definition.text(analysis.definition.question(by).label, lang)


def domain_name(analysis: Analysis, domain: Domain, lang: str) -> str:
    return analysis.definition.text(domain.label, lang) or str(domain.value)


# A measure --------------------------------------------------------------------------------------


def measure_name(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    """The measure's own words, else its question's; what is calculated may have neither."""
    text = analysis.definition.text(figures.measure.label or figures.question.label, lang)
    return text or figures.measure.name


def finding(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    """What the counted people do; only a measure named *satisfied* speaks of satisfaction."""
    if figures.measure.name == Statistic.SATISFIED:
        return _("están satisfechas")
    return answering(analysis, figures, lang)


def answering(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    """The answers that count as satisfied, as a verb phrase: "responden 6 o 7"."""
    return _(
        "responden %(answers)s",
        answers=either(analysis, figures, figures.measure.satisfied, lang),
    )


def headline(
    analysis: Analysis,
    figures: MeasureFigures,
    lang: str,
) -> str:
    """The one sentence that may be said of a measure: what is known before what is assumed."""
    if (said_otherwise := kinds.headline(analysis, figures, lang)) is not None:
        return said_otherwise
    estimates = of_domain(figures, {})
    one = figure(estimates, Statistic.SATISFIED)
    if one is None or one.value is None:
        return _("Todavía no hay respuestas que contar.")
    said = {
        "who": people(analysis),
        "finding": finding(analysis, figures, lang),
        "answered": in_brackets(analysis, lang),
        "share": number(100 * one.value, lang),
    }
    if one.low is None and analysis.design is not None:
        return _(
            "%(share)s de cada 100 %(who)s %(finding)s, con un margen que todavía no se conoce "
            "(%(answered)s).",
            **said,
        )
    if one.low is None or one.high is None:
        return _(
            "De quienes quisieron responder, %(share)s de cada 100 %(finding)s (%(answered)s).",
            **said,
        )
    sure = (
        figure(estimates, Statistic.BOUNDS) if "assumes_random_nonresponse" in one.flags else None
    )
    if sure is not None and sure.low is not None and sure.high is not None:
        return _(
            "Entre %(low)s y %(high)s de cada 100 %(who)s %(finding)s, "
            "opinen lo que opinen las que faltan (%(answered)s).",
            low=number(100 * sure.low, lang),
            high=number(100 * sure.high, lang),
            **said,
        )
    low, high = (number(100 * end, lang) for end in (one.low, one.high))
    if low == high:
        return _("%(share)s de cada 100 %(who)s %(finding)s (%(answered)s).", **said)
    return _(
        "Entre %(low)s y %(high)s de cada 100 %(who)s %(finding)s (%(answered)s).",
        low=low,
        high=high,
        **said,
    )


def comparison_title(analysis: Analysis, figures: MeasureFigures, lang: str) -> str:
    """What a comparison shows. It claims no difference: nothing here has tested one."""
    name = grouping_name(analysis, analysis.by or TERRITORY_QUESTION, lang)
    if (other := kinds.comparison_title(analysis, figures, name)) is not None:
        return other
    return _(
        "Cuántas %(who)s %(finding)s, por grupo: %(name)s",
        who=people(analysis),
        finding=finding(analysis, figures, lang),
        name=name,
    )


def methods(figures: MeasureFigures, lang: str) -> list[str]:
    """How the main figure's interval was made and at which level; nothing where there is none."""
    one = kinds.main(figures, of_domain(figures, {}))
    if one is None or one.method is None or one.confidence is None:
        return []
    return [
        _(
            "intervalo al %(confidence)s: %(method)s",
            confidence=percent(one.confidence, lang, digits=0),
            method=method_words(one.method),
        )
    ]


def support(analysis: Analysis, figures: MeasureFigures, lang: str) -> list[str]:
    """What must be said next to the headline, from what is surest to what assumes most."""
    estimates = of_domain(figures, {})
    satisfied = figure(estimates, Statistic.SATISFIED)
    if satisfied is None:
        return [*kinds.support(analysis, figures, lang), *version_words(figures, lang)]
    if satisfied.value is None:
        return []
    return [
        text
        for text in (
            _strict_words(analysis, figures, lang),
            _bounds_words(figure(estimates, Statistic.BOUNDS), lang),
            _interval_words(analysis, figures, satisfied, lang),
            _reliability_words(satisfied),
            *version_words(figures, lang),
        )
        if text
    ]


def version_words(figures: MeasureFigures, lang: str) -> list[str]:
    """Which versions a figure is about, where the question means something else in others."""
    if not figures.versions:
        return []
    versions = format_list(list(figures.versions), locale=locale_of(lang))
    return [
        _(
            "Se calcula con lo respondido en %(versions)s: en otras versiones la pregunta "
            "significa otra cosa, y quienes respondieron esas cuentan como que no la vieron.",
            versions=versions,
        )
    ]


def _strict_words(analysis: Analysis, figures: MeasureFigures, lang: str) -> str | None:
    one = figure(of_domain(figures, {}), Statistic.STRICT)
    if one is None or one.value is None or one.population is None:
        return None
    return _(
        "De las %(size)s %(who)s de la lista, el %(share)s %(answering)s. Las que no respondieron "
        "o no opinaron cuentan como que no.",
        size=number(one.population, lang),
        who=people(analysis),
        share=percent(one.value, lang),
        answering=answering(analysis, figures, lang),
    )


def _bounds_words(one: Estimate | None, lang: str) -> str | None:
    if one is None or one.low is None or one.high is None or one.low == one.high:
        return None
    return _(
        "Sea cual sea la opinión de las que no respondieron o no opinaron, la cifra de toda la "
        "lista está entre %(low)s y %(high)s.",
        low=percent(one.low, lang),
        high=percent(one.high, lang),
    )


def _interval_words(analysis: Analysis, figures: MeasureFigures, one: Estimate, lang: str) -> str:
    known = {
        "value": percent(one.value or 0, lang),
        "n": number(one.n, lang),
        "interval": interval_text(one, lang),
        "answering": answering(analysis, figures, lang),
    }
    if "self_selected" in one.flags:
        return _(
            "Entre quienes opinaron (%(n)s), el %(value)s %(answering)s. Respondió quien quiso: no "
            "se puede decir cuánto vale para las demás personas, por eso no hay intervalo.",
            **known,
        )
    if analysis.design is not None:
        return _design_words(one, known, lang)
    if one.confidence is None or one.low == one.high:
        return _("Entre quienes opinaron (%(n)s), el %(value)s %(answering)s.", **known)
    known["confidence"] = percent(one.confidence, lang, digits=0)
    if "assumes_random_nonresponse" in one.flags:
        return _(
            "Entre quienes opinaron (%(n)s), el %(value)s %(answering)s. El intervalo al "
            "%(confidence)s, %(interval)s, vale solo si las que faltan opinan como las que "
            "respondieron.",
            **known,
        )
    return _(
        "Entre quienes opinaron (%(n)s), el %(value)s %(answering)s; intervalo al %(confidence)s: "
        "%(interval)s.",
        **known,
    )


def _design_words(one: Estimate, known: dict[str, str], lang: str) -> str:
    """A weighted share is not that of those who answered: it is about the population."""
    if one.confidence is None or one.low == one.high:
        return _("Según la muestra (%(n)s opiniones), el %(value)s %(answering)s.", **known)
    return _(
        "Según la muestra (%(n)s opiniones), el %(value)s %(answering)s; intervalo al "
        "%(confidence)s: %(interval)s.",
        **known,
        confidence=percent(one.confidence, lang, digits=0),
    )


def _reliability_words(one: Estimate) -> str | None:
    words = {
        "not_reliable": _("Son pocas respuestas: según el estándar del INE la cifra no es fiable."),
        "weakly_reliable": _(
            "Según el estándar del INE la cifra es poco fiable: úsela con cuidado."
        ),
    }
    return next((text for flag, text in words.items() if flag in one.flags), None)


def either(
    analysis: Analysis, figures: MeasureFigures, values: Sequence[int | str], lang: str
) -> str:
    """«6 o 7», «1 a 4», «Sí o Tal vez»."""
    names = category_names(analysis, figures, lang)
    texts = [names.get(str(value), str(value)) for value in values]
    marks = [value for value in values if isinstance(value, int)]
    if len(marks) == len(texts) > 2 and marks == list(range(marks[0], marks[0] + len(marks))):
        return _("%(first)s a %(last)s", first=texts[0], last=texts[-1])
    return format_list(texts, style="or", locale=locale_of(lang)) if texts else "–"
