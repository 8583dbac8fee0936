"""``cabildo analyze-file``: figures of any file with a declared design; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from flask_babel import gettext as _

from analisis import AnalysisError, Statistic
from analisis.io import design_file, report
from analisis.io.declared import Answer
from app.language import N_, current_language
from app.reports.figure_words import flag_words, interval_text, method_words, value_text
from app.reports.words import number, percent
from app.words.files import analysis_error_text


@click.command(
    "analyze-file",
    help=N_("Las cifras de un archivo .csv, .parquet, .sav o .dta con un diseño declarado."),
)
@click.argument("data")
@click.option("--design", required=True, metavar="YAML", help=N_("Cómo se eligió a las personas."))
@click.option("--by", multiple=True, metavar="COLUMN", help=N_("Una cifra para cada valor."))
@click.option("--where", metavar="COLUMN", help=N_("Solo las filas en que es verdadera."))
@click.option("--column", multiple=True, metavar="COLUMN", help=N_("Solo cifras de esta columna."))
@click.option("--json", "form", flag_value="json", help=N_("Escribir JSON en vez de una tabla."))
@click.option("--csv", "form", flag_value="csv", help=N_("Escribir CSV en vez de una tabla."))
@click.pass_context
def analyze_file(
    context: click.Context,
    data: str,
    design: str,
    by: tuple[str, ...],
    where: str | None,
    column: tuple[str, ...],
    form: str | None,
) -> None:
    try:
        answers = design_file.answers(data, design, columns=column, by=by, where=where)
    except AnalysisError as error:
        click.echo(f"cabildo: {analysis_error_text(error)}", err=True)
        context.exit(2)
    if form == "json":
        text = report.as_json(answers)
    elif form == "csv":
        text = report.as_csv(answers)
    else:
        text = "\n".join(_table(answers, current_language())) + "\n"
    # In UTF-8 whatever the terminal's own encoding: the figures are read by other programs too.
    click.echo(text.encode(), nl=False)


def _table(answers: Sequence[Answer], lang: str) -> Iterator[str]:
    estimates = [each.estimate for each in answers]
    domains = list(dict.fromkeys(name for each in estimates for name in each.domain))
    head = [_("cifra"), *domains, _("valor"), _("intervalo"), "n", _("base"), _("método")]
    lines = [
        [
            _name(answer, lang),
            *report.domain_cells(answer.estimate, domains),
            *_cells(answer, lang),
        ]
        for answer in answers
    ]
    sides = ["<", *"<" * len(domains), *"><>><<"]
    yield from report.columns([*head, _("avisos")], lines, sides)
    for one in report.tables(answers):
        yield _(
            "Independencia de %(row)s y %(column)s: %(test)s = %(statistic)s, gl %(df)s, "
            "p = %(p_value)s",
            row=one.row,
            column=one.column,
            test=one.test,
            statistic=number(one.statistic, lang, digits=4),
            df=" · ".join(number(df, lang, digits=2) for df in one.df),
            p_value=number(one.p_value, lang, digits=4),
        )


def _cells(answer: Answer, lang: str) -> list[str]:
    one = answer.estimate
    method = method_words(one.method)
    if one.confidence is not None:
        method = f"{method}, {percent(one.confidence, lang, digits=0)}"
    flags = ", ".join(flag_words(flag) for flag in one.flags)
    counts = (number(one.n, lang), number(one.base, lang))
    return [value_text(one, lang), interval_text(one, lang), *counts, method, flags]


def _name(answer: Answer, lang: str) -> str:
    one, asked = answer.estimate, answer.asked
    if asked.name:
        return report.own_name(answer)
    column = one.variable
    what = {
        Statistic.CATEGORY: column + report.answers(answer),
        Statistic.NET: _("Neta de %(column)s", column=column),
        Statistic.MEAN: _("Promedio de %(column)s", column=column),
        Statistic.TOTAL: _("Total de %(column)s", column=column),
        Statistic.RATIO: _("Razón %(column)s", column=column),
        Statistic.VARIANCE: _("Varianza de %(column)s", column=column),
        Statistic.COVARIANCE: _("Covarianza de %(column)s", column=column),
    }.get(one.statistic)
    if one.statistic is Statistic.QUANTILE:
        share = percent(float(str(one.category)), lang, digits=0)
        what = _("Cuantil %(share)s de %(column)s", share=share, column=column)
    if one.statistic is Statistic.COEFFICIENT:
        what = _("Coeficiente de %(term)s para %(column)s", term=one.category, column=column)
    where = asked.options.get("where")
    return _("%(figure)s, donde %(where)s", figure=what, where=where) if where else str(what)
