"""The report of a collection: one set of values, printed by `report.typ` and shown as a page.

It says in sentences what may be said and what may not, then how it is known, then every figure with
its interval and base, then the questionnaire and the codes, so that the figures can be contested.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst
from flask_babel import format_date, format_datetime, to_user_timezone
from flask_babel import gettext as _

from analisis import Selection
from app.reports import kinds, pictures, summary, tables
from app.reports.basics import believed_population, of_domain
from app.reports.figure_words import flag_notes
from app.reports.words import number, percent
from app.services.analytics.findings import Analysis, MeasureFigures
from encuestas import Question
from encuestas.definition import walk

TEMPLATE = Path(__file__).with_name("report.typ")
Data = dict[str, Any]


def report_pdf(data: Data) -> bytes:
    """The report as a tagged PDF (PDF/UA-1) with bookmarks."""
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,  # the same report on every machine
        pdf_standards="ua-1",
    )
    return bytes(made)


def report_data(analysis: Analysis, lang: str, *, data_hash: str, now: datetime) -> Data:
    """Everything that the report says, in its order and in the language that the caller set."""
    title = analysis.definition.text(analysis.title, lang)
    answered = analysis.responses > 0
    return {
        "lang": lang,
        "title": title,
        "subtitle": _("Informe de resultados"),
        "period": summary.period(analysis.opens_at, analysis.closes_at),
        "made": _("Hecho el %(day)s", day=format_date(to_user_timezone(now), "long")),
        "simulated": _("SIMULADO: son datos de demostración y no describen a nadie.")
        if analysis.simulated
        else "",
        "findings": [
            _told(
                summary.measure_name(analysis, each, lang), summary.headline(analysis, each, lang)
            )
            for each in analysis.measures
            if answered
        ],
        "empty": "" if answered else _("Todavía no hay respuestas."),
        "limits": list(_limits(analysis, lang)),
        "method": list(_method(analysis, lang)),
        "sections": [_section(analysis, each, lang) for each in analysis.measures if answered],
        "questionnaire": list(_questionnaire(analysis, lang)),
        "notes": [
            {"name": words, "text": explanation}
            for words, explanation in flag_notes(
                [one for each in analysis.measures for one in each.estimates]
            )
        ],
        "colophon": _colophon(analysis, data_hash, now),
        "words": _words(),
    }


def _words() -> Data:
    return {
        "summary": _("Lo que se puede decir"),
        "limits": _("Lo que no se puede decir"),
        "method": _("Cómo se hizo"),
        "figures": _("Cifras"),
        "questionnaire": _("Cuestionario y códigos"),
        "notes": _("Cómo leer los avisos"),
        "contents": _("Contenido"),
        "page": _("Página"),
        "of": _("de"),
        "columns": [
            _("Cifra"),
            _("Valor"),
            _("Intervalo"),
            _("Opiniones"),
            _("Base"),
            _("Método"),
            _("Avisos"),
        ],
        "code": _("Código"),
        "answer": _("Respuesta"),
        "count": _("Cantidad"),
        "only": _("Solo si"),
    }


def _limits(analysis: Analysis, lang: str) -> Iterator[str]:
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


def _method(analysis: Analysis, lang: str) -> Iterator[Data]:
    """Name and text of what must be known to judge the figures."""
    population = believed_population(analysis)
    yield _told(_("Quiénes respondieron"), summary.answered(analysis, lang))
    yield _told(
        _("Universo"),
        number(population, lang) if population is not None else _("no se conoce su tamaño"),
    )
    yield _told(_("Cómo se eligieron"), summary.chosen_how(analysis))
    if population and analysis.selection != Selection.OPEN:
        silent = percent(1 - analysis.responses / population, lang)
        if analysis.selection == Selection.CENSUS:
            yield _told(_("No respondieron"), silent)
    yield _told(_("Fechas"), summary.period(analysis.opens_at, analysis.closes_at))
    yield _told(
        _("Respuestas que no son opinión"),
        _(
            "«No sé», «prefiero no responder» y parecidas se cuentan aparte y salen de la base de "
            "los porcentajes."
        ),
    )
    yield _told(
        _("Celdas pequeñas"),
        _("Este informe es para quienes pueden ver los datos: no oculta grupos pequeños."),
    )
    yield _told(
        _("Preguntas no mostradas"),
        _("Quien no vio una pregunta, por un salto del cuestionario, no entra en su base."),
    )
    for line in summary.difference_lines(analysis):
        yield _told(_("Cambio entre versiones"), line)


def _told(name: str, text: str) -> Data:
    return {"name": name, "text": text}


def _section(analysis: Analysis, figures: MeasureFigures, lang: str) -> Data:
    rows = [_row(row) for row in tables.rows(analysis, figures, lang)]
    groups = [
        {
            "name": summary.domain_name(analysis, domain, lang),
            "rows": [
                _row(row)
                for row in tables.rows(
                    analysis, figures, lang, domain={str(analysis.by): domain.value}
                )
            ],
        }
        for domain in analysis.domains
        if of_domain(figures, {str(analysis.by): domain.value})
    ]
    drawn_by_group = analysis.by is not None and kinds.drawn_by_group(figures)
    return {
        "id": figures.measure.name,
        "name": summary.measure_name(analysis, figures, lang),
        "indicator": _("Indicador %(number)s", number=figures.measure.indicator)
        if figures.measure.indicator
        else "",
        "question": analysis.definition.text(figures.question.label, lang),
        "headline": summary.headline(analysis, figures, lang),
        "support": list(summary.support(analysis, figures, lang)),
        "picture": pictures.measure_picture(analysis, figures, lang).svg
        if kinds.drawn(figures)
        else "",
        "rows": rows,
        "apart": [
            {"name": name, "count": number(count, lang)}
            for name, count in tables.apart(analysis, figures, lang)
        ],
        "comparison": summary.comparison_title(analysis, figures, lang) if analysis.by else "",
        "comparison_picture": pictures.comparison_picture(analysis, figures, lang).svg
        if drawn_by_group
        else "",
        "groups": groups,
    }


def _row(row: tables.Row) -> Sequence[str]:
    flags = ", ".join(words for _kind, words in row.flags)
    return (row.name, row.value, row.interval, row.n, row.base, row.method, flags)


def _questionnaire(analysis: Analysis, lang: str) -> Iterator[Data]:
    """Every question with its name, its codes, and when it is asked."""
    survey = analysis.definition
    for page in survey.pages:
        for question, _groups in walk(page.questions):
            if not question.label:
                continue
            yield {
                "name": question.name,
                "type": question.type,
                "label": survey.text(question.label, lang),
                "relevant": question.relevant.text if question.relevant is not None else "",
                "codes": [
                    {"value": choice.value, "label": survey.text(choice.label, lang)}
                    for choice in _codes(analysis, question)
                ],
            }


_MOST_CODES = 60


def _codes(analysis: Analysis, question: Question) -> Sequence[Any]:
    found = [*question.choices, *analysis.definition.special_choices(question)]
    return found[:_MOST_CODES]


def _colophon(analysis: Analysis, data_hash: str, now: datetime) -> list[Data]:
    return [
        _told(_("Fuente"), summary.source(analysis).partition(": ")[2] or summary.source(analysis)),
        _told(_("Datos al"), format_datetime(to_user_timezone(now), "long")),
        _told(_("Huella de los datos (SHA-256)"), data_hash),
        _told(_("Programa"), f"Cabildo {version('cabildo-encuestas')}"),
    ]
