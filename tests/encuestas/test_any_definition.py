"""Whatever stands where a definition should: a survey that works, or faults, and nothing else."""

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import (
    DefinitionErrors,
    Source,
    Survey,
    read_survey,
    structure_hash,
    survey_from_data,
    survey_to_data,
    validate,
)
from encuestas.types import TYPES
from encuestas.writing import write_survey

from . import definitions
from .definitions import NOW

DATA = [survey_to_data(definitions.survey(name)) for name in definitions.NAMES]
TEXTS = [definitions.text(name) for name in definitions.NAMES]
WORDS = sorted({word for text in TEXTS for word in text.replace(",", " ").split()})
STRANGE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*WORDS, "register", "group", "${mark} > 1", "1 +", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(data: object, at: tuple = ()) -> list[tuple]:
    inner = data.items() if isinstance(data, dict) else enumerate(data)
    found = []
    for key, value in inner:
        found.append((*at, key))
        if isinstance(value, dict | list):
            found += places(value, (*at, key))
    return found


def survey_or_faults(read, given_to_it: object) -> Survey | tuple:
    try:
        return read(given_to_it)
    except DefinitionErrors as error:
        return error.faults


def check(outcome: Survey | tuple) -> None:
    if isinstance(outcome, tuple):
        assert outcome
        return
    assert survey_from_data(json.loads(json.dumps(survey_to_data(outcome)))) == outcome
    assert len(structure_hash(outcome)) == 64
    validate(outcome, {}, source=Source.FORM, now=NOW)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(DATA), st.data())
def test_a_definition_with_one_part_changed(original: dict, data) -> None:
    changed = copy.deepcopy(original)
    *above, last = data.draw(st.sampled_from(places(changed)))
    owner = changed
    for key in above:
        owner = owner[key]
    if data.draw(st.booleans()):
        owner[last] = data.draw(STRANGE)
    else:
        del owner[last]
    check(survey_or_faults(survey_from_data, changed))


SPANISH = [data for data in DATA if data["languages"] == ["es"]]
ASKED = [
    question
    for data in SPANISH
    for page in data["pages"]
    for question in page["questions"]
    if question["type"] in TYPES and "choice_filter" not in question
]
HEADS = {key: {} for key in ("choices", "files", "special_answers")}
for _data in SPANISH:
    for _key, _known in HEADS.items():
        _known |= _data.get(_key, {})
WORDS_OF_ONE = st.dictionaries(
    st.just("es"), st.text("ab ñ\u0301😀\n", min_size=1).filter(str.strip), min_size=1
)
EXTRAS = st.fixed_dictionaries(
    {},
    optional={
        "hint": WORDS_OF_ONE,
        "guidance": WORDS_OF_ONE,
        "required_message": WORDS_OF_ONE,
        "constraint_message": WORDS_OF_ONE,
        "image": st.just({"es": "a b.png"}),
        "required": st.sampled_from([True, "1 = 1"]),
        "relevant": st.just("not(false())"),
        "constraint": st.just(". != ''"),
        "calculation": st.just("1 + 1"),
        "read_only": st.booleans(),
        "appearance": st.just("minimal columns"),
    },
)


@st.composite
def definition(draw) -> dict:
    """Questions of every type with whatever any question may say, loose, grouped and repeated."""
    names = iter(range(1000))

    def ask() -> dict:
        question = draw(st.sampled_from(ASKED))
        kept = {key: value for key, value in question.items() if key in ONLY[question["type"]]}
        extras = draw(EXTRAS)
        if TYPES[question["type"]].is_calculated:
            extras["calculation"] = "1 + 1"
        return {**extras, **kept, "name": f"q{next(names)}"}

    def items(depth: int) -> list:
        made = [ask() for _ in range(draw(st.integers(1, 3)))]
        if depth and draw(st.booleans()):
            kind = draw(st.sampled_from(["group", "repeat"]))
            made.append({"name": f"g{next(names)}", "type": kind, "questions": items(depth - 1)})
        return made

    pages = [{"id": f"p{i}", "questions": items(3)} for i in range(draw(st.integers(1, 2)))]
    return {"id": "s", "version": "1", "title": {"es": "T"}, **HEADS, "pages": pages}


ONLY = {
    name: {"type", "label", "choices", "special"}
    | {field.data_key or key for key, field in kind.fields().items()}
    for name, kind in TYPES.items()
}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(definition())
def test_what_is_written_reads_back_as_the_same_survey(data: dict) -> None:
    survey = survey_or_faults(survey_from_data, data)
    assert isinstance(survey, Survey), survey
    written = survey_to_data(survey)
    for text in (json.dumps(written), write_survey(survey)):
        assert read_survey(text) == survey
        assert structure_hash(read_survey(text)) == structure_hash(survey)
    assert survey_to_data(read_survey(json.dumps(written))) == written


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(TEXTS), st.data())
def test_a_text_with_one_piece_changed(text: str, data) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 10)))
    piece = data.draw(st.sampled_from(["", "\t", "'", "{", "]", ": ", "\n", "&a", "$", *WORDS]))
    check(survey_or_faults(read_survey, text[:start] + piece + text[end:]))
