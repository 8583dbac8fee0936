"""The part of a report that sets groups beside each other: their pictures, figures, differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.config import smallest_cell
from app.reports import crossing, kinds, pictures, summary, tables
from app.reports.charts import Picture
from app.reports.pictures import Kind
from app.services.analytics import comparing
from app.services.analytics.asked import Asked
from app.services.analytics.comparing import Comparison
from app.services.analytics.findings import Analysis, MeasureFigures
from app.services.scope import Scope
from encuestas import MeasureKind

Data = dict[str, Any]
MOST_ROWS = 12  # of a picture on a printed page
MOST_PAIRS = 28  # those of eight groups; of more, a table lists the differences that are sure


def comparisons(analysis: Analysis, scope: Scope) -> dict[str, Comparison]:
    """The differences between the groups of each measure that has them, by the measure's name."""
    by = analysis.by
    if by is None or not 2 <= len(analysis.domains) <= comparing.MOST_COMPARED:
        return {}
    return {
        each.measure.name: comparing.compare(
            analysis.collection,
            Asked.of({"question": [each.measure.question], "by": [by]}),
            scope=scope,
            threshold=smallest_cell(),
        )
        for each in analysis.measures
        if analysis.responses and each.measure.kind is MeasureKind.SATISFACTION
    }


def columns(analysis: Analysis, lang: str) -> list[str]:
    if analysis.by is None:
        return []
    strict = [_("Cifra estricta")] if tables.has_strict(analysis) else []
    return [
        summary.grouping_name(analysis, analysis.by, lang), _("Respondieron"), *strict, _("Valor"),
        _("Intervalo"), _("Neta"), _("Promedio"), _("Opiniones"), _("Base"), _("Avisos"),
    ]  # fmt: skip


def rows(analysis: Analysis, figures: MeasureFigures, lang: str) -> list[Sequence[str]]:
    strict = tables.has_strict(analysis)
    return [
        (
            line.name, line.answered, *([line.strict] if strict else []), line.value,
            line.interval, line.net, line.mean, line.n, line.base,
            ", ".join(words for _kind, words in line.flags),
        )
        for line in tables.groups(analysis, figures, lang)
    ]  # fmt: skip


def drawn(
    analysis: Analysis, figures: MeasureFigures, lang: str, comunas: Mapping[str, str]
) -> list[Picture]:
    """Points, then the whole scale, then the map where groups are places; of many, in parts."""
    if analysis.by is None or not kinds.drawn_by_group(figures):
        return []
    return [
        picture
        for kind in (Kind.DOTS, Kind.SCALE, *([Kind.MAP] if comunas else []))
        for picture in pictures.comparison_pictures(
            analysis, figures, lang, kind, comunas, most=MOST_ROWS
        )
    ]


def differences(found: Comparison | None, lang: str) -> Data | None:
    """What may be said of the groups' differences, and each with its interval and p values."""
    if found is None:
        return None
    pairs = crossing.pair_rows(found, lang)
    shown, told = pairs, ""
    if len(pairs) > MOST_PAIRS:
        sure = _("hay diferencia")
        shown = [row for row in pairs if row.said == sure]
        told = ngettext(
            "De %(num)s comparación, la tabla trae las que muestran diferencia.",
            "De %(num)s comparaciones, la tabla trae las que muestran diferencia.",
            len(pairs),
        )
    return {
        "headline": crossing.comparison_words(found, lang),
        "told": told,
        "adjusted": crossing.adjust_words(found) if shown else "",
        "rows": [
            (row.name, row.difference, row.interval, row.p_value, row.p_adjusted, row.said)
            for row in shown
        ],
    }


def difference_columns() -> list[str]:
    return [
        _("Comparación"), _("Diferencia"), _("Intervalo"), _("Valor p"), _("p corregido"),
        _("Qué se puede decir"),
    ]  # fmt: skip
