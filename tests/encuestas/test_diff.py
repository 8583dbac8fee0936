"""What changed between two texts, and what it does to comparing their answers."""

from __future__ import annotations

from typing import Any

import pytest

from encuestas import read_survey, survey_from_data
from encuestas.changes import Change, ChangeCode, Effect
from encuestas.diff import compatible, diff

from . import definitions

BASE = """
id: plaza
version: 1
title: {es: La plaza, en: The square}
languages: [es, en]
choices:
  si_no: [{value: si, label: {es: Sí, en: "Yes"}}, {value: no, label: {es: No, en: "No"}}]
pages:
  - id: uso
    title: {es: Uso}
    questions:
      - {name: usa, type: select_one, choices: si_no, label: {es: ¿Usa la plaza?, en: Do you use it?}}
      - {name: vuelve, type: select_one, choices: si_no, label: {es: ¿Volvería?}}
      - {name: nota, type: scale, range: [1, 7], anchors: {1: {es: Mala}, 7: {es: Buena}}, special: [no_sabe], label: {es: Nota}}
      - {name: edad, type: integer, min: 0, label: {es: Edad}, constraint: . < 120}
      - {name: nombre, type: text, label: {es: Nombre}}
  - id: fin
    questions:
      - {name: usos, type: select_multiple, label: {es: Usos}, choices: [{value: a, label: {es: Pasear}}, {value: b, label: {es: Jugar}}]}
      - name: final
        type: group
        label: {es: Para terminar}
        questions:
          - {name: comentario, type: text, label: {es: ¿Algo más?}}
measures:
  - {name: satisfied, question: nota, satisfied: [6, 7], dissatisfied: [1, 2]}
"""  # noqa: E501 a definition is read best with a question on a line


def changes(*replacements: tuple[str, str]) -> tuple[Change, ...]:
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return diff(read_survey(BASE), read_survey(text))


def only(*replacements: tuple[str, str]) -> Change:
    (change,) = changes(*replacements)
    return change


def test_nothing_changed() -> None:
    for name in definitions.NAMES:
        assert diff(definitions.survey(name), definitions.survey(name)) == ()


C, E = ChangeCode, Effect


@pytest.mark.parametrize(
    ("old", "new", "code", "effect", "where"),
    [
        ("¿Usa la plaza?", "¿Ocupa la plaza?", C.WORDS_CHANGED, E.WORDING, "usa"),
        ("¿Usa la plaza?", "¿Usa la plazá", C.WORDS_CORRECTED, E.NONE, "usa"),
        (", en: Do you use it?", "", C.TRANSLATIONS_CHANGED, E.NONE, "usa"),
        ("es: La plaza", "es: La cancha", C.WORDS_CHANGED, E.WORDING, ""),
        ("title: {es: Uso}", "title: {es: Empleo}", C.WORDS_CHANGED, E.WORDING, "uso"),
        ("Para terminar", "Para comenzar", C.WORDS_CHANGED, E.WORDING, "final"),
        ("[es, en]", "[es, en, arn]", C.LANGUAGES_ADDED, E.NONE, ""),
        ("version: 1", "version: 1\nrespondent: staff", C.RESPONDENT_CHANGED, E.BREAKS, ""),
        ("type: integer, min: 0,", "type: decimal,", C.TYPE_CHANGED, E.LIMITS, "edad"),
        ("min: 0", "min: 14", C.RULE_CHANGED, E.LIMITS, "edad"),
        (". < 120", ". < 100", C.RULE_CHANGED, E.LIMITS, "edad"),
        ("{name: nombre,", "{name: nombre, required: true,", C.RULE_CHANGED, E.LIMITS, "nombre"),
        ("{name: nombre,", "{name: nombre, appearance: x,", C.RULE_CHANGED, E.NONE, "nombre"),
        ("{name: nombre,", "{name: nombre, hint: {es: x},", C.WORDS_CHANGED, E.WORDING, "nombre"),
        ("- id: fin", "- id: fin\n    relevant: ${edad} > 9", C.RULE_CHANGED, E.LIMITS, "fin"),
        ("range: [1, 7]", "range: [1, 10]", C.SCALE_CHANGED, E.BREAKS, "nota"),
        ("7: {es: Buena}", "7: {es: Excelente}", C.WORDS_CHANGED, E.WORDING, "nota"),
        ("[no_sabe]", "[no_sabe, no_responde]", C.SPECIAL_ADDED, E.LIMITS, "nota"),
        ("es: Jugar", "es: Hacer deporte", C.WORDS_CHANGED, E.WORDING, "usos"),
        (", {value: b, label: {es: Jugar}}", "", C.CHOICES_REMOVED, E.LIMITS, "usos"),
        ("dissatisfied: [1, 2]", "dissatisfied: [1]", C.MEASURE_CHANGED, E.BREAKS, "satisfied"),
        ("question: nota", "indicator: 3, question: nota", C.MEASURE_CHANGED, E.NONE, "satisfied"),
    ],
)  # fmt: skip
def test_one_change(old: str, new: str, code: ChangeCode, effect: Effect, where: str) -> None:
    change = only((old, new))
    assert (change.code, change.effect, change.where) == (code, effect, where)
    assert change.joins_by_name is (code is not C.SCALE_CHANGED)


def test_a_shared_list_is_told_once_with_its_questions() -> None:
    change = only(("{es: No, en", "{es: Nunca, en"))
    assert (change.where, change.questions) == ("si_no", ("usa", "vuelve"))
    assert change.context["key"] == "choices.no"
    added = only(("{value: no,", "{value: ns, label: {es: Depende}}, {value: no,"))
    assert (added.code, added.context) == (C.CHOICES_ADDED, {"values": ["ns"]})


def test_a_code_that_means_another_thing() -> None:
    exchanged = changes(("{es: Pasear}", "{es: X}"), ("{es: Jugar}", "{es: Pasear}"),
                        ("{es: X}", "{es: Jugar}"))  # fmt: skip
    assert [change.code for change in exchanged] == [C.MEANING_CHANGED] * 2
    assert {change.effect for change in exchanged} == {E.BREAKS}
    assert not any(change.joins_by_name for change in exchanged)


def test_a_scale_turned_around() -> None:
    turned = changes(("{1: {es: Mala}, 7: {es: Buena}}", "{1: {es: Buena}, 7: {es: Mala}}"))
    assert {(change.code, change.context["key"]) for change in turned} == {
        (C.MEANING_CHANGED, "anchors.1"),
        (C.MEANING_CHANGED, "anchors.7"),
    }


def test_questions_come_and_go() -> None:
    gone = only(("      - {name: nombre, type: text, label: {es: Nombre}}\n", ""))
    assert (gone.code, gone.where, gone.joins_by_name) == (C.QUESTION_REMOVED, "nombre", False)
    line = "      - {name: nombre, type: text, label: {es: Nombre}}\n"
    new = "      - {name: thanks, type: note, label: {es: Gracias}}\n"
    come = only((line, line + new))
    assert (come.code, come.where, come.effect) == (C.QUESTION_ADDED, "thanks", E.WORDING)


def test_probably_renamed() -> None:
    change = only(("name: nombre", "name: como_se_llama"))
    assert change.code is C.RENAMED
    assert change.context == {"old": "nombre", "new": "como_se_llama"}
    assert (change.effect, change.joins_by_name) == (E.BREAKS, False)


def test_two_with_the_same_words_are_not_taken_for_renamed() -> None:
    one, two = (f"      - {{name: {n}, type: text, label: {{es: Otro}}}}\n" for n in ("x1", "x2"))
    line = "      - {name: edad,"
    before = read_survey(BASE.replace(line, one + two + line))
    after = read_survey(BASE.replace(line, (one + two).replace("name: x", "name: y") + line))
    codes = [change.code for change in diff(before, after)]
    assert sorted(codes) == [C.QUESTION_ADDED] * 2 + [C.QUESTION_REMOVED] * 2


def test_order_names_the_fewest_that_moved() -> None:
    lines = BASE.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "name: usa," in line)
    moved = [*lines[:at], *lines[at + 1 : at + 4], lines[at], *lines[at + 4 :]]
    (change,) = diff(read_survey(BASE), read_survey("".join(moved)))
    assert (change.code, change.questions) == (C.ORDER_CHANGED, ("usa",))


def test_another_page_is_layout_but_its_condition_counts() -> None:
    line = "      - {name: nombre, type: text, label: {es: Nombre}}\n"
    there = "    questions:\n      - {name: usos"
    moved = only((line, ""), (there, "    questions:\n" + line + "      - {name: usos"))
    assert (moved.code, moved.effect) == (C.PAGE_CHANGED, E.NONE)
    both = changes(
        (line, ""),
        ("- id: fin\n" + there, "- id: fin\n    relevant: ${edad} > 9\n    questions:\n" + line
         + "      - {name: usos"),
    )  # fmt: skip
    rules = [(c.where, c.questions) for c in both if c.code is C.RULE_CHANGED]
    assert rules == [("fin", ("nombre", "usos", "comentario")), ("nombre", ("nombre",))]


def test_a_page_with_another_id_is_no_change() -> None:
    assert changes(("- id: fin", "- id: cierre")) == ()


def test_a_condition_written_with_other_blanks_is_no_change() -> None:
    assert changes((". < 120", ". <  120")) == ()


def question(**data: Any) -> Any:
    """The question of a survey that has it alone."""
    full = {"name": "x", "label": {"es": "X"}, **data}
    page = {"id": "p", "questions": [full]}
    survey = survey_from_data({"id": "s", "version": "1", "title": {"es": "S"}, "pages": [page]})
    return survey.question("x")


def labels(*words: str) -> list[dict[str, Any]]:
    return [{"value": f"v{at}", "label": {"es": word}} for at, word in enumerate(words)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"type": "integer"}, {"type": "decimal"}, True),
        ({"type": "integer"}, {"type": "text"}, False),
        ({"type": "integer"}, {"type": "scale", "range": [1, 7]}, False),
        ({"type": "scale", "range": [1, 7]}, {"type": "scale", "range": [1, 7]}, True),
        ({"type": "scale", "range": [1, 7]}, {"type": "scale", "range": [1, 5]}, False),
        ({"type": "select_one", "choices": labels("Sí", "No")},
         {"type": "select_one", "choices": labels("Claro", "No", "Depende")}, True),
        ({"type": "select_one", "choices": labels("Sí", "No")},
         {"type": "select_one", "choices": labels("No", "Sí")}, False),
        ({"type": "select_one", "choices": labels("Sí", "No")},
         {"type": "select_multiple", "choices": labels("Sí", "No")}, False),
    ],
)  # fmt: skip
def test_what_may_stand_in_one_column(one: dict, other: dict, same: bool) -> None:
    assert compatible(question(**one), question(**other)) is same
    assert compatible(question(**other), question(**one)) is same


def test_a_change_says_all_that_its_code_needs() -> None:
    with pytest.raises(ValueError, match="context"):
        Change(C.QUESTION_ADDED, E.LIMITS, "x", {})
