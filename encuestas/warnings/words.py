"""Words that lack a language, are too long for a telephone, or say no twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from encuestas.definition import OTHER, SPECIAL_ANSWERS, Choice, Question, Survey, Text
from encuestas.source import Path
from encuestas.warnings.codes import DefinitionWarning, WarningCode
from encuestas.warnings.places import Place

LONGEST_LABEL = 120

_CLAUSE = r"[^.,;:?!¿¡()]*"
# Within one clause. "No conoce a nadie" is plain Spanish, so only a second "no", "nunca",
# "jamás" or "sin" counts.
_TWICE: Mapping[str, re.Pattern[str]] = {
    "es": re.compile(rf"\bno\b{_CLAUSE}\b(?:no|nunca|jamás|sin)\b", re.IGNORECASE),
    # Not "until", "unless", "under", ...: words that only begin like a negation.
    "en": re.compile(
        rf"\b(?:not|never|\w+n['’]t)\b{_CLAUSE}\b(?:not|never|no|without|"
        r"un(?!der|til|less|i[a-z])[a-z]{3,})\b",
        re.IGNORECASE,
    ),
}
# "¿... o no?" asks both ways.
_NEGATIVE: Mapping[str, re.Pattern[str]] = {
    "es": re.compile(r"(?<!\bo )\bno\b[^?]*\?", re.IGNORECASE),
    "en": re.compile(r"(?<!\bor )\b(?:not|\w+n['’]t)\b[^?]*\?", re.IGNORECASE),
}
_NO: Mapping[str, str] = {"es": "no", "en": "no"}
_SURVEY_TEXTS = ("title", "purpose", "asked_by")
_LEGAL_TEXTS = ("controller", "retention", "contact", "notice")
_ITEM_TEXTS = ("title", "label", "hint", "guidance", "required_message", "constraint_message")


def of_words(survey: Survey, found: Sequence[Place]) -> Iterator[DefinitionWarning]:
    """The warnings about texts."""
    for path, text in _texts(survey, found):
        missing = [code for code in survey.languages if not text.get(code)]
        if text and missing:
            context = {"languages": missing}
            yield DefinitionWarning(WarningCode.MISSING_TRANSLATION, path, context)
    for place in found:
        if isinstance(place.item, Question):
            yield from _label(place.item, place)


def _label(question: Question, place: Place) -> Iterator[DefinitionWarning]:
    path = (*place.path, "label")
    for language, words in question.label.items():
        if len(words) > LONGEST_LABEL and question.type != "note":
            context = {"language": language, "length": len(words), "limit": LONGEST_LABEL}
            yield DefinitionWarning(WarningCode.LONG_LABEL, path, context)
        if (pattern := _TWICE.get(language)) and (twice := pattern.search(words)):
            context = {"language": language, "words": twice[0]}
            yield DefinitionWarning(WarningCode.DOUBLE_NEGATIVE, path, context)
        elif _is_negative_yes_no(question, language, words):
            code = WarningCode.NEGATIVE_YES_NO
            yield DefinitionWarning(code, path, {"language": language})


def _is_negative_yes_no(question: Question, language: str, words: str) -> bool:
    if language not in _NEGATIVE or not _NEGATIVE[language].search(words):
        return False
    answers = (choice.label.get(language, "") for choice in question.choices)
    return any(answer.strip(" .").casefold() == _NO[language] for answer in answers)


def _texts(survey: Survey, found: Iterable[Place]) -> Iterator[tuple[Path, Text]]:
    """Every text that its author wrote, once, with its path."""
    yield from _named(survey, _SURVEY_TEXTS, ())
    if survey.legal is not None:
        yield from _named(survey.legal, _LEGAL_TEXTS, ("legal",))
    for code, words in survey.special_answers.items():
        yield ("special_answers", code), words
    yield from _built_in(survey)
    for name, entry in survey.choices.items():
        yield from _choices(entry.choices, ("choices", name))
    yield from _files(survey)
    for place in found:
        yield from _named(place.item, _ITEM_TEXTS, place.path)
        if isinstance(place.item, Question) and place.is_first_row:
            yield from _answers(place.item, place.shared)
    for number, measure in enumerate(survey.measures):
        yield from _named(measure, ("label",), ("measures", number))


def _named(owner: object, keys: Iterable[str], path: Path) -> Iterator[tuple[Path, Text]]:
    for key in keys:
        if text := getattr(owner, key, None):
            yield (*path, key), text


def _answers(question: Question, path: Path) -> Iterator[tuple[Path, Text]]:
    if question.choice_list is None and not _file_of(question):
        yield from _choices(question.choices, (*path, "choices"))
    for mark, words in getattr(question.settings, "anchors", {}).items():
        yield (*path, "anchors", str(mark)), words


def _choices(choices: Iterable[Choice], path: Path) -> Iterator[tuple[Path, Text]]:
    for number, choice in enumerate(choices):
        if choice != OTHER:
            yield (*path, number, "label"), choice.label


def _files(survey: Survey) -> Iterator[tuple[Path, Text]]:
    """One text of each file that lacks a language: a column is missing, not a thousand cells."""
    seen: set[str] = set()
    for question in survey.questions:
        name = _file_of(question)
        if not name or name in seen:
            continue
        seen.add(name)
        for choice in question.choices:
            if choice != OTHER and any(not choice.label.get(code) for code in survey.languages):
                yield ("files", name), choice.label
                break


def _file_of(question: Question) -> str:
    return str(getattr(question.settings, "file", ""))


def _built_in(survey: Survey) -> Iterator[tuple[Path, Text]]:
    """Special answers that the survey uses as they come, in the languages that we have."""
    used = {code for question in survey.questions for code in question.special}
    for code in sorted(used & SPECIAL_ANSWERS.keys() - survey.special_answers.keys()):
        yield ("special_answers", code), SPECIAL_ANSWERS[code]
