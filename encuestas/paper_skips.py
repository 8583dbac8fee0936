"""Skip logic for people who read a form: where each answer leads, found by asking the engine.

After a closed question, an answer under which the next questions are not asked leads to the first
that is. What else decides about a question is for the form to say beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from encuestas.definition import Group, Page, Question, Survey, walk
from encuestas.logic import Context, Node, holds, names
from encuestas.logic.nodes import Chain
from encuestas.paper import Code, codes, numbers, paper
from encuestas.parsing import Source, parse_answer
from encuestas.plan import plan_of
from encuestas.types import PaperKind

_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_CLOSED = {PaperKind.BOXES, PaperKind.MARKS}


@dataclass(frozen=True, slots=True)
class Skip:
    """``answers`` lead to the question ``target``; None: to the end."""

    answers: tuple[Code, ...]
    target: str | None


@dataclass(frozen=True, slots=True)
class Skips:
    """``after``: the skips of a question. ``covered``: questions whose whole condition they say."""

    after: Mapping[str, tuple[Skip, ...]]
    covered: frozenset[str]


def skips_of(survey: Survey) -> Skips:
    """All the skips of a form, once for each survey object."""
    found = survey.cache.get("paper_skips")
    if not isinstance(found, Skips):
        found = survey.cache["paper_skips"] = _skips(survey)
    return found


def conditions(survey: Survey) -> Mapping[str, tuple[Node, ...]]:
    """By question, what must hold for it to be asked: its own, its groups' and its page's."""
    found: dict[str, tuple[Node, ...]] = {}
    for page in survey.pages:
        for question, groups in walk(page.questions):
            items: tuple[Page | Group | Question, ...] = (page, *groups, question)
            trees = [item.relevant.tree for item in items if item.relevant is not None]
            found[question.name] = tuple(part for tree in trees for part in conjuncts(tree))
    return found


def conjuncts(tree: Node) -> Iterator[Node]:
    """The parts of a tree that must all hold."""
    if isinstance(tree, Chain) and set(tree.operators) == {"and"}:
        for operand in tree.operands:
            yield from conjuncts(operand)
    else:
        yield tree


def _skips(survey: Survey) -> Skips:
    order = list(numbers(survey))
    asked = conditions(survey)
    after: dict[str, tuple[Skip, ...]] = {}
    covered: set[str] = set()
    for place, name in enumerate(order):
        question = survey.question(name)
        if survey.repeats(name) or paper(question).kind not in _CLOSED:
            continue
        if question.type.startswith("select_multiple") or len(question.choices) > 40:
            continue
        # "Another answer: which?" stands right below and needs no arrow around it.
        later = [other for other in order[place + 1 :] if survey.question(other).origin != name]
        found, whole = _after(survey, question, later, asked)
        if found:
            after[name] = found
            covered |= whole
    return Skips(after, frozenset(covered))


def _after(
    survey: Survey,
    question: Question,
    following: Sequence[str],
    asked: Mapping[str, tuple[Node, ...]],
) -> tuple[tuple[Skip, ...], set[str]]:
    jumps: dict[str | None, list[Code]] = {}
    closed = {code: _closed(survey, question, code, following, asked)
              for code in codes(survey, question)}  # fmt: skip
    jumped: dict[Code, list[str]] = {}
    for code, hidden in closed.items():
        jumped[code] = []
        for name in following:
            if name not in hidden:
                break
            jumped[code].append(name)
        if jumped[code]:
            left = following[len(jumped[code]) :]
            jumps.setdefault(left[0] if left else None, []).append(code)
    whole = {
        name
        for name in {name for names_ in jumped.values() for name in names_}
        if all((name in hidden) == (name in jumped[code]) for code, hidden in closed.items())
        and all(names(tree) <= {question.name} for tree in asked[name])
    }
    return tuple(Skip(tuple(answers), target) for target, answers in jumps.items()), whole


def _closed(
    survey: Survey,
    question: Question,
    code: Code,
    following: Sequence[str],
    asked: Mapping[str, tuple[Node, ...]],
) -> set[str]:
    """Which of the following questions are not asked, whatever else is answered."""
    answer = parse_answer(question, [code.value], Source.FORM)
    plan = plan_of(survey)
    context = Context.of(
        {question.name: answer},
        _ANY_DAY,
        names=plan.names,
        lists=plan.lists,
        language=survey.languages[0],
    )
    hidden: set[str] = set()
    for name in following:
        known = hidden | {question.name}
        mentioned = [(tree, names(tree)) for tree in asked[name]]
        if any(used and used <= known and not holds(tree, context) for tree, used in mentioned):
            hidden.add(name)
    return hidden
