"""Answers to what is asked again and again."""

import pytest

from encuestas import ErrorCode, Source
from tests.encuestas.test_validation import codes, whole

from . import definitions

E = ErrorCode
REPEATS = definitions.survey("repeats")


def test_repeats_in_three_spellings() -> None:
    clean = {
        "members": [
            {"name": "Ana", "age": 30, "children": [{"child_age": 3}, {"child_age": 5}]},
            {"name": "Luz"},
        ],
        "size": 2,
        "rooms": 1,
        "room": [{"beds": 2}],
        "beds_in_all": 2,
    }
    flat = {
        "members[]": "2",
        "members[1]/name": "Ana",
        "members[1]/age": "30",
        "members[1]/children[2]/child_age": "5",
        "members[1]/children[1]/child_age": "3",
        "members[2]/name": "Luz",
        "rooms": "1",
        "room[1]/beds": "2",
    }
    form = {path: [text] for path, text in flat.items()}
    for raw, source in ((clean, Source.JSON), (flat, Source.TEXT), (form, Source.FORM)):
        result = whole(REPEATS, raw, source)
        assert result.answers == clean
        assert (result.faults, result.dropped, result.unknown) == ((), (), ())


def test_how_many_instances_were_sent() -> None:
    def members(raw: dict[str, object], source: Source) -> list[object]:
        return whole(REPEATS, raw, source).answers["members"]

    assert members({"members[3]/name": ["c"]}, Source.FORM) == [{}, {}, {"name": "c"}]
    assert members({"members[]": ["1"], "members[1]/name": ["a"]}, Source.FORM) == [{"name": "a"}]
    # what was taken away on the page is still among the fields that were posted before
    gone = whole(REPEATS, {"members[]": ["1"], "members[2]/name": ["b"]}, Source.FORM)
    assert gone.answers["members"] == [{}]
    # every row of a file has all the columns: a blank one makes nobody
    row = {"members[1]/name": "a", "members[2]/name": " ", "members[2]/age": ""}
    assert members(row, Source.TEXT) == [{"name": "a"}]
    assert members({"members[2]/name": [""]}, Source.FORM) == [{}, {}]
    assert members({"members[]": "2.0"}, Source.TEXT) == [{}, {}]


def test_faults_tell_the_instance() -> None:
    raw = {"members": [{"name": "a"}, {"age": 200}, {"name": "c", "children": [{"child_age": 1}]}]}
    result = whole(REPEATS, raw)
    assert codes(result) == [("members[2]/name", E.REQUIRED), ("members[2]/age", E.ABOVE_MAXIMUM)]
    assert [fault.name for fault in result.faults] == ["name", "age"]
    assert result.dropped == ("members[3]/children[1]/child_age",)


def test_more_instances_than_are_counted_are_dropped() -> None:
    raw = {"members": [{"name": "a"}], "rooms": 1, "room": [{"beds": 1}, {"beds": 2}, {}]}
    result = whole(REPEATS, raw)
    assert result.answers["room"] == [{"beds": 1}]
    assert result.dropped == ("room[2]/beds",)
    assert result.faults == ()


@pytest.mark.parametrize(
    ("raw", "faults", "unknown"),
    [
        ({"members": "x"}, [("members", E.WRONG_TYPE)], ()),
        ({"members": {"name": "a"}}, [("members", E.WRONG_TYPE)], ()),
        ({"members": ["x"]}, [("members[1]", E.WRONG_TYPE)], ()),
        ({"members": [{"name": "a"}] * 21}, [("members", E.TOO_MANY_INSTANCES)], ()),
        ({"members": [{"name": "a"}] * 1001}, [("members", E.TOO_MANY_INSTANCES)], ()),
        ({"members": [{"name": [{"age": 1}]}]}, [("members[1]/name", E.WRONG_TYPE)], ()),
        ({"members": [{"name": "a", "rooms": 1}]}, [], ("members[1]/rooms",)),
        ({"members": [{"name": "a"}], "members[1]/name": "b"}, [], ("members[1]/name",)),
    ],
)
def test_json_of_another_shape(raw: object, faults: list, unknown: tuple) -> None:
    result = whole(REPEATS, raw)
    found = [item for item in codes(result) if item[1] is not E.REQUIRED]
    assert (found, result.unknown) == (faults, unknown)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("members[]", ["1001"], E.TOO_MANY_INSTANCES),
        ("members[]", ["9" * 5000], E.TOO_MANY_INSTANCES),
        ("members[1001]/name", ["a"], E.TOO_MANY_INSTANCES),
        ("members[]", ["-1"], E.WRONG_TYPE),
        ("members[]", ["²"], E.WRONG_TYPE),
        ("members[]", {"x": 1}, E.WRONG_TYPE),
    ],
)
def test_numbers_of_instances_that_cannot_be(path: str, value: object, code: ErrorCode) -> None:
    assert codes(whole(REPEATS, {path: value}, Source.FORM))[0] == ("members", code)


@pytest.mark.parametrize(
    "path",
    [
        "members",
        "members[1]",
        "members[0]/name",
        "members[01]/name",
        "room[1]/name",
        "name",
        "x[]",
        "members[1]/",
        "/rooms",
        "members[1]/members[1]/name",
        "members[1]/rooms",
        "rooms[]",
        "[]",
        "members[1]/child_age",
        "children[]",
        "children[1]/child_age",
        "members[1]/members[]",
    ],
)
def test_paths_that_lead_nowhere(path: str) -> None:
    result = whole(REPEATS, {path: ["1"], "members[1]/name": ["a"]}, Source.FORM)
    assert result.unknown == (path,)
    assert result.faults == ()


def test_a_response_has_so_many_values_and_no_more() -> None:
    rows = [{"name": "a", "children": [{}] * 1000}] * 200
    result = whole(REPEATS, {"members": rows})
    assert codes(result) == [("", E.TOO_MANY_VALUES)]
    assert result.answers == {}
    told = {f"members[{i}]/children[]": ["1000"] for i in range(1, 1000)}
    assert codes(whole(REPEATS, told, Source.FORM)) == [("", E.TOO_MANY_VALUES)]
