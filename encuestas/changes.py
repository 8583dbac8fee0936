"""A change of a definition as a value: what, where, and what it does to comparing answers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from encuestas.codes import Code
from encuestas.definition import Text
from encuestas.logic import Expression


class Effect(StrEnum):
    """What a change does to comparing answers before it with answers after it."""

    NONE = "none"  # translation, layout, a correction
    WORDING = "wording"  # the same structure; people read something else: compare with caution
    LIMITS = "limits"  # who answers or which answers are possible: compare where both allow
    BREAKS = "breaks"  # not comparable


class ChangeCode(Code):
    """Every change, with the keys of its context after the value.

    ``key`` is the key of the definition that changed: label, hint, relevant, ``choices.VALUE``,
    ``anchors.MARK``, ...
    """

    LANGUAGES_ADDED = "languages_added", "languages"
    LANGUAGES_REMOVED = "languages_removed", "languages"
    RESPONDENT_CHANGED = "respondent_changed", "old", "new"
    FILE_CHANGED = "file_changed"
    QUESTION_ADDED = "question_added", "type"
    QUESTION_REMOVED = "question_removed", "type"
    RENAMED = "renamed", "old", "new"  # probably: the same words and type under another name
    PAGE_CHANGED = "page_changed", "old", "new"
    ORDER_CHANGED = "order_changed", "questions"
    REPEAT_CHANGED = "repeat_changed", "old", "new"  # the repeats around a question
    GROUP_KIND_CHANGED = "group_kind_changed", "old", "new"
    TYPE_CHANGED = "type_changed", "old", "new"
    WORDS_CHANGED = "words_changed", "key", "language", "old", "new"
    WORDS_CORRECTED = "words_corrected", "key", "languages"  # capitals, accents, punctuation
    TRANSLATIONS_CHANGED = "translations_changed", "key", "languages"
    MEDIA_CHANGED = "media_changed", "key"
    CHOICES_ADDED = "choices_added", "values"
    CHOICES_REMOVED = "choices_removed", "values"
    CHOICES_REORDERED = "choices_reordered"
    MEANING_CHANGED = "meaning_changed", "key", "old", "new"  # a code has another one's words
    SPECIAL_ADDED = "special_added", "values"
    SPECIAL_REMOVED = "special_removed", "values"
    SCALE_CHANGED = "scale_changed", "old", "new"
    RULE_CHANGED = "rule_changed", "key", "old", "new"
    MEASURE_ADDED = "measure_added"
    MEASURE_REMOVED = "measure_removed"
    MEASURE_CHANGED = "measure_changed", "key", "old", "new"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``where`` is the name of what changed, "" for the survey itself.

    ``questions`` are those whose answers it touches: one list or page may be many. Where not
    ``joins_by_name``, answers before and after must not stand in one column.
    """

    code: ChangeCode
    effect: Effect
    where: str
    context: Mapping[str, object]
    questions: tuple[str, ...] = ()
    joins_by_name: bool = True

    def __post_init__(self) -> None:
        self.code.check(self.context)


_EFFECTS: Mapping[str, Effect] = {
    "appearance": Effect.NONE,
    "constraint_message": Effect.NONE,
    "required_message": Effect.NONE,
    "randomize": Effect.WORDING,
    "seed": Effect.WORDING,
    "default": Effect.WORDING,
}
"""What a rule does by its key; all others decide who answers or what can be answered."""


def rule_change(
    where: str, key: str, old: object, new: object, questions: tuple[str, ...]
) -> Iterator[Change]:
    """The change of a condition or setting, if it is one: blanks do not count."""
    before, after = plain(old), plain(new)
    if before != after:
        context = {"key": key, "old": before, "new": after}
        effect = _EFFECTS.get(key, Effect.LIMITS)
        yield Change(ChangeCode.RULE_CHANGED, effect, where, context, questions)


def plain(value: object) -> str:
    """A rule or setting as one line; "" where there is none."""
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, tuple | list):
        return ", ".join(plain(item) for item in value)
    text = value.text if isinstance(value, Expression) else str(value)
    return " ".join(text.split())


def words_changes(
    where: str, key: str, old: Text, new: Text, questions: tuple[str, ...]
) -> Iterator[Change]:
    """What changed in one text: said otherwise, only spelt otherwise, or in more languages."""
    effect = _EFFECTS.get(key, Effect.WORDING)
    if not old or not new:
        for language in list(old or new)[:1]:
            words = {"old": old.get(language, ""), "new": new.get(language, "")}
            context = {"key": key, "language": language, **words}
            yield Change(ChangeCode.WORDS_CHANGED, effect, where, context, questions)
        return
    different = [code for code in new if code in old and old[code] != new[code]]
    spelt = [code for code in different if _letters(old[code]) == _letters(new[code])]
    for language in different:
        if language not in spelt:
            words = {"old": old[language], "new": new[language]}
            context = {"key": key, "language": language, **words}
            yield Change(ChangeCode.WORDS_CHANGED, effect, where, context, questions)
    for code, languages in (
        (ChangeCode.WORDS_CORRECTED, spelt),
        (ChangeCode.TRANSLATIONS_CHANGED, sorted(old.keys() ^ new.keys())),
    ):
        if languages:
            named: dict[str, object] = {"key": key, "languages": languages}
            yield Change(code, Effect.NONE, where, named, questions)


def _letters(words: str) -> str:
    """The letters and digits alone: what stays when only the spelling was mended."""
    bare = unicodedata.normalize("NFKD", words.casefold())
    return "".join(character for character in bare if character.isalnum())
