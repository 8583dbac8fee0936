"""What is fuzzed: inputs out of nothing or out of real definitions, and what must be true of each.

Every input is a JSON value, so that one that breaks something can be kept and tried again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, Protocol

from flask import Flask
from flask_babel import Babel, force_locale

from app.words.messages import answer_fault_text, definition_fault_text
from encuestas import (
    AnswerFault,
    DefinitionErrors,
    DefinitionFault,
    ExpressionError,
    Question,
    Source,
    Survey,
    Validated,
    read_survey,
    route_of,
    structure_hash,
    survey_from_data,
    survey_to_data,
    validate,
)
from encuestas.logic import evaluate, parse
from encuestas.logic.functions import FUNCTIONS
from encuestas.logic.portable import portable
from encuestas.page_model import page_model
from encuestas.paths import below, instance, is_repeat
from encuestas.plan import Step, plan_of
from encuestas.warnings import warn
from tests.logic.generated import collect
from tests.vectors.reading import VECTORS, context_of

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 1, 15, 12)
PLACES = ("encuestas/library", "tests/definitions")
STRANGE = (
    "", " ", "\0", "\ud800", "\ufeff", "\u200b", "\u202e", "\u2028", "e\u0301", "😀", "\U0010fffd",
    "__proto__", "constructor", "None", "NaN", "-0", "1e999", "9" * 400, "0000-01-01",
    "9999-12-31T23:59:59.999Z", "10000-01-01", "1.234", "${a}", "no_sabe", "other", "a b", "%(x)s",
)  # fmt: skip
PIECES = (
    "&a ", "*a", "!!python/object ", "<<: ", "---\n", "\t", "'", '"', "{", "}", "[", "]", ": ",
    "- ", "\n", "|\n", "# ", "${", "}", "relevant: ", "calculation: ", "type: repeat\n",
)  # fmt: skip
SPELLINGS = (
    "(", ")", "[", "]", "/", "//", "..", ".", "|", "*", "-", " or ", " and ", " div ", " mod ", "=",
    "'", '"', ",", "${a}", "${r}", "${x}", "current()", "name", "@", "$v", "::", "1e5", "!=",
    *(f"{name}(" for name in FUNCTIONS),
)  # fmt: skip


class BrokenError(AssertionError):
    """Something that must always be true was not."""


class Target(Protocol):
    """``make`` an input; ``run`` it, which gives the codes of its faults or raises."""

    name: str

    def make(self, random: Random) -> Any:
        """An input, JSON-ready."""

    def run(self, given: Any) -> set[str]:
        """Try it."""


# Words -----------------------------------------------------------------------------------------


@contextmanager
def words() -> Iterator[None]:
    """Where the words of faults can be asked for."""
    app = Flask("app")
    Babel(app)
    with app.test_request_context():
        yield


def _check_words(say: Callable[[], str], context: Mapping[str, object]) -> None:
    for language in ("es", "en"):
        with force_locale(language):
            text = say()
        if not text.strip() or ("%(" in text and "%(" not in str(context)):
            raise BrokenError(f"words of a fault in {language}: {text!r}")


def _codes(faults: Sequence[DefinitionFault | ExpressionError]) -> set[str]:
    for fault in faults[:20]:
        _check_words(partial(definition_fault_text, fault), fault.context)
    return {str(fault.code) for fault in faults}


# Source text -----------------------------------------------------------------------------------


@cache
def definitions() -> tuple[str, ...]:
    """Every definition of the library and of the tests."""
    files = sorted(path for place in PLACES for path in (ROOT / place).glob("*.yaml"))
    return tuple(path.read_text(encoding="utf-8") for path in files)


class SourceTarget:
    """Text that should be a definition: a survey that works all through, or faults with words."""

    name = "source"

    def make(self, random: Random) -> str:
        """A real definition, changed in a few places; now and then out of nothing."""
        if random.random() < 0.02:
            return _bomb(random)
        text = random.choice(definitions())
        if random.random() < 0.25:
            text = json.dumps(survey_to_data(surveys()[text]), ensure_ascii=random.random() < 0.5)
        for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
            text = _changed(random, text)
        return text

    def run(self, given: str) -> set[str]:
        try:
            survey = read_survey(given)
        except DefinitionErrors as error:
            if not error.faults:
                raise BrokenError("no faults") from error
            return _codes(error.faults)
        again = survey_from_data(json.loads(json.dumps(survey_to_data(survey))))
        if again != survey or structure_hash(again) != structure_hash(survey):
            raise BrokenError("written and read again it is another survey")
        warn(survey)
        whole(survey, validate(survey, {}, source=Source.FORM, now=NOW))
        return {"sound"}


def _changed(random: Random, text: str) -> str:
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 1, 3, 10, 100)))
    kind = random.random()
    if kind < 0.3:
        piece = random.choice(PIECES + STRANGE)
    elif kind < 0.4:
        piece = random.choice(SPELLINGS)
    elif kind < 0.7:
        other = random.choice(definitions())
        at = random.randrange(len(other))
        piece = other[at : at + random.choice((1, 5, 20, 200))]
    elif kind < 0.8:
        return _lines(random, text)
    elif kind < 0.9:
        piece = text[start:end] * random.choice((2, 3, 20))
    else:
        piece = "".join(chr(random.choice((random.randrange(256), random.randrange(0x110000)))))
    return text[:start] + piece + text[end:]


def _lines(random: Random, text: str) -> str:
    """Lines that swap, leave or come twice: what still is YAML more often than not."""
    lines = text.splitlines(keepends=True) or [""]
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    if random.random() < 0.4:
        lines[one], lines[other] = lines[other], lines[one]
    elif random.random() < 0.5:
        del lines[one]
    else:
        lines.insert(other, lines[one])
    return "".join(lines)


def _bomb(random: Random) -> str:
    """Much of one thing."""
    piece = random.choice(
        PIECES + STRANGE + SPELLINGS + ("a: {", "- - ", '{"a":', "? ", "a,", "\r")
    )
    text = piece * random.choice((100, 10_000, 100_000))
    before = random.choice(("", "id: a\npages:\n", "{", "id: a\nversion: 1\ntitle: x\npages: "))
    return (before + text)[:400_000]


# Expressions -----------------------------------------------------------------------------------


class ExpressionTarget:
    """Text that should be an expression: a value wherever it is evaluated, or one fault."""

    name = "expression"

    def make(self, random: Random) -> list[object]:
        """A generated expression or one of the vectors, changed or not."""
        if random.random() < 0.5:
            text, given = collect(1, random.randrange(2**40))[0]
        else:
            text, given = random.choice(VECTORS)[:2]
        for _ in range(random.choice((0, 1, 1, 2, 4))):
            start = random.randrange(len(text) + 1)
            end = min(len(text), start + random.choice((0, 0, 1, 5)))
            text = text[:start] + random.choice(SPELLINGS + STRANGE) + text[end:]
        if random.random() < 0.05:
            text = random.choice(SPELLINGS) * random.choice((10, 99, 1000)) + text
        return [text, given]

    def run(self, given: Sequence[Any]) -> set[str]:
        text, context = given
        try:
            tree = parse(text, item="item" in context)
        except ExpressionError as error:
            return _codes([error])
        written = json.dumps(portable(tree), allow_nan=False)
        value = evaluate(tree, context_of(context))
        if not isinstance(value, bool | float | str):
            raise BrokenError(f"{value!r} is no value")
        if isinstance(value, float) and value == 0 and math.copysign(1, value) < 0:
            return {"minus zero"}
        return {"sound", *(name for name in FUNCTIONS if f'["{name}"' in written)}


# Answers ---------------------------------------------------------------------------------------


@cache
def surveys() -> Mapping[str, Survey]:
    """Every definition, read."""
    return {text: read_survey(text) for text in definitions()}


class AnswersTarget:
    """Anything as answers, in three spellings: never raises, and clean answers stay as they are."""

    name = "answers"

    def make(self, random: Random) -> list[object]:
        """A survey's number, a spelling, answers and whether they are anonymous."""
        number = random.randrange(len(definitions()))
        plan = plan_of(surveys()[definitions()[number]])
        source = random.choice(tuple(Source))
        if source is Source.JSON:
            raw: object = _nested(random, plan.inside, "", 0)
        else:
            raw = dict(_flat(random, plan.inside, "", "", source))
        return [number, str(source), _spoiled(random, raw), random.random() < 0.2]

    def run(self, given: Sequence[Any]) -> set[str]:
        number, source, raw, anonymous = given
        survey = surveys()[definitions()[number]]
        found = validate(
            survey, raw, source=Source(source), now=NOW, instance="7f3a", anonymous=anonymous
        )
        whole(survey, found)
        if any(not fault.question for fault in found.faults):  # nothing of it was read
            return {str(fault.code) for fault in found.faults}
        again = validate(
            survey,
            _with_emptied(found),
            source=Source.JSON,
            now=NOW,
            instance="7f3a",
            anonymous=anonymous,
        )
        if again.answers != found.answers:
            raise BrokenError(f"clean answers changed: {found.answers} became {again.answers}")
        if not found.faults and again.faults:
            raise BrokenError(f"clean answers have faults: {again.faults}")
        return {str(fault.code) for fault in found.faults} or {"sound"}


def whole(survey: Survey, found: Validated) -> None:
    """All that is done with a response: its pages, their models, the words of its faults."""
    json.dumps([found.answers, found.differing, found.dropped, found.unknown], allow_nan=False)
    for fault in found.faults[:20]:
        _check_answer_words(survey, fault)
    path = route_of(found.state)
    for step in path.pages:
        for placed in step.questions:
            path.offered(placed.path)
            path.default(placed.path)
            path.value(placed.path)
    for page in survey.pages:
        model = page_model(survey, page.id, found.state, language=survey.languages[0])
        json.dumps(model, allow_nan=False)


def _check_answer_words(survey: Survey, fault: AnswerFault) -> None:
    if survey.has(fault.name):
        question = survey.question(fault.name)
        _check_words(partial(answer_fault_text, fault, question, "es"), fault.context)


def _with_emptied(found: Validated) -> dict[str, Any]:
    """Clean answers, and those that were emptied as such: or their defaults would come back."""

    def rows(answers: Mapping[str, Any], at: str) -> dict[str, Any]:
        written = {
            name: [rows(row, instance(below(at, name), i)) for i, row in enumerate(value, start=1)]
            if is_repeat(value)
            else value
            for name, value in answers.items()
        }
        given = found.state.places[at].given
        return {**{name: None for name, value in given.items() if value is None}, **written}

    return rows(found.answers, "")


def _nested(
    random: Random, inside: Mapping[str, Sequence[Step]], scope: str, depth: int
) -> dict[str, object]:
    made: dict[str, object] = {}
    for step in inside[scope]:
        if random.random() < 0.25:
            continue
        if step.question is None:
            count = random.choice((0, 1, 2, 3))
            made[step.key] = [_nested(random, inside, step.key, depth + 1) for _ in range(count)]
        else:
            made[step.key] = _json_answer(random, step.question)
    return made


def _flat(
    random: Random, inside: Mapping[str, Sequence[Step]], scope: str, at: str, source: Source
) -> Iterator[tuple[str, object]]:
    for step in inside[scope]:
        path = below(at, step.key)
        if random.random() < 0.25:
            continue
        if step.question is None:
            count = random.choice((0, 1, 2, 3))
            if random.random() < 0.5:
                told = random.choice((str(count), str(count + 1), *STRANGE))
                yield f"{path}[]", [told] if source is Source.FORM else told
            for position in range(1, count + 1):
                yield from _flat(random, inside, step.key, instance(path, position), source)
        else:
            texts = _texts(random, step.question)
            yield path, texts if source is Source.FORM else " ".join(texts)


def _texts(random: Random, question: Question) -> list[str]:
    codes = [choice.value for choice in question.choices[:30]] + list(question.special)
    count = random.choice((1, 1, 1, 1, 0, 2, 3))
    return [_text(random, codes) for _ in range(count)]


def _text(random: Random, codes: Sequence[str]) -> str:
    kind = random.random()
    if codes and kind < 0.75:
        return random.choice(codes)
    if kind < 0.85:
        return str(random.choice((0, 1, 3, 5, 7, 10, -1, 2.5, 120, 2026, 2**53, 2**53 + 1)))
    if kind < 0.92:
        return random.choice(("2026-01-15", "10:30", "2026-01-15T10:30", "-33.4 -70.6 0 5", "OK"))
    return random.choice(STRANGE)


def _json_answer(random: Random, question: Question) -> object:
    texts = _texts(random, question)
    kind = random.random()
    if kind < 0.35:
        return texts[0] if texts else None
    if kind < 0.55:
        return texts
    if kind < 0.8:
        return random.choice((0, 1, 2, 3, 4, 5, 6, 7, 10, -1, 2.5, 1e21, 2**53 + 1, True, False))
    return _anything(random, 2)


def _anything(random: Random, depth: int) -> object:
    kind = random.random()
    if depth and kind < 0.2:
        return [_anything(random, depth - 1) for _ in range(random.randrange(4))]
    if depth and kind < 0.4:
        return {random.choice(STRANGE): _anything(random, depth - 1) for _ in range(2)}
    numbers = (None, True, 0, -1, 1.5, 10**400, 1e308, -0.0)
    return random.choice((random.choice(STRANGE), random.choice(numbers)))


def _spoiled(random: Random, raw: object) -> object:
    """A key or two that belong nowhere; seldom no mapping at all."""
    if random.random() < 0.02:
        return _anything(random, 3)
    if isinstance(raw, dict) and random.random() < 0.3:
        key = random.choice((*STRANGE, "r[999999]/x", "r[0]/x", "a/b/c", "[]", "r[][]", "/"))
        raw[key] = _anything(random, 2)
    return raw


TARGETS: Mapping[str, Target] = {
    target.name: target for target in (SourceTarget(), ExpressionTarget(), AnswersTarget())
}
