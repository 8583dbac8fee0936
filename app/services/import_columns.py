"""Which column of a file answers which question, and what is wrong with a header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from app.services.import_faults import ImportCode, ImportFault
from app.services.import_map import ImportMap
from encuestas import Survey, type_of
from encuestas.definition import walk

MOMENT = "_submitted_at"
"""The column, if there is one, that tells when a row was answered."""

Targets = Mapping[int, str]
"""The question, or `MOMENT`, that the column at each place answers."""


def names_to_answer(survey: Survey) -> set[str]:
    """What a column can be for."""
    return {q.name for q in survey.questions if type_of(q).has_answer} | {MOMENT}


def targets(header: Sequence[str], survey: Survey, mapping: ImportMap) -> Targets:
    """A column answers the question that the map gives it, else the one of its own name."""
    names = names_to_answer(survey)
    wanted = {
        index: mapping.columns.get(column, column)
        for index, column in enumerate(header)
        if column and column not in mapping.ignore
    }
    return {index: name for index, name in wanted.items() if name in names}


def unused(header: Sequence[str], found: Targets, mapping: ImportMap) -> tuple[str, ...]:
    """Columns that answer nothing, except those that the map or an export of ours accounts for."""
    questions = set(found.values())
    return tuple(
        column
        for index, column in enumerate(header)
        if column
        and index not in found
        and column not in mapping.ignore
        and not column.startswith("_")
        and column.partition("/")[0] not in questions
    )


def faults(
    header: Sequence[str], survey: Survey, found: Targets, mapping: ImportMap
) -> Iterator[ImportFault]:
    """Everything that keeps a file with this header from being imported."""
    yield from _map_faults(header, names_to_answer(survey), mapping)
    counts = Counter(column for column in header if column and column not in mapping.ignore)
    for column, count in counts.items():
        if count > 1:
            yield ImportFault(ImportCode.DUPLICATE_COLUMN, {"column": column})
    for question, columns in _columns_by_question(header, found).items():
        # The same column twice was told above.
        if len(set(columns)) > 1:
            context = {"question": question, "columns": columns}
            yield ImportFault(ImportCode.TWO_COLUMNS, context)
    questions = set(found.values()) - {MOMENT}
    if not questions:
        known = sorted(names_to_answer(survey) - {MOMENT})
        context = {"columns": [column for column in header if column], "questions": known}
        yield ImportFault(ImportCode.NO_KNOWN_COLUMN, context)
        return
    for name in always_required(survey):
        if name not in questions:
            yield ImportFault(ImportCode.REQUIRED_WITHOUT_COLUMN, {"question": name})


def always_required(survey: Survey) -> Iterator[str]:
    """Questions that everybody must answer: without their column, no row could be stored."""
    for page in survey.pages:
        for question, groups in walk(page.questions):
            conditions = (page.relevant, question.relevant, *(group.relevant for group in groups))
            if question.required is True and not any(conditions):
                yield question.name


def _columns_by_question(header: Sequence[str], found: Targets) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for index, question in found.items():
        columns.setdefault(question, []).append(header[index])
    return columns


def _map_faults(
    header: Sequence[str], names: Collection[str], mapping: ImportMap
) -> Iterator[ImportFault]:
    """Names in the map that are neither in the file nor in the survey."""
    columns = [column for column in header if column]
    for column, question in mapping.columns.items():
        line = mapping.lines.get(("columns", column))
        if column not in header:
            context = {"line": line, "column": column, "columns": columns}
            yield ImportFault(ImportCode.MAP_UNKNOWN_COLUMN, context)
        if question not in names:
            context = {"line": line, "question": question, "questions": sorted(names)}
            yield ImportFault(ImportCode.MAP_UNKNOWN_QUESTION, context)
    for question in mapping.values:
        if question not in names - {MOMENT}:
            line = mapping.lines.get(("values", question))
            context = {"line": line, "question": question, "questions": sorted(names - {MOMENT})}
            yield ImportFault(ImportCode.MAP_UNKNOWN_QUESTION, context)
