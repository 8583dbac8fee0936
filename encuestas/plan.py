"""A survey made ready for evaluation: what is decided once and not for every response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from encuestas.definition import Choice, Group, GroupKind, Page, Question, Survey, Table
from encuestas.errors import AnswerFault
from encuestas.graph import Graph, graph_of, page_key
from encuestas.logic import Bare, Node, bare_names, current_nodes
from encuestas.logic.nodes import Chain
from encuestas.types import METADATA, Answer, type_of

TRACES = METADATA - {"today"}
"""Those that could tell who answered: never kept where answers are anonymous."""

UNSEEN = METADATA | {"calculate", "hidden"}
"""Types that nobody is shown, so nobody can be blamed for their answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """``column = value`` in a choice filter: the rows by what they have in that column.

    Of three hundred communes twenty are in a region, and only those need to be looked at.
    """

    value: Node
    rows: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A page, group or question to evaluate.

    ``inside`` must be relevant for this to be; None where the repeat around it, or nothing, has
    that say. ``scope`` is the repeat around, "" outside all. ``plain`` questions are answered by
    what was sent and by nothing else, ``free`` ones always, ``settled`` ones by what is computed;
    ``judged`` ones have a rule that an answer, or a missing one, can break. ``rows`` are the
    choices as a filter sees them; ``keyed`` finds those that a filter's ``column = value`` allows.
    ``closed`` questions have few answers: ``known`` are those that were read from JSON before.
    """

    key: str
    inside: str | None
    scope: str
    item: Page | Group | Question
    question: Question | None = None
    repeat: Group | None = None
    plain: bool = False
    free: bool = False
    settled: bool = False
    judged: bool = False
    literal: Answer | None = None
    rows: tuple[Mapping[str, str], ...] = ()
    keyed: Keyed | None = None
    closed: bool = False
    known: dict[str | int, Answer] = field(default_factory=dict)


class SurveyLists:
    """What expressions look up in a survey's choices and files."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._tables: dict[str, Table] = {}

    def choices(self, question: str) -> Sequence[Choice]:
        """The choices of a question with its special answers; none if there is no such one."""
        if not self._survey.has(question):
            return ()
        found = self._survey.question(question)
        return (*found.choices, *self._survey.special_choices(found))

    def table(self, name: str) -> Table | None:
        """An attached file, or a named list of choices with its words in the first language."""
        survey = self._survey
        if found := survey.files.get(f"{name}.csv"):
            return found
        if name not in self._tables and name in survey.choices:
            self._tables[name] = _table(survey, survey.choices[name].choices)
        return self._tables.get(name)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """``order`` is for evaluation; ``pages`` and ``inside`` (by repeat, "" for what is outside
    all) have the questions and repeats directly there, out of their groups, as they stand.
    ``noted``: circumstances of answering are an answer somewhere.
    """

    graph: Graph
    order: tuple[Step, ...]
    steps: Mapping[str, Step]
    pages: tuple[tuple[Page, tuple[Step, ...]], ...]
    inside: Mapping[str, tuple[Step, ...]]
    names: Mapping[str, tuple[str, ...]]
    page_keys: frozenset[str]
    noted: bool
    lists: SurveyLists

    @property
    def repeated(self) -> bool:
        """Whether anything is asked again and again."""
        return len(self.inside) > 1


def plan_of(survey: Survey) -> Plan:
    """The plan of a survey, made once for each survey object."""
    plan = survey.cache.get("plan")
    if not isinstance(plan, Plan):
        plan = survey.cache["plan"] = _plan(survey)
    return plan


def _plan(survey: Survey) -> Plan:
    graph = graph_of(survey)
    steps: dict[str, Step] = {}
    names: dict[str, tuple[str, ...]] = {}
    inside: dict[str, list[Step]] = {"": []}
    pages: list[tuple[Page, tuple[Step, ...]]] = []
    for page in survey.pages:
        key = page_key(page.id)
        steps[key] = Step(key, None, "", page)
        before = len(inside[""])
        holder = None if page.relevant is None else key
        for step, repeats in _steps(survey, page.questions, holder, ()):
            steps[step.key], names[step.key] = step, repeats
            if step.question or step.repeat:
                inside[step.scope].append(step)
            if step.repeat:
                inside[step.key] = []
        pages.append((page, tuple(inside[""][before:])))
    return Plan(
        graph=graph,
        order=tuple(step for key in graph.order if _is_evaluated(step := steps[key])),
        steps=steps,
        pages=tuple(pages),
        inside={repeat: tuple(found) for repeat, found in inside.items()},
        names=names,
        page_keys=frozenset(page_key(page.id) for page in survey.pages),
        noted=any(question.type in METADATA for question in survey.questions),
        lists=SurveyLists(survey),
    )


def _is_evaluated(step: Step) -> bool:
    return not isinstance(step.item, Page) or step.item.relevant is not None


def _steps(
    survey: Survey,
    items: Sequence[Question | Group],
    holder: str | None,
    repeats: tuple[str, ...],
) -> Iterator[tuple[Step, tuple[str, ...]]]:
    scope = repeats[-1] if repeats else ""
    for item in items:
        if isinstance(item, Question):
            yield _question_step(survey, item, holder, scope), repeats
        elif item.kind is GroupKind.REPEAT:
            yield Step(item.name, holder, scope, item, repeat=item), repeats
            yield from _steps(survey, item.questions, None, (*repeats, item.name))
        else:
            yield Step(item.name, holder, scope, item), repeats
            yield from _steps(survey, item.questions, item.name, repeats)


def _question_step(survey: Survey, question: Question, holder: str | None, scope: str) -> Step:
    computed = question.calculation is not None or question.default is not None
    filtered = question.choice_filter is not None
    ruled = question.required is not False or question.constraint is not None or filtered
    rows = _rows(survey, question.choices) if filtered else ()
    plain = not (computed or filtered or question.type in METADATA)
    literal = None
    if isinstance(question.default, str):
        found = type_of(question).parse_text(question, question.default)
        literal = None if isinstance(found, AnswerFault) else found
    return Step(
        question.name,
        holder,
        scope,
        question,
        question=question,
        plain=plain,
        free=plain and question.relevant is None,
        settled=_is_settled(question),
        judged=ruled and type_of(question).has_answer and question.type not in UNSEEN,
        literal=literal,
        rows=rows,
        keyed=_keyed(question.choice_filter.tree, rows) if question.choice_filter else None,
        closed=type_of(question).has_choices or question.type == "scale",
    )


def _keyed(condition: Node, rows: Sequence[Mapping[str, str]]) -> Keyed | None:
    """The first ``column = value`` that every choice must meet, if all choices have that column."""
    conditions = [condition]
    if isinstance(condition, Chain) and condition.operators[0] == "and":
        conditions = list(condition.operands)
    for one in conditions:
        if not (isinstance(one, Chain) and one.operators == ("=",)):
            continue
        column, value = one.operands
        if isinstance(value, Bare):
            column, value = value, column
        if not isinstance(column, Bare) or bare_names(value) or current_nodes(value):
            continue
        if all(column.name in row for row in rows):
            found: dict[str, list[int]] = {}
            for at, row in enumerate(rows):
                found.setdefault(row[column.name], []).append(at)
            return Keyed(value, {text: tuple(places) for text, places in found.items()})
    return None


def _is_settled(question: Question) -> bool:
    if question.trigger:
        return False
    if question.calculation is not None:
        return question.read_only or question.type == "calculate"
    return question.default is not None and (question.read_only or question.type == "hidden")


def _rows(survey: Survey, choices: Sequence[Choice]) -> tuple[Mapping[str, str], ...]:
    """Choices as a filter sees them. What is offered must not depend on the reader's language."""
    language = survey.languages[0]
    return tuple(
        {**choice.columns, "name": choice.value, "label": survey.text(choice.label, language)}
        for choice in choices
    )


def _table(survey: Survey, choices: Sequence[Choice]) -> Table:
    rows = _rows(survey, choices)
    columns = tuple(dict.fromkeys(("name", "label", *(key for row in rows for key in row))))
    return Table(columns, tuple(tuple(row.get(key, "") for key in columns) for row in rows))
