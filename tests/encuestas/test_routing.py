"""A scenario is: this survey, these answers, these pages and questions."""

import pytest

from encuestas import Choice, bind_choices, read_survey, route

from . import definitions
from .definitions import NOW

SURVEY = definitions.survey("skip-logic")

SCENARIOS = [
    ({}, {"first": ["knows"], "last": ["comment"]}),
    ({"knows": "no"}, {"first": ["knows"], "last": ["comment"]}),
    ({"knows": "si"}, {"first": ["knows", "read"], "last": ["comment"]}),
    (
        {"knows": "si", "read": "si"},
        {"first": ["knows", "read"], "second": ["mark"], "last": ["comment"]},
    ),
    (
        {"knows": "si", "read": "si", "mark": 4},
        {"first": ["knows", "read"], "second": ["mark", "reason"], "last": ["comment"]},
    ),
    (
        {"knows": "si", "read": "si", "mark": 4, "reason": "mucho"},
        {"first": ["knows", "read"], "second": ["mark", "reason", "more"], "last": ["comment"]},
    ),
    (
        {"knows": "si", "read": "si", "mark": 7, "reason": "mucho"},
        {"first": ["knows", "read"], "second": ["mark"], "third": ["bye"], "last": ["comment"]},
    ),
    # one changed answer closes the whole chain, although the later answers are still there
    (
        {"knows": "no", "read": "si", "mark": 4, "reason": "mucho"},
        {"first": ["knows"], "last": ["comment"]},
    ),
]


@pytest.mark.parametrize(("answers", "expected"), SCENARIOS)
def test_scenario(answers: dict[str, object], expected: dict[str, list[str]]) -> None:
    found = route(SURVEY, answers, now=NOW)
    assert {page.id: [path for _, path in asked] for page, asked in found.pages} == expected
    groups = {"why", "deep"}
    assert found.relevant - groups == {name for names in expected.values() for name in names}


def test_forwards_and_back() -> None:
    found = route(SURVEY, {"knows": "si", "read": "si", "mark": 7}, now=NOW)
    assert [step.page.id for step in found.pages] == ["first", "second", "third", "last"]
    assert found.next("first").id == "second"
    assert found.next("last") is None
    assert found.previous("last").id == "third"
    assert found.previous("first") is None
    assert [question.name for question, _ in found.visible("second")] == ["mark"]


def test_around_a_page_that_has_closed() -> None:
    found = route(SURVEY, {"knows": "no"}, now=NOW)
    assert found.next("second").id == "last"
    assert found.previous("second").id == "first"
    assert found.visible("second") == ()
    with pytest.raises(KeyError):
        found.next("nowhere")


def test_what_was_removed_counts_as_missing() -> None:
    bound = bind_choices(
        definitions.survey("register"), {"territories": [Choice("t", {"es": "T"})]}
    )
    assert [step.page.id for step in route(bound, {}, now=NOW).pages] == ["where", "mark"]


def test_special_answers_are_neither_high_nor_low() -> None:
    survey = definitions.survey("special-answers")
    assert route(survey, {"mark": "no_sabe"}, now=NOW).relevant == {"mark"}
    assert route(survey, {"mark": 3}, now=NOW).relevant == {"mark", "low"}


def test_a_long_chain_is_routed_in_one_pass() -> None:
    asked = "".join(
        f"  - {{id: p{i}, questions: [{{name: q{i}, type: text, label: {{es: Q}}"
        + (f", relevant: \"${{q{i - 1}}} = 'x'\"" if i else "")
        + "}]}\n"
        for i in range(3000)
    )
    survey = read_survey(f"id: s\nversion: 1\ntitle: {{es: T}}\npages:\n{asked}")
    everything = {f"q{i}": "x" for i in range(3000)}
    assert len(route(survey, everything, now=NOW).pages) == 3000
    assert len(route(survey, everything | {"q0": "y"}, now=NOW).pages) == 1
