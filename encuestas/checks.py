"""What must agree between the parts of a definition: names, lists, files, special answers.

The checks run on whatever could be read, so that one missing label does not hide a wrong
reference; what could not be read is skipped here, because it was reported where it stands.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from encuestas.check_measures import check_measures
from encuestas.definition import OTHER, SPECIAL_ANSWERS, GroupKind
from encuestas.draft import MATRIX, Draft, Item, is_question, items_of, takes_file
from encuestas.errors import ErrorCode, Problem, shown
from encuestas.files import problems_of_choices
from encuestas.logic import Expression, current_nodes, references
from encuestas.types import TYPES

MAX_QUESTIONS = 10_000
MAX_CHOICES = 20_000
_EXPRESSIONS = (
    "relevant", "required", "constraint", "calculation", "default", "choice_filter", "seed",
    "repeat_count",
)  # fmt: skip
_CHECKED_ALONE = {"trigger": "calculation", "seed": "randomize"}
_OF_ALL_ROWS = frozenset({"required"})


def check(draft: Draft) -> Iterator[Problem]:
    """Every disagreement between the parts."""
    yield from _check_size(draft)
    yield from _check_names(draft)
    yield from _check_references(draft)
    for item in items_of(draft.pages):
        asked = item.children[0].type if item.type == MATRIX and item.children else item.type
        if asked in TYPES and not item.is_row:
            yield from _check_question(draft, item, asked or "")
        elif item.type == GroupKind.REPEAT:
            yield from _check_limits(item)
    yield from check_measures(draft)


def _check_size(draft: Draft) -> Iterator[Problem]:
    if sum(map(is_question, items_of(draft.pages))) > MAX_QUESTIONS:
        yield Problem(ErrorCode.TOO_MANY_QUESTIONS, {"limit": MAX_QUESTIONS}, ("pages",))
    # A list counts once however many questions it serves.
    lists = [entry.choices for entry in draft.header.get("choices", {}).values()]
    lists += {id(c): c for item in items_of(draft.pages) if (c := draft.choices_of(item))}.values()
    if sum({id(choices): len(choices) for choices in lists}.values()) > MAX_CHOICES:
        yield Problem(ErrorCode.TOO_MANY_CHOICES, {"limit": MAX_CHOICES}, ("pages",))


def _check_names(draft: Draft) -> Iterator[Problem]:
    inside = [item for page in draft.pages for item in items_of(page.children)]
    yield from _duplicates(draft.pages, "id")
    yield from _duplicates(inside, "name")
    yield from _duplicates(draft.measures, "name")


def _duplicates(items: Iterable[Item], key: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        name = item.values.get(key)
        if name in seen:
            yield Problem(ErrorCode.DUPLICATE_NAME, {"name": name}, (*item.path, key))
        if name is not None:
            seen.add(name)


def _check_references(draft: Draft) -> Iterator[Problem]:
    """An expression may name whatever has an answer, and groups; where they stand is no matter."""
    names = {
        item.values["name"]
        for item in items_of(draft.pages)
        if "name" in item.values and _can_be_named(item)
    }
    for item in items_of(draft.pages):
        for key in _EXPRESSIONS:
            if not (item.is_row and key in _OF_ALL_ROWS):
                yield from _check_expression(item, key, names)
        for index, name in enumerate(item.values.get("trigger", ())):
            if name not in names:
                path = (*item.path, "trigger", index)
                yield Problem(ErrorCode.UNKNOWN_TRIGGER, {"name": name}, path)


def _can_be_named(item: Item) -> bool:
    return item.type is None or item.type not in TYPES or TYPES[item.type].has_answer


def _check_expression(item: Item, key: str, known: Container[str]) -> Iterator[Problem]:
    rule = item.values.get(key)
    if not isinstance(rule, Expression):
        return
    path = (*item.path, key)
    text = shown(rule.text)
    for reference in references(rule.tree):
        if reference.name not in known:
            context = {"expression": text, "position": reference.position, "name": reference.name}
            yield Problem(ErrorCode.UNKNOWN_REFERENCE, context, path)
    for node in current_nodes(rule.tree) if key != "constraint" else ():
        context = {"expression": text, "position": node.position}
        yield Problem(ErrorCode.CURRENT_NOT_ALLOWED, context, path)


def _check_limits(item: Item) -> Iterator[Problem]:
    minimum, maximum = item.values.get("minimum"), item.values.get("maximum")
    if minimum is not None and maximum is not None and minimum > maximum:
        context = {"minimum": minimum, "maximum": maximum}
        yield Problem(ErrorCode.BAD_LIMITS, context, (*item.path, "min"))


def _check_question(draft: Draft, item: Item, type_name: str) -> Iterator[Problem]:
    question_type = TYPES[type_name]
    for problem in question_type.problems(item.values.get("settings", {})):
        yield Problem(problem.code, problem.context, (*item.path, *problem.path))
    for key, needs in _CHECKED_ALONE.items():
        if item.values.get(key) and not item.values.get(needs):
            yield Problem(ErrorCode.NEEDS_KEY, {"key": key, "needs": needs}, (*item.path, key))
    yield from _check_choices(draft, item)
    special = item.values.get("special", ())
    if special and not question_type.allows_special:
        context = {"type": question_type.name}
        yield Problem(ErrorCode.SPECIAL_NOT_ALLOWED, context, (*item.path, "special"))
    elif special:
        yield from _check_special(draft, item)


def _check_choices(draft: Draft, item: Item) -> Iterator[Problem]:
    given = item.values.get("choices")
    if isinstance(given, str) and given not in draft.list_names:
        context = {"name": shown(given), "known": sorted(draft.list_names)}
        yield Problem(ErrorCode.UNKNOWN_CHOICES, context, (*item.path, "choices"))
    choices = draft.choices_of(item)
    if takes_file(item):
        yield from _check_file(draft, item)
    elif choices and item.values.get("or_other") and OTHER.value in [c.value for c in choices[:-1]]:
        context = {"value": OTHER.value}
        yield Problem(ErrorCode.DUPLICATE_CHOICE, context, (*item.path, "or_other"))


def _check_file(draft: Draft, item: Item) -> Iterator[Problem]:
    settings = item.values.get("settings", {})
    name = settings.get("file")
    if name is None:
        return
    if name not in draft.file_names:
        context = {"name": shown(name), "known": sorted(draft.file_names)}
        yield Problem(ErrorCode.UNKNOWN_FILE, context, (*item.path, "file"))
        return
    table = draft.header.get("files", {}).get(name)
    if table is None:
        return
    known = list(table.columns)
    asked = {"value": settings.get("value_column", "name"), **_label_column(settings)}
    for key, column in asked.items():
        if column not in known:
            context = {"column": shown(column), "known": known}
            yield Problem(ErrorCode.UNKNOWN_COLUMN, context, (*item.path, key))
    for problem in problems_of_choices(draft.choices_of(item) or ()):
        yield Problem(problem.code, problem.context, (*item.path, "file"))


def _label_column(settings: dict[str, str]) -> dict[str, str]:
    """Only one that was asked for by name must exist: a file may have ``label::es`` instead."""
    return {key: settings[key] for key in ("label_column",) if key in settings}


def _check_special(draft: Draft, item: Item) -> Iterator[Problem]:
    known = [*SPECIAL_ANSWERS, *draft.header.get("special_answers", {})]
    offered = {choice.value for choice in draft.choices_of(item) or ()}
    for index, code in enumerate(item.values["special"]):
        path = (*item.path, "special", index)
        if code not in known:
            yield Problem(ErrorCode.UNKNOWN_SPECIAL, {"value": code, "known": known}, path)
        if code in offered:
            yield Problem(ErrorCode.SPECIAL_COLLISION, {"value": code}, path)
