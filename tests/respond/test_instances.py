"""Instances of a repeat in what was typed."""

from __future__ import annotations

import pytest

from app.forms import instances
from app.forms.dynamic import OWN_FIELDS, field_name, path_of, paths_in

RAW = {
    "a": ["1"],
    "m[]": ["3"],
    "m[1]/n": ["Ana"],
    "m[2]/n": ["Berta"],
    "m[2]/h[]": ["1"],
    "m[2]/h[1]/e": ["3"],
    "m[3]/n": ["Carla"],
    "mm[2]/n": ["otra"],
}


def test_a_removed_instance_goes_behind_the_others_with_all_that_is_in_it() -> None:
    assert instances.remove(RAW, "m", 2, count=3) == {
        "a": ["1"],
        "m[]": ["2"],
        "m[1]/n": ["Ana"],
        "m[2]/n": ["Carla"],
        "m[3]/n": ["Berta"],
        "m[3]/h[]": ["1"],
        "m[3]/h[1]/e": ["3"],
        "mm[2]/n": ["otra"],
    }


def test_it_can_be_brought_back() -> None:
    removed = instances.remove(RAW, "m", 3, count=3)
    assert instances.add(removed, "m", count=2) == RAW


def test_what_was_removed_leaves_at_last() -> None:
    removed = instances.without_spare(instances.remove(RAW, "m", 2, count=3))
    assert not any(key.startswith("m[3]") for key in removed)
    assert removed["m[2]/n"] == ["Carla"]
    assert instances.without_spare(RAW) == RAW


def test_inside_an_instance() -> None:
    removed = instances.without_spare(instances.remove(RAW, "m[2]/h", 1, count=1))
    assert removed["m[2]/h[]"] == ["0"]
    assert "m[2]/h[1]/e" not in removed
    assert removed["m[2]/n"] == ["Berta"]


@pytest.mark.parametrize("count", ["", "x", "-1", "²"])
def test_a_count_that_is_none_removes_nothing(count: str) -> None:
    raw = {**RAW, "m[]": [count]}
    assert instances.told(raw, "m") is None
    assert instances.without_spare(raw) == raw


@pytest.mark.parametrize("name", sorted(OWN_FIELDS))
def test_a_question_may_be_called_as_a_field_of_ours(name: str) -> None:
    assert path_of(field_name(name)) == name != field_name(name)


def test_fields_of_a_page() -> None:
    fields = ["lang", "draft:", "m[]", "m[1]/n", "m[0]/n", "m[1]n", "x", "m[1]/h[]", "m[1]/n"]
    names = {"lang": (), "draft": (), "m": (), "n": ("m",), "h": ("m",)}
    assert paths_in(fields, names) == ["draft", "m[]", "m[1]/n", "m[1]/h[]"]
