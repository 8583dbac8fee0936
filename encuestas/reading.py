"""A definition's text or data -> a survey, or every fault at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from marshmallow import ValidationError

from encuestas.check_measures import MEASURE_VALUES, measure_kind, measure_values
from encuestas.checks import MAX_QUESTIONS, check
from encuestas.definition import (
    OTHER,
    Group,
    GroupKind,
    Measure,
    MeasureKind,
    Page,
    Question,
    Survey,
)
from encuestas.draft import DEFAULT_LANGUAGES, MATRIX, PAGE, Draft, Item, items_of
from encuestas.errors import DefinitionErrors, DefinitionFault, ErrorCode, Problem, shown
from encuestas.fields import LANGUAGE, Languages, ListField, TextField
from encuestas.graph import cycles
from encuestas.logic import expression
from encuestas.nodes import load_node
from encuestas.schema import (
    GROUPS,
    MeasureSchema,
    PageSchema,
    QuestionSchema,
    RowSchema,
    SurveySchema,
    matrix_schema,
    matrix_type,
    question_schema,
)
from encuestas.source import MAX_DEPTH, Marks, Path, read_source
from encuestas.types import RESERVED, TYPES

_LANGUAGES = ListField(TextField(pattern=LANGUAGE, code=ErrorCode.BAD_LANGUAGE))


def read_survey(text: str, *, files: Mapping[str, str] | None = None) -> Survey:
    """The survey in YAML or JSON text; DefinitionErrors has all faults with their places.

    ``files`` are the CSV files beside the text, by name; those in the text itself go before.
    """
    return survey_from_data(*read_data(text, files=files))


def read_data(text: str, *, files: Mapping[str, str] | None = None) -> tuple[object, Marks]:
    """The data of a text with its marks, and with the files beside it put in."""
    data, marks = read_source(text)
    if files and isinstance(data, dict):
        inside = data.setdefault("files", {})
        if isinstance(inside, dict):
            data["files"] = {**files, **inside}
    return data, marks


def survey_from_data(data: object, marks: Marks | None = None) -> Survey:
    """The survey in plain data, such as `survey_to_data` gives; else DefinitionErrors."""
    reader = _Reader()
    draft = reader.read(data)
    problems = [*reader.problems, *(check(draft) if draft else ())]
    if problems or draft is None:
        raise DefinitionErrors(_faults(problems, marks or {}))
    survey = _Builder(draft).survey()
    if circles := _circles(survey, draft):
        raise DefinitionErrors(_faults(circles, marks or {}))
    return survey


def _circles(survey: Survey, draft: Draft) -> list[Problem]:
    """What is worked out from itself, at the first part of each circle."""
    found = cycles(survey)
    items = items_of(draft.pages) if found else ()
    paths = {item.values["id" if item.type == PAGE else "name"]: item.path for item in items}
    return [
        Problem(ErrorCode.CYCLE, {"path": shown(" → ".join(around))}, paths[around[0]])
        for around in found
    ]


def _faults(problems: Iterable[Problem], marks: Marks) -> list[DefinitionFault]:
    """Faults in the order of the text, where its marks are known."""
    faults = []
    for problem in problems:
        line, column = place_of(problem.path, marks)
        faults.append(DefinitionFault(problem.code, problem.path, line, column, problem.context))
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0))


def place_of(path: Path, marks: Marks) -> tuple[int | None, int | None]:
    """Where the path stands; for something missing, where its owner stands.

    A table that lies beside the definition stands nowhere in it.
    """
    if path[:1] == ("files",) and path[:2] not in marks:
        return None, None
    for length in range(len(path), -1, -1):
        if path[:length] in marks:
            return marks[path[:length]]
    return None, None


class _Reader:
    """The walk: each node through its schema, collecting what is read and what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, data: object) -> Draft | None:
        if not isinstance(data, Mapping):
            self._add((), [Problem(ErrorCode.WRONG_SHAPE, {"expected": "mapping"})])
            return None
        if _deeper_than(data, MAX_DEPTH):
            self._add((), [Problem(ErrorCode.SOURCE_TOO_DEEP, {"limit": MAX_DEPTH})])
            return None
        if _has_more_questions(data.get("pages"), MAX_QUESTIONS):
            self._add(("pages",), [Problem(ErrorCode.TOO_MANY_QUESTIONS, {"limit": MAX_QUESTIONS})])
            return None
        with Languages(_declared(data)):
            header, problems = load_node(SurveySchema(), data, also=("pages", "measures"))
            self._add((), problems)
            pages = [self._page(item, path) for path, item in self._list(data, (), "pages")]
            measures = [
                self._node(MeasureSchema(), item, path, type_name=None)
                for path, item in self._list(data, (), "measures", required=False)
            ]
        return Draft(header, _keys(data, "choices"), _keys(data, "files"), pages, measures)

    def _page(self, data: object, path: Path) -> Item:
        item = self._node(PageSchema(), data, path, type_name=PAGE, also=("questions",))
        self._children(item, data)
        return item

    def _children(self, item: Item, data: object) -> None:
        if isinstance(data, Mapping):
            for path, inner in self._list(data, item.path, "questions"):
                child = self._item(inner, path)
                item.children.append(child)
                if child.values.get("or_other") and "name" in child.values:
                    item.children.append(_words_of_other(child))

    def _item(self, data: object, path: Path) -> Item:
        type_name = data.get("type") if isinstance(data, Mapping) else None
        if type_name == MATRIX:
            return self._matrix(data, path)
        if isinstance(type_name, str) and type_name in RESERVED:
            kind = GroupKind(type_name)
            group = self._node(GROUPS[kind], data, path, type_name=kind, also=("questions",))
            self._children(group, data)
            return group
        if isinstance(type_name, str) and type_name in TYPES:
            return self._node(question_schema(type_name), data, path, type_name=type_name)
        return self._untyped(data, path)

    def _matrix(self, data: Any, path: Path) -> Item:
        """A grid; what its rows share is read once, and each row is a question."""
        kind = matrix_type(data)
        matrix = self._node(matrix_schema(kind), data, path, type_name=MATRIX, also=("rows",))
        shared = {key: v for key, v in matrix.values.items() if key in _SHARED}
        for row_path, inner in self._list(data, path, "rows"):
            row = self._node(RowSchema(), inner, row_path, type_name=kind)
            row.values = {**shared, **row.values, "type": kind}
            row.is_row = True
            matrix.children.append(row)
        return matrix

    def _untyped(self, data: object, path: Path) -> Item:
        """A question whose type is not known: its other keys can still be wrong."""
        also = data if isinstance(data, Mapping) else ()
        item = self._node(QuestionSchema(), data, path, type_name=None, also=map(str, also))
        if "type" in item.values:
            context = {"type": shown(item.values["type"]), "known": [*TYPES, *sorted(RESERVED)]}
            problem = Problem(ErrorCode.UNKNOWN_TYPE, context, ("type",))
            self._add(path, [problem])
        return item

    def _node(
        self,
        schema: Any,
        data: object,
        path: Path,
        *,
        type_name: str | None,
        also: Iterable[str] = (),
    ) -> Item:
        values, problems = load_node(schema, data, also=also)
        self._add(path, problems)
        return Item(path, values, type_name, is_sound=not problems)

    def _list(
        self, data: Mapping[str, Any], path: Path, key: str, *, required: bool = True
    ) -> list[tuple[Path, object]]:
        """The items below a key, each with its path."""
        path = (*path, key)
        if key not in data:
            if required:
                self._add(path, [Problem(ErrorCode.MISSING_KEY, {"key": key})])
            return []
        items = data[key]
        if not isinstance(items, list):
            self._add(path, [Problem(ErrorCode.WRONG_SHAPE, {"expected": "list"})])
            return []
        if not items and required:
            self._add(path, [Problem(ErrorCode.EMPTY, {})])
        return [((*path, index), item) for index, item in enumerate(items)]

    def _add(self, path: Path, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.problems.append(Problem(problem.code, problem.context, (*path, *problem.path)))


_SHARED = frozenset({"choices", "settings", "special", "required"})
_WHICH = {"es": "¿Cuál?", "en": "Which one?"}


def _words_of_other(item: Item) -> Item:
    """The question after one with ``or_other``; it stands at that key, for faults of its name."""
    name = item.values["name"]
    values = {
        "name": f"{name}_other",
        "type": "text",
        "label": _WHICH,
        "required": True,
        "relevant": expression(f"selected(${{{name}}}, '{OTHER.value}')"),
        "origin": name,
    }
    return Item((*item.path, "or_other"), values, "text")


def _keys(data: Mapping[str, Any], key: str) -> Set[str]:
    inner = data.get(key)
    return inner.keys() if isinstance(inner, Mapping) else frozenset()


def _declared(data: Mapping[str, Any]) -> tuple[str, ...]:
    if "languages" not in data:
        return DEFAULT_LANGUAGES
    try:
        languages: tuple[str, ...] = _LANGUAGES.deserialize(data["languages"])
    except ValidationError:
        return ()  # reported when the header is read
    return languages


def _has_more_questions(pages: object, limit: int) -> bool:
    """Counted before any is read: reading takes a hundred times as long."""
    count, left = 0, list(pages) if isinstance(pages, list) else []
    while left and count <= limit:
        item = left.pop()
        for key in ("questions", "rows") if isinstance(item, Mapping) else ():
            if isinstance(item.get(key), list):
                count += len(item[key])
                left += item[key]
    return count > limit


def _deeper_than(data: object, limit: int) -> bool:
    level = [data]
    for _ in range(limit + 1):
        level = [
            child
            for node in level
            if isinstance(node, Mapping | list)
            for child in (node.values() if isinstance(node, Mapping) else node)
        ]
    return bool(level)


class _Builder:
    """A draft without problems -> the values."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._items: dict[str, Item] = {}

    def survey(self) -> Survey:
        pages = tuple(
            Page(**page.values, questions=self._children(page)) for page in self._draft.pages
        )
        measures = tuple(self._measure(item) for item in self._draft.measures)
        return Survey(**self._draft.header, pages=pages, measures=measures)

    def _children(self, item: Item) -> tuple[Question | Group, ...]:
        return tuple(self._child(child) for child in item.children)

    def _child(self, item: Item) -> Question | Group:
        values = dict(item.values)
        if item.type in RESERVED:
            del values["type"]
            for key in _SHARED:
                values.pop(key, None)
            return Group(**values, kind=GroupKind(item.type), questions=self._children(item))
        self._items[values["name"]] = item
        return self._draft.question(item)

    def _measure(self, item: Item) -> Measure:
        question = self._items[item.values["question"]]
        values = {"kind": measure_kind(item, question), **item.values}
        if values["kind"] is MeasureKind.SATISFACTION:
            for key in MEASURE_VALUES:
                values[key] = measure_values(item.values, key, question) or ()
        return Measure(**values)
