"""How a collection goes, in words: rates, days, and what deserves a second look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date, gettext, ngettext
from flask_babel import gettext as _

from analisis import Estimate
from app.reports import charts, summary
from app.reports.groups import category_name, variable_name
from app.reports.words import number, percent
from app.services.analytics.overview import Overview, Period
from app.services.analytics.quality import FASTEST, FEWEST_TIMES, Flagged, Rule
from app.services.analytics.variables import Variable
from app.words.responses import RULES, STATES
from app.words.visits import RESULTS


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """A group: how many answered, of how many, and the share."""

    name: str
    n: str
    of: str
    rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """A rule in words, how many responses it finds, and what their list calls it, if there are."""

    name: str
    rule: str
    count: str
    of: str
    flag: str


def headline(found: Overview, lang: str) -> str:
    if not found.about.responses:
        return _("Todavía no hay respuestas")
    one = found.total
    if one.value is None:
        return ngettext(
            "Ha llegado %(count)s respuesta",
            "Han llegado %(count)s respuestas",
            one.n,
            count=number(one.n, lang),
        )
    return _(
        "Han respondido %(n)s de %(of)s: el %(rate)s",
        n=number(one.n, lang),
        of=number(one.population or 0, lang),
        rate=percent(one.value, lang),
    )


def rate_rows(
    found: Overview, variable: Variable, some: Sequence[Estimate], lang: str
) -> list[RateRow]:
    survey = found.about.definition
    return [
        RateRow(
            name=category_name(variable, one.domain[variable.name], survey, lang),  # type: ignore[arg-type]
            n=number(one.n, lang),
            of="–" if one.population is None else number(one.population, lang),
            rate="–" if one.value is None else percent(one.value, lang),
        )
        for one in some
    ]


def has_rates(some: Sequence[Estimate]) -> bool:
    return any(one.value is not None for one in some)


def period_rows(found: Overview, lang: str) -> list[tuple[str, str, str, str]]:
    """When, how many then, how many until then, and the rate until then."""
    return [
        (
            period_name(each),
            number(each.responses, lang),
            number(each.until.n, lang),
            "–" if each.until.value is None else percent(each.until.value, lang),
        )
        for each in found.periods
    ]


def period_name(each: Period) -> str:
    first = format_date(each.first, "short")
    if each.first == each.last:
        return first
    return _("%(first)s a %(last)s", first=first, last=format_date(each.last, "short"))


def state_rows(found: Overview, lang: str) -> list[tuple[str, str]]:
    return [
        (gettext(STATES[state]) if state in STATES else state, number(count, lang))
        for state, count in found.states.items()
    ]


def case_rows(found: Overview, lang: str) -> list[tuple[str, str]]:
    return [(gettext(RESULTS[each]), number(count, lang)) for each, count in found.cases.items()]


def aapor_words(found: Overview, lang: str) -> list[str]:
    """The outcome rates of visits, as the AAPOR defines them."""
    rates = found.rates
    if rates is None:
        return []
    names = (
        (_("Tasa de respuesta (AAPOR RR1): %(rate)s"), rates.rr1),
        (_("Tasa de respuesta (AAPOR RR3): %(rate)s"), rates.rr3),
        (_("Cooperación (COOP1): %(rate)s"), rates.coop1),
        (_("Rechazo (REF1): %(rate)s"), rates.ref1),
        (_("Contacto (CON1): %(rate)s"), rates.con1),
    )
    return [text % {"rate": percent(rate, lang)} for text, rate in names if rate is not None]


# Quality ------------------------------------------------------------------------------------------


def quality_rows(found: Overview, lang: str) -> list[QualityRow]:
    return [
        QualityRow(
            name=gettext(RULES[each.rule]),
            rule=_rule(found, each, lang),
            count=number(each.count, lang),
            of=number(each.of, lang),
            flag=each.name if each.count else "",
        )
        for each in found.quality
    ]


def _rule(found: Overview, each: Flagged, lang: str) -> str:
    if each.rule is Rule.SAME:
        return _("Respondieron todas las preguntas exactamente como otra respuesta.")
    if each.rule is Rule.STRAIGHT:
        survey = found.about.definition
        first = survey.text(survey.question(each.grid[0]).label, lang) or each.grid[0]
        return _(
            "Dieron la misma respuesta en las %(count)s preguntas de la cuadrícula que comienza "
            "con «%(first)s».",
            count=number(len(each.grid), lang),
            first=first,
        )
    if each.limit is None:
        return _(
            "No se puede ver: hacen falta al menos %(count)s respuestas con hora de comienzo y de "
            "término.",
            count=number(FEWEST_TIMES, lang),
        )
    return _(
        "Tardaron menos de %(limit)s: menos de un tercio de lo que tarda la respuesta del medio "
        "(%(median)s).",
        limit=_duration(each.limit, lang),
        median=_duration(each.limit * FASTEST, lang),
    )


def _duration(seconds: float, lang: str) -> str:
    if seconds < 120:
        return _("%(count)s segundos", count=number(seconds, lang))
    return _("%(count)s minutos", count=number(seconds / 60, lang, digits=1))


# Pictures -----------------------------------------------------------------------------------------


def rates_picture(found: Overview, name: str, lang: str) -> charts.Picture | None:
    """The rates of the groups of one thing, or how the rate grew (``time``)."""
    heading: charts.Heading = {
        "title": headline(found, lang),
        "subtitle": summary.period(found.about.opens_at, found.about.closes_at),
        "source": summary.source(found.about),
        "lang": lang,
        "simulated": found.about.simulated,
    }
    if name == "time":
        known = [each for each in found.periods if each.until.value is not None]
        if len(known) < 2:
            return None
        figures = [each.until.to_dict() for each in known]
        waves = [format_date(each.last, "d/M") for each in known]
        return charts.trend_chart([("", figures)], waves=waves, **heading)
    for variable, some in found.groups:
        if variable.name == name and has_rates(some):
            survey = found.about.definition
            rows = [
                (category_name(variable, one.domain[variable.name], survey, lang), one.to_dict())  # type: ignore[arg-type]
                for one in some
            ]
            heading["subtitle"] = variable_name(variable, survey, lang)
            return charts.rates_chart(rows, **heading)
    return None
