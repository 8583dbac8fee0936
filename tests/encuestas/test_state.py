"""One evaluation: repeats, calculations, defaults, filters, order, the occasion."""

from datetime import datetime

import pytest

import encuestas.state
from encuestas import Survey, read_survey, solve
from encuestas.logic import evaluate
from encuestas.shuffle import order_seed, shuffled

from .definitions import NOW

HOUSEHOLD = """
id: household
version: 1
title: {es: Hogar}
pages:
  - id: who
    questions:
      - {name: adults, type: integer, label: {es: Adultos}}
      - name: members
        type: repeat
        label: {es: Personas}
        questions:
          - {name: name, type: text, label: {es: Nombre}}
          - {name: age, type: integer, label: {es: Edad}}
          - name: schooling
            type: group
            label: {es: Estudios}
            relevant: ${age} >= 5
            questions:
              - {name: school, type: text, label: {es: Escuela}}
          - name: jobs
            type: repeat
            label: {es: Trabajos}
            relevant: ${age} >= 18
            min: 1
            max: 3
            questions:
              - {name: hours, type: integer, label: {es: Horas}}
              - name: double
                type: integer
                read_only: true
                calculation: ${hours} * 2
                label: {es: Doble}
"""


def questions(*items: str) -> Survey:
    asked = "".join(f"      - {item}\n" for item in items)
    return read_survey(
        f"id: s\nversion: 1\ntitle: {{es: T}}\npages:\n  - id: only\n    questions:\n{asked}"
    )


def item(name: str, kind: str = "text", rest: str = "") -> str:
    return f"{{name: {name}, type: {kind}, label: {{es: L}}{', ' if rest else ''}{rest}}}"


@pytest.fixture(scope="module")
def household() -> Survey:
    return read_survey(HOUSEHOLD)


PEOPLE = {
    "adults": 1,
    "members": [
        {"name": "Ana", "age": 40, "school": "x", "jobs": [{"hours": 20}, {"hours": 5}]},
        {"name": "Luz", "age": 3, "school": "none", "jobs": [{"hours": 1}]},
    ],
}


def test_each_instance_is_evaluated_on_its_own(household: Survey) -> None:
    state = solve(household, PEOPLE, now=NOW)
    assert state.answers == {
        "adults": 1,
        "members": [
            {
                "name": "Ana",
                "age": 40,
                "school": "x",
                "jobs": [{"hours": 20, "double": 40}, {"hours": 5, "double": 10}],
            },
            {"name": "Luz", "age": 3},
        ],
    }
    assert list(state.answers["members"][0]) == ["name", "age", "school", "jobs"]
    assert state.counts == {"members": 2, "members[1]/jobs": 2}
    assert state.value("members[1]/jobs[2]/hours") == 5
    assert state.value("members[2]/school") is None
    assert state.value("members[9]/school") is None


def test_relevant_has_questions_groups_and_instances_by_path(household: Survey) -> None:
    state = solve(household, PEOPLE, now=NOW)
    assert {path for path in state.relevant if "]" not in path} == {"adults", "members"}
    assert {path for path in state.relevant if path.startswith("members[2]")} == {
        "members[2]",
        "members[2]/name",
        "members[2]/age",
    }
    assert "members[1]/schooling" in state.relevant
    assert "members[1]/jobs[2]/double" in state.relevant


def test_a_repeat_has_at_least_its_minimum_and_none_is_absent(household: Survey) -> None:
    state = solve(household, {"members": [{"age": 18}]}, now=NOW)
    assert state.answers == {"members": [{"age": 18, "jobs": [{}]}]}
    assert solve(household, {}, now=NOW).answers == {}
    assert solve(household, {}, now=NOW).counts == {"members": 0}


@pytest.mark.parametrize(
    ("count", "made"),
    [(2, 2), (0, 0), (-3, 0), (2.9, 2), (None, 0), (10**15, encuestas.state.MOST_INSTANCES)],
)
def test_a_count_decides_how_many_instances(count: object, made: int) -> None:
    survey = questions(
        item("many", "decimal"),
        item("rows", "repeat", "repeat_count: '${many}', questions: [" + item("a") + "]"),
    )
    state = solve(survey, {"many": count, "rows": [{"a": "1"}] * 4}, now=NOW)
    assert state.counts == {"rows": made}
    assert len(state.answers.get("rows", ())) == made


def test_repeats_within_repeats_do_not_multiply_without_end() -> None:
    inner = item("inner", "repeat", "repeat_count: '1000', questions: [" + item("a") + "]")
    outer = item("outer", "repeat", "repeat_count: '1000', questions: [" + inner + "]")
    state = solve(questions(outer), {}, now=NOW)
    assert state.full
    assert len(state.places) < encuestas.state.MOST_VALUES


def test_later_questions_decide_about_earlier_ones() -> None:
    survey = questions(
        item("first", rest="relevant: '${last} = 1'"), item("last", "integer"), item("end")
    )
    state = solve(survey, {"first": "a", "last": 1, "end": "c"}, now=NOW)
    assert list(state.answers) == ["first", "last", "end"]
    assert solve(survey, {"first": "a", "last": 2}, now=NOW).answers == {"last": 2}


def test_a_calculation_fills_what_nobody_touched() -> None:
    survey = questions(item("a", "integer"), item("b", "integer", "calculation: '${a} + 1'"))
    assert solve(survey, {"a": 1}, now=NOW).answers == {"a": 1, "b": 2}
    assert solve(survey, {"a": 1, "b": 7}, now=NOW).answers == {"a": 1, "b": 7}
    assert solve(survey, {"a": 1, "b": None}, now=NOW).answers == {"a": 1}
    assert solve(survey, {}, now=NOW).answers == {}
    assert solve(survey, {"a": 1, "b": 7}, now=NOW).default("b") == 2


def test_read_only_it_always_wins_and_what_was_sent_is_kept_apart() -> None:
    rest = "read_only: true, calculation: '${a} + 1'"
    survey = questions(item("a", "integer"), item("b", "integer", rest))
    state = solve(survey, {"a": 1, "b": 7}, now=NOW)
    assert state.answers == {"a": 1, "b": 2}
    assert state.differing == {"b": 7}
    assert solve(survey, {"a": 1, "b": 2}, now=NOW).differing == {}


def test_a_result_that_the_question_cannot_have_is_refused() -> None:
    rest = "read_only: true, calculation: '${a} div 2'"
    survey = questions(item("a", "integer"), item("b", "integer", rest))
    state = solve(survey, {"a": 3}, now=NOW)
    assert state.answers == {"a": 3}
    assert {path: fault.code.value for path, fault in state.refused.items()} == {
        "b": "not_an_integer"
    }


def test_a_triggered_calculation_leaves_what_was_sent() -> None:
    rest = "read_only: true, calculation: '${a} + 1', trigger: '${a}'"
    survey = questions(item("a", "integer"), item("b", "integer", rest))
    assert solve(survey, {"a": 1, "b": 9}, now=NOW).answers == {"a": 1, "b": 9}
    assert solve(survey, {"a": 1}, now=NOW).answers == {"a": 1, "b": 2}


def test_defaults_literal_and_worked_out() -> None:
    survey = questions(
        item("a", "integer", "default: 4"),
        item("b", "integer", "default: '${a} + 1'"),
        item("c", "text", "default: x, read_only: true"),
    )
    assert solve(survey, {}, now=NOW).answers == {"a": 4, "b": 5, "c": "x"}
    assert solve(survey, {"a": None, "b": 1, "c": "y"}, now=NOW).answers == {"b": 1, "c": "x"}
    assert solve(survey, {"a": 9}, now=NOW).default("a") == 4
    assert solve(survey, {"a": 9}, now=NOW).default("nowhere[1]/a") is None


CASCADE = (
    item("region"),
    item(
        "town",
        "select_one",
        "choice_filter: 'region = ${region}', choices: ["
        "{value: a, region: n, label: {es: A}}, {value: b, region: n, label: {es: B}},"
        " {value: c, region: s, label: {es: C}}]",
    ),
    item("why", rest="relevant: \"${town} = 'a'\""),
)


def test_a_filter_decides_what_is_offered_and_whether_to_ask() -> None:
    survey = questions(*CASCADE)
    north = solve(survey, {"region": "n", "town": "a", "why": "x"}, now=NOW)
    assert [choice.value for choice in north.offered("town")] == ["a", "b"]
    assert north.answers == {"region": "n", "town": "a", "why": "x"}
    nowhere = solve(survey, {"region": "z", "town": "a", "why": "x"}, now=NOW)
    assert nowhere.relevant == {"region"}
    assert nowhere.answers == {"region": "z"}


COLOURS = "choices: [" + ", ".join(f"{{value: c{i}, label: {{es: C}}}}" for i in range(8)) + "]"


def test_a_random_order_is_one_order_for_a_response() -> None:
    survey = questions(
        item("fixed", "select_one", f"{COLOURS}, randomize: true, seed: 42"),
        item("own", "select_one", f"{COLOURS}, randomize: true"),
        item("other", "select_one", f"{COLOURS}, randomize: true, or_other: true"),
    )

    def order(name: str, instance: str) -> list[str]:
        state = solve(survey, {}, now=NOW, instance=instance)
        return [choice.value for choice in state.offered(name)]

    values = [f"c{i}" for i in range(8)]
    assert order("fixed", "one") == shuffled(values, 42) == order("fixed", "two")
    assert order("own", "one") == shuffled(values, order_seed("one", "own"))
    assert order("own", "one") != order("own", "two")
    assert sorted(order("own", "two")) == values
    assert order("other", "two")[-1] == "other"


@pytest.mark.parametrize(
    ("seed", "expected"),
    [(1, "BFEACD"), (42, "AFCBDE"), (-42, "EDAFBC"), (11111111, "ACDBFE")],
)
def test_the_shuffle_is_odks(seed: int, expected: str) -> None:
    """The orders that Enketo's own tests (openrosa-xpath-evaluator, randomize.spec.js) expect."""
    assert "".join(shuffled("ABCDEF", seed)) == expected


def test_the_work_grows_with_the_size_and_not_with_its_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def evaluations(size: int) -> int:
        asked = [item("q0", "integer")]
        for i in range(1, size):
            rule = f"calculation: '${{q{i - 1}}} + 1', read_only: true" if i % 2 else ""
            asked.append(item(f"q{i}", "integer", rule or f"relevant: '${{q{i - 1}}} > 0'"))
        survey = questions(*reversed(asked))
        done = 0

        def counted(tree: object, context: object) -> object:
            nonlocal done
            done += 1
            return evaluate(tree, context)

        monkeypatch.setattr(encuestas.state, "evaluate", counted)
        monkeypatch.setattr(encuestas.state, "holds", lambda *a: bool(counted(*a)))
        solve(survey, dict.fromkeys((f"q{i}" for i in range(size)), 1), now=NOW)
        return done

    assert [evaluations(size) for size in (250, 500, 1000)] == [249, 499, 999]


def test_an_expression_sees_where_it_stands(household: Survey) -> None:
    state = solve(household, PEOPLE, now=NOW, instance="id", language="en")
    context = state.context("members[1]/jobs[2]/hours", 5)
    assert context.here.answers["hours"] == 5
    assert (context.current, context.language) == (5, "en")
    other = solve(household, PEOPLE, now=NOW, instance="id 2")
    assert context.seed not in ("", "id", other.context("").seed)
    assert context.owner == "members[1]/jobs[2]/hours"
    assert context.names["double"] == ("members", "jobs")
    with pytest.raises(KeyError):
        state.context("members[3]/name")


def test_the_moment_is_the_responses_own() -> None:
    survey = questions(item("day", "date", "default: 'today()'"))
    assert solve(survey, {}, now=datetime(2026, 3, 4, 23)).answers == {"day": "2026-03-04"}


COMPUTED = """
id: computed
version: 1
title: {es: Calculado}
pages:
  - id: one
    questions:
      - {name: more, type: text, label: {es: Más}}
      - name: members
        type: repeat
        relevant: ${more} != ''
        min: 1
        label: {es: Personas}
        questions: [{name: who, type: text, label: {es: Quién}}]
      - {name: count, type: calculate, calculation: "count(${members})"}
      - name: zone
        type: select_one
        choice_filter: name != 'b' or ${more} != ''
        default: b
        choices: [{value: a, label: {es: A}}, {value: b, label: {es: B}}]
        label: {es: Zona}
"""


def test_an_irrelevant_repeat_counts_none() -> None:
    survey = read_survey(COMPUTED)
    assert solve(survey, {}, now=NOW).answers["count"] == 0
    assert solve(survey, {"more": "sí"}, now=NOW).answers["count"] == 1


def test_nobody_has_a_default_that_is_not_offered() -> None:
    survey = read_survey(COMPUTED)
    assert "zone" not in solve(survey, {}, now=NOW).answers
    assert solve(survey, {"more": "sí"}, now=NOW).answers["zone"] == "b"


def test_what_would_be_offered_is_known_of_irrelevant_questions_too() -> None:
    text = COMPUTED.replace("default: b", "relevant: \"${more} = 'x'\"")
    state = solve(read_survey(text), {}, now=NOW)
    assert [choice.value for choice in state.offered("zone")] == ["a"]
