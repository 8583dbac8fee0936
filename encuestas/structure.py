"""The part of a definition that makes answers comparable, as a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from encuestas.definition import Group, Measure, MeasureKind, Question, Survey
from encuestas.logic.nodes import Expression
from encuestas.types import type_of


def structure_hash(survey: Survey) -> str:
    """What makes answers comparable, as a hash: two corrections of one version share it.

    Labels, hints, anchors, titles, translations and appearance may change without changing it.
    Taken from the definition as written, before `bind_choices`.
    """
    structure = {
        "pages": [
            [page.id, _source(page.relevant), _structure_of(survey, page.questions)]
            for page in survey.pages
        ],
        "measures": [[m.name, m.question, *_values(m), m.indicator] for m in survey.measures],
    }
    canonical = json.dumps(structure, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _structure_of(survey: Survey, items: Sequence[Question | Group]) -> list[object]:
    return [
        ["group", item.name, _source(item.relevant), _structure_of(survey, item.questions)]
        if isinstance(item, Group)
        else _structure_of_question(survey, item)
        for item in items
    ]


def _structure_of_question(survey: Survey, question: Question) -> dict[str, object]:
    named = survey.choices.get(question.choice_list or "")
    return {
        "name": question.name,
        "type": question.type,
        "choices": f"register:{named.name}"
        if named and named.register
        else [choice.value for choice in question.choices],
        "settings": type_of(question).structure(question),
        "special": list(question.special),
        "required": _source(question.required),
        "relevant": _source(question.relevant),
        "constraint": _source(question.constraint),
    }


def _values(measure: Measure) -> list[object]:
    if measure.kind is MeasureKind.SATISFACTION:
        return [list(measure.satisfied), list(measure.dissatisfied)]
    return [str(measure.kind)]


def _source(rule: Expression | bool | None) -> str | bool | None:
    return rule.text if isinstance(rule, Expression) else rule
