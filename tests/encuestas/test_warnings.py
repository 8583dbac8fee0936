"""What is allowed in a definition and probably not meant: each warning, and what is none."""

from __future__ import annotations

import pytest

from encuestas import read_survey
from encuestas.warnings import DefinitionWarning, WarningCode, read_with_warnings, warn

HEAD = """id: s
version: 1
title: {es: S}
choices:
  si_no: [{value: si, label: {es: Sí}}, {value: no, label: {es: "No"}}]
pages:
  - id: one
    questions:
      - {name: a, type: select_one, choices: si_no, label: {es: A}}
      - {name: b, type: select_one, choices: si_no, label: {es: B}}
      - {name: mark, type: scale, range: [1, 7], anchors: {1: {es: Mala}, 7: {es: Buena}}, special: [no_sabe], label: {es: Nota}}
      - {name: many, type: select_multiple, label: {es: Varias}, choices: [{value: x, label: {es: X}}, {value: y, label: {es: Y}}]}
      - {name: words, type: text, label: {es: Palabras}}
      - {name: age, type: integer, min: 18, max: 99, label: {es: Edad}}
"""  # noqa: E501 a definition is read best with a question on a line
PAGE = "  - id: two\n    questions:\n"


def survey_with(*questions: str, page: str = PAGE) -> str:
    return HEAD + page + "".join(f"      - {{{question}}}\n" for question in questions)


def warned(text: str) -> tuple[DefinitionWarning, ...]:
    return read_with_warnings(text)[1]


def codes(text: str) -> list[WarningCode]:
    return [warning.code for warning in warned(text)]


W = WarningCode
CLEAN = "name: z, type: text, label: {es: Z}"


def test_nothing_to_say() -> None:
    assert warned(survey_with(CLEAN)) == ()


@pytest.mark.parametrize(
    "condition",
    [
        "false()",
        "1 = 2",
        "${a} = 'sí'",
        "'quizas' = ${a}",
        "${a} = 'si' and ${a} = 'no'",
        "${a} = 'si' and ${b} = 'no' and not(${a} = 'si')",
        "(${a} = 'x' or ${a} = 'y') and ${b} = 'si'",
        "${mark} > 7",
        "${mark} = 'no_responde'",
        "${mark} > 3 and ${mark} < 2",
        "${age} < 18 and ${age} > 0",
        "selected(${many}, 'z')",
        "selected(${a}, 'si') and ${a} = ''",
        "${a} = 'si' and (${b} = 'si' or ${b} = 'no') and ${b} = ''",
    ],
)
def test_a_condition_that_never_holds(condition: str) -> None:
    text = survey_with(f'{CLEAN}, relevant: "{condition}"')
    (warning,) = warned(text)
    assert (warning.code, warning.context) == (W.NEVER_SHOWN, {"condition": condition})
    assert warning.path == ("pages", 1, "questions", 0, "relevant")
    assert (warning.line, warning.column) == (17, text.splitlines()[16].index("relevant") + 1)


@pytest.mark.parametrize(
    "condition",
    [
        "true()",
        "${a} = 'si' or ${a} = 'no'",
        "${a} = 'si' or ${b} = 'quizas'",
        "${a} != 'quizas'",
        "${a} = ''",
        "${mark} >= 7",
        "${mark} = 'no_sabe'",
        "selected(${many}, 'x') and selected(${many}, 'y')",
        "${words} = 'si' and ${words} = 'no'",  # an open question: nothing is known about it
        "${a} = ${b}",
        "today() = '1999-01-01'",
        "${age} > 18",
    ],
)
def test_a_condition_that_may_hold(condition: str) -> None:
    assert warned(survey_with(f'{CLEAN}, relevant: "{condition}"')) == ()


def test_what_hangs_on_a_question_that_is_never_shown() -> None:
    text = survey_with(
        "name: p, type: select_one, choices: si_no, label: {es: P}, relevant: \"${a} = 'x'\"",
        "name: q, type: text, label: {es: Q}, relevant: \"${p} = 'si'\"",
        "name: r, type: text, label: {es: R}, relevant: \"${p} = ''\"",
    )
    assert [warning.path[3] for warning in warned(text)] == [0, 1]


def test_a_condition_against_that_of_what_was_answered() -> None:
    text = survey_with(
        "name: p, type: select_one, choices: si_no, label: {es: P}, relevant: \"${a} = 'si'\"",
        "name: q, type: text, label: {es: Q}, relevant: \"${p} = 'si' and ${a} = 'no'\"",
    )
    assert [warning.path[3] for warning in warned(text)] == [1]


def test_nothing_is_known_of_what_is_worked_out() -> None:
    text = survey_with(
        "name: p, type: select_one, choices: si_no, label: {es: P}, calculation: \"'x'\"",
        "name: q, type: text, label: {es: Q}, relevant: \"${p} = 'x'\"",
    )
    assert warned(text) == ()


def test_inside_a_repeat_and_from_outside_it() -> None:
    page = """  - id: two
    questions:
      - name: people
        type: repeat
        questions:
          - {name: p, type: select_one, choices: si_no, label: {es: P}}
          - {name: q, type: text, label: {es: Q}, relevant: "${p} = 'x' or ${a} = 'x'"}
      - {name: r, type: text, label: {es: R}, relevant: "${p} = 'si' and ${p} = 'no'"}
"""
    (warning,) = warned(HEAD + page)  # two people may answer differently: r can be asked
    assert warning.path == ("pages", 1, "questions", 0, "questions", 1, "relevant")


def test_a_page_is_told_once_with_all_in_it() -> None:
    page = "  - id: two\n    relevant: ${a} = 'x'\n    questions:\n"
    inside = f'{CLEAN}, relevant: "1 = 2"'
    (warning,) = warned(survey_with(inside, page=page))
    assert warning.path == ("pages", 1, "relevant")
    page = "  - id: two\n    relevant: ${a} = 'si'\n    questions:\n"
    (warning,) = warned(survey_with(f"{CLEAN}, relevant: \"${{a}} = 'no'\"", page=page))
    assert warning.path == ("pages", 1, "questions", 0, "relevant")


def test_a_list_and_a_file_that_nobody_uses() -> None:
    text = survey_with(CLEAN).replace(
        "pages:", '  spare: [{value: a, label: {es: A}}]\nfiles: {t.csv: "a,b\\n1,2\\n"}\npages:', 1
    )
    assert [(w.code, w.path) for w in warned(text)] == [
        (W.UNUSED_LIST, ("choices", "spare")),
        (W.UNUSED_FILE, ("files", "t.csv")),
    ]


def test_choices_that_a_filter_never_leaves() -> None:
    cascade = (
        'name: c, type: select_one, label: {es: C}, choice_filter: "answer = ${a}",'
        " choices: [{value: one, answer: si, label: {es: Uno}},"
        " {value: two, answer: quizas, label: {es: Dos}}]"
    )
    (warning,) = warned(survey_with(cascade))
    assert (warning.code, warning.context["values"]) == (W.NEVER_OFFERED, ["two"])
    assert warned(survey_with(cascade.replace("quizas", "no"))) == ()


def test_every_text_in_every_language() -> None:
    text = """id: s
version: 1
title: {es: S, en: S}
languages: [es, en]
special_answers: {nada: {es: Nada}}
choices: {l: [{value: x, label: {es: X}}]}
pages:
  - id: p
    title: {es: P}
    questions:
      - {name: a, type: select_one, choices: l, label: {es: A}, hint: {es: H, en: H}}
      - {name: b, type: scale, range: [1, 2], anchors: {1: {es: U}, 2: {es: D, en: T}}, label: {es: B, en: B}}
measures: [{name: m, question: b, satisfied: [2], dissatisfied: [1], label: {es: M}}]
"""  # noqa: E501 as above
    found = warned(text)
    assert {warning.code for warning in found} == {W.MISSING_TRANSLATION}
    assert {warning.path for warning in found} == {
        ("special_answers", "nada"),
        ("choices", "l", 0, "label"),
        ("pages", 0, "title"),
        ("pages", 0, "questions", 0, "label"),
        ("pages", 0, "questions", 1, "anchors", "1"),
        ("measures", 0, "label"),
    }


def test_our_own_words_lack_a_language_that_we_do_not_have() -> None:
    text = survey_with(CLEAN).replace("title: {es: S}", "title: {es: S}\nlanguages: [es, arn]")
    paths = [warning.path for warning in warned(text)]
    assert ("special_answers", "no_sabe") in paths


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("a" * 121, W.LONG_LABEL),
        ("¿Cree que no se debe dejar de hacer lo que no sirve?", W.DOUBLE_NEGATIVE),
        ("No ha ido nunca a la plaza", W.DOUBLE_NEGATIVE),
        ("¿No puede vivir sin la plaza?", W.DOUBLE_NEGATIVE),
    ],
)
def test_words_that_are_hard_to_read(words: str, code: WarningCode) -> None:
    assert codes(survey_with(f"name: z, type: text, label: {{es: '{words}'}}")) == [code]


@pytest.mark.parametrize(
    "words",
    [
        "a" * 120,
        "¿No conoce a nadie?",
        "Si no sabe, no responda",
        "¿Sabe si se cumple o no?",
        "No lo conoce. No lo usa",
    ],
)
def test_words_that_are_not(words: str) -> None:
    assert codes(survey_with(f"name: z, type: text, label: {{es: '{words}'}}")) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The plan was not unfair", ["double_negative"]),
        ("I don''t live without the square", ["double_negative"]),
        ("Not until today", []),
        ("Not every university", []),
    ],
)
def test_double_negatives_in_english(words: str, found: list[str]) -> None:
    text = survey_with(f"name: z, type: text, label: {{en: '{words}'}}")
    english = text.replace("{es:", "{en:").replace("pages:", "languages: [en]\npages:", 1)
    assert codes(english) == found


def test_no_to_a_negative_question() -> None:
    question = "name: z, type: select_one, choices: si_no, label: {es: '¿%s?'}"
    assert codes(survey_with(question % "No participa usted")) == [W.NEGATIVE_YES_NO]
    assert codes(survey_with(question % "Participa usted o no")) == []
    assert codes(survey_with("name: z, type: text, label: {es: '¿Por qué no participa?'}")) == []


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("name: z, type: note, required: true, label: {es: Z}", W.NOTHING_TO_REQUIRE),
        ("name: z, type: calculate, required: true, calculation: 1 + 1", W.NOTHING_TO_REQUIRE),
        ("name: z, type: integer, constraint: . > 0, label: {es: Z}", W.NO_CONSTRAINT_MESSAGE),
        ("name: z, type: scale, range: [1, 7], label: {es: Z}", W.SCALE_WITHOUT_ANCHORS),
        ("name: z, type: text, appearance: multilin, label: {es: Z}", W.UNKNOWN_APPEARANCE),
        ("name: z, type: text, appearance: minimal, label: {es: Z}", W.UNKNOWN_APPEARANCE),
    ],
)
def test_what_has_no_effect_or_lacks_something(question: str, code: WarningCode) -> None:
    assert codes(survey_with(question)) == [code]


@pytest.mark.parametrize("word", ["minimal", "columns", "columns-3", "columns-pack"])
def test_appearances_that_do_something(word: str) -> None:
    question = f"name: z, type: select_one, choices: si_no, appearance: {word}, label: {{es: Z}}"
    assert codes(survey_with(question)) == []


def test_asked_later() -> None:
    text = survey_with(
        "name: p, type: text, label: {es: P}, relevant: \"${q} != ''\"",
        "name: q, type: text, label: {es: Q}, required: \"${r} = ''\"",
        'name: r, type: text, label: {es: R}, required: "${sum} > 1"',
        'name: sum, type: calculate, calculation: "${mark} + 1"',
    )
    assert [(w.code, w.path[3:], w.context) for w in warned(text)] == [
        (W.ASKED_LATER, (0, "relevant"), {"name": "q"})
    ]


def test_asked_on_a_later_page_or_worked_out_from_it() -> None:
    text = survey_with(
        "name: p, type: text, label: {es: P}, required: \"${late} = ''\"",
        'name: q, type: text, label: {es: Q}, relevant: "${sum} > 1"',
        'name: sum, type: calculate, calculation: "string-length(${late})"',
    )
    text += "  - id: three\n    questions: [{name: late, type: text, label: {es: L}}]\n"
    assert [(w.path[3:], w.context["name"]) for w in warned(text)] == [
        ((0, "required"), "late"),
        ((1, "relevant"), "sum"),
    ]


def test_words_that_say_an_answer_given_later() -> None:
    later = 'name: p, type: note, label: {es: "Hola ${q}"}'
    own = 'name: q, type: text, label: {es: "¿Y ${words}?"}'
    (warning,) = warned(survey_with(later, own))
    assert (warning.code, warning.path[3:]) == (W.ASKED_LATER, (0, "label"))


def test_a_long_page() -> None:
    questions = [f"name: q{n}, type: text, label: {{es: Q}}" for n in range(16)]
    note = "name: n, type: note, label: {es: N}"
    assert codes(survey_with(*questions[:15], note)) == []
    (warning,) = warned(survey_with(*questions))
    assert (warning.code, warning.path) == (W.LONG_PAGE, ("pages", 1))


def test_what_rows_share_is_told_where_it_is_written() -> None:
    page = """  - id: two
    questions:
      - name: grid
        type: matrix
        range: [1, 7]
        label: {es: Notas}
        rows: [{name: r1, label: {es: Una}}, {name: r2, label: {es: Dos}}]
"""
    (warning,) = warned(HEAD + page)
    assert (warning.code, warning.path) == (
        W.SCALE_WITHOUT_ANCHORS,
        ("pages", 1, "questions", 0),
    )


def test_without_a_text_there_are_no_lines() -> None:
    survey = read_survey(survey_with(f"{CLEAN}, relevant: 1 = 2"))
    (warning,) = warn(survey)
    assert (warning.line, warning.column) == (None, None)


def test_a_survey_of_any_size_is_looked_at_within_bounds() -> None:
    choices = ", ".join(f"{{value: c{n}, label: {{es: C}}}}" for n in range(900))
    listed = HEAD.replace("  si_no:", f"  big: [{choices}]\n  si_no:")
    first = "      - {name: big, type: select_one, choices: big, label: {es: B}}\n"
    rows = "".join(
        f"      - {{name: q{n}, type: text, label: {{es: Q}}, relevant: \"${{big}} = 'x{n}'\"}}\n"
        for n in range(600)
    )
    found = [w for w in warned(listed + PAGE + first + rows) if w.code is W.NEVER_SHOWN]
    assert 200 <= len(found) < 600  # the rest would cost more than a warning is worth
