"""The same question wave after wave, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from analisis import Estimate, Statistic
from app.reports import charts, exploring, summary
from app.reports.crossing import difference_row
from app.reports.exploring import cell_text
from app.reports.figure_words import value_text
from app.reports.groups import variable_name
from app.reports.words import number, percent
from app.services.analytics.waves import Trend, Waves


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRow:
    """A wave of a question: its figure, and the change against the base."""

    name: str
    slug: str
    n: str
    value: str
    interval: str
    difference: str
    limits: str
    change: str
    p_adjusted: str
    said: str


def title(found: Waves, trend: Trend, lang: str) -> str:
    """The question and what of it is followed: «Nota: Satisfechas (6 o 7)»."""
    name = variable_name(trend.question, found.about.definition, lang)
    what = Estimate(
        statistic=trend.what.statistic,
        variable=trend.question.name,
        category=trend.what.category,
        n=0,
        base=0,
    )
    answer = exploring.name_of(found.about, trend.question, what, lang)
    return _("%(question)s: %(answer)s", question=name, answer=answer)


def rows(found: Waves, trend: Trend, lang: str) -> list[WaveRow]:
    return [_row(found, trend, place, lang) for place in range(len(found.waves))]


def _row(found: Waves, trend: Trend, place: int, lang: str) -> WaveRow:
    wave, one, change = found.waves[place], trend.estimates[place], trend.differences[place]
    cell = cell_text(one, lang) if one else None
    told = change and difference_row(
        wave.name,
        change,
        found.asked.confidence,
        lang,
        points=trend.what.statistic != Statistic.MEAN,
    )
    said = _("es la base") if place == found.base else _missing(found, place, one)
    if told and change:
        said = told.said
        if change.paired:
            same = number(change.estimate.n, lang)
            said = _("%(said)s (las %(n)s organizaciones que están en ambas)", said=said, n=same)
    return WaveRow(
        name=wave.name,
        slug=wave.slug,
        n=number(one.n, lang) if one else "–",
        value=cell.value if cell else "–",
        interval=cell.interval if cell else "",
        difference=told.difference if told else "–",
        limits=told.interval if told else "–",
        change=_change(change.change, lang) if change and change.change else "–",
        p_adjusted=told.p_adjusted if told else "–",
        said=said,
    )


def _missing(found: Waves, place: int, one: Estimate | None) -> str:
    if found.waves[place].about is None:
        return _("sus resultados se ven al cerrar")
    return _("ahí se preguntó otra cosa") if one is None else "–"


def _change(one: Estimate, lang: str) -> str:
    """A rate of change, with its sign and its interval."""
    if one.value is None:
        return "–"
    value = percent(one.value, lang)
    if one.low is None or one.high is None:
        return value
    return _(
        "%(value)s (%(low)s a %(high)s)",
        value=value,
        low=number(100 * one.low, lang, digits=1),
        high=number(100 * one.high, lang, digits=1),
    )


def headline(found: Waves, trend: Trend, lang: str) -> str:
    """What may be said of the latest wave against the base."""
    latest = next(
        (n for n in range(len(found.waves) - 1, -1, -1) if trend.differences[n] is not None), None
    )
    if latest is None:
        return _("Todavía no hay otra ola con que comparar esta pregunta.")
    change, one = trend.differences[latest], trend.estimates[latest]
    base = trend.estimates[found.base]
    known = {
        "now": found.waves[latest].name,
        "base": found.waves[found.base].name,
        "new": value_text(one, lang) if one else "–",
        "old": value_text(base, lang) if base else "–",
    }
    if change is None or change.p_adjusted is None:
        return _("De %(base)s a %(now)s: de %(old)s a %(new)s. No se pone a prueba.", **known)
    if change.p_adjusted < 1 - found.asked.confidence:
        return _("De %(base)s a %(now)s cambió: de %(old)s a %(new)s.", **known)
    return _("De %(base)s a %(now)s no se puede afirmar que haya cambiado.", **known)


def is_drawn(trend: Trend) -> bool:
    known = [each for each in trend.estimates if each is not None]
    return trend.what.statistic != Statistic.MEAN and len(known) > 1


def picture(found: Waves, trend: Trend, lang: str) -> charts.Picture:
    figures = [None if each is None else each.to_dict() for each in trend.estimates]
    about = found.about
    parts: Sequence[str] = (title(found, trend, lang), summary.answered(about, lang))
    return charts.trend_chart(
        [("", figures)],
        waves=[each.name for each in found.waves],
        title=headline(found, trend, lang),
        subtitle=" · ".join(parts),
        source=summary.source(about),
        lang=lang,
        simulated=about.simulated,
    )
