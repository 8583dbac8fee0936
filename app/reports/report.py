"""The report of a collection: one set of values, printed by `report.typ` and shown as a page.

It says in sentences what may be said and what may not, then how it is known, then every figure with
its interval and base, then the questionnaire and the codes, so that the figures can be contested.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst
from flask import current_app
from flask_babel import format_date, format_datetime, to_user_timezone
from flask_babel import gettext as _

from app.brand import PLAIN, current_brand
from app.config import smallest_cell
from app.models import TERRITORY_QUESTION
from app.models.columns import utc_now
from app.reports import (
    crossing,
    kinds,
    pictures,
    questionnaire,
    report_groups,
    report_method,
    summary,
    tables,
)
from app.reports.charts import Picture
from app.reports.figure_words import flag_notes
from app.reports.report_method import told
from app.reports.words import number
from app.services import collections
from app.services import progress as progress_service
from app.services.analytics import analyse, fingerprint, joins, protecting
from app.services.analytics.comparing import Comparison
from app.services.analytics.findings import Analysis, MeasureFigures
from app.services.register import places
from app.services.scope import EVERYWHERE, Scope

TEMPLATE = Path(__file__).with_name("report.typ")
TALLEST = 1100  # pixels that a picture as wide as half the line may have on a page
FORMATS: Mapping[str, str] = {"pdf": "application/pdf", "html": "text/html"}
Data = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is printed and shown, and what its file is called."""

    data: Data
    simulated: bool
    name: str

    def pdf(self) -> bytes:
        """A tagged PDF (PDF/UA-1) with bookmarks."""
        made = typst.compile(
            TEMPLATE.read_bytes(),
            format="pdf",
            sys_inputs={"report": json.dumps(self.data, ensure_ascii=False, default=_svg)},
            ignore_system_fonts=True,  # the same report on every machine
            pdf_standards="ua-1",
        )
        return bytes(made)

    def page(self) -> bytes:
        """The same as a page in a single file, which needs nothing from anywhere."""
        template = current_app.jinja_env.get_template("analytics/report_file.html")
        style = (Path(current_app.root_path) / "static/staff.css").read_text()
        return template.render(report=self.data, simulated=self.simulated, style=style).encode()

    def content(self, fmt: str) -> bytes:
        """``fmt``: one of `FORMATS`."""
        return {"pdf": self.pdf, "html": self.page}[fmt]()

    def file_name(self, fmt: str) -> str:
        return f"{self.name}.{fmt}"


def report(slug: str, lang: str, *, by: str | None = None, scope: Scope = EVERYWHERE) -> Report:
    """The report of a collection as it is now, in the language that the caller set.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, UNKNOWN_QUESTION, CANNOT_GROUP_BY.
    """
    whole, now = analyse.analyse(slug, by=by, scope=scope), utc_now()
    analysis = protecting.protected(whole, scope, threshold=smallest_cell())
    simulated = _("simulado") if analysis.simulated else ""
    return Report(
        data=_data(
            analysis,
            lang,
            progress=progress_service.progress(slug, scope=scope),
            data_hash=fingerprint.fingerprint(slug, scope=scope).hex(),
            dictionary=questionnaire.dictionary(
                joins.joined(collections.find(slug), scope=scope), analysis.definition, lang
            ),
            comunas=places.where(str(each.value) for each in analysis.domains)
            if by == TERRITORY_QUESTION
            else {},
            compared=report_groups.comparisons(analysis, scope),
            now=now,
        ),
        simulated=analysis.simulated,
        name="-".join(part for part in (slug, _("informe"), simulated) if part),
    )


def _data(
    analysis: Analysis,
    lang: str,
    *,
    progress: progress_service.Progress,
    data_hash: str,
    dictionary: list[Sequence[str]],
    comunas: dict[str, str],
    compared: Mapping[str, Comparison],
    now: datetime,
) -> Data:
    """Everything that the report says, in its order."""
    answered = analysis.responses > 0
    rates = report_method.rates(analysis, progress, lang)
    return {
        "lang": lang,
        "title": analysis.definition.text(analysis.title, lang),
        "subtitle": _("Informe de resultados"),
        "brand": _brand(lang),
        "asked_by": analysis.definition.text(analysis.definition.asked_by, lang),
        "period": summary.period(analysis.opens_at, analysis.closes_at),
        "answered": summary.answered(analysis, lang),
        "made": _("Hecho el %(day)s", day=format_date(to_user_timezone(now), "long")),
        "simulated": _("SIMULADO: son datos de demostración y no describen a nadie.")
        if analysis.simulated
        else "",
        "findings": [
            told(
                summary.measure_name(analysis, each, lang),
                _finding(analysis, each, lang, compared.get(each.measure.name)),
            )
            for each in analysis.measures
            if answered
        ],
        "empty": "" if answered else _("Todavía no hay respuestas."),
        "limits": list(report_method.limits(analysis, lang)),
        "method": list(report_method.method(analysis, progress, lang)),
        "rates": _drawn(rates),
        "mapped": bool(comunas),
        "group_columns": report_groups.columns(analysis, lang),
        "sections": [
            _section(analysis, each, lang, comunas, compared.get(each.measure.name))
            for each in analysis.measures
            if answered
        ],
        "questionnaire": questionnaire.questions(analysis.definition, lang),
        "dictionary": dictionary,
        "notes": [
            {"name": words, "text": explanation}
            for words, explanation in flag_notes(
                [one for each in analysis.measures for one in each.estimates]
            )
        ],
        "colophon": _colophon(analysis, data_hash, now),
        "words": _words(),
    }


def _finding(
    analysis: Analysis, figures: MeasureFigures, lang: str, compared: Comparison | None
) -> str:
    """What may be said of all, and whether the groups can be said to differ."""
    said = [summary.headline(analysis, figures, lang)]
    if compared is not None:
        said.append(crossing.comparison_words(compared, lang))
    return " ".join(said)


def _brand(lang: str) -> Data:
    """Whose report it is; the bytes of the logo as Typst takes them from JSON."""
    brand = current_brand()
    return {
        "name": brand.called(lang) if brand is not PLAIN else "",
        "told": brand.says("report", lang),
        "logo": list(brand.logo.content) if brand.logo else [],
        "format": "svg" if brand.logo and "svg" in brand.logo.mimetype else "png",
        "primary": brand.colour("primary"),
        "accent": brand.colour("accent"),
    }


def _words() -> Data:
    return {
        "summary": _("Lo que se puede decir"),
        "limits": _("Lo que no se puede decir"),
        "method": _("Cómo se hizo"),
        "rates": _("Quiénes respondieron, por territorio"),
        "figures": _("Cifras"),
        "questionnaire": _("Cuestionario"),
        "dictionary": _("Diccionario de datos"),
        "dictionary_told": _(
            "Qué significa cada columna de los archivos que se descargan. La columna N.º es el "
            "número de la pregunta en el cuestionario."
        ),
        "dictionary_columns": [
            _("Variable"), _("N.º"), _("Tipo"), _("Pregunta"), _("Códigos"), _("Reglas"),
        ],
        "notes": _("Cómo leer los avisos"),
        "data": _("Datos y programa"),
        "contents": _("Contenido"),
        "page": _("Página"),
        "of": _("de"),
        "columns": [
            _("Cifra"), _("Valor"), _("Intervalo"), _("Opiniones"), _("Base"), _("Método"),
            _("Avisos"),
        ],
        "differences": _("Diferencias"),
        "difference_columns": report_groups.difference_columns(),
        "answer": _("Respuesta"),
        "count": _("Cantidad"),
        "picture": _("La tabla trae todas las cifras."),
    }  # fmt: skip


def _section(
    analysis: Analysis,
    figures: MeasureFigures,
    lang: str,
    comunas: dict[str, str],
    compared: Comparison | None,
) -> Data:
    return {
        "id": figures.measure.name,
        "name": summary.measure_name(analysis, figures, lang),
        "indicator": _("Indicador %(number)s", number=figures.measure.indicator)
        if figures.measure.indicator
        else "",
        "question": analysis.definition.text(figures.question.label, lang),
        "headline": summary.headline(analysis, figures, lang),
        "support": list(summary.support(analysis, figures, lang)),
        "picture": _drawn(
            pictures.measure_picture(analysis, figures, lang) if kinds.drawn(figures) else None
        ),
        "rows": [_row(row) for row in tables.rows(analysis, figures, lang)],
        "apart": [
            {"name": name, "count": number(count, lang)}
            for name, count in tables.apart(analysis, figures, lang)
        ],
        "comparison": summary.comparison_title(analysis, figures, lang) if analysis.by else "",
        "comparison_pictures": [
            _drawn(each) for each in report_groups.drawn(analysis, figures, lang, comunas)
        ],
        "groups": report_groups.rows(analysis, figures, lang),
        "differences": report_groups.differences(compared, lang),
    }


def _row(row: tables.Row) -> Sequence[str]:
    flags = ", ".join(words for _kind, words in row.flags)
    return (row.name, row.value, row.interval, row.n, row.base, row.method, flags)


def _drawn(picture: Picture | None) -> Data | None:
    """A picture for print: as wide as its column, or less where a page is not tall enough."""
    if picture is None:
        return None
    width = 100 * min(1.0, TALLEST / picture.height)
    return {"svg": picture, "alt": picture.described, "width": round(width, 1)}


def _svg(picture: Picture) -> str:
    """Drawn at last: the page asks for its pictures one by one, and this takes a while."""
    return picture.svg


def _colophon(analysis: Analysis, data_hash: str, now: datetime) -> list[Data]:
    return [
        told(_("Fuente"), summary.source(analysis).partition(": ")[2] or summary.source(analysis)),
        told(_("Datos al"), format_datetime(to_user_timezone(now), "long")),
        told(_("Huella de los datos (SHA-256)"), data_hash),
        told(_("Programa"), f"Cabildo {version('cabildo-encuestas')}"),
    ]
