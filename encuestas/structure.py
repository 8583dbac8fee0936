"""The part of a definition that makes answers comparable, as a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from encuestas.definition import Group, Measure, MeasureKind, Question, Survey, Table
from encuestas.logic.nodes import Expression
from encuestas.types import type_of


def structure_hash(survey: Survey) -> str:
    """What makes answers comparable, as a hash: two corrections of one version share it.

    Labels, hints, anchors, titles, translations, appearance and random order may change without
    changing it. Taken from the definition as written, before `bind_choices`. What a definition
    does not use is not in it, so that a part added to the language changes no older hash.
    """
    structure: dict[str, object] = {
        "pages": [
            [page.id, _source(page.relevant), _structure_of(survey, page.questions)]
            for page in survey.pages
        ],
        "measures": [[m.name, m.question, *_values(m), m.indicator] for m in survey.measures],
    }
    if survey.files:
        structure["files"] = {name: _table(table) for name, table in survey.files.items()}
    canonical = json.dumps(structure, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _structure_of(survey: Survey, items: Sequence[Question | Group]) -> list[object]:
    return [
        _structure_of_group(survey, item)
        if isinstance(item, Group)
        else _structure_of_question(survey, item)
        for item in items
    ]


def _structure_of_group(survey: Survey, group: Group) -> list[object]:
    inner = _structure_of(survey, group.questions)
    times: dict[str, object] = {
        "count": _source(group.repeat_count),
        "min": group.minimum or None,
        "max": group.maximum,
    }
    used = {key: value for key, value in times.items() if value is not None}
    return [str(group.kind), group.name, _source(group.relevant), inner, *([used] if used else [])]


def _structure_of_question(survey: Survey, question: Question) -> dict[str, object]:
    named = survey.choices.get(question.choice_list or "")
    structure: dict[str, object] = {
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
    if choices_in_file := type_of(question).choices_from_file:
        del structure["choices"]
    filtered = question.choice_filter is not None and not choices_in_file
    added: dict[str, object] = {
        "calculation": _source(question.calculation),
        "trigger": list(question.trigger),
        "default": _source(question.default),
        "read_only": question.read_only,
        "choice_filter": _source(question.choice_filter),
        "columns": [dict(choice.columns) for choice in question.choices] if filtered else [],
        "other": question.or_other,
    }
    return structure | {key: value for key, value in added.items() if value}


def _table(table: Table) -> list[object]:
    """All but the columns of words that people read in a list."""
    kept = [
        index
        for index, column in enumerate(table.columns)
        if column != "label" and not column.startswith("label::")
    ]
    return [[row[index] for index in kept] for row in (table.columns, *table.rows)]


def _values(measure: Measure) -> list[object]:
    if measure.kind is MeasureKind.SATISFACTION:
        return [list(measure.satisfied), list(measure.dissatisfied)]
    return [str(measure.kind)]


def _source(rule: Expression | str | bool | None) -> str | bool | None:
    return rule.text if isinstance(rule, Expression) else rule
