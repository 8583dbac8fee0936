"""What may change in a question, and whether answers before and after may stand in one column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from encuestas.changes import Change, ChangeCode, Effect, plain, rule_change, words_changes
from encuestas.definition import Choice, Question, Survey

_FAMILIES: Mapping[str, str] = {
    "integer": "number", "decimal": "number",
    "text": "words", "barcode": "words", "hidden": "words",
    "select_one_from_file": "select_one", "select_multiple_from_file": "select_multiple",
}  # fmt: skip
"""Types whose answers are of one kind; any other type is a kind of its own."""

_WORDS = ("label", "hint", "guidance", "required_message", "constraint_message")
_RULES = (
    "required", "relevant", "constraint", "choice_filter", "trigger", "read_only", "randomize",
    "seed", "default", "appearance",
)  # fmt: skip
_TOLD_ELSEWHERE = frozenset({
    "range", "start", "end", "anchors", "file", "value_column", "label_column",
})  # fmt: skip
"""Settings that are ends of a scale, words, or told by the choices in a file."""


def compatible(one: Question, other: Question) -> bool:
    """Whether answers to both may stand in one column.

    The same kind of answer, on the same scale, with the same meaning of its codes. Another wording
    or more choices do not matter here: `diff` says what they do.
    """
    if _family(one) != _family(other) or _ends(one) != _ends(other):
        return False
    if one.type == "calculate" and plain(one.calculation) != plain(other.calculation):
        return False
    if one.type == "rank" and {c.value for c in one.choices} != {c.value for c in other.choices}:
        return False  # third of five is not third of six
    return not any(True for _ in _exchanged(_labels(one), _labels(other)))


def question_changes(one: Question, other: Question) -> Iterator[Change]:
    """What changed in a question, its choices apart."""
    name = other.name
    if one.type != other.type:
        joins = compatible(one, other)
        effect = Effect.LIMITS if joins else Effect.BREAKS
        context = {"old": one.type, "new": other.type}
        yield Change(ChangeCode.TYPE_CHANGED, effect, name, context, (name,), joins)
    for key in _WORDS:
        yield from words_changes(name, key, getattr(one, key), getattr(other, key), (name,))
    for key in ("image", "audio"):
        if getattr(one, key) != getattr(other, key):
            yield Change(ChangeCode.MEDIA_CHANGED, Effect.WORDING, name, {"key": key}, (name,))
    for key in _RULES:
        yield from rule_change(name, key, getattr(one, key), getattr(other, key), (name,))
    yield from _calculation(one, other)
    yield from _special(one, other)
    yield from _settings(one, other)
    yield from _anchors(one, other)


def choice_changes(
    one: Question, other: Question, where: str, names: tuple[str, ...]
) -> Iterator[Change]:
    """What changed in the choices of a question, or of the list that ``names`` share."""
    old = {choice.value: choice for choice in one.choices}
    new = {choice.value: choice for choice in other.choices}
    if not old or not new:
        return  # nothing to choose from, or a list that the collection supplies
    rank = other.type == "rank"
    effect, joins = (Effect.BREAKS, False) if rank else (Effect.LIMITS, True)
    for code, values in (
        (ChangeCode.CHOICES_ADDED, [value for value in new if value not in old]),
        (ChangeCode.CHOICES_REMOVED, [value for value in old if value not in new]),
    ):
        if values:
            yield Change(code, effect, where, {"values": values}, names, joins)
    kept = [value for value in new if value in old]
    if kept != [value for value in old if value in new] and not (one.randomize and other.randomize):
        yield Change(ChangeCode.CHOICES_REORDERED, Effect.WORDING, where, {}, names)
    exchanged = dict(_exchanged(_labels(one), _labels(other)))
    for value, (before, after) in exchanged.items():
        context = {"key": f"choices.{value}", "old": before, "new": after}
        yield Change(ChangeCode.MEANING_CHANGED, Effect.BREAKS, where, context, names, False)
    for value in kept:
        if value not in exchanged:
            yield from _choice(old[value], new[value], where, names)


def _choice(one: Choice, other: Choice, where: str, names: tuple[str, ...]) -> Iterator[Change]:
    key = f"choices.{one.value}"
    yield from words_changes(where, key, one.label, other.label, names)
    if (one.image, one.audio) != (other.image, other.audio):
        yield Change(ChangeCode.MEDIA_CHANGED, Effect.WORDING, where, {"key": key}, names)
    if one.columns != other.columns:
        old, new = _columns(one), _columns(other)
        yield from rule_change(where, f"{key}.columns", old, new, names)


def same_register(old: Survey, new: Survey, name: str) -> bool:
    """Whether the collection supplies that list, before and after."""
    lists = (old.choices.get(name), new.choices.get(name))
    return all(entry is not None and entry.register for entry in lists)


def _family(question: Question) -> str:
    return _FAMILIES.get(question.type, question.type)


def _ends(question: Question) -> tuple[float, float] | None:
    """The ends of a scale: a mark means something only between them."""
    ends: tuple[float, float] | None = getattr(question.settings, "range", None)
    return ends


def _labels(question: Question) -> dict[str, Mapping[str, str]]:
    """The words of each code or mark."""
    anchors: Mapping[int, Mapping[str, str]] = getattr(question.settings, "anchors", {})
    marks = {str(mark): words for mark, words in anchors.items()}
    return marks or {choice.value: choice.label for choice in question.choices}


def _exchanged(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Codes that now carry the words that another code had: their old answers mean that other."""
    had: dict[tuple[str, str], str] = {}
    for value, label in old.items():
        for language, words in label.items():
            had.setdefault((language, words.casefold()), value)
    for value in new:
        for language, words in new[value].items():
            before = old.get(value, {}).get(language)
            owner = had.get((language, words.casefold()))
            if before is None or owner in (None, value):
                continue
            if before.casefold() != words.casefold():
                yield value, (before, words)
                break


def _calculation(one: Question, other: Question) -> Iterator[Change]:
    before, after = plain(one.calculation), plain(other.calculation)
    if before == after:
        return
    computed = other.type == "calculate"
    context = {"key": "calculation", "old": before, "new": after}
    effect = Effect.BREAKS if computed else Effect.LIMITS
    name = other.name
    yield Change(ChangeCode.RULE_CHANGED, effect, name, context, (name,), not computed)


def _special(one: Question, other: Question) -> Iterator[Change]:
    for code, values in (
        (ChangeCode.SPECIAL_ADDED, [c for c in other.special if c not in one.special]),
        (ChangeCode.SPECIAL_REMOVED, [c for c in one.special if c not in other.special]),
    ):
        if values:
            context = {"values": values}
            yield Change(code, Effect.LIMITS, other.name, context, (other.name,))


def _settings(one: Question, other: Question) -> Iterator[Change]:
    if type(one.settings) is not type(other.settings):
        return
    name = other.name
    before, after = _ends(one), _ends(other)
    if before and after and before != after:
        context = {"old": f"{before[0]}–{before[1]}", "new": f"{after[0]}–{after[1]}"}
        yield Change(ChangeCode.SCALE_CHANGED, Effect.BREAKS, name, context, (name,), False)
    for field in fields(one.settings):  # type: ignore[arg-type]  # settings are dataclasses, which the type of `settings` can't say
        key = field.name
        if key not in _TOLD_ELSEWHERE:
            old, new = getattr(one.settings, key), getattr(other.settings, key)
            yield from rule_change(name, key, old, new, (name,))


def _anchors(one: Question, other: Question) -> Iterator[Change]:
    old: Mapping[int, Mapping[str, str]] = getattr(one.settings, "anchors", {})
    new: Mapping[int, Mapping[str, str]] = getattr(other.settings, "anchors", {})
    if _ends(one) != _ends(other):
        return
    name = other.name
    turned = dict(_exchanged(_labels(one), _labels(other))) if old and new else {}
    for mark in sorted(old.keys() | new.keys()):
        key = f"anchors.{mark}"
        if words := turned.get(str(mark)):
            context = {"key": key, "old": words[0], "new": words[1]}
            yield Change(ChangeCode.MEANING_CHANGED, Effect.BREAKS, name, context, (name,), False)
        else:
            yield from words_changes(name, key, old.get(mark, {}), new.get(mark, {}), (name,))


def _columns(choice: Choice) -> str:
    return ", ".join(f"{column}={text}" for column, text in choice.columns.items())
