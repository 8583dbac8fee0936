"""What must agree between the parts of a definition: names, lists, files, special answers.

The checks run on whatever could be read, so that one missing label does not hide a wrong
reference; what could not be read is skipped here, because it was reported where it stands.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence, Set
from itertools import chain, islice

from encuestas.check_measures import check_measures
from encuestas.definition import OTHER, SPECIAL_ANSWERS, Choice, GroupKind
from encuestas.draft import MATRIX, Draft, Item, items_of, takes_file
from encuestas.errors import AnswerFault, ErrorCode, Problem, shown
from encuestas.files import problems_of_choices
from encuestas.logic import Expression, Node, current_nodes, references
from encuestas.logic.nodes import Call, String, bare_names, descend
from encuestas.types import TYPES
from encuestas.types.select import LABEL, VALUE

MAX_QUESTIONS = 10_000
"""Of a survey, its groups counted too."""
MAX_CHOICES = 100_000
"""Counted again for each question that offers them."""
_MOST_NAMED = 50
_EXPRESSIONS = (
    "relevant", "required", "constraint", "calculation", "default", "choice_filter", "seed",
    "repeat_count",
)  # fmt: skip
_NEEDS = {"trigger": "calculation", "seed": "randomize"}
_OF_ALL_ROWS = frozenset({"required"})


def check(draft: Draft) -> Iterator[Problem]:
    """Every disagreement between the parts."""
    if sum(len(draft.choices_of(item) or ()) for item in items_of(draft.pages)) > MAX_CHOICES:
        yield Problem(ErrorCode.TOO_MANY_CHOICES, {"limit": MAX_CHOICES}, ("pages",))
        return  # what follows looks at each of them
    yield from _check_names(draft)
    yield from _check_references(draft)
    for item in items_of(draft.pages):
        asked = item.children[0].type if item.type == MATRIX and item.children else item.type
        if asked in TYPES and not item.is_row:
            yield from _check_question(draft, item, asked or "")
        elif item.type == GroupKind.REPEAT:
            yield from _check_limits(item)
    yield from check_measures(draft)


def _check_names(draft: Draft) -> Iterator[Problem]:
    inside = [item for page in draft.pages for item in items_of(page.children)]
    for item in inside:
        if item.values.get("name") in RESERVED_NAMES:
            context = {"name": item.values["name"]}
            yield Problem(ErrorCode.RESERVED_NAME, context, (*item.path, "name"))
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


RESERVED_NAMES = frozenset(
    f"_{name}"
    for name in (
        "id", "instance_id", "version", "correction", "channel", "language", "territory",
        "organisation", "submitted_on", "submitted_at", "simulated", "preview",
        "over_quota", "state",
    )
)  # fmt: skip
"""Columns of exports that are not questions."""


def _check_references(draft: Draft) -> Iterator[Problem]:
    """An expression may name whatever has an answer, and groups; where they stand is no matter."""
    names = {
        item.values["name"]
        for item in items_of(draft.pages)
        if "name" in item.values and _can_be_named(item)
    }
    tables = draft.tables()
    for item in items_of(draft.pages):
        for key in _EXPRESSIONS:
            rule = item.values.get(key)
            if isinstance(rule, Expression) and not (item.is_row and key in _OF_ALL_ROWS):
                for problem in _problems_in(rule, names, tables, key):
                    yield Problem(problem.code, problem.context, (*item.path, key))
        for index, name in enumerate(item.values.get("trigger", ())):
            if name not in names:
                path = (*item.path, "trigger", index)
                yield Problem(ErrorCode.UNKNOWN_TRIGGER, {"name": name}, path)


def _can_be_named(item: Item) -> bool:
    return item.type is None or item.type not in TYPES or TYPES[item.type].has_answer


def _problems_in(
    rule: Expression, names: Container[str], tables: Set[str], key: str
) -> Iterator[Problem]:
    text = shown(rule.text)
    for reference in references(rule.tree):
        if reference.name not in names:
            context = {"expression": text, "position": reference.position, "name": reference.name}
            yield Problem(ErrorCode.UNKNOWN_REFERENCE, context)
    for node in current_nodes(rule.tree) if key != "constraint" else ():
        context = {"expression": text, "position": node.position}
        yield Problem(ErrorCode.CURRENT_NOT_ALLOWED, context)
    for table in _tables_in(rule.tree):
        if table.value.removesuffix(".csv") not in tables:
            context = {"expression": text, "position": table.position, "name": shown(table.value)}
            yield Problem(ErrorCode.UNKNOWN_TABLE, {**context, "known": _few(tables)})


def _tables_in(tree: Node) -> Iterator[String]:
    """The names of tables that an expression looks things up in, where they are literals."""
    for node in descend(tree):
        if isinstance(node, Call) and node.function in _LOOKUPS and node.arguments:
            first = node.arguments[0]
            if isinstance(first, String):
                yield first


_LOOKUPS = frozenset({"instance", "pulldata"})


def _few(names: Iterable[str]) -> list[str]:
    """Some of the names that would have been right: thousands of faults must stay small."""
    return list(islice(names, _MOST_NAMED))


def _check_limits(item: Item) -> Iterator[Problem]:
    minimum, maximum = item.values.get("minimum"), item.values.get("maximum")
    if minimum is not None and maximum is not None and minimum > maximum:
        context = {"minimum": minimum, "maximum": maximum}
        yield Problem(ErrorCode.BAD_LIMITS, context, (*item.path, "min"))


def _check_question(draft: Draft, item: Item, type_name: str) -> Iterator[Problem]:
    question_type = TYPES[type_name]
    for problem in question_type.problems(item.values.get("settings", {})):
        yield Problem(problem.code, problem.context, (*item.path, *problem.path))
    for key, needs in _NEEDS.items():
        if item.values.get(key) and not item.values.get(needs):
            yield Problem(ErrorCode.NEEDS_KEY, {"key": key, "needs": needs}, (*item.path, key))
    yield from _check_choices(draft, item)
    yield from _check_default(draft, item)
    special = item.values.get("special", ())
    if special and not question_type.allows_special:
        context = {"type": question_type.name}
        yield Problem(ErrorCode.SPECIAL_NOT_ALLOWED, context, (*item.path, "special"))
    elif special:
        yield from _check_special(draft, item)


def _check_choices(draft: Draft, item: Item) -> Iterator[Problem]:
    given = item.values.get("choices")
    if isinstance(given, str) and given not in draft.list_names:
        context = {"name": shown(given), "known": _few(draft.list_names)}
        yield Problem(ErrorCode.UNKNOWN_CHOICES, context, (*item.path, "choices"))
    choices = draft.choices_of(item)
    if takes_file(item):
        yield from _check_file(draft, item)
    elif choices and item.values.get("or_other") and OTHER.value in [c.value for c in choices[:-1]]:
        context = {"value": OTHER.value}
        yield Problem(ErrorCode.DUPLICATE_CHOICE, context, (*item.path, "or_other"))

    if choices and "choice_filter" in item.values:
        yield from _check_filter(item, choices)


def _check_filter(item: Item, choices: Sequence[Choice]) -> Iterator[Problem]:
    """A bare word that no choice has as a column would hide every choice."""
    if item.values.get("or_other"):
        both = {"key": "or_other", "other": "choice_filter"}
        yield Problem(ErrorCode.KEYS_TOGETHER, both, (*item.path, "or_other"))
    rule = item.values["choice_filter"]
    known = {"name", "label", "*"}.union(*(choice.columns for choice in choices))
    for bare in bare_names(rule.tree):
        if bare.name not in known:
            context: dict[str, object] = {
                "expression": shown(rule.text),
                "position": bare.position,
                "name": bare.name,
                "known": _few(sorted(known - {"*"})),
            }
            yield Problem(ErrorCode.FILTER_COLUMN, context, (*item.path, "choice_filter"))


def _check_default(draft: Draft, item: Item) -> Iterator[Problem]:
    """A default that is no possible answer would be refused from whoever leaves it as it is."""
    default = item.values.get("default")
    kind = TYPES.get(item.type or "")
    if kind is None or not isinstance(default, str) or not item.is_sound:
        return
    if any(kind.problems(item.values.get("settings", {}))):
        return
    if kind.has_choices and draft.choices_of(item) is None:
        return
    found = kind.parse_text(draft.question(item), default)
    if isinstance(found, AnswerFault):
        context = {"value": shown(default), "reason": str(found.code)}
        yield Problem(ErrorCode.BAD_DEFAULT, context, (*item.path, "default"))


def _check_file(draft: Draft, item: Item) -> Iterator[Problem]:
    settings = item.values.get("settings", {})
    name = settings.get("file")
    if name is None:
        return
    if name not in draft.file_names:
        context = {"name": shown(name), "known": _few(draft.file_names)}
        yield Problem(ErrorCode.UNKNOWN_FILE, context, (*item.path, "file"))
        return
    table = draft.header.get("files", {}).get(name)
    if table is None:
        return
    known = table.columns
    asked = {"value": settings.get("value_column", VALUE), **_label_column(settings)}
    for key, column in asked.items():
        if column not in known:
            context = {"column": shown(column), "known": _few(known)}
            yield Problem(ErrorCode.UNKNOWN_COLUMN, context, (*item.path, key))
    for problem in problems_of_choices(draft.choices_of(item) or ()):
        yield Problem(problem.code, problem.context, (*item.path, "file"))


def _label_column(settings: dict[str, str]) -> dict[str, str]:
    """The usual one need not exist: a file may have ``label::es`` instead."""
    column = settings.get("label_column", LABEL)
    return {} if column == LABEL else {"label_column": column}


def _check_special(draft: Draft, item: Item) -> Iterator[Problem]:
    own = draft.header.get("special_answers", {})
    offered = {choice.value for choice in draft.choices_of(item) or ()}
    for index, code in enumerate(item.values["special"]):
        path = (*item.path, "special", index)
        if code not in SPECIAL_ANSWERS and code not in own:
            known = _few(chain(SPECIAL_ANSWERS, own))
            yield Problem(ErrorCode.UNKNOWN_SPECIAL, {"value": code, "known": known}, path)
        if code in offered:
            yield Problem(ErrorCode.SPECIAL_COLLISION, {"value": code}, path)
