"""What the entry page shows of a survey, and what its script must know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.reports.paper_words import Wording
from app.services.paper.fields import fields
from encuestas import Question, Survey
from encuestas.logic.nodes import Expression
from encuestas.logic.portable import MORE, SERVER_ONLY, functions, portable
from encuestas.paper import blocks, codes, numbers, write_typed
from encuestas.paths import around, name_of, split
from encuestas.plan import Step, plan_of

FIELD = "a:"
"""What the name of an answer's field begins with: a question may be called like any other field."""

_FEW_CODES = 15
_LEFT = SERVER_ONLY | MORE | {"instance", "pulldata", "jr:choice-name", "jr:itext"}
_NUMBERS = frozenset({"integer", "decimal", "range", "scale", "nps"})


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the entry page."""

    path: str
    name: str
    number: str
    label: str
    block: str
    value: str
    codes: Sequence[tuple[str, str]]
    fault: str | None


def rows(
    survey: Survey,
    language: str,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    more: bool,
) -> list[Row]:
    """Every field, with what was typed. ``more``: each repeat has some blocks more than it had."""
    words = Wording(survey, language)
    found = []
    for field in fields(survey, _blocks(survey, typed, more=more)):
        question, block = field.question, ""
        if field.heading:
            path, position = field.heading
            group = next(g for g in survey.groups(question.name) if g.name == name_of(path))
            block = _("%(label)s %(n)s", label=words.text(group.label), n=position)
        found.append(
            Row(
                field.path,
                question.name,
                field.number,
                words.text(question.label),
                block,
                typed.get(field.path, ""),
                _shown_codes(survey, question, words),
                faults.get(field.path),
            )
        )
    return found


def _blocks(survey: Survey, typed: Mapping[str, str], *, more: bool) -> dict[str, int]:
    """At least as many as the form prints and as were typed."""
    most: dict[str, int] = {}
    for path in typed:
        at = ""
        for repeat, position in (split(path) or ((), ""))[0]:
            at = f"{at}/{repeat}" if at else repeat
            most[at] = max(most.get(at, 0), position)
            at = f"{at}[{position}]"
    for path in most:
        group = plan_of(survey).steps[name_of(path)].repeat
        if group is not None:
            most[path] = max(most[path] + (blocks(group) if more else 0), blocks(group))
    return most


def _shown_codes(survey: Survey, question: Question, words: Wording) -> list[tuple[str, str]]:
    found = [code for code in codes(survey, question) if code.label or code.code != code.value]
    if len(found) > _FEW_CODES:
        found = [code for code in found if code.special]
    return [(code.code, words.text(code.label) or _("Sí")) for code in found]


def differing_rows(
    survey: Survey, language: str, found: Sequence[tuple[str, list[str], list[str]]]
) -> list[dict[str, Any]]:
    """Both typings of each field where they differ, as codes and in words."""
    words = Wording(survey, language)

    def said(question: Question, values: list[str]) -> dict[str, str]:
        labels = {code.value: words.text(code.label) for code in codes(survey, question)}
        return {
            "code": write_typed(survey, question, values),
            "words": ", ".join(labels.get(value) or value for value in values),
        }

    rows = []
    for path, first, second in found:
        question = survey.question(name_of(path))
        where = around(path)
        rows.append(
            {
                "path": path,
                "number": numbers(survey)[question.name],
                "label": words.text(question.label),
                "where": where,
                "first": said(question, first),
                "second": said(question, second),
            }
        )
    return rows


def entry_data(survey: Survey, language: str) -> Markup:
    """Codes and skip logic for the script; what only the server can work out is left to it."""
    words = Wording(survey, language)
    plan = plan_of(survey)
    data = {
        "codes": {
            name: [[c.code, c.value, words.text(c.label), int(c.special)] for c in found]
            for name in numbers(survey)
            if (found := codes(survey, survey.question(name)))
        },
        "types": {name: _kind(survey.question(name)) for name in numbers(survey)},
        "items": list(_items(survey)),
        "names": {key: found for key, found in plan.names.items() if found},
        "lang": language,
        "words": {"unknown": _("No es un código de esta pregunta.")},
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 no "<" is left that could end it


def _kind(question: Question) -> str:
    """many: several codes; one: a code; number; text."""
    if question.type.startswith("select_multiple") or question.type == "rank":
        return "many"
    if question.type in _NUMBERS:
        return "mark" if question.type in {"scale", "nps"} else "number"
    return "one" if question.choices or question.type == "acknowledge" else "text"


def _items(survey: Survey) -> Iterator[dict[str, Any]]:
    plan = plan_of(survey)
    for step in plan.order:
        if step.question is None and step.repeat is None:
            continue
        trees = [e.tree for e in _conditions(plan.steps, step)
                 if not functions(e.tree) & _LEFT]  # fmt: skip
        item: dict[str, Any] = {"n": step.key, "rel": [portable(tree) for tree in trees]}
        if step.repeat is not None:
            item["repeat"] = 1
        if step.settled and step.question is not None:
            item["settled"] = 1
            calculation = step.question.calculation
            if calculation is not None and not functions(calculation.tree) & _LEFT:
                item["calc"] = portable(calculation.tree)
        yield item


def _conditions(steps: Mapping[str, Step], step: Step) -> Iterator[Expression]:
    """Its own and those around it, up to the repeat that it is in."""
    key: str | None = step.key
    while key is not None:
        at = steps[key]
        if at.item.relevant is not None:
            yield at.item.relevant
        key = at.inside
