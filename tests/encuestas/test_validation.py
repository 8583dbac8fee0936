"""One authority for a whole response, whatever it came through."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import ErrorCode, Source, read_survey, validate

from . import definitions
from .definitions import NOW

E = ErrorCode
SKIP = definitions.survey("skip-logic")
RULES = definitions.survey("rules")
SPECIAL = definitions.survey("special-answers")


def codes(result) -> list[tuple[str, ErrorCode]]:
    return [(fault.question, fault.code) for fault in result.faults]


def whole(survey, raw, source=Source.JSON):
    return validate(survey, raw, source=source, now=NOW)


def test_a_clean_response() -> None:
    raw = {"comment": "bien", "mark": 7, "read": "si", "knows": "si"}
    result = whole(SKIP, raw)
    assert result.answers == raw
    assert list(result.answers) == ["knows", "read", "mark", "comment"]
    assert (result.faults, result.dropped, result.unknown) == ((), (), ())


def test_the_same_response_in_three_spellings() -> None:
    form = {"knows": ["si"], "read": ["si"], "mark": ["7"], "reason": [""], "comment": ["bien\r\n"]}
    text = {"knows": "si", "read": "si", "mark": "7.0", "reason": "", "comment": "bien"}
    clean = {"knows": "si", "read": "si", "mark": 7, "comment": "bien"}
    assert whole(SKIP, form, Source.FORM).answers == clean
    assert whole(SKIP, text, Source.TEXT).answers == clean
    assert whole(SKIP, clean, Source.JSON).answers == clean


def test_what_is_not_relevant_is_dropped_and_not_blamed() -> None:
    raw = {"knows": "no", "read": "si", "mark": "not a mark", "reason": "x", "comment": "c"}
    result = whole(SKIP, raw)
    assert result.answers == {"knows": "no", "comment": "c"}
    assert result.faults == ()
    assert result.dropped == ("read", "mark", "reason")


def test_every_fault_at_once_in_document_order() -> None:
    result = whole(RULES, {"wants": ["z"], "day": "2026-01-16", "children": 3, "people": 2})
    assert codes(result) == [
        ("children", E.CONSTRAINT),
        ("day", E.CONSTRAINT),
        ("wants", E.NOT_A_CHOICE),
    ]


def test_an_unreadable_answer_is_not_reported_as_missing_too() -> None:
    assert codes(whole(RULES, {"people": "x"})) == [("people", E.WRONG_TYPE)]


def test_required() -> None:
    assert codes(whole(RULES, {})) == [("people", E.REQUIRED)]
    assert codes(whole(RULES, {"people": 6})) == [("name", E.REQUIRED)]
    assert codes(whole(RULES, {"people": 5})) == []
    assert codes(whole(RULES, {"people": "no_sabe"})) == []
    assert codes(whole(SKIP, {"knows": "si", "read": "si"})) == [("mark", E.REQUIRED)]


def test_the_authors_message_goes_with_the_authors_constraint() -> None:
    result = whole(RULES, {"people": 2, "children": 3})
    assert result.faults[0].message == {"es": "No puede haber más niños que personas."}
    assert whole(RULES, {"people": -1}).faults[0].message is None
    assert whole(RULES, {"people": 2, "children": "x"}).faults[0].message is None


def test_a_constraint_is_for_answers_only() -> None:
    assert codes(whole(RULES, {"people": "no_sabe"})) == []
    assert codes(whole(RULES, {"people": 1, "wants": []})) == []
    assert codes(whole(RULES, {"people": 1, "wants": ["a", "b", "c"]})) == [("wants", E.CONSTRAINT)]


def test_an_answer_that_breaks_a_constraint_is_kept_beside_its_fault() -> None:
    result = whole(RULES, {"people": -1})
    assert result.answers == {"people": -1}
    assert codes(result) == [("people", E.CONSTRAINT)]


def test_names_that_are_not_questions() -> None:
    result = whole(SKIP, {"knows": "no", "why": "x", "nobody": 1})
    assert result.unknown == ("why", "nobody")
    assert result.faults == ()


@pytest.mark.parametrize("raw", [None, [], "x", 5, True, [{"knows": "si"}]])
def test_a_body_that_is_not_a_mapping(raw: object) -> None:
    result = whole(SKIP, raw)
    assert codes(result) == [("", E.ANSWERS_NOT_A_MAPPING)]
    assert result.answers == {}


def test_a_survey_of_eight_thousand_questions_is_checked_in_one_pass() -> None:
    asked = "".join(
        f"      - {{name: q{i}, type: integer, required: true, constraint: . > 0, label: {{es: Q}}"
        + (f", relevant: '${{q{i - 1}}} != 3'" if i else "")
        + "}\n"
        for i in range(8000)
    )
    survey = read_survey(
        f"id: s\nversion: 1\ntitle: {{es: T}}\npages:\n  - id: p\n    questions:\n{asked}"
    )
    result = whole(survey, {f"q{i}": i % 2 for i in range(8000)})
    assert len(result.faults) == 4000


NAMES = [
    question.name for name in definitions.NAMES for question in definitions.survey(name).questions
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["no_sabe", "si", "no", "rojo", "azul", "a", "2026-01-15", "7", "3,5", ""])
    | st.integers(-1, 9)
)
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON_VALUES, max_size=12)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(definitions.NAMES), BODIES | JSON_VALUES, st.sampled_from(list(Source)))
def test_any_json_is_judged_and_clean_answers_are_a_fixed_point(
    name: str, raw: object, source: Source
) -> None:
    survey = definitions.survey(name)
    first = validate(survey, raw, source=source, now=NOW)
    stored = json.loads(json.dumps(first.answers, allow_nan=False).encode("utf-8"))
    again = validate(survey, stored, source=Source.JSON, now=NOW)
    assert again.answers == first.answers
    assert (again.dropped, again.unknown) == ((), ())
    for answer in first.answers.values():
        assert not (isinstance(answer, float) and not math.isfinite(answer))
    wrong = {
        fault.question for fault in first.faults if fault.code not in (E.REQUIRED, E.CONSTRAINT)
    }
    assert not wrong & first.answers.keys()
