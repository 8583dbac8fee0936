"""What a report says of how its figures were made, and of what they do not allow to be said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from analisis import Estimate, Selection, Statistic
from analisis.planning import margin_of_error
from app.config import smallest_cell
from app.reports import charts, summary
from app.reports.basics import believed_population
from app.reports.charts import Picture
from app.reports.words import number, percent
from app.services.analytics.findings import Analysis
from app.services.progress import Progress, Rate

Data = dict[str, Any]


def told(name: str, text: str) -> Data:
    return {"name": name, "text": text}


def limits(analysis: Analysis, lang: str) -> Iterator[str]:
    """What the figures do not allow to be said, however they look."""
    yield {
        Selection.PROBABILITY: _(
            "Los intervalos cuentan el azar del sorteo. No cuentan otros errores: quienes no "
            "quisieron responder pueden pensar distinto, y una pregunta puede entenderse mal."
        ),
        Selection.CENSUS: _(
            "De quienes no respondieron no se sabe nada. La cifra estricta y los límites no "
            "suponen nada de ellas; el intervalo supone que opinan como las demás."
        ),
        Selection.OPEN: _(
            "Nadie fue elegido al azar: no se puede decir nada de quienes no respondieron, y no "
            "hay margen de error que calcular."
        ),
    }[analysis.selection]
    if analysis.by is not None:
        yield _(
            "Que dos grupos tengan cifras distintas no basta: si sus intervalos se cruzan, no se "
            "puede afirmar que haya diferencia sin ponerla a prueba."
        )
    for caution in analysis.cautions:
        yield summary.caution_words(analysis, caution)
    if analysis.unclassified:
        yield _(
            "%(count)s respuestas no dicen a qué grupo pertenecen: están solo en el total.",
            count=number(analysis.unclassified, lang),
        )


def method(analysis: Analysis, progress: Progress, lang: str) -> Iterator[Data]:
    """Name and text of what must be known to judge the figures."""
    population = believed_population(analysis)
    yield told(_("Quiénes respondieron"), summary.answered(analysis, lang))
    yield told(
        _("Universo"),
        number(population, lang) if population is not None else _("no se conoce su tamaño"),
    )
    yield told(_("Cómo se eligieron"), summary.chosen_how(analysis))
    yield told(_("Fechas"), summary.period(analysis.opens_at, analysis.closes_at))
    yield from _error(analysis, lang)
    yield told(_("Ponderación"), _weights(analysis))
    yield from _silence(analysis, progress, lang)
    yield told(
        _("Respuestas que no son opinión"),
        _(
            "«No sé», «prefiero no responder» y parecidas se cuentan aparte y salen de la base de "
            "los porcentajes."
        ),
    )
    yield told(
        _("Preguntas no mostradas"),
        _("Quien no vio una pregunta, por un salto del cuestionario, no entra en su base."),
    )
    if analysis.selection == Selection.PROBABILITY:
        yield told(
            _("Fiabilidad"),
            _(
                "Estándar del INE de Chile para proporciones: 60 opiniones o más, 9 grados de "
                "libertad o más y un error estándar acotado. La cifra que no lo cumple lleva un "
                "aviso y, en las imágenes, un punto hueco."
            ),
        )
    yield told(
        _("Celdas pequeñas"),
        _(
            "De los grupos no se muestra lo que descansa en menos de %(least)s opiniones, ni otras "
            "cifras de las que se podría deducir. Las de toda la recolección se muestran completas:"
            " antes de publicarlas, mire las que son de pocas personas.",
            least=smallest_cell(),
        ),
    )
    for line in summary.difference_lines(analysis):
        yield told(_("Cambio entre versiones"), line)


def _error(analysis: Analysis, lang: str) -> Iterator[Data]:
    """The largest error, as studies print it; a census and an open link have no sampling error."""
    if analysis.selection != Selection.PROBABILITY or not analysis.responses:
        return
    name = _("Error de muestreo")
    if analysis.design is not None:
        widths = [(one.high - one.low) / 2 for one in _whole_shares(analysis)]
        if widths:
            text = _(
                "El de cada cifra está en su intervalo, que toma en cuenta el diseño. El mayor de "
                "los porcentajes de toda la muestra es de ±%(points)s puntos.",
                points=number(100 * max(widths), lang, digits=1),
            )
            yield told(name, text)
        return
    population = believed_population(analysis)
    error = margin_of_error(analysis.responses, population=population)
    known = {
        "points": number(100 * error, lang, digits=1),
        "confidence": percent(0.95, lang, digits=0),
    }
    yield told(
        name,
        _(
            "A lo más ±%(points)s puntos al %(confidence)s, con la corrección por universo finito; "
            "el de cada cifra está en su intervalo.",
            **known,
        )
        if population
        else _(
            "A lo más ±%(points)s puntos al %(confidence)s; el de cada cifra está en su intervalo.",
            **known,
        ),
    )


def _whole_shares(analysis: Analysis) -> list[Any]:
    kinds = (Statistic.SATISFIED, Statistic.DISSATISFIED, Statistic.CATEGORY)
    return [
        one
        for figures in analysis.measures
        for one in figures.estimates
        if not one.domain and one.statistic in kinds and None not in (one.low, one.high)
    ]


def _weights(analysis: Analysis) -> str:
    if analysis.design is None:
        return _("No hay: cada respuesta cuenta lo mismo.")
    said = analysis.design.sampling
    if said.totals:
        return _(
            "Cada respuesta cuenta según su diseño y se ajusta a los totales conocidos de la "
            "población."
        )
    if said.weights or (said.strata and said.population):
        return _("Cada respuesta cuenta por las personas que representa según el diseño.")
    return _("No hay: cada respuesta cuenta lo mismo.")


def _silence(analysis: Analysis, progress: Progress, lang: str) -> Iterator[Data]:
    """How many were asked and said nothing, and where that is most."""
    if analysis.selection == Selection.OPEN or not progress.total.of:
        return
    if analysis.selection != Selection.CENSUS:
        return
    name = _("No respondieron")
    yield told(
        name,
        _(
            "%(count)s de %(size)s (%(rate)s). No se corrigió por ello: la cifra estricta y los "
            "límites dicen cuánto podría cambiar el resultado.",
            count=number(max(0, progress.total.of - progress.total.answered), lang),
            size=number(progress.total.of, lang),
            rate=percent(max(0.0, 1 - progress.total.answered / progress.total.of), lang),
        ),
    )


def rates(analysis: Analysis, progress: Progress, lang: str) -> Picture | None:
    """The response rate of each territory, from least to most; None where it is not known."""
    known = [rate for rate in progress.territories if rate.of]
    if analysis.selection == Selection.OPEN or len(known) < 2:
        return None
    return charts.rates_chart(
        [(rate.name, _figure(rate)) for rate in known],
        whole=[(_("En conjunto"), _figure(progress.total))] if progress.total.of else [],
        title=_("Cuántas respondieron en cada territorio"),
        subtitle=" · ".join(
            (
                summary.answered(analysis, lang),
                summary.period(analysis.opens_at, analysis.closes_at),
            )
        ),
        source=summary.source(analysis),
        lang=lang,
        simulated=analysis.simulated,
    )


def _figure(rate: Rate) -> Data:
    """A response rate as the record that every figure is."""
    return Estimate(
        statistic=Statistic.RESPONSE_RATE,
        variable="response",
        value=rate.answered / rate.of if rate.of else None,
        n=rate.answered,
        base=rate.answered,
        population=rate.of,
    ).to_dict()
