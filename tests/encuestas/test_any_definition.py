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


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(TEXTS), st.data())
def test_a_text_with_one_piece_changed(text: str, data) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 10)))
    piece = data.draw(st.sampled_from(["", "\t", "'", "{", "]", ": ", "\n", "&a", "$", *WORDS]))
    check(survey_or_faults(read_survey, text[:start] + piece + text[end:]))
