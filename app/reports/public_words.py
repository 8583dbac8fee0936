"""Results for those who answered: what a published page says, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.lists import format_list
from flask_babel import format_date, ngettext, to_user_timezone
from flask_babel import gettext as _

from app.language import DEFAULT
from app.models import Selection
from app.reports.basics import Mark
from app.reports.figure_words import flag_words
from app.reports.words import locale_of, number
from encuestas import localized

Content = Mapping[str, Any]
_SHOWN_FLAGS = frozenset({"not_reliable", "weakly_reliable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A group's figure. ``mark`` is None where nothing may be shown, which ``said`` tells."""

    name: str
    said: str
    mark: Mark | None
    flags: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of one question's groups."""

    name: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A measure: what was asked, what may be said, and group by group."""

    name: str
    question: str
    said: str
    mark: Mark | None
    flags: Sequence[str]
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """A page of results in the reader's language."""

    title: str
    simulated: bool
    answered: str
    period: str
    sections: Sequence[Section]
    chosen_how: str
    drawn: bool
    hidden: bool
    source: str


def results_page(
    content: Content, lang: str, *, data_hash: str, published_at: datetime
) -> ResultsPage:
    """Everything that the page says."""
    sections = [_section(content, measure, lang) for measure in content["measures"]]
    figures = [measure["overall"] for measure in content["measures"]]
    rows = [table["rows"] for measure in content["measures"] for table in measure["tables"]]
    figures += [row["figure"] for each in rows for row in each]
    drawn = any(figure and figure["satisfied"]["value"] is not None for figure in figures)
    return ResultsPage(
        title=title(content, lang),
        simulated=content["simulated"],
        answered=_answered(content, lang),
        period=_period(content),
        sections=sections,
        chosen_how=_chosen_how(content, drawn=drawn),
        drawn=drawn,
        hidden=None in figures,
        source=_(
            "Versión %(version)s del cuestionario · datos %(hash)s · publicado el %(day)s · "
            "Cabildo %(software)s",
            version=content["version"],
            hash=data_hash[:12],
            day=format_date(to_user_timezone(published_at), "long"),
            software=content["software"],
        ),
    )


def title(content: Content, lang: str) -> str:
    return localized(content["title"], lang, DEFAULT)


def people(content: Content) -> str:
    nouns = {"organisation": _("organizaciones"), "person": _("personas")}
    return nouns.get(content["respondent"], _("personas entrevistadas"))


def _answered(content: Content, lang: str) -> str:
    count = number(content["responses"], lang)
    if content["population"] is None:
        return ngettext(
            "%(count)s respuesta", "%(count)s respuestas", content["responses"], count=count
        )
    size = number(content["population"], lang)
    if content["selection"] == Selection.CENSUS:
        return _(
            "Respondieron %(count)s de %(size)s %(who)s",
            count=count, size=size, who=people(content),
        )  # fmt: skip
    return ngettext(
        "%(count)s respuesta de un universo de %(size)s %(who)s",
        "%(count)s respuestas de un universo de %(size)s %(who)s",
        content["responses"],
        count=count,
        size=size,
        who=people(content),
    )


def _period(content: Content) -> str:
    start = _day(content["opens_at"])
    if content["closes_at"] is None:
        return _("Abierta desde el %(start)s", start=start)
    return _("Del %(start)s al %(end)s", start=start, end=_day(content["closes_at"]))


def _day(moment: str) -> str:
    return format_date(to_user_timezone(datetime.fromisoformat(moment)), "long")


def _chosen_how(content: Content, *, drawn: bool) -> str:
    if content["selection"] == Selection.CENSUS and not drawn:
        return _("Se preguntó a toda una lista conocida.")
    return {
        Selection.PROBABILITY: _(
            "Se eligió al azar a quiénes preguntar. Por eso las cifras valen para todas las "
            "personas, con un margen: entre tantas y tantas de cada 100."
        ),
        Selection.CENSUS: _(
            "Se preguntó a toda una lista conocida. «Entre» dice lo menos y lo más que puede ser, "
            "opinen lo que opinen quienes no respondieron."
        ),
        Selection.OPEN: _(
            "Respondió quien quiso, por un enlace abierto. Las cifras hablan solo de quienes "
            "respondieron."
        ),
    }[Selection(content["selection"])]


def _section(content: Content, measure: Content, lang: str) -> Section:
    figures, name = measure["overall"], _measure_name(measure, lang)
    question = localized(measure["question"], lang, DEFAULT) if measure["question"] else ""
    return Section(
        name=name,
        question=question if question != name else "",
        said=_headline(content, measure, figures, lang),
        mark=_mark(figures),
        flags=_flags(figures),
        groups=[
            _group(content, table, lang)
            for table in measure["tables"]
            if any(row["figure"] and row["figure"]["satisfied"]["n"] for row in table["rows"])
        ],
    )


def _measure_name(measure: Content, lang: str) -> str:
    return localized(measure["label"], lang, DEFAULT) if measure["label"] else measure["name"]


def _group(content: Content, table: Content, lang: str) -> Group:
    label = localized(table["label"], lang, DEFAULT) if table["label"] else _("Territorio")
    return Group(
        name=label,
        lines=[
            Line(
                name=localized(row["label"], lang, DEFAULT),
                said=_line(content, row["figure"], lang),
                mark=_mark(row["figure"]),
                flags=_flags(row["figure"]),
            )
            for row in table["rows"]
        ],
    )


def _headline(content: Content, measure: Content, figures: Content | None, lang: str) -> str:
    if figures is None and measure.get("more_than_half") is not None:
        return _roughly(content, measure, lang)
    if figures is None:
        return _("No se muestra: dejaría ver lo que respondieron unas pocas %(who)s.",
                 who=people(content))  # fmt: skip
    one = figures["satisfied"]
    if one["value"] is None:
        return _("Nadie opinó sobre esto.")
    said = {
        "who": people(content),
        "finding": finding(measure, lang),
        "answered": _in_brackets(content, lang),
    }
    ends = _ends(content, figures)
    share = number(100 * one["value"], lang)
    if ends is None and content["selection"] == Selection.OPEN:
        return _(
            "De quienes quisieron responder, %(share)s de cada 100 %(finding)s (%(answered)s).",
            share=share,
            **said,
        )
    if ends is None:
        return _(
            "%(share)s de cada 100 %(who)s %(finding)s, con un margen que todavía no se conoce "
            "(%(answered)s).",
            share=share,
            **said,
        )
    low, high = (number(100 * end, lang) for end in ends)
    if low == high:
        return _("%(share)s de cada 100 %(who)s %(finding)s (%(answered)s).", share=low, **said)
    return _(
        "Entre %(low)s y %(high)s de cada 100 %(who)s %(finding)s (%(answered)s).",
        low=low,
        high=high,
        **said,
    )


def _roughly(content: Content, measure: Content, lang: str) -> str:
    """What may be said of a figure that is not shown: on which side of one half it is."""
    said = {
        "who": people(content),
        "finding": finding(measure, lang),
        "answered": _in_brackets(content, lang),
    }
    if measure["more_than_half"]:
        return _(
            "Más de la mitad de las %(who)s que opinaron %(finding)s (%(answered)s). La cifra "
            "exacta no se muestra, para proteger a quienes respondieron.",
            **said,
        )
    return _(
        "La mitad o menos de las %(who)s que opinaron %(finding)s (%(answered)s). La cifra exacta "
        "no se muestra, para proteger a quienes respondieron.",
        **said,
    )


def finding(measure: Content, lang: str) -> str:
    """What the counted people do; only a measure named *satisfied* speaks of satisfaction."""
    if measure["name"] == "satisfied":
        return _("están satisfechas")
    return _("responden %(answers)s", answers=_either(measure["answers"], lang))


def _either(answers: Sequence[Any], lang: str) -> str:
    texts = [
        localized(each, lang, DEFAULT) if isinstance(each, Mapping) else str(each)
        for each in answers
    ]
    marks = [each for each in answers if isinstance(each, int)]
    if len(marks) == len(texts) > 2 and marks == list(range(marks[0], marks[0] + len(marks))):
        return _("%(first)s a %(last)s", first=texts[0], last=texts[-1])
    return format_list(texts, style="or", locale=locale_of(lang)) if texts else "–"


def _in_brackets(content: Content, lang: str) -> str:
    count, size = number(content["responses"], lang), content["population"]
    if size is None or content["selection"] != Selection.CENSUS:
        return ngettext(
            "%(count)s respuesta", "%(count)s respuestas", content["responses"], count=count
        )
    return _("%(count)s de %(size)s respondieron", count=count, size=number(size, lang))


def _line(content: Content, figures: Content | None, lang: str) -> str:
    if figures is None:
        return _("No se muestra, para proteger a quienes respondieron.")
    one = figures["satisfied"]
    if one["value"] is None:
        return _("Nadie de este grupo opinó.")
    ends, opinions = _ends(content, figures), number(one["n"], lang)
    if ends is None or ends[0] == ends[1]:
        return _(
            "%(share)s de cada 100 (%(n)s opinaron)",
            share=number(100 * one["value"], lang), n=opinions,
        )  # fmt: skip
    low, high = (number(100 * end, lang) for end in ends)
    return _(
        "Entre %(low)s y %(high)s de cada 100 (%(n)s opinaron)", low=low, high=high, n=opinions
    )


def _ends(content: Content, figures: Content) -> tuple[float, float] | None:
    """For a known list what holds whatever the silent think; else the interval."""
    one, sure = figures["satisfied"], figures.get("bounds")
    if content["selection"] == Selection.CENSUS and sure and sure["low"] is not None:
        return sure["low"], sure["high"]
    if one["low"] is None or one["high"] is None:
        return None
    return one["low"], one["high"]


def _mark(figures: Content | None) -> Mark | None:
    one = figures["satisfied"] if figures else None
    if one is None or figures is None or one["value"] is None:
        return None
    sure = figures.get("bounds") or {}
    low, high = sure.get("low"), sure.get("high")
    if low is None:
        low, high = one["low"], one["high"]
    value = min(max(one["value"], low), high) if low is not None else one["value"]
    return Mark(value=value, low=low, high=high, hollow="not_reliable" in one["flags"])


def _flags(figures: Content | None) -> list[str]:
    flags = figures["satisfied"]["flags"] if figures else ()
    return [flag_words(flag) for flag in flags if flag in _SHOWN_FLAGS]
