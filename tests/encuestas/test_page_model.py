"""What a page's script is told: what its answers can change, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from encuestas import Survey, read_survey
from encuestas.page_model import page_model
from encuestas.state import solve

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LIBRARY = Path(__file__).parents[2] / "encuestas" / "library"
DEFINITIONS = Path(__file__).parents[1] / "definitions"


def survey(*pages: str) -> Survey:
    """A survey of one page for each text of questions."""
    lines = ["id: s", "version: 1", "title: {es: S}", "pages:"]
    for number, questions in enumerate(pages, start=1):
        lines.append(f"  - {{id: p{number}, questions: [{questions}]}}")
    return read_survey("\n".join(lines))


def item(name: str, more: str = "", kind: str = "text") -> str:
    return f"{{name: {name}, type: {kind}, label: {{es: {name}}}{', ' if more else ''}{more}}}"


def model(of: Survey, page: str = "p1", **answers: object) -> dict[str, Any] | None:
    state = solve(of, answers, now=NOW, instance="the-instance")
    return page_model(of, page, state, language="es")


def items(of: Survey, page: str = "p1", **answers: object) -> dict[str, dict[str, Any]]:
    found = model(of, page, **answers)
    return {each["n"]: each for each in found["items"]} if found else {}


def test_a_page_with_nothing_to_do_has_none() -> None:
    assert model(survey(item("a"))) is None


def test_what_another_page_decides_is_settled() -> None:
    of = survey(item("a"), item("b", "relevant: \"${a} = 'x'\", required: true"))
    assert items(of, "p2", a="x") == {"b": {"n": "b", "req": True}}


def test_what_this_page_decides_is_told_with_what_it_needs() -> None:
    of = survey(item("a"), item("b") + "," + item("c", 'relevant: "${b} = ${a}"'), item("d"))
    found = model(of, "p2", a="x", d="not wanted")
    assert found is not None
    assert [each["n"] for each in found["items"]] == ["b", "c"]
    assert found["items"][1]["rel"] == ["=", ["$", "b"], ["$", "a"]]
    assert found["values"] == {"a": "x"}


def test_a_chain_through_another_page_is_followed() -> None:
    far = item("far", 'calculation: "${a} * 2"', "calculate")
    of = survey(item("a", kind="integer") + "," + item("z", 'relevant: "${far} > 4"'), far)
    assert list(items(of)) == ["a", "far", "z"]


def test_groups_give_their_condition_to_what_is_inside() -> None:
    inner = item("b", "relevant: \"${a} != 'y'\"")
    group = f"{{name: g, type: group, relevant: \"${{a}} != ''\", questions: [{inner}]}}"
    of = survey(item("a") + "," + group)
    assert items(of)["b"]["rel"] == ["and", ["!=", ["$", "a"], "y"], ["!=", ["$", "a"], ""]]


def test_what_browsers_lack_is_left_to_the_server_with_what_hangs_on_them() -> None:
    hashed = item("k", "calculation: \"digest(${a}, 'MD5')\"", "calculate")
    of = survey(",".join([item("a"), hashed, item("b", 'relevant: "${k} = 1", required: true')]))
    assert items(of)["b"] == {"n": "b", "req": True}
    assert "k" not in items(of)


def test_words_with_answers_in_them_are_wanted() -> None:
    of = survey(item("a") + ',{name: b, type: text, label: {es: "¿Y ${a}?"}}')
    assert list(items(of)) == ["a"]


def test_a_filter_brings_the_columns_that_it_looks_at() -> None:
    of = read_survey((DEFINITIONS / "cascade.yaml").read_text())
    found = model(of, "where", region="05")
    assert found is not None
    assert found["choices"]["commune"][0] == {"region": "05", "name": "05101"}


def test_repeats_have_their_counts_and_paths() -> None:
    of = read_survey((DEFINITIONS / "repeats.yaml").read_text())
    found = model(of, "home", members=[{"name": "Ana", "age": 30, "children": [{}, {}]}])
    assert found is not None
    assert found["counts"]["members[1]/children"] == 2
    assert found["names"]["child_age"] == ("members", "children")


def test_untouched_questions_may_be_filled() -> None:
    of = survey(item("a", kind="integer") + "," + item("b", 'default: "${a} + 1"', "integer"))
    empty, touched = model(of), model(of, b=None)
    assert empty is not None
    assert touched is not None
    assert empty["fresh"] == ["b"]
    assert "fresh" not in touched


def test_what_is_irrelevant_whatever_is_answered_has_no_value() -> None:
    never = item("b", 'calculation: "3", relevant: "1 > 2"', "calculate")
    of = survey(item("a") + "," + never + "," + item("c", "relevant: \"${b} < 5 or ${a} = 'x'\""))
    found = model(of)
    assert found is not None
    assert "b" not in found.get("values", {})


def test_a_seed_is_told_and_not_the_instance() -> None:
    of = survey(item("a") + "," + item("b", 'default: "concat(${a}, random())"'))
    found = model(of)
    assert found is not None
    assert found["seed"]
    assert found["more"] == 1
    assert "the-instance" not in json.dumps(found)


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_models_of_the_library_are_json_and_small(path: Path) -> None:
    of = read_survey(path.read_text())
    for page in of.pages:
        text = json.dumps(model(of, page.id))
        assert len(text) < 12_000, page.id


def test_an_unknown_page() -> None:
    with pytest.raises(KeyError):
        model(survey(item("a")), "nowhere")
