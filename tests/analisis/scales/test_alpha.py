"""Alpha is that of R's psych and, with weights, that of R's survey."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, cronbach_alpha
from tests.analisis.scales.reference import far, printed

CASES = printed("scales")
MARKS = {"a": [1, 2, 3, 4, 5, 6], "b": [2, 2, 3, 5, 5, 4], "c": [1, 3, 3, 4, 4, 6]}


@pytest.mark.parametrize("case", CASES["alpha"], ids=lambda case: case["set"])
def test_equals_psych(case: dict[str, Any]) -> None:
    found = cronbach_alpha(case["items"])
    expected = (case["value"], case["low"], case["high"])
    assert far((found.value, found.low, found.high), expected) < 1e-10
    assert (found.n, found.k) == (case["n"], len(case["items"]))
    assert found.n_effective == found.n
    assert far(cronbach_alpha(case["items"], missing="pairwise").value, case["pairwise"]) < 1e-10


@pytest.mark.parametrize("case", CASES["weighted"], ids=lambda case: case["set"])
def test_weighted_equals_survey(case: dict[str, Any]) -> None:
    found = cronbach_alpha(case["items"], case["weights"])
    assert far(found.value, case["value"]) < 1e-10
    assert 1 <= found.n_effective <= found.n
    assert found.low <= found.value <= found.high


def test_there_are_reference_cases() -> None:
    assert len(CASES["alpha"]) == 13
    assert len(CASES["weighted"]) == 17


answers = st.integers(3, 6).flatmap(
    lambda k: st.lists(st.lists(st.integers(1, 7), min_size=k, max_size=k), min_size=5, max_size=30)
)


def varied(rows: list[list[int]]) -> np.ndarray:
    """Rows in which no item and no sum is constant."""
    table = np.array(rows, dtype=float)
    extra = np.vstack([np.full(table.shape[1], 1.0), np.full(table.shape[1], 7.0)])
    return np.vstack([table, extra])


@given(answers, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_respondents_and_items_does_not_matter(
    rows: list[list[int]], random: Any
) -> None:
    table = varied(rows)
    value = cronbach_alpha(table).value
    order = random.sample(range(len(table)), len(table))
    items = random.sample(range(table.shape[1]), table.shape[1])
    assert np.isclose(cronbach_alpha(table[order][:, items]).value, value, rtol=1e-10, atol=1e-12)
    assert np.isclose(cronbach_alpha(table * 10 - 3).value, value, rtol=1e-10, atol=1e-12)


@given(answers, st.floats(1e-3, 1e3))
@settings(max_examples=60, deadline=None)
def test_equal_weights_are_none_and_whole_weights_are_copies(
    rows: list[list[int]], scale: float
) -> None:
    table = varied(rows)
    found = cronbach_alpha(table, np.full(len(table), scale))
    plain = cronbach_alpha(table)
    assert np.allclose(
        (found.value, found.low, found.high, found.n_effective),
        (plain.value, plain.low, plain.high, plain.n),
        rtol=1e-9,
        atol=1e-12,
    )
    copies = np.arange(len(table)) % 3
    copies[-2:] = 1
    weighted = cronbach_alpha(table, copies * scale)
    copied = cronbach_alpha(np.repeat(table, copies, axis=0))
    assert np.isclose(weighted.value, copied.value, rtol=1e-9, atol=1e-12)
    assert weighted.n == np.count_nonzero(copies)


@given(answers, st.floats(0.5, 0.98))
@settings(max_examples=40, deadline=None)
def test_more_confidence_is_wider(rows: list[list[int]], confidence: float) -> None:
    # Items that repeat each other have alpha 1 and its limits there too.
    table = varied(rows)
    table[-1, 0] = 3
    narrow = cronbach_alpha(table, confidence=confidence)
    wide = cronbach_alpha(table, confidence=confidence + 0.01)
    assert wide.low < narrow.low <= narrow.high < wide.high <= 1


def test_parallel_items_are_covered_as_often_as_said() -> None:
    rng, alpha, missed = np.random.default_rng(5), 0.8, 0
    # Four items that correlate .5 have alpha .8; the limits are exact there.
    for _ in range(2000):
        common = rng.normal(size=(40, 1))
        found = cronbach_alpha(common + rng.normal(size=(40, 4)))
        missed += not found.low <= alpha <= found.high
    assert 0.035 < missed / 2000 < 0.065


@pytest.mark.parametrize(
    ("items", "options", "code", "column"),
    [
        ({"a": [1, 2, 3]}, {}, ErrorCode.INVALID_COUNT, None),
        ({}, {}, ErrorCode.INVALID_COUNT, None),
        ([1, 2, 3], {}, ErrorCode.INVALID_COUNT, None),
        ({"a": [1, None], "b": [2, 3]}, {}, ErrorCode.INVALID_COUNT, None),
        ({"a": [1, 2, 3], "b": [5, 5, 5]}, {}, ErrorCode.NO_VARIATION, "b"),
        ({"a": [1, 2, 3], "b": [3, 2, 1]}, {}, ErrorCode.NO_VARIATION, None),
        ({"a": [1, 2, 3], "b": [3, 1]}, {}, ErrorCode.UNEQUAL_LENGTHS, "b"),
        ([[1, 2], [3]], {}, ErrorCode.UNEQUAL_LENGTHS, None),
        ([[[1, 2], [3, 4]]], {}, ErrorCode.INVALID_ARGUMENT, None),
        ({"a": [1, 2, 3], "b": ["3", "1", "2"]}, {}, ErrorCode.NOT_NUMERIC, "b"),
        ({"a": [1, 2, 3], "b": [3, "x", None]}, {}, ErrorCode.NOT_NUMERIC, "b"),
        ({"a": [1, 2, 3], "b": [3, float("inf"), 1]}, {}, ErrorCode.NOT_NUMERIC, "b"),
        ({"a": [1, None, 3], "b": [1, 2, 2]}, {"missing": "error"}, ErrorCode.MISSING_VALUES, "a"),
        ({"a": [1, 2, None, None], "b": [None, None, 2, 5]}, {"missing": "pairwise"},
         ErrorCode.MISSING_VALUES, "b"),
        (MARKS, {"missing": "mean"}, ErrorCode.UNKNOWN_METHOD, None),
        (MARKS, {"confidence": 95}, ErrorCode.INVALID_CONFIDENCE, None),
        (MARKS, {"weights": [1, 2]}, ErrorCode.UNEQUAL_LENGTHS, None),
        (MARKS, {"weights": [1, 1, 1, 1, 1, -1]}, ErrorCode.NEGATIVE_WEIGHT, "weights"),
        (MARKS, {"weights": [1, 1, 1, 1, 1, None]}, ErrorCode.MISSING_WEIGHT, "weights"),
        (MARKS, {"weights": [0, 0, 0, 0, 0, 3]}, ErrorCode.INVALID_COUNT, None),
        (MARKS, {"weights": [1] * 6, "missing": "pairwise"}, ErrorCode.UNKNOWN_METHOD, None),
    ],
)  # fmt: skip
def test_what_has_no_alpha_says_why(
    items: Any, options: dict[str, Any], code: ErrorCode, column: str | None
) -> None:
    with pytest.raises(AnalysisError) as raised:
        cronbach_alpha(items, **options)
    assert (raised.value.code, raised.value.column) == (code, column)


def test_missing_answers_in_every_form() -> None:
    table = [[1, 2, 1], [2, 2, None], [3, 3, 3], [4, 5, 4], [5, 5, float("nan")], [6, 4, 6]]
    masked = np.ma.masked_invalid(np.array(table, dtype=float))
    whole = [table[row] for row in (0, 2, 3, 5)]
    assert cronbach_alpha(table) == cronbach_alpha(masked) == cronbach_alpha(whole)
    assert cronbach_alpha(table).n == 4
    assert cronbach_alpha(table, missing="pairwise").n == 6
    assert cronbach_alpha(table, missing="pairwise").n_effective == 4
