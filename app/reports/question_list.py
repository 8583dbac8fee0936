"""The questions of a collection as a list to choose from: section by section, a figure each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from analisis import Estimate, Flag, Statistic
from app.reports import exploring
from app.reports.basics import Mark
from app.reports.groups import variable_name
from app.reports.words import number
from app.services.analytics.explore import Exploration, QuestionFigures
from encuestas import Survey
from encuestas.definition import Group, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question: its words, what may be said of everybody, and how many answered."""

    question: str
    name: str
    said: str
    answered: str
    mark: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Questions that the survey asks under one heading."""

    name: str
    items: Sequence[Item]

    @property
    def questions(self) -> list[str]:
        return [each.question for each in self.items]


def parts(found: Exploration, lang: str) -> list[Part]:
    """Every question of ``found``, under the headings of the survey."""
    headings = _headings(found.about.definition, lang)
    made: dict[str, list[Item]] = {}
    for figures in found.questions:
        heading = headings.get(figures.variable.name, _("Respuestas abiertas, por sus códigos"))
        made.setdefault(heading, []).append(_item(found, figures, lang))
    return [Part(name=name or _("Preguntas"), items=items) for name, items in made.items()]


def _headings(survey: Survey, lang: str) -> Mapping[str, str]:
    return {
        question.name: survey.text(page.title, lang)
        for page in survey.pages
        for question in _within(page.questions)
    }


def _within(members: Sequence[Question | Group]) -> Iterator[Question]:
    for each in members:
        if isinstance(each, Group):
            yield from _within(each.questions)
        else:
            yield each


def _item(found: Exploration, figures: QuestionFigures, lang: str) -> Item:
    cell = figures.everybody
    everybody = figures.of(exploring.fixed(found))
    return Item(
        question=figures.variable.name,
        name=variable_name(figures.variable, found.about.definition, lang),
        said=exploring.headline(found, figures, lang),
        answered=_(
            "%(n)s de %(base)s contestaron", n=number(cell.n, lang), base=number(cell.base, lang)
        ),
        mark=_mark(exploring.said_of(figures, everybody)),
    )


def _mark(one: Estimate | None) -> Mark | None:
    if one is None or one.value is None or one.statistic == Statistic.MEAN:
        return None
    hollow = Flag.NOT_RELIABLE in one.flags
    return Mark(value=one.value, low=one.low, high=one.high, hollow=hollow)


def neighbours(found: Exploration) -> tuple[str | None, str | None]:
    """The questions before and after those that are looked at, in the order of the survey."""
    names = [*found.opened.catalogue.questions]
    places = [names.index(each.variable.name) for each in found.questions]
    if not places or len(places) == len(names):
        return None, None
    before, after = min(places) - 1, max(places) + 1
    return (
        names[before] if before >= 0 else None,
        names[after] if after < len(names) else None,
    )
