"""Whatever two sound definitions: what warnings point at, what differs, what is written."""

from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import Survey, read_survey, survey_from_data
from encuestas.changes import Effect
from encuestas.diff import compatible, diff
from encuestas.warnings import warn
from encuestas.writing import write_survey

from .test_any_definition import DATA, STRANGE, places, survey_or_faults

_MADE_BY_US = ("relevant", "required", "special_answers")


def points_into(data: object, path: tuple) -> bool:
    """Whether all but the last part of a path is there; what is missing may be the last."""
    for part in path[:-1]:
        if isinstance(data, dict) and part not in data:
            return part in _MADE_BY_US
        data = data[part]
    return True


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from(DATA), st.data())
def test_a_definition_with_some_parts_changed(original: dict, data) -> None:
    changed = copy.deepcopy(original)
    for _ in range(data.draw(st.integers(1, 3))):
        *above, last = data.draw(st.sampled_from(places(changed)))
        owner = changed
        for key in above:
            owner = owner[key]
        if data.draw(st.booleans()):
            owner[last] = data.draw(STRANGE | st.sampled_from(["Otra", "${mark} > 1", "1", True]))
        elif len(owner) > 1:
            del owner[last]
    after = survey_or_faults(survey_from_data, changed)
    if not isinstance(after, Survey):
        return
    before = survey_from_data(original)
    assert all(points_into(changed, warning.path) for warning in warn(after))
    assert read_survey(write_survey(after)) == after
    assert diff(after, after) == ()
    for old, new in ((before, after), (after, before)):
        parted = {name for c in diff(old, new) if not c.joins_by_name for name in c.questions}
        for question in new.questions:
            if old.has(question.name) and not compatible(old.question(question.name), question):
                assert question.name in parted


def test_any_two_of_the_collection() -> None:
    surveys = [survey_from_data(data) for data in DATA]
    for one in surveys:
        for other in surveys:
            found = diff(one, other)
            assert bool(found) is (one is not other)
            assert all(change.effect in Effect for change in found)
