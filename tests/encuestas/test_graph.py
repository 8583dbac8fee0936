"""The order of evaluation, and circles with their path."""

import pytest

from encuestas import DefinitionErrors, ErrorCode, Survey, read_survey
from encuestas.graph import cycles, graph_of


def text_of(*questions: str, pages: str = "") -> str:
    asked = "".join(f"      - {question}\n" for question in questions)
    first = f"  - id: only\n    questions:\n{asked}" if questions else ""
    return f"id: s\nversion: 1\ntitle: {{es: T}}\npages:\n{first}{pages}"


def text(name: str, rest: str = "") -> str:
    return f"{{name: {name}, type: text, label: {{es: L}}{', ' if rest else ''}{rest}}}"


def survey_of(*questions: str) -> Survey:
    return read_survey(text_of(*questions))


def circle(*questions: str, pages: str = "") -> list[str]:
    with pytest.raises(DefinitionErrors) as caught:
        read_survey(text_of(*questions, pages=pages))
    assert {fault.code for fault in caught.value.faults} == {ErrorCode.CYCLE}
    assert all(fault.line for fault in caught.value.faults)
    return [fault.context["path"] for fault in caught.value.faults]


def test_without_references_the_order_is_the_documents() -> None:
    graph = graph_of(survey_of(text("a"), text("b"), text("c")))
    assert graph.order == ("/only", "a", "b", "c")
    assert graph.in_order


def test_what_is_mentioned_goes_first_and_the_rest_stays() -> None:
    graph = graph_of(
        survey_of(text("a", "relevant: '${d} = 1'"), text("b"), text("c"), text("d"), text("e"))
    )
    assert graph.order == ("/only", "b", "c", "d", "a", "e")
    assert not graph.in_order
    assert graph.needs["a"] == ("/only", "d")


@pytest.mark.parametrize(
    ("questions", "path"),
    [
        ([text("a", "relevant: '${a} = 1'")], "a → a"),
        ([text("a", "calculation: '${b}'"), text("b", "relevant: '${a} = 1'")], "a → b → a"),
        (
            [
                text("x"),
                text("a", "calculation: '${x} + ${b}'"),
                text("b", "default: '${c}'"),
                text("c", "calculation: '${a}'"),
            ],
            "a → b → c → a",
        ),
        (
            ["{name: g, type: group, relevant: '${a} = 1', questions: [" + text("a") + "]}"],
            "g → a → g",
        ),
        (
            ["{name: r, type: repeat, repeat_count: '${a}', questions: [" + text("a") + "]}"],
            "r → a → r",
        ),
    ],
)
def test_a_circle_is_a_fault_with_its_path(questions: list[str], path: str) -> None:
    assert circle(*questions) == [path]


def test_a_page_that_depends_on_itself() -> None:
    page = f"  - id: home\n    relevant: ${{a}} = 1\n    questions: [{text('a')}]\n"
    assert circle(pages=page) == ["a → home → a"]


def test_every_circle_is_told_once() -> None:
    found = circle(
        text("a", "calculation: '${b}'"),
        text("b", "calculation: '${a}'"),
        text("c", "calculation: '${c}'"),
        text("d", "calculation: '${a}'"),
    )
    assert found == ["a → b → a", "c → c"]


def test_a_rule_about_an_answer_may_look_at_it_and_ahead() -> None:
    survey = survey_of(
        text("a", "constraint: '${a} != ${b}', required: '${b} = 1'"), text("b", "required: true")
    )
    assert cycles(survey) == ()


def test_triggers_may_go_round() -> None:
    survey = survey_of(
        text("kilos", "calculation: '${pounds} div 2.2', trigger: '${pounds}'"),
        text("pounds", "calculation: '${kilos} * 2.2', trigger: '${kilos}'"),
    )
    assert graph_of(survey).order == ("/only", "kilos", "pounds")


def test_a_trigger_does_not_hide_a_real_circle() -> None:
    found = circle(
        text("a", "calculation: '${b}', trigger: '${b}'"),
        text("b", "calculation: '${c}'"),
        text("c", "calculation: '${b}'"),
    )
    assert found == ["b → c → b"]


def test_a_column_is_not_a_question() -> None:
    rest = "choices: [{value: x, a: x, label: {es: X}}], choice_filter: 'a = ${b}'"
    survey = survey_of(text("a", rest).replace("text", "select_one"), text("b"))
    assert graph_of(survey).needs["a"] == ("/only", "b")


def test_chains_of_any_length_in_either_direction() -> None:
    size = 3000
    backwards = survey_of(
        *(text(f"q{i}", f"calculation: '${{q{i + 1}}}'") for i in range(size)), text(f"q{size}")
    )
    assert graph_of(backwards).order[1:] == tuple(f"q{i}" for i in range(size, -1, -1))
    around = circle(*(text(f"q{i}", f"calculation: '${{q{(i + 1) % 500}}}'") for i in range(500)))
    assert len(around) == 1
    assert around[0].startswith("q0 → q1 → q2")
