"""The figures of any question laid out for its page: what is said, tables, and their picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Protocol

from flask_babel import gettext as _

from analisis import Estimate, Flag, Statistic
from app.reports import charts, summary, tables
from app.reports.figure_words import FLAG_KINDS, flag_words, interval_text, value_text
from app.reports.groups import category_name, group_name, variable_name
from app.reports.words import number
from app.services.analytics.explore import About, Exploration, QuestionFigures
from app.services.analytics.layers import Filters
from app.services.analytics.variables import Kind, Variable


class Filtered(Protocol):
    """Whatever was asked of a collection, of those whom filters leave."""

    @property
    def about(self) -> About: ...

    @property
    def filters(self) -> Filters: ...


SHARES = (Statistic.CATEGORY, Statistic.FIRST_PLACE)
_BESIDE = (Flag.NOT_RELIABLE, Flag.WEAKLY_RELIABLE)
_OF_THE_LIST = (Statistic.RESPONSE_RATE, Statistic.STRICT, Statistic.BOUNDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellText:
    """A figure in a table of groups."""

    value: str
    interval: str
    flags: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A group: how many answered the question, and its figures."""

    name: str
    n: str
    cells: Sequence[CellText]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTable:
    """The figures of the groups that one thing makes, or two at once."""

    name: str
    columns: Sequence[str]
    rows: Sequence[GroupRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A question on the page."""

    name: str
    question: str
    said: str
    base: str
    rows: Sequence[tables.Row]
    shared: Sequence[tuple[str, str]]
    apart: Sequence[tuple[str, str]]
    groups: Sequence[GroupTable]
    drawn: bool
    alt: str


def sections(found: Exploration, lang: str) -> list[Section]:
    return [_section(found, each, lang) for each in found.questions]


def _section(found: Exploration, figures: QuestionFigures, lang: str) -> Section:
    everybody = figures.of(fixed(found))
    said = headline(found, figures, lang)
    rows = [_row(one, figure_name(found, figures, one, lang), lang) for one in everybody]
    # What every figure of the table has in common is said once, above it.
    first = rows[0].flags if rows else ()
    shared = [flag for flag in first if all(flag in row.flags for row in rows)]
    rows = [
        replace(row, flags=tuple(flag for flag in row.flags if flag not in shared)) for row in rows
    ]
    return Section(
        name=variable_name(figures.variable, found.about.definition, lang),
        question=figures.variable.name,
        said=said,
        base=_base(figures, lang),
        rows=rows,
        shared=shared,
        apart=_apart(found, figures, lang),
        groups=[_table(found, figures, place, lang) for place in range(1, len(figures.layers))],
        drawn=drawn(found, figures),
        alt=_("%(said)s La tabla trae todas las cifras.", said=said),
    )


def _row(one: Estimate, name: str, lang: str) -> tables.Row:
    row = tables.row(one, name, lang)
    return replace(row, value=_("protegido")) if is_hidden(one) else row


def fixed(found: Exploration) -> Mapping[str, object]:
    """The domain of everybody whom the filters leave."""
    return found.questions[0].layers[0].domains[0] if found.questions else {}


def _base(figures: QuestionFigures, lang: str) -> str:
    cell = figures.everybody
    known = {"n": number(cell.n, lang), "base": number(cell.base, lang)}
    if figures.variable.kind is Kind.SEVERAL:
        return _(
            "Se podía elegir más de una: cada porcentaje es de las %(n)s personas u organizaciones "
            "que vieron la pregunta y opinaron, así que juntos pueden pasar de cien.",
            **known,
        )
    return _("Contestaron %(n)s de las %(base)s que vieron la pregunta.", **known)


def _apart(found: Exploration, figures: QuestionFigures, lang: str) -> list[tuple[str, str]]:
    cell, survey = figures.everybody, found.about.definition
    words = {}
    if figures.variable.question is not None:
        special = survey.special_choices(figures.variable.question)
        words = {each.value: survey.text(each.label, lang) for each in special}
    lines = [(words.get(code, code), count) for code, count in cell.special.items()]
    if cell.missing:
        lines.append((_("Dejaron la pregunta en blanco"), cell.missing))
    if cell.not_shown:
        lines.append((_("No se les mostró la pregunta"), cell.not_shown))
    return [(name, number(count, lang)) for name, count in lines]


def figure_name(found: Exploration, figures: QuestionFigures, one: Estimate, lang: str) -> str:
    """What a figure is of, as the first cell of its line says it."""
    return name_of(found.about, figures.variable, one, lang)


def name_of(about: About, variable: Variable, one: Estimate, lang: str) -> str:
    """The same of any question's figure."""
    survey = about.definition
    if one.category is not None:
        answer = category_name(variable, one.category, survey, lang)  # type: ignore[arg-type]
        return {
            Statistic.STRICT: _("%(answer)s: cifra estricta", answer=answer),
            Statistic.BOUNDS: _("%(answer)s: lo menos y lo más que puede ser", answer=answer),
            Statistic.FIRST_PLACE: _("Primer lugar: %(answer)s", answer=answer),
        }.get(one.statistic, answer)
    if variable.measure is not None:
        measured = SimpleNamespace(measure=variable.measure, question=variable.question)
        return tables.statistic_name(about, measured, one, lang)
    return {
        Statistic.MEAN: _("Promedio"),
        Statistic.RESPONSE_RATE: _("Tasa de respuesta"),
    }.get(one.statistic, str(one.statistic))


def headline(found: Exploration, figures: QuestionFigures, lang: str) -> str:
    """What may be said of everybody whom the filters leave."""
    one = said_of(figures, figures.of(fixed(found)))
    if one is None or one.value is None:
        if figures.everybody.n:
            return _("Hay muy pocas respuestas para mostrar esta cifra.")
        return _("Nadie respondió esta pregunta.")
    known = {
        "value": value_text(one, lang),
        "interval": interval_text(one, lang),
        "answer": figure_name(found, figures, one, lang),
    }
    has_interval = one.low is not None and one.low != one.high
    if one.statistic == Statistic.MEAN:
        known["said"] = _("El promedio es %(value)s", **known)
    else:
        known["said"] = _("Lo más frecuente es «%(answer)s»: %(value)s", **known)
    if Flag.SELF_SELECTED in one.flags:
        return _("%(said)s de quienes quisieron responder. No vale para las demás.", **known)
    return _("%(said)s (%(interval)s).", **known) if has_interval else _("%(said)s.", **known)


def said_of(figures: QuestionFigures, everybody: Sequence[Estimate]) -> Estimate | None:
    """The figure that a headline tells: none where the most frequent may be one not shown."""
    if any(is_hidden(each) for each in everybody if each.statistic in SHARES):
        return None
    return leading(figures, everybody)


def leading(figures: QuestionFigures, estimates: Sequence[Estimate]) -> Estimate | None:
    """The answer that most gave; of a number its mean."""
    some = [one for one in estimates if one.statistic in SHARES]
    if figures.variable.kind is Kind.NUMBER:
        some = [one for one in estimates if one.statistic == Statistic.MEAN]
    return max(some, key=lambda one: -1 if one.value is None else one.value, default=None)


def _table(found: Exploration, figures: QuestionFigures, place: int, lang: str) -> GroupTable:
    layer, survey = figures.layers[place], found.about.definition
    variables = {each.name: each for each in layer.variables}
    rows, columns = [], []
    for domain in layer.domains:
        some = [one for one in figures.of(domain) if one.statistic not in _OF_THE_LIST]
        columns = [figure_name(found, figures, one, lang) for one in some]
        n = max((one.n for one in some), default=0)
        hidden = any(one.value is None and one.n == 0 and is_hidden(one) for one in some)
        rows.append(
            GroupRow(
                name=group_name(variables, domain, survey, lang),
                n=_("menos de %(count)s", count=found.threshold) if hidden else number(n, lang),
                cells=[cell_text(one, lang) for one in some],
            )
        )
    names = " · ".join(variable_name(each, survey, lang) for each in layer.variables)
    return GroupTable(name=names, columns=columns, rows=rows)


def is_hidden(one: Estimate) -> bool:
    """Whether a figure is kept from the reader."""
    return any(flag.startswith("suppressed") for flag in one.flags)


def cell_text(one: Estimate, lang: str) -> CellText:
    """A figure of a group, or the word that says why it is not shown."""
    if is_hidden(one):
        return CellText(value=_("protegido"), interval="", flags=())
    interval = interval_text(one, lang) if one.low is not None else ""
    # Of what is said of every figure of a page the page speaks once.
    marks = tuple((FLAG_KINDS[flag], flag_words(flag)) for flag in one.flags if flag in _BESIDE)
    return CellText(value=value_text(one, lang), interval=interval, flags=marks)


# The picture --------------------------------------------------------------------------------------


def drawn(found: Exploration, figures: QuestionFigures) -> bool:
    """A mean has an axis of its own, and those we draw are shares."""
    return figures.variable.kind is not Kind.NUMBER and bool(figures.everybody.n)


def picture(found: Exploration, figures: QuestionFigures, lang: str) -> charts.Picture:
    """The shares of the answers; with groups, one of them group by group."""
    if found.by:
        return _by_group(found, figures, lang)
    rows = [
        (figure_name(found, figures, one, lang), one.to_dict())
        for one in figures.of(fixed(found))
        if one.statistic in SHARES
    ]
    heading = _heading(found, figures, headline(found, figures, lang), lang)
    ordered = figures.variable.kind is Kind.MARKS
    return charts.dots_chart(rows, keep_order=ordered, **heading)


def chosen(found: Exploration, figures: QuestionFigures) -> tuple[Statistic, object]:
    """The figure that groups are compared by: the category asked for, the satisfied, the mode."""
    variable = figures.variable
    asked = found.asked.category
    if asked is not None and variable.place(asked) is not None:
        first = variable.kind is Kind.FIRST
        statistic = Statistic.FIRST_PLACE if first else Statistic.CATEGORY
        return statistic, variable.categories[variable.place(asked) or 0]
    if variable.measure is not None:
        return Statistic.SATISFIED, None
    one = leading(figures, figures.of(fixed(found)))
    return (one.statistic, one.category) if one else (Statistic.CATEGORY, None)


def _by_group(found: Exploration, figures: QuestionFigures, lang: str) -> charts.Picture:
    statistic, category = chosen(found, figures)
    layer, survey = figures.layers[-1], found.about.definition
    variables = {each.name: each for each in layer.variables}
    whole, rows, answer = [], [], ""
    for domain in (fixed(found), *layer.domains):
        for one in figures.of(domain):
            if (one.statistic, one.category) == (statistic, category):
                name = group_name(variables, domain, survey, lang)
                (whole if domain == fixed(found) else rows).append((name, one.to_dict()))
                answer = figure_name(found, figures, one, lang)
    names = " · ".join(variable_name(each, survey, lang) for each in layer.variables)
    title = _("«%(answer)s», por grupo: %(name)s", answer=answer, name=names)
    heading = _heading(found, figures, title, lang)
    ordered = _keeps_order(layer.variables)
    return charts.dots_chart(rows, whole=whole, keep_order=ordered, **heading)


def _keeps_order(variables: Sequence[Variable]) -> bool:
    """The answers of a question come in an order that may mean something; territories don't."""
    return all(each.question is not None for each in variables)


def _heading(found: Exploration, figures: QuestionFigures, title: str, lang: str) -> charts.Heading:
    question = variable_name(figures.variable, found.about.definition, lang)
    return heading(found, title, question, lang)


def heading(found: Filtered, title: str, question: str, lang: str) -> charts.Heading:
    """What every picture says beside its figures."""
    about = found.about
    parts = [question, summary.answered(about, lang), *filter_words(found, lang)]
    parts.append(summary.period(about.opens_at, about.closes_at))
    return {
        "title": title,
        "subtitle": " · ".join(parts),
        "source": summary.source(about),
        "lang": lang,
        "simulated": about.simulated,
    }


def filter_words(found: Filtered, lang: str) -> list[str]:
    """Whom the filters leave: «Solo Género: Mujer»."""
    survey = found.about.definition
    return [
        _(
            "Solo %(name)s: %(values)s",
            name=variable_name(variable, survey, lang),
            values=", ".join(
                category_name(variable, variable.categories[place], survey, lang)
                for place in places
            ),
        )
        for variable, places in found.filters.values()
    ]
