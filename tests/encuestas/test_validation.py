"""One authority for a whole response, whatever it came through."""

import json
import math
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import ErrorCode, Source, State, paths, read_survey, route_of, validate

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


def test_what_was_read_before_is_read_again_and_what_only_equals_it_is_read_anew() -> None:
    raw = {"comment": "bien", "mark": 1, "read": "si", "knows": "si"}
    for _ in range(2):
        assert whole(SKIP, raw).answers["mark"] == 1
        assert codes(whole(SKIP, raw | {"mark": True})) == [("mark", E.WRONG_TYPE)]
        assert whole(SKIP, raw | {"mark": 1.0}).answers["mark"] == 1
        assert codes(whole(SKIP, raw | {"mark": 9})) == [("mark", E.OUTSIDE_RANGE)]


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
NESTED = st.lists(st.dictionaries(st.sampled_from(NAMES), JSON_VALUES, max_size=4), max_size=3)
PATHS = st.sampled_from(
    [
        "members[]",
        "members[1]/name",
        "members[2]/age",
        "members[2]/children[1]/child_age",
        "rooms",
        "room[1]/beds",
        "room[]",
        "members[1]",
        "members[0]/name",
        "members[1001]/name",
        "room/beds",
        "members[1]/children[]",
        "children[1]/child_age",
        "hasOwnProperty[1]/length",
        "members[1]/",
    ]
)
KEYS = st.sampled_from(NAMES) | PATHS | st.text(max_size=5)
BODIES = st.dictionaries(KEYS, JSON_VALUES | NESTED, max_size=12)


def as_sent(state: State, at: str = "", scope: str = "") -> dict[str, object]:
    """All that was asked with its answer, and None where there was none: a page just sent."""
    place, sent = state.places[at], {}
    for step in state.plan.inside[scope]:
        if step.key not in place.open:
            continue
        path = paths.below(at, step.key)
        if step.question is not None:
            sent[step.key] = place.instance.answers.get(step.key)
        else:
            positions = range(1, state.counts[path] + 1)
            inner = [as_sent(state, paths.instance(path, n), step.key) for n in positions]
            sent[step.key] = inner
    return sent


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(definitions.NAMES), BODIES | JSON_VALUES, st.sampled_from(list(Source)))
def test_any_json_is_judged_and_clean_answers_are_a_fixed_point(
    name: str, raw: object, source: Source
) -> None:
    survey = definitions.survey(name)
    first = validate(survey, raw, source=source, now=NOW)
    assert route_of(first.state).pages is not None
    for _, answer in paths.flatten(first.answers):
        assert not (isinstance(answer, float) and not math.isfinite(answer))
    kept = (E.REQUIRED, E.CONSTRAINT, E.NOT_OFFERED)
    wrong = {fault.question for fault in first.faults if fault.code not in kept}
    assert not wrong & dict(paths.flatten(first.answers)).keys()
    if not isinstance(raw, Mapping):
        return
    stored = json.loads(json.dumps(as_sent(first.state), allow_nan=False).encode("utf-8"))
    again = validate(survey, stored, source=Source.JSON, now=NOW)
    assert again.answers == first.answers
    assert (again.dropped, again.unknown, again.differing) == ((), (), {})


def test_a_choice_that_another_answer_has_taken_away() -> None:
    cascade = definitions.survey("cascade")
    assert codes(whole(cascade, {"region": "05", "commune": "05109"})) == []
    result = whole(cascade, {"region": "13", "commune": "05109"})
    assert codes(result) == [("commune", E.NOT_OFFERED)]
    assert result.answers == {"region": "13", "commune": "05109"}
    assert codes(whole(cascade, {"region": "13", "commune": "nowhere"})) == [
        ("commune", E.NOT_A_CHOICE)
    ]
    assert whole(cascade, {"region": "15", "commune": "05109"}).dropped == ("commune",)


COMPUTED = definitions.survey("computed")


def test_what_is_computed_is_filled_in_and_what_differs_is_kept_apart() -> None:
    result = whole(COMPUTED, {"people": 4, "total": "6", "shown": 7})
    assert result.faults == ()
    assert (result.answers["total"], result.answers["shown"]) == (6, 6.0)
    assert result.answers["greeting"] == "Hola 4"
    assert result.differing == {"shown": 7.0}
    assert whole(COMPUTED, {"total": 99}, Source.JSON).differing == {"total": 99}


def test_junk_for_a_computed_answer_is_nobodys_fault() -> None:
    result = whole(COMPUTED, {"total": [], "shown": "x"})
    assert (result.faults, result.answers["shown"]) == ((), 3.0)


def test_the_authors_words_for_a_missing_answer() -> None:
    (fault,) = whole(COMPUTED, {"greeting": None}).faults
    assert (fault.code, fault.message) == (E.REQUIRED, {"es": "Salude, por favor."})


METADATA = """
id: m
version: 1
title: {es: T}
pages:
  - id: p
    questions:
      - {name: began, type: start}
      - {name: ended, type: end}
      - {name: day, type: today}
      - {name: phone, type: deviceid}
      - {name: who, type: username}
      - {name: q, type: text, label: {es: Q}}
"""


def test_the_occasion_fills_metadata_and_anonymous_means_none_but_the_day() -> None:
    survey = read_survey(METADATA)
    known = {"source": Source.JSON, "now": NOW, "started": NOW, "metadata": {"username": "ana"}}
    result = validate(survey, {"phone": "x1"}, **known)
    assert list(result.answers) == ["began", "ended", "day", "phone", "who"]
    assert (result.answers["phone"], result.answers["who"]) == ("x1", "ana")
    assert result.answers["day"] == "2026-01-15"
    sent = {"phone": "x1", "who": "luz", "began": "2026-01-15T10:00:00"}
    assert validate(survey, sent, **known, anonymous=True).answers == {"day": "2026-01-15"}
    assert validate(survey, {"who": "luz"}, **known).answers["who"] == "luz"


MOMENTS = """
id: moments
version: "1"
title: {es: Momentos}
pages:
  - id: p
    questions:
      - {name: at, type: calculate, calculation: now()}
      - {name: began, type: text, default: now(), label: {es: D}}
      - {name: past, type: dateTime, constraint: ". <= now()", label: {es: P}}
"""


def test_no_calculation_keeps_the_moment_of_an_anonymous_response() -> None:
    survey = read_survey(MOMENTS)
    known = {"source": Source.JSON, "anonymous": True}
    sent = {"past": NOW.isoformat(timespec="seconds")}
    early, late = (
        validate(survey, sent, now=NOW.replace(hour=hour, minute=1), **known) for hour in (1, 23)
    )
    assert early.answers["at"] == early.answers["began"]
    assert (early.answers, early.faults) == (late.answers, ())
    open_ = validate(survey, sent, now=NOW, source=Source.JSON)
    assert open_.answers["at"] != early.answers["at"]


def test_no_page_for_what_nobody_sees() -> None:
    survey = read_survey(METADATA)
    (step,) = route_of(whole(survey, {}).state).pages
    assert [path for _, path in step.questions] == ["q"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["b", "a"], []),
        (["a"], [("order", E.RANK_INCOMPLETE)]),
        (["a", "b", "c"], [("order", E.NOT_OFFERED)]),
    ],
)
def test_a_ranking_orders_all_that_is_offered_and_no_more(order, expected):
    survey = read_survey("""
id: r
version: "1"
title: {es: R}
choices:
  all:
    - {value: a, label: {es: A}, kind: x}
    - {value: b, label: {es: B}, kind: x}
    - {value: c, label: {es: C}, kind: y}
pages:
  - id: p
    questions:
      - {name: kind, type: text, label: {es: K}}
      - {name: order, type: rank, choices: all, choice_filter: "kind = ${kind}", label: {es: O}}
""")
    answers = {"kind": "x", "order": order}
    assert codes(validate(survey, answers, source=Source.JSON, now=NOW)) == expected
