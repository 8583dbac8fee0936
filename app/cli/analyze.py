"""``cabildo analyze``: a collection's figures in the terminal or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import click
from flask_babel import gettext as _

from app.extensions import reading
from app.language import N_, current_language
from app.reports import summary, tables
from app.services.analytics.analyse import analyse
from app.services.analytics.findings import Analysis, MeasureFigures


@click.command(help=N_("Las cifras de una recolección, cada una con su intervalo, base y método."))
@click.argument("slug")
@click.option("--by", metavar="QUESTION|territory", help=N_("Comparar por pregunta o territorio."))
@click.option("--measure", metavar="NAME", help=N_("Solo esta medición."))
@click.option("--json", "as_json", is_flag=True, help=N_("Escribir JSON en vez de tablas."))
def analyze(slug: str, by: str | None, measure: str | None, as_json: bool) -> None:
    with reading():
        analysis = analyse(slug, by=by, measure=measure)
    if as_json:
        text = json.dumps(analysis.to_dict(), ensure_ascii=False, indent=2)
    else:
        text = "\n".join(_told(analysis, current_language()))
    # In UTF-8 whatever the terminal's own encoding: the figures are read by other programs too.
    click.echo(text.encode())


def _told(analysis: Analysis, lang: str) -> Iterator[str]:
    if analysis.simulated:
        yield _("SIMULADO: son datos de demostración y no describen a nadie.")
        yield ""
    yield f"{analysis.definition.text(analysis.title, lang)} ({analysis.collection})"
    yield (
        f"{summary.answered(analysis, lang)}. "
        f"{summary.period(analysis.opens_at, analysis.closes_at)}."
    )
    yield summary.chosen_how(analysis)
    yield from (summary.caution_words(analysis, caution) for caution in analysis.cautions)
    yield from summary.difference_lines(analysis)
    if not analysis.responses:
        yield summary.empty_advice(analysis)
        return
    for figures in analysis.measures:
        yield from _measure(analysis, figures, lang)
    yield ""
    if analysis.unclassified:
        yield _("Respuestas que no están en ningún grupo: %(count)s", count=analysis.unclassified)
    yield summary.source(analysis)


def _measure(analysis: Analysis, figures: MeasureFigures, lang: str) -> Iterator[str]:
    name = summary.measure_name(analysis, figures, lang)
    yield ""
    yield name
    yield "=" * len(name)
    if question := analysis.definition.text(figures.question.label, lang):
        yield question
    yield ""
    yield summary.headline(analysis, figures, lang)
    yield from summary.support(analysis, figures, lang)
    yield ""
    head = (_("cifra"), _("valor"), _("intervalo"), "n", _("base"), _("método"), _("avisos"))
    yield from _table(head, [_row(row) for row in tables.rows(analysis, figures, lang)], "<><>><<")
    for label, count in tables.apart(analysis, figures, lang):
        yield f"{label}: {count}"
    if analysis.by:
        yield ""
        yield summary.comparison_title(analysis, figures, lang)
        yield from _groups(analysis, figures, lang)


def _groups(analysis: Analysis, figures: MeasureFigures, lang: str) -> Iterator[str]:
    """The satisfied of each group; all the other figures are in the JSON."""
    head = (_("grupo"), _("respondieron"), _("estricta"), _("valor"), _("intervalo"))
    lines = [
        (*cells, line.n, line.base, _words(line.flags))
        for line in tables.groups(analysis, figures, lang)
        for cells in [(line.name, line.answered, line.strict, line.value, line.interval)]
    ]
    yield from _table((*head, "n", _("base"), _("avisos")), lines, "<>>><>><")


def _row(row: tables.Row) -> tuple[str, ...]:
    cells = (row.name, row.value, row.interval, row.n, row.base, row.method)
    return (*cells, _words(row.flags))


def _words(flags: Iterable[tuple[str, str]]) -> str:
    return ", ".join(words for _kind, words in flags)


def _table(head: Sequence[str], lines: Sequence[Sequence[str]], sides: str) -> Iterator[str]:
    """Columns as wide as their widest cell, each to the side that its arrow points to."""
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    for line in (head, *lines):
        cells = [
            f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)
        ]
        yield "  " + "  ".join(cells).rstrip()
