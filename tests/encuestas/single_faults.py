"""Definitions with one thing wrong each: the text, the code and the path of its fault."""

import pytest

from encuestas import DefinitionErrors, DefinitionFault, ErrorCode, read_survey

E = ErrorCode

HEAD = """\
id: s
version: 1
title: {es: T}
"""
MARK = "{name: mark, type: scale, range: [1, 7], label: {es: Nota}}"
COLOUR = "{name: colour, type: select_one, choices: [{value: a, label: {es: A}}], label: {es: C}}"


def page(*questions: str, tail: str = "") -> str:
    body = "".join(f"      - {question}\n" for question in questions)
    return f"{HEAD}pages:\n  - id: p\n    questions:\n{body}{tail}"


def ask(extra: str, kind: str = "text") -> str:
    return page(f"{{name: q, type: {kind}, label: {{es: Q}}, {extra}}}")


def measure(extra: str) -> str:
    return page(MARK, COLOUR, tail=f"measures:\n  - {{name: m, {extra}}}\n")


def faults_of(text: str) -> tuple[DefinitionFault, ...]:
    with pytest.raises(DefinitionErrors) as caught:
        read_survey(text)
    return caught.value.faults


def grid(extra: str) -> str:
    return page(f"{{name: g, type: matrix, label: {{es: G}}, {extra}}}")


TWO_ROWS = "rows: [{name: a, label: {es: A}}, {name: b, label: {es: B}}]"


def attached(text: str, extra: str = "") -> str:
    kind = "select_one_from_file" if extra else "text"
    return f'files: {{a.csv: "{text}"}}\n{ask(extra or "hint: {es: H}", kind)}'


def _many(count: int) -> list[str]:
    return [f"{{name: q{i}, type: text, label: {{es: Q}}}}" for i in range(1, count + 1)]


def _many_choices() -> str:
    """A list of a hundred that is offered a thousand and one times."""
    listed = ", ".join(f"{{value: c{i}, label: {{es: C}}}}" for i in range(100))
    asked = [f"{{name: q{i}, type: rank, choices: all, label: {{es: Q}}}}" for i in range(1001)]
    return f"choices: {{all: [{listed}]}}\n{page(*asked)}"


FILE = ("files", "a.csv")
Q = ("pages", 0, "questions", 0)
M = ("measures", 0)

ONE_FAULT = [
    # shape
    ("[]", E.WRONG_SHAPE, ()),
    ("- x", E.WRONG_SHAPE, ()),
    ("just words", E.WRONG_SHAPE, ()),
    (HEAD, E.MISSING_KEY, ("pages",)),
    (f"{HEAD}pages: []", E.EMPTY, ("pages",)),
    (f"{HEAD}pages: x", E.WRONG_SHAPE, ("pages",)),
    (f"{HEAD}pages: [x]", E.WRONG_SHAPE, ("pages", 0)),
    (f"{HEAD}pages: [{{id: p}}]", E.MISSING_KEY, ("pages", 0, "questions")),
    (f"{HEAD}pages: [{{id: p, questions: []}}]", E.EMPTY, ("pages", 0, "questions")),
    (f"{HEAD}pages: [{{id: p, questions: [x]}}]", E.WRONG_SHAPE, Q),
    (f"pagez: 1\n{page(MARK)}", E.UNKNOWN_KEY, ("pagez",)),
    (f"minutes: 0\n{page(MARK)}", E.TOO_SMALL, ("minutes",)),
    (f"minutes: few\n{page(MARK)}", E.WRONG_SHAPE, ("minutes",)),
    (f"respondent: dog\n{page(MARK)}", E.NOT_ONE_OF, ("respondent",)),
    (f"legal: {{basis: none}}\n{page(MARK)}", E.NOT_ONE_OF, ("legal", "basis")),
    (f"legal: {{}}\n{page(MARK)}", E.MISSING_KEY, ("legal", "basis")),
    (f"languages: [es, ES]\n{page(MARK)}", E.BAD_LANGUAGE, ("languages", 1)),
    (f"languages: [es, es]\n{page(MARK)}", E.DUPLICATE_NAME, ("languages", 1)),
    (f"choices: []\n{page(MARK)}", E.WRONG_SHAPE, ("choices",)),
    (f"choices: {{á: register}}\n{page(MARK)}", E.BAD_NAME, ("choices", "á")),
    (f"choices: {{a: registre}}\n{page(MARK)}", E.WRONG_SHAPE, ("choices", "a")),
    (
        f"special_answers: {{á: {{es: X}}}}\n{page(MARK)}",
        E.BAD_NAME,
        ("special_answers", "á"),
    ),
    (page(MARK).replace("id: s", "id: S"), E.BAD_ID, ("id",)),
    (page(MARK).replace("version: 1", "version: ''"), E.EMPTY, ("version",)),
    (page(MARK).replace("version: 1", f"version: {'v' * 65}"), E.BAD_VERSION, ("version",)),
    (f"languages: [es, en-abcdefgh-ijklmnop]\n{page(MARK)}", E.BAD_LANGUAGE, ("languages", 1)),
    (
        page(MARK).replace("version: 1", 'version: "\\x07"'),
        E.CONTROL_CHARACTER,
        ("version",),
    ),
    (page("{name: q, type: text}"), E.MISSING_KEY, (*Q, "label")),
    (page("{type: text, label: {es: Q}}"), E.MISSING_KEY, (*Q, "name")),
    (page("{name: q, label: {es: Q}}"), E.MISSING_KEY, (*Q, "type")),
    (page("{name: ¿q?, type: text, label: {es: Q}}"), E.BAD_NAME, (*Q, "name")),
    (page("{name: q, type: text, label: Q}"), E.WRONG_SHAPE, (*Q, "label")),
    (page("{name: q, type: texto, label: {es: Q}}"), E.UNKNOWN_TYPE, (*Q, "type")),
    (page("{name: g, type: group, label: {es: Q}}"), E.MISSING_KEY, (*Q, "questions")),
    (
        page("{name: g, type: group, required: true, questions: [" + MARK + "]}"),
        E.UNKNOWN_KEY,
        (*Q, "required"),
    ),
    (ask("max: 3"), E.UNKNOWN_KEY, (*Q, "max")),
    (ask("choices: x"), E.UNKNOWN_KEY, (*Q, "choices")),
    (ask("max_length: 0"), E.TOO_SMALL, (*Q, "max_length")),
    (ask("required: ''"), E.EXPRESSION_EMPTY, (*Q, "required")),
    # languages
    (
        page("{name: q, type: text, label: {es: Q, en: Q}}"),
        E.UNDECLARED_LANGUAGE,
        (*Q, "label", "en"),
    ),
    (
        page("{name: q, type: text, label: {es: ''}}"),
        E.MISSING_DEFAULT_LANGUAGE,
        (*Q, "label"),
    ),
    (
        f"languages: [en, es]\n{page(MARK)}".replace("{es: T}", "{en: T}"),
        E.MISSING_DEFAULT_LANGUAGE,
        (*Q, "label"),
    ),
    # names
    (page(MARK, MARK), E.DUPLICATE_NAME, ("pages", 0, "questions", 1, "name")),
    (
        page(MARK, "{name: mark, type: group, questions: [" + COLOUR + "]}"),
        E.DUPLICATE_NAME,
        ("pages", 0, "questions", 1, "name"),
    ),
    (
        page(MARK) + "  - {id: p, questions: [" + COLOUR + "]}",
        E.DUPLICATE_NAME,
        ("pages", 1, "id"),
    ),
    # settings
    (ask("range: [7, 1]", "scale"), E.BAD_RANGE, (*Q, "range")),
    (ask("range: [0, 101]", "scale"), E.BAD_RANGE, (*Q, "range")),
    (ask("range: [1]", "scale"), E.WRONG_SHAPE, (*Q, "range")),
    (ask("hint: {es: H}", "scale"), E.MISSING_KEY, (*Q, "range")),
    (
        ask("range: [1, 7], anchors: {8: {es: X}}", "scale"),
        E.ANCHOR_OUTSIDE_RANGE,
        (*Q, "anchors", "8"),
    ),
    (
        ask("range: [1, 7], anchors: {x: {es: X}}", "scale"),
        E.WRONG_SHAPE,
        (*Q, "anchors", "x"),
    ),
    (ask("min: 5, max: 4", "integer"), E.BAD_LIMITS, (*Q, "min")),
    # choices and special answers
    (ask("choices: nope", "select_one"), E.UNKNOWN_CHOICES, (*Q, "choices")),
    (ask("choices: []", "select_one"), E.EMPTY, (*Q, "choices")),
    (ask("hint: {es: H}", "select_multiple"), E.MISSING_KEY, (*Q, "choices")),
    (
        ask("choices: [{value: a b, label: {es: A}}]", "select_one"),
        E.BAD_CHOICE_VALUE,
        (*Q, "choices", 0, "value"),
    ),
    (
        ask("choices: [{value: a, label: {es: A}}, {value: a, label: {es: B}}]", "select_one"),
        E.DUPLICATE_CHOICE,
        (*Q, "choices", 1, "value"),
    ),
    (
        ask("choices: [{value: a}]", "select_one"),
        E.MISSING_KEY,
        (*Q, "choices", 0, "label"),
    ),
    (ask("special: [no_sabe]"), E.SPECIAL_NOT_ALLOWED, (*Q, "special")),
    (ask("special: [ns]", "date"), E.UNKNOWN_SPECIAL, (*Q, "special", 0)),
    (ask("special: [no_sabe, no_sabe]", "date"), E.DUPLICATE_NAME, (*Q, "special", 1)),
    (
        ask("special: [no_sabe], choices: [{value: no_sabe, label: {es: A}}]", "select_one"),
        E.SPECIAL_COLLISION,
        (*Q, "special", 0),
    ),
    # expressions
    (ask("relevant: 1 +"), E.EXPRESSION_END, (*Q, "relevant")),
    (ask("relevant: (1"), E.EXPRESSION_OPEN_BRACKET, (*Q, "relevant")),
    (ask("relevant: 1 2"), E.EXPRESSION_UNEXPECTED, (*Q, "relevant")),
    (ask("relevant: 1 ~ 2"), E.EXPRESSION_CHARACTER, (*Q, "relevant")),
    (ask("""relevant: "'a" """), E.EXPRESSION_OPEN_STRING, (*Q, "relevant")),
    (ask(f"relevant: {'1' * 10_001}"), E.EXPRESSION_TOO_LONG, (*Q, "relevant")),
    (ask(f"relevant: {'(' * 101}1{')' * 101}"), E.EXPRESSION_TOO_NESTED, (*Q, "relevant")),
    (ask("relevant: nope(1)"), E.UNKNOWN_FUNCTION, (*Q, "relevant")),
    (ask("relevant: true(1)"), E.WRONG_ARITY, (*Q, "relevant")),
    (ask("relevant: '${x} = 1'"), E.UNKNOWN_REFERENCE, (*Q, "relevant")),
    (ask("relevant: . = 1"), E.CURRENT_NOT_ALLOWED, (*Q, "relevant")),
    (ask("required: . = 1"), E.CURRENT_NOT_ALLOWED, (*Q, "required")),
    (ask("constraint: '${p} = 1'"), E.UNKNOWN_REFERENCE, (*Q, "constraint")),
    (ask("relevant: /data/x = 1"), E.EXPRESSION_UNSUPPORTED, (*Q, "relevant")),
    (ask("relevant: x = 1"), E.BARE_NAME, (*Q, "relevant")),
    (ask("relevant: 'indexed-repeat(1, 2, 3)'"), E.REFERENCE_NEEDED, (*Q, "relevant")),
    (ask("constraint: 'regex(., ${q})'"), E.REGEX_NOT_LITERAL, (*Q, "constraint")),
    (ask("""constraint: "regex(., '(a')" """), E.REGEX_WRONG, (*Q, "constraint")),
    (ask(r"""constraint: "regex(., '(?=a)')" """), E.REGEX_UNSUPPORTED, (*Q, "constraint")),
    (ask("""constraint: "regex(., '(a{99}){99}')" """), E.REGEX_TOO_LARGE, (*Q, "constraint")),
    (ask("calculation: '${x}'"), E.UNKNOWN_REFERENCE, (*Q, "calculation")),
    (ask("calculation: . + 1", "integer"), E.CURRENT_NOT_ALLOWED, (*Q, "calculation")),
    (ask("default: '${x}'"), E.UNKNOWN_REFERENCE, (*Q, "default")),
    (ask("default: tody()", "date"), E.UNKNOWN_FUNCTION, (*Q, "default")),
    (
        ask("calculation: \"pulldata('nope', 'a', 'b', 1)\""),
        E.UNKNOWN_TABLE,
        (*Q, "calculation"),
    ),
    # defaults, triggers, what needs what
    (ask("default: doce", "integer"), E.BAD_DEFAULT, (*Q, "default")),
    (ask("default: 13, max: 12", "integer"), E.BAD_DEFAULT, (*Q, "default")),
    (
        ask("default: b, choices: [{value: a, label: {es: A}}]", "select_one"),
        E.BAD_DEFAULT,
        (*Q, "default"),
    ),
    (ask("default: ''"), E.EMPTY, (*Q, "default")),
    (ask('default: "\\x07"'), E.CONTROL_CHARACTER, (*Q, "default")),
    (ask("trigger: '${x}', calculation: now()"), E.UNKNOWN_TRIGGER, (*Q, "trigger", 0)),
    (ask("trigger: q, calculation: now()"), E.WRONG_SHAPE, (*Q, "trigger")),
    (ask("trigger: ['${q}', 3], calculation: now()"), E.WRONG_SHAPE, (*Q, "trigger", 1)),
    (ask("trigger: '${q}'"), E.NEEDS_KEY, (*Q, "trigger")),
    (
        ask("seed: 1, choices: [{value: a, label: {es: A}}]", "select_one"),
        E.NEEDS_KEY,
        (*Q, "seed"),
    ),
    (ask("read_only: maybe"), E.WRONG_SHAPE, (*Q, "read_only")),
    (page("{name: q, type: calculate}"), E.MISSING_KEY, (*Q, "calculation")),
    (ask("calculation: '${q} + 1'", "calculate"), E.CYCLE, Q),
    # names
    (page("{name: _state, type: text, label: {es: Q}}"), E.RESERVED_NAME, (*Q, "name")),
    (page('{name: "a\\u200bb", type: text, label: {es: Q}}'), E.BAD_NAME, (*Q, "name")),
    # invisible characters
    (page('{name: q, type: text, label: {es: "\\u202eQ"}}'), E.BIDI_CONTROL, (*Q, "label", "es")),
    (page(MARK).replace("version: 1", 'version: "\\u20661"'), E.BIDI_CONTROL, ("version",)),
    (
        ask('choices: [{value: "a\\u200b", label: {es: A}}]', "select_one"),
        E.BAD_CHOICE_VALUE,
        (*Q, "choices", 0, "value"),
    ),
    (ask(f"hint: {{es: {'H' * 10_001}}}"), E.TOO_BIG, (*Q, "hint", "es")),
    # images and sounds
    (ask("image: {es: ../secret.png}"), E.BAD_FILE_NAME, (*Q, "image", "es")),
    (ask("audio: bird.mp3"), E.WRONG_SHAPE, (*Q, "audio")),
    # choices with columns, filters, another answer
    (
        ask("choices: [{value: a, label: {es: A}, hint: {es: H}}]", "select_one"),
        E.WRONG_SHAPE,
        (*Q, "choices", 0, "hint"),
    ),
    (
        ask("choices: [{value: a, label: {es: A}, name: b}]", "select_one"),
        E.UNKNOWN_KEY,
        (*Q, "choices", 0, "name"),
    ),
    (
        ask("choices: [{value: a, label: {es: A}, zone: 1}], choice_filter: zon = 1", "select_one"),
        E.FILTER_COLUMN,
        (*Q, "choice_filter"),
    ),
    (
        ask(
            "choices: [{value: a, label: {es: A}, z: 1}], choice_filter: z = 1, or_other: true",
            "select_one",
        ),
        E.KEYS_TOGETHER,
        (*Q, "or_other"),
    ),
    (
        ask("choices: [{value: other, label: {es: A}}], or_other: true", "select_one"),
        E.DUPLICATE_CHOICE,
        (*Q, "or_other"),
    ),
    (
        page(
            "{name: a, type: select_one, or_other: true, label: {es: A},"
            " choices: [{value: b, label: {es: B}}]}",
            "{name: a_other, type: text, label: {es: O}}",
        ),
        E.DUPLICATE_NAME,
        ("pages", 0, "questions", 1, "name"),
    ),
    # ranges
    (ask("start: 0, end: 1, step: 0.3", "range"), E.BAD_STEP, (*Q, "step")),
    (ask("start: 0, end: 1, step: 0", "range"), E.BAD_STEP, (*Q, "step")),
    (ask("start: 5, end: 1", "range"), E.BAD_STEP, (*Q, "end")),
    (ask("start: 0, end: 1, step: 0.00001", "range"), E.BAD_STEP, (*Q, "step")),
    (ask("start: 0, end: 1e3", "range"), E.WRONG_SHAPE, (*Q, "end")),
    (ask("end: 1", "range"), E.MISSING_KEY, (*Q, "start")),
    (ask("anchors: {11: {es: X}}", "nps"), E.ANCHOR_OUTSIDE_RANGE, (*Q, "anchors", "11")),
    # groups that repeat
    (
        page("{name: r, type: repeat, min: 3, max: 2, questions: [" + MARK + "]}"),
        E.BAD_LIMITS,
        (*Q, "min"),
    ),
    (
        page("{name: r, type: repeat, max: 1001, questions: [" + MARK + "]}"),
        E.TOO_BIG,
        (*Q, "max"),
    ),
    (
        page("{name: r, type: repeat, repeat_count: '${n}', questions: [" + MARK + "]}"),
        E.UNKNOWN_REFERENCE,
        (*Q, "repeat_count"),
    ),
    (page("{name: r, type: repeat, label: {es: R}}"), E.MISSING_KEY, (*Q, "questions")),
    # grids
    (grid("rows: [{name: a, label: {es: A}}]"), E.MISSING_KEY, (*Q, "choices")),
    (grid("range: [1, 7]"), E.MISSING_KEY, (*Q, "rows")),
    (grid("range: [1, 7], rows: []"), E.EMPTY, (*Q, "rows")),
    (grid("range: [7, 1], rows: [{name: a, label: {es: A}}]"), E.BAD_RANGE, (*Q, "range")),
    (grid("range: [1, 7], rows: [{name: a}]"), E.MISSING_KEY, (*Q, "rows", 0, "label")),
    (grid(f"range: [1, 7], choices: x, {TWO_ROWS}"), E.UNKNOWN_KEY, (*Q, "choices")),
    (grid(f"choices: x, {TWO_ROWS}"), E.UNKNOWN_CHOICES, (*Q, "choices")),
    (grid(f"range: [1, 7], special: [x], {TWO_ROWS}"), E.UNKNOWN_SPECIAL, (*Q, "special", 0)),
    (
        grid(f"range: [1, 7], required: '${{x}}', {TWO_ROWS}"),
        E.UNKNOWN_REFERENCE,
        (*Q, "required"),
    ),
    (
        grid(f"range: [1, 7], anchors: {{9: {{es: X}}}}, {TWO_ROWS}"),
        E.ANCHOR_OUTSIDE_RANGE,
        (*Q, "anchors", "9"),
    ),
    (
        grid("range: [1, 7], rows: [{name: a, label: {es: A}, relevant: '${x}'}]"),
        E.UNKNOWN_REFERENCE,
        (*Q, "rows", 0, "relevant"),
    ),
    (
        grid("range: [1, 7], rows: [{name: a, label: {es: A}}, {name: a, label: {es: B}}]"),
        E.DUPLICATE_NAME,
        (*Q, "rows", 1, "name"),
    ),
    # attached files
    (f"files: x\n{page(MARK)}", E.WRONG_SHAPE, ("files",)),
    (f"files: {{a.csv: [x]}}\n{page(MARK)}", E.WRONG_SHAPE, ("files", "a.csv")),
    (f"files: {{../a.csv: x}}\n{page(MARK)}", E.BAD_FILE_NAME, ("files", "../a.csv")),
    (attached("name,label\\na,A,3"), E.FILE_ROW, FILE),
    (attached("name,label\\na"), E.FILE_ROW, FILE),
    (attached("name,label\\n'a,A".replace("'", '\\"')), E.FILE_SYNTAX, FILE),
    (attached("name,name\\na,A"), E.DUPLICATE_NAME, FILE),
    (attached("name,,label\\na,,A"), E.EMPTY, FILE),
    (attached("\\n"), E.EMPTY, FILE),
    (attached("name,label\\na,\\x01"), E.CONTROL_CHARACTER, FILE),
    (attached(",".join(f"c{i}" for i in range(501))), E.TOO_BIG, FILE),
    (attached("name,label\\n" + "a,b\\n" * 50_001), E.TOO_BIG, FILE),
    (attached("name\\n" + "a" * 2_000_001), E.FILES_TOO_LARGE, ("files",)),
    (attached("name,label\\na,A", "file: b.csv"), E.UNKNOWN_FILE, (*Q, "file")),
    (attached("name,label\\na,A", "file: a.csv, value: x"), E.UNKNOWN_COLUMN, (*Q, "value")),
    (
        attached("name,label\\na,A", "file: a.csv, label_column: x"),
        E.UNKNOWN_COLUMN,
        (*Q, "label_column"),
    ),
    (attached("name,label\\na,A\\na,B", "file: a.csv"), E.DUPLICATE_CHOICE, (*Q, "file")),
    (attached("name,label\\na b,A", "file: a.csv"), E.BAD_CHOICE_VALUE, (*Q, "file")),
    (attached("name,label\\na,\u202eA", "file: a.csv"), E.BIDI_CONTROL, (*Q, "file")),
    (
        attached("name,label\\na,A", "file: a.csv, choice_filter: zone = 1"),
        E.FILTER_COLUMN,
        (*Q, "choice_filter"),
    ),
    # too much
    (
        page("{name: q0, type: text, label: {es: Q}}", *_many(10_000)),
        E.TOO_MANY_QUESTIONS,
        ("pages",),
    ),
    (_many_choices(), E.TOO_MANY_CHOICES, ("pages",)),
    # measures
    (f"{page(MARK)}measures: x", E.WRONG_SHAPE, ("measures",)),
    (measure("question: nope"), E.MEASURE_UNKNOWN_QUESTION, (*M, "question")),
    (
        page("{name: q, type: text, label: {es: Q}}", tail="measures: [{name: m, question: q}]"),
        E.MEASURE_UNSUITABLE_QUESTION,
        (*M, "question"),
    ),
    (
        measure("question: colour, satisfied: [a]"),
        E.MEASURE_NEEDS_VALUES,
        (*M, "dissatisfied"),
    ),
    (
        measure("question: mark, satisfied: [8]"),
        E.MEASURE_UNKNOWN_VALUE,
        (*M, "satisfied", 0),
    ),
    (measure("question: mark, satisfied: [4]"), E.MEASURE_OVERLAP, (*M, "dissatisfied", 3)),
    (
        measure("question: mark, satisfied: [7, 7]"),
        E.DUPLICATE_CHOICE,
        (*M, "satisfied", 1),
    ),
    (measure("question: mark, indicator: x"), E.WRONG_SHAPE, (*M, "indicator")),
    (
        f"{measure('question: mark')}  - {{name: m, question: mark}}\n",
        E.DUPLICATE_NAME,
        ("measures", 1, "name"),
    ),
]
