"""Questions as the templates want them, and answers in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import g
from flask_babel import format_date, format_decimal
from markupsafe import Markup

from app.forms.dynamic import draw, field_name
from app.respond.visit import foreign, said
from encuestas import Choice, Group, Question, Survey, Text

Labelled = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question, as `respond/widgets.html` documents it."""

    name: str
    type: str
    label: str
    hint: str | None
    required: bool
    fault: str | None
    choices: Labelled
    special: Labelled
    values: tuple[str, ...]
    anchors: Mapping[int, str] = field(hash=False)
    points: tuple[int, ...]
    lang: str | None
    max_length: int | None
    appearance: str

    def drawn(self, single: bool) -> Markup:
        return draw(self, single=single, language=str(g.language))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A heading and the questions below it."""

    name: str
    label: str
    lang: str | None
    questions: Sequence[QuestionView | GroupView]
    type: str = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What decides how a page's questions look beside their definition."""

    survey: Survey
    language: str
    visible: frozenset[str]
    values: Mapping[str, Sequence[str]]
    faults: Mapping[str, str]

    def text(self, text: Text) -> str:
        return self.survey.text(text, self.language)


def views(items: Iterable[Question | Group], look: Look) -> list[QuestionView | GroupView]:
    """The visible questions, within their groups; groups with nothing to show leave."""
    shown: list[QuestionView | GroupView] = []
    for item in items:
        if isinstance(item, Group):
            if inner := views(item.questions, look):
                shown.append(_group(item, inner, look))
        elif item.name in look.visible:
            shown.append(_question(item, look))
    return shown


def _group(
    group: Group, inner: Sequence[QuestionView | GroupView], look: Look
) -> QuestionView | GroupView:
    # Its language would hold for the questions inside too, so the heading marks itself.
    label = said(look.survey, group.label, look.language)
    return GroupView(name=group.name, label=label, lang=None, questions=inner)


def _question(question: Question, look: Look) -> QuestionView:
    survey, settings = look.survey, question.settings
    lang = foreign(survey, question.label, look.language)

    def words(text: Text) -> str:
        return said(survey, text, look.language, around=lang)

    def labelled(choices: Iterable[Choice]) -> Labelled:
        return tuple((choice.value, words(choice.label)) for choice in choices)

    return QuestionView(
        name=field_name(question.name),
        type=question.type,
        label=look.text(question.label),
        hint=words(question.hint) or None,
        required=question.required is not False,
        fault=look.faults.get(question.name),
        choices=labelled(question.choices),
        special=labelled(survey.special_choices(question)),
        values=tuple(look.values.get(question.name, ())),
        anchors={mark: words(text) for mark, text in getattr(settings, "anchors", {}).items()},
        points=getattr(settings, "marks", ()),
        lang=lang,
        max_length=getattr(settings, "max_length", None),
        appearance=question.appearance,
    )


def answer_words(
    survey: Survey, question: Question, answer: object, *, raw: Sequence[str], language: str
) -> str | None:
    """An answer as the person would say it; what they typed where it is no answer yet."""
    if answer is None:
        return " · ".join(value for value in raw if value.strip()) or None
    words = {
        choice.value: survey.text(choice.label, language)
        for choice in (*question.choices, *survey.special_choices(question))
    }
    if isinstance(answer, list):
        return ", ".join(words.get(str(value), str(value)) for value in answer)
    if isinstance(answer, str) and answer in words:
        return words[answer]
    if question.type == "scale":
        return _mark(survey, question, answer, language)
    if question.type == "date":
        return str(format_date(date.fromisoformat(str(answer)), "long"))
    if isinstance(answer, float):
        return str(format_decimal(answer))
    return str(answer)


def _mark(survey: Survey, question: Question, answer: object, language: str) -> str:
    anchors: Mapping[object, Mapping[str, str]] = getattr(question.settings, "anchors", {})
    words = survey.text(anchors.get(answer, {}), language)
    return f"{answer} ({words})" if words else str(answer)
