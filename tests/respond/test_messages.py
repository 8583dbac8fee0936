"""Every code has words, with everything that its context gives, and a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from app.errors import Problem, ProblemCode
from app.words.definitions import DEFINITIONS
from app.words.faults import ANSWERS, REQUIRED
from app.words.messages import (
    SHAPES,
    answer_fault_text,
    definition_fault_text,
    problem_words,
)
from app.words.problems import PROBLEMS
from encuestas import AnswerFault, DefinitionFault, ErrorCode, ExpressionError, read_survey
from encuestas.types import TYPES

PLACE = re.compile(r"%\((\w+)\)s")
SURVEY = read_survey((Path(__file__).parents[1] / "definitions/neighbourhood.yaml").read_text())


@pytest.fixture(scope="module")
def words_only() -> Iterator[None]:
    """No database behind it: words need a language and nothing else."""
    app = Flask(__name__)
    Babel(app, default_locale="es_CL")
    with app.app_context():
        yield


def answer_codes() -> set[ErrorCode]:
    """Those that the domain declares under the heading Answers, and the one that both share."""
    codes = list(ErrorCode)
    return {*codes[codes.index(ErrorCode.ANSWERS_NOT_A_MAPPING) :], ErrorCode.CONTROL_CHARACTER}


@pytest.mark.parametrize("code", ProblemCode)
def test_problems_have_words(words_only: None, code: ProblemCode) -> None:
    keys = PLACE.findall(" ".join(PROBLEMS[code]))
    context = dict.fromkeys(keys, "◆")
    if "expected" in context:
        context["expected"] = "number"
    title, remedy = problem_words(Problem(code, **context))
    assert title
    assert remedy
    assert "%" not in title + remedy


@pytest.mark.parametrize("code", ErrorCode)
def test_faults_have_words(words_only: None, code: ErrorCode) -> None:
    context = dict.fromkeys(code.context_keys, "◆")
    if "expected" in context:
        context["expected"] = "text"
    words = definition_fault_text(DefinitionFault(code, (), None, None, context))
    assert words.endswith((".", ")."))
    assert "%(" not in words


@pytest.mark.parametrize("code", sorted(answer_codes()))
def test_answer_faults_have_words(words_only: None, code: ErrorCode) -> None:
    context = dict.fromkeys(code.context_keys, "text")
    for question in SURVEY.questions:
        assert answer_fault_text(AnswerFault(code, question.name, context), question, "es")


def test_the_tables_hold_no_stale_code_and_no_unknown_key() -> None:
    assert set(ANSWERS) == answer_codes()
    assert set(DEFINITIONS) | set(ANSWERS) == set(ErrorCode)
    assert set(PROBLEMS) == set(ProblemCode)
    for code, words in (*ANSWERS.items(), *DEFINITIONS.items()):
        assert set(PLACE.findall(words)) <= code.context_keys
    assert set(REQUIRED) == {name for name, kind in TYPES.items() if kind.has_answer}


def test_every_shape_that_the_domain_names_has_words() -> None:
    domain = Path(__file__).parents[2] / "encuestas"
    text = "".join(path.read_text() for path in domain.rglob("*.py"))
    used = set(re.findall(r'expected="(\w+)"', text)) | set(
        re.findall(r'wrong_type\(question, "(\w+)"\)', text)
    )
    assert used <= set(SHAPES)


def test_the_author_s_message_goes_before_ours(words_only: None) -> None:
    question = SURVEY.question("age")
    own = {"es": "Desde los 14.", "en": "From 14."}
    fault = AnswerFault(ErrorCode.CONSTRAINT, "age", {}, own)
    assert answer_fault_text(fault, question, "en") == "From 14."
    assert answer_fault_text(fault, question, "arn") == "Desde los 14."
    plain = AnswerFault(ErrorCode.CONSTRAINT, "age", {})
    assert "no cumple" in answer_fault_text(plain, question, "es")


def test_what_is_missing_is_said_by_type(words_only: None) -> None:
    def missing(name: str) -> str:
        return answer_fault_text(
            AnswerFault(ErrorCode.REQUIRED, name, {}), SURVEY.question(name), "es"
        )

    assert missing("overall") == "Elija una nota del 1 al 7."
    assert missing("member") == "Elija una respuesta."
    assert missing("draft") == "Escriba su respuesta."


def test_a_fault_in_an_expression_says_where(words_only: None) -> None:
    context = {"expression": "${x} = ", "position": 8}
    words = definition_fault_text(
        DefinitionFault(ErrorCode.EXPRESSION_END, ("pages",), 3, 5, context)
    )
    assert words.startswith("En «${x} = », posición 8: ")
    assert definition_fault_text(ExpressionError(ErrorCode.EXPRESSION_EMPTY, 1, {}))


def test_numbers_are_said_so_that_they_can_be_typed(words_only: None) -> None:
    fault = AnswerFault(ErrorCode.BELOW_MINIMUM, "since", {"value": 1.5, "minimum": 1900})
    assert answer_fault_text(fault, SURVEY.question("since"), "es").startswith(
        "Escriba un número de 1900 o más"
    )
    fault = AnswerFault(ErrorCode.ABOVE_MAXIMUM, "since", {"value": 9, "maximum": 1234.5})
    assert "1234,5" in answer_fault_text(fault, SURVEY.question("since"), "es")
