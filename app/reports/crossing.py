"""A table of two things, and the differences between groups, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from analisis import Estimate, Statistic
from app.reports import charts, exploring
from app.reports.exploring import CellText, cell_text
from app.reports.groups import category_name, variable_name
from app.reports.words import number
from app.services.analytics.comparing import Comparison
from app.services.analytics.crossing import Crossing
from app.services.analytics.differences import Difference

MOST_DRAWN = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossRow:
    """A line of the table: the answer in the row, how many gave it, and its cells."""

    name: str
    n: str
    cells: Sequence[CellText]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """The difference of two groups. ``said``: what may be said of it."""

    name: str
    difference: str
    interval: str
    p_value: str
    p_adjusted: str
    said: str


def p_text(p_value: float | None, lang: str) -> str:
    """A p value as it is read: never as zero, and never as a star."""
    if p_value is None:
        return "–"
    if p_value < 0.001:
        return _("menos de %(least)s", least=number(0.001, lang, digits=3))
    return number(p_value, lang, digits=3)


# Crosses ------------------------------------------------------------------------------------------


def crossing_title(found: Crossing, lang: str) -> str:
    survey = found.about.definition
    row, column = (variable_name(each, survey, lang) for each in (found.row, found.column))
    if found.asked.percent == "row":
        return _("%(answer)s según %(group)s", answer=column, group=row)
    if found.asked.percent == "column":
        return _("%(answer)s según %(group)s", answer=row, group=column)
    return _("%(row)s y %(column)s", row=row, column=column)


def test_words(found: Crossing, lang: str) -> str:
    """What the test allows to say, and by which figures."""
    tested = found.tested
    if tested is None:
        return {
            "open": _("Respondió quien quiso: no se pone a prueba si hay diferencia."),
            "census": _("Respondieron todas las de la lista: la tabla es exacta, sin prueba."),
            "lonely": _("Hay un estrato con una sola unidad: el diseño no permite esta prueba."),
        }.get(
            str(found.untested),
            _(
                "Hay muy pocas respuestas o demasiadas casillas vacías para poner a prueba si hay "
                "diferencia."
            ),
        )
    known = {
        "f": number(tested.statistic, lang, digits=2),
        "df": " y ".join(number(each, lang, digits=1) for each in tested.df),
        "p": p_text(tested.p_value, lang),
    }
    if tested.p_value < 1 - found.asked.confidence:
        return _(
            "Hay diferencia: que las respuestas se repartan así por azar es poco creíble "
            "(p: %(p)s; prueba F de Rao y Scott: %(f)s, con %(df)s grados de libertad).",
            **known,
        )
    return _(
        "No se puede afirmar que haya diferencia: el azar basta para explicar la tabla (p: %(p)s; "
        "prueba F de Rao y Scott: %(f)s, con %(df)s grados de libertad).",
        **known,
    )


def percent_words(found: Crossing) -> str:
    """Of whom each percentage is."""
    return {
        "row": _("Cada fila suma cien: son porcentajes de quienes están en la fila."),
        "column": _("Cada columna suma cien: son porcentajes de quienes están en la columna."),
        "total": _("Toda la tabla suma cien: son porcentajes de quienes están en ella."),
    }[found.asked.percent]


def cross_rows(found: Crossing, lang: str) -> list[CrossRow]:
    survey = found.about.definition
    by_row = found.asked.percent != "column"
    rows = [
        CrossRow(
            name=category_name(found.row, value, survey, lang),
            n=_size(found, found.sizes[value], lang) if by_row else "",
            cells=[
                cell_text(found.shares[value, other], lang) for other in found.column.categories
            ],
        )
        for value in found.row.categories
    ]
    if found.asked.percent == "row":
        cells = [cell_text(found.margins[value], lang) for value in found.column.categories]
        rows.append(CrossRow(name=_("En conjunto"), n=number(found.n, lang), cells=cells))
    return rows


def column_sizes(found: Crossing, lang: str) -> list[str]:
    """How many are in each column, where percentages are of them."""
    if found.asked.percent != "column":
        return []
    return [_size(found, found.sizes[value], lang) for value in found.column.categories]


def _size(found: Crossing, count: int, lang: str) -> str:
    if 0 < count < found.threshold:
        return _("menos de %(count)s", count=found.threshold)
    return number(count, lang)


def crossing_picture(found: Crossing, lang: str) -> charts.Picture:
    """The shares of each row, or of each column, as a bar."""
    survey = found.about.definition
    by_row = found.asked.percent != "column"
    group, answer = (found.row, found.column) if by_row else (found.column, found.row)
    rows = []
    for value in group.categories:
        pairs = [(value, b) if by_row else (b, value) for b in answer.categories]
        figures = [
            found.shares[pair].to_dict() | {"category": pair[1] if by_row else pair[0]}
            for pair in pairs
        ]
        rows.append((category_name(group, value, survey, lang), figures))
    words = {str(each): category_name(answer, each, survey, lang) for each in answer.categories}
    heading = exploring.heading(found, crossing_title(found, lang), percent_words(found), lang)
    return charts.diverging_chart(rows, words=words, **heading)


# Comparisons --------------------------------------------------------------------------------------


def compared_name(found: Comparison, lang: str) -> str:
    """What is compared: «Satisfechas (6 o 7)», «Sí», the mean."""
    what = Estimate(
        statistic=found.what.statistic,
        variable=found.question.name,
        category=found.what.category,
        n=0,
        base=0,
    )
    return exploring.name_of(found.about, found.question, what, lang)


def comparison_words(found: Comparison, lang: str) -> str:
    """How many differences there are to speak of, of how many that were looked at."""
    tested = [each for each in found.differences if each.p_adjusted is not None]
    if not found.differences:
        return _("No hay dos grupos con respuestas suficientes para comparar.")
    if not tested:
        if found.about.selection == "open":
            return _("Respondió quien quiso: se ven las diferencias, y no se ponen a prueba.")
        return _("Estas diferencias no se pueden poner a prueba.")
    sure = sum(_is_sure(each, found.asked.confidence) for each in tested)
    if not sure:
        return _("No se puede afirmar que haya diferencia entre estos grupos.")
    return ngettext(
        "Hay %(num)s diferencia que se puede afirmar, de %(count)s comparadas.",
        "Hay %(num)s diferencias que se pueden afirmar, de %(count)s comparadas.",
        sure,
        count=number(len(tested), lang),
    )


def _is_sure(each: Difference, confidence: float) -> bool:
    return each.p_adjusted is not None and each.p_adjusted < 1 - confidence


def pair_rows(found: Comparison, lang: str) -> list[PairRow]:
    survey = found.about.definition
    rows = []
    for each in found.differences:
        first, second = (
            category_name(found.by, found.groups[place], survey, lang)
            for place in (each.first, each.second)
        )
        name = _("%(second)s menos %(first)s", second=second, first=first)
        points = found.what.statistic != Statistic.MEAN
        rows.append(difference_row(name, each, found.asked.confidence, lang, points=points))
    return rows


def difference_row(
    name: str, each: Difference, confidence: float, lang: str, *, points: bool
) -> PairRow:
    """A difference with all that is needed to judge it; of shares in points."""
    one = each.estimate
    said = _("sin prueba")
    if each.p_adjusted is not None:
        sure = _is_sure(each, confidence)
        said = _("hay diferencia") if sure else _("no se puede afirmar que haya diferencia")
    return PairRow(
        name=name,
        difference=_amount(one.value, points, lang),
        interval="–"
        if one.low is None or one.high is None
        else _range(one.low, one.high, points, lang),
        p_value=p_text(each.p_value, lang),
        p_adjusted=p_text(each.p_adjusted, lang),
        said=said,
    )


def _range(low: float, high: float, points: bool, lang: str) -> str:
    if points:
        ends = {
            name: number(100 * end, lang, digits=1) for name, end in (("low", low), ("high", high))
        }
        return _("entre %(low)s y %(high)s puntos", **ends)
    ends = {name: number(end, lang, digits=2) for name, end in (("low", low), ("high", high))}
    return _("entre %(low)s y %(high)s", **ends)


def _amount(value: float | None, points: bool, lang: str) -> str:
    if value is None:
        return "–"
    if not points:
        return number(value, lang, digits=2)
    return _("%(value)s puntos", value=number(100 * value, lang, digits=1))


def adjust_words(found: Comparison) -> str:
    return {
        "holm": _(
            "Los valores p están corregidos por cuántas diferencias se miraron (Holm): si no "
            "hubiera ninguna, lo más probable es que no se anunciara ninguna."
        ),
        "bh": _(
            "Los valores p están corregidos por cuántas diferencias se miraron (Benjamini y "
            "Hochberg): sirve para explorar, porque deja pasar unas pocas falsas."
        ),
    }[found.asked.adjust]


def comparison_picture(found: Comparison, lang: str) -> charts.Picture:
    """The figure of each group on its interval."""
    survey = found.about.definition
    rows = [
        (category_name(found.by, value, survey, lang), one.to_dict())
        for value, one in zip(found.groups, found.estimates, strict=True)
    ]
    name = compared_name(found, lang)
    title = _(
        "«%(answer)s», por grupo: %(name)s",
        answer=name,
        name=variable_name(found.by, survey, lang),
    )
    question = variable_name(found.question, survey, lang)
    return charts.dots_chart(
        rows,
        keep_order=found.by.question is not None,
        **exploring.heading(found, title, question, lang),
    )


def group_rows(found: Comparison, lang: str) -> list[tuple[str, str, CellText]]:
    """Each group: its name, how many opinions, and its figure."""
    survey = found.about.definition
    return [
        (
            category_name(found.by, value, survey, lang),
            _("menos de %(count)s", count=found.threshold)
            if one.value is None and not one.n and exploring.is_hidden(one)
            else number(one.n, lang),
            cell_text(one, lang),
        )
        for value, one in zip(found.groups, found.estimates, strict=True)
    ]


def is_drawn(found: Comparison) -> bool:
    return found.what.statistic != Statistic.MEAN


def column_names(found: Crossing, lang: str) -> list[str]:
    survey = found.about.definition
    return [category_name(found.column, each, survey, lang) for each in found.column.categories]


def is_crossing_drawn(found: Crossing) -> bool:
    """A table that is a whole has no bars, and of too many answers nobody reads them."""
    answer = found.row if found.asked.percent == "column" else found.column
    return found.asked.percent != "total" and len(answer.categories) <= MOST_DRAWN


def answers_to_compare(found: Comparison, lang: str) -> list[tuple[str, str, bool]]:
    """The answers by which groups may be compared: (value, words, chosen)."""
    variable, survey = found.question, found.about.definition
    return [
        (str(each), category_name(variable, each, survey, lang), str(each) == found.asked.category)
        for each in variable.categories
    ]
