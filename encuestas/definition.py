"""A survey as values: what is asked, in which order, when, and what is measured with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from encuestas.logic.nodes import Expression

Text = Mapping[str, str]
"""One text in several languages: {language code: words}."""

SPECIAL_ANSWERS: Mapping[str, Text] = {
    "no_sabe": {"es": "No sé", "en": "I don't know"},
    "no_responde": {"es": "Prefiero no responder", "en": "I would rather not answer"},
    "no_aplica": {"es": "No se aplica a mi caso", "en": "It does not apply to me"},
    "prefiero_no_decir": {"es": "Prefiero no decirlo", "en": "I would rather not say"},
}
"""Answers that are not an opinion; a survey may reword them or add its own."""


class Respondent(StrEnum):
    """Who answers, which decides how the survey may be fielded."""

    PERSON = "person"
    ORGANISATION = "organisation"
    INTERVIEWER = "interviewer"
    STAFF = "staff"


class LegalBasis(StrEnum):
    """What allows the data to be processed (Ley 21.719)."""

    CONSENT = "consent"
    PUBLIC_FUNCTION = "public_function"
    LEGITIMATE_INTEREST = "legitimate_interest"


@dataclass(frozen=True, slots=True)
class Legal:
    """The notice that a respondent reads before the first question."""

    basis: LegalBasis
    controller: Text = field(default_factory=dict)
    retention: Text = field(default_factory=dict)
    contact: Text = field(default_factory=dict)
    notice: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers offered: the code that is stored and the words that are read.

    ``image`` and ``audio`` name files of the version, by language. ``columns`` are what a
    ``choice_filter`` may look at: ``{column: text}``.
    """

    value: str
    label: Text
    image: Text = field(default_factory=dict)
    audio: Text = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


OTHER = Choice("other", {"es": "Otra respuesta", "en": "Another answer"})
"""The last choice of a question with ``or_other``; its words are asked for right after."""


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A named list. A ``register`` list has no choices until a collection binds it."""

    name: str
    choices: tuple[Choice, ...] = ()
    register: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file attached to the version: ``rows`` as long as ``columns``, every cell a text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class GroupKind(StrEnum):
    """What a group is: a heading, a set of questions asked again and again, or a grid."""

    GROUP = "group"
    REPEAT = "repeat"
    MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class NoSettings:
    """For question types that have nothing to set."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``settings`` is the dataclass of its type (`encuestas.types`).

    ``label`` is empty where nothing is shown (calculate, hidden, metadata). ``default`` is a text
    to be read as an answer, or an expression. ``trigger`` names the questions whose change makes
    the calculation run again. ``seed``: the order of the choices is random, from this number or
    from the response's own. ``origin`` is the question that this one was made for
    (``or_other``); such questions are not written in a definition.
    """

    name: str
    type: str
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    guidance: Text = field(default_factory=dict)
    image: Text = field(default_factory=dict)
    audio: Text = field(default_factory=dict)
    required: bool | Expression = False
    required_message: Text = field(default_factory=dict)
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = field(default_factory=dict)
    calculation: Expression | None = None
    trigger: tuple[str, ...] = ()
    default: str | Expression | None = None
    read_only: bool = False
    appearance: str = ""
    special: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    choice_list: str | None = None
    choice_filter: Expression | None = None
    or_other: bool = False
    randomize: bool = False
    seed: Expression | None = None
    origin: str = ""
    settings: object = field(default_factory=NoSettings)

    @property
    def appearances(self) -> frozenset[str]:
        """The words of ``appearance``, which may be several."""
        return frozenset(self.appearance.split())


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that share a heading and a condition.

    A ``REPEAT`` is asked ``repeat_count`` times, or as often as the respondent adds one, at least
    ``minimum`` and at most ``maximum`` times. The questions of a ``MATRIX`` are its rows:
    select_one or scale, all with the same choices or marks.
    """

    name: str
    questions: tuple[Question | Group, ...]
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    relevant: Expression | None = None
    appearance: str = ""
    kind: GroupKind = GroupKind.GROUP
    repeat_count: Expression | None = None
    minimum: int = 0
    maximum: int | None = None

    @property
    def appearances(self) -> frozenset[str]:
        """The words of ``appearance``, which may be several."""
        return frozenset(self.appearance.split())


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked on one screen."""

    id: str
    questions: tuple[Question | Group, ...]
    title: Text = field(default_factory=dict)
    relevant: Expression | None = None


class MeasureKind(StrEnum):
    """How a question is read as a figure."""

    SATISFACTION = "satisfaction"
    MEAN = "mean"
    NPS = "nps"
    RANKS = "ranks"


@dataclass(frozen=True, slots=True)
class Measure:
    """A question read as a figure.

    ``satisfied`` and ``dissatisfied`` are canonical answers (int on a scale, else code), of
    satisfaction alone.
    """

    name: str
    question: str
    satisfied: tuple[int | str, ...] = ()
    dissatisfied: tuple[int | str, ...] = ()
    indicator: int | None = None
    label: Text = field(default_factory=dict)
    kind: MeasureKind = MeasureKind.SATISFACTION


@dataclass(frozen=True, slots=True)
class Survey:
    """A questionnaire. The first of ``languages`` is the one every text has.

    ``cache`` is for what is worked out from the rest and worth keeping.
    """

    id: str
    version: str
    title: Text
    pages: tuple[Page, ...]
    languages: tuple[str, ...] = ("es",)
    purpose: Text = field(default_factory=dict)
    asked_by: Text = field(default_factory=dict)
    minutes: int | None = None
    legal: Legal | None = None
    respondent: Respondent = Respondent.PERSON
    choices: Mapping[str, ChoiceList] = field(default_factory=dict)
    special_answers: Mapping[str, Text] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    files: Mapping[str, Table] = field(default_factory=dict)
    cache: dict[str, object] = field(init=False, repr=False, compare=False, default_factory=dict)
    _questions: Mapping[str, Question] = field(init=False, repr=False, compare=False)
    _groups: Mapping[str, tuple[Group, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Looking a question up must not cost a walk: answers are checked question by question.
        questions: dict[str, Question] = {}
        groups: dict[str, tuple[Group, ...]] = {}
        for page in self.pages:
            for question, ancestors in walk(page.questions):
                questions[question.name] = question
                groups[question.name] = ancestors
        object.__setattr__(self, "_questions", questions)
        object.__setattr__(self, "_groups", groups)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in document order, notes included, out of their groups."""
        return tuple(self._questions.values())

    def question(self, name: str) -> Question:
        """The question of that name; KeyError if there is none."""
        return self._questions[name]

    def groups(self, name: str) -> tuple[Group, ...]:
        """The groups around a question, outermost first."""
        return self._groups[name]

    def repeats(self, name: str) -> tuple[str, ...]:
        """The names of the repeats around a question, outermost first."""
        return tuple(g.name for g in self._groups[name] if g.kind is GroupKind.REPEAT)

    def page(self, page_id: str) -> Page:
        """The page of that id; KeyError if there is none."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise KeyError(page_id)

    def has(self, name: str) -> bool:
        """Whether there is a question of that name."""
        return name in self._questions

    def text(self, text: Text, lang: str) -> str:
        """The words in that language, else in the survey's default language."""
        return localized(text, lang, self.languages[0])

    def special_choices(self, question: Question) -> tuple[Choice, ...]:
        """The special answers of a question as choices, with their words."""
        words = {**SPECIAL_ANSWERS, **self.special_answers}
        return tuple(Choice(code, words[code]) for code in question.special)


def walk(
    items: Sequence[Question | Group], ancestors: tuple[Group, ...] = ()
) -> Iterator[tuple[Question, tuple[Group, ...]]]:
    """Questions in document order, each with the groups around it."""
    for item in items:
        if isinstance(item, Group):
            yield from walk(item.questions, (*ancestors, item))
        else:
            yield item, ancestors


def language_of(text: Text, lang: str, survey_default: str) -> str:
    """The language in which `localized` answers: pages mark words in another one with ``lang``."""
    for candidate in (lang, survey_default):
        if text.get(candidate):
            return candidate
    return next(iter(text), survey_default)


def localized(text: Text, lang: str, survey_default: str) -> str:
    """The words in a language, else in the survey's default one, else in any; "" if none."""
    return text.get(language_of(text, lang, survey_default), "")


def bind_choices(survey: Survey, lists: Mapping[str, Sequence[Choice]]) -> Survey:
    """The survey with its register lists filled in.

    A question whose list stays empty can't be answered, so it leaves, with the measures on it and
    the groups and pages that it leaves empty; what refers to it sees a missing answer. The result
    is for answering: what is stored and hashed is the survey before.
    """
    if not any(entry.register for entry in survey.choices.values()):
        return survey
    choices = {
        name: replace(entry, choices=tuple(lists.get(name, ()))) if entry.register else entry
        for name, entry in survey.choices.items()
    }
    pages = tuple(
        replace(page, questions=items)
        for page in survey.pages
        if (items := _bound(page.questions, choices))
    )
    names = {question.name for page in pages for question, _ in walk(page.questions)}
    measures = tuple(measure for measure in survey.measures if measure.question in names)
    return replace(survey, choices=choices, pages=pages, measures=measures)


def _bound(
    items: Sequence[Question | Group], choices: Mapping[str, ChoiceList]
) -> tuple[Question | Group, ...]:
    kept: list[Question | Group] = []
    gone: set[str] = set()
    for item in items:
        if isinstance(item, Group):
            if inner := _bound(item.questions, choices):
                kept.append(replace(item, questions=inner))
        elif item.choice_list is None or not choices[item.choice_list].register:
            if item.origin not in gone:
                kept.append(item)
        elif bound := choices[item.choice_list].choices:
            kept.append(replace(item, choices=(*bound, OTHER) if item.or_other else bound))
        else:
            gone.add(item.name)
    return tuple(kept)
