"""Which column of a file answers which question, and what is wrong with a header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from app.services.imports.faults import ImportCode, ImportFault
from app.services.imports.mapping import ImportMap
from encuestas import Survey, type_of
from encuestas.definition import walk
from encuestas.parsing import COUNT
from encuestas.paths import split
from encuestas.plan import plan_of

MOMENT = "_submitted_at"
"""The column, if there is one, that tells when a row was answered."""

Targets = Mapping[int, str]
"""The question by its path, or another of `Names`, that the column at each place answers."""


class Names(Container[str]):
    """What a column can be for: a question by its path, a repeat's number of instances, `MOMENT`.

    ``members[2]/age`` and ``members[]`` are such where members repeat; ``also`` are more of them.
    """

    def __init__(self, survey: Survey, also: Iterable[str] = ()) -> None:
        plan = plan_of(survey)
        self._also = frozenset((MOMENT, *also))
        self._questions = {
            question.name: survey.repeats(question.name)
            for question in survey.questions
            if type_of(question).has_answer
        }
        self._repeats = {name: plan.names[name] for name in plan.inside if name}

    def __contains__(self, name: object) -> bool:
        if name in self._also:
            return True
        if not isinstance(name, str):
            return False
        path = name.removesuffix(COUNT)
        known = self._questions if path == name else self._repeats
        found = split(path)
        return found is not None and known.get(found[1]) == tuple(repeat for repeat, _ in found[0])

    def listed(self) -> list[str]:
        """Names to show somebody whose column is not one; of a repeat, the first instance's."""
        return sorted(
            "".join(f"{repeat}[1]/" for repeat in repeats) + name
            for name, repeats in self._questions.items()
        )

    def is_question(self, name: str) -> bool:
        """Whether there is a question of that name, wherever it stands."""
        return name in self._questions


def targets(header: Sequence[str], survey: Survey, mapping: ImportMap) -> Targets:
    """A column answers the question that the map gives it, else the one of its own name."""
    names = Names(survey)
    wanted = {
        index: mapping.columns.get(column, column)
        for index, column in enumerate(header)
        if column and column not in mapping.ignore
    }
    return {index: name for index, name in wanted.items() if name in names}


def unused(header: Sequence[str], found: Targets, mapping: ImportMap) -> tuple[str, ...]:
    """Columns that answer nothing, except those that the map or an export of ours accounts for."""
    questions = frozenset(found.values())
    return tuple(
        column
        for index, column in enumerate(header)
        if column
        and index not in found
        and column not in mapping.ignore
        and not column.startswith("_")
        and not _is_indicator(column, questions)
    )


def _is_indicator(column: str, questions: Collection[str]) -> bool:
    """Whether an export of ours has it to tell if one choice of a question was chosen."""
    parts = column.split("/")
    return any("/".join(parts[:end]) in questions for end in range(1, len(parts)))


def faults(
    header: Sequence[str], survey: Survey, found: Targets, mapping: ImportMap
) -> Iterator[ImportFault]:
    """Everything that keeps a file with this header from being imported."""
    names = Names(survey)
    yield from _map_faults(header, names, mapping)
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
        columns = [column for column in header if column]
        context = {"columns": columns, "questions": names.listed()}
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
            elsewhere = (question.choice_filter, question.calculation, question.default)
            if (
                question.required is True
                and not any((*conditions, *elsewhere, question.read_only))
                and not survey.repeats(question.name)
            ):
                yield question.name


def _columns_by_question(header: Sequence[str], found: Targets) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for index, question in found.items():
        columns.setdefault(question, []).append(header[index])
    return columns


def _map_faults(header: Sequence[str], names: Names, mapping: ImportMap) -> Iterator[ImportFault]:
    """Names in the map that are neither in the file nor in the survey."""
    columns = [column for column in header if column]
    for column, question in mapping.columns.items():
        line = mapping.lines.get(("columns", column))
        if column not in header:
            context = {"line": line, "column": column, "columns": columns}
            yield ImportFault(ImportCode.MAP_UNKNOWN_COLUMN, context)
        if question not in names:
            known = sorted([*names.listed(), MOMENT])
            context = {"line": line, "question": question, "questions": known}
            yield ImportFault(ImportCode.MAP_UNKNOWN_QUESTION, context)
    for question in mapping.values:
        if not names.is_question(question):
            line = mapping.lines.get(("values", question))
            context = {"line": line, "question": question, "questions": names.listed()}
            yield ImportFault(ImportCode.MAP_UNKNOWN_QUESTION, context)
