"""The difference between two answers of the same people, and the net by the same methods."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import (
    AnalysisError,
    ErrorCode,
    net_interval,
    paired_difference_interval,
)
from analisis.comparisons.paired import WITHOUT_POPULATION

R = json.loads((Path(__file__).parent / "r" / "two_proportions.json").read_text())
Z2 = 1.959963984540054**2


@pytest.mark.parametrize("method", sorted(WITHOUT_POPULATION))
def test_equals_r(method: str) -> None:
    """PropCIs stops Tango's search at 1e-7; Wald is clipped here and not there."""
    cases = [case for case in R if case["method"] == f"paired {method}"]
    assert len(cases) > 30
    for case in cases:
        found = paired_difference_interval(
            *case["counts"], method=method, confidence=case["confidence"]
        )
        tolerance = 5e-7 if method == "tango" else 1e-12
        assert math.isclose(found.low, max(-1, case["low"]), abs_tol=tolerance), case
        assert math.isclose(found.high, min(1, case["high"]), abs_tol=tolerance), case
        assert found.method == method


@pytest.mark.parametrize(
    ("method", "limits"),
    [
        ("bonett_price", (-0.1195, -0.0032)),
        ("tango", (-0.1240, -0.0054)),
        ("newcombe_paired", (-0.1186, -0.0046)),
        ("wald", (-0.1184, -0.0058)),
    ],
)
def test_the_published_example(method: str, limits: tuple[float, float]) -> None:
    """Cavo et al. 2012 as contingencytables' own tests hold it."""
    found = paired_difference_interval(59, 6, 16, 80, method)
    assert (round(found.low, 4), round(found.high, 4)) == limits


def test_tango_where_all_changed() -> None:
    """3 of 3, from the same tests."""
    found = net_interval(3, 0, 3, method="tango")
    assert (round(found.low, 4), found.high) == (-0.1230, 1)


def test_tango_by_hand_without_a_change() -> None:
    """The score is n d²/(d(1 - d)): d = z²/(n + z²)."""
    for n in (1, 30, 54):
        found = net_interval(0, 0, n, method="tango")
        assert math.isclose(found.high, Z2 / (n + Z2), abs_tol=1e-12)
        assert math.isclose(found.low, -Z2 / (n + Z2), abs_tol=1e-12)


@pytest.mark.parametrize("method", ["bonett_price", "tango", "wald"])
def test_it_is_the_net_of_those_who_changed(method: str) -> None:
    for table in [(59, 6, 16, 80), (1, 1, 7, 12), (0, 3, 0, 28)]:
        n = sum(table)
        assert paired_difference_interval(*table, method=method) == net_interval(
            table[1], table[2], n, method=method
        )


def test_a_finite_population_too() -> None:
    found = paired_difference_interval(15, 9, 3, 4, population=45)
    assert found == net_interval(9, 3, 31, population=45)
    assert found.method == "mover_exact"
    point = paired_difference_interval(15, 9, 3, 4, population=31)
    assert point.low == point.high == 6 / 31


def test_numpy_integers_do_not_overflow() -> None:
    table = (300_000, 40_000, 22_000, 318_000)
    found = paired_difference_interval(*map(np.int64, table), method="newcombe_paired")
    assert found == paired_difference_interval(*table, method="newcombe_paired")


cells = st.tuples(*[st.integers(0, 60)] * 4).filter(any)


@given(st.sampled_from(sorted(WITHOUT_POPULATION)), cells, st.floats(0.5, 0.995))
@settings(max_examples=200, deadline=None)
def test_behaves(method: str, table: tuple[int, int, int, int], confidence: float) -> None:
    both, first, second, neither = table
    found = paired_difference_interval(*table, method=method, confidence=confidence)
    assert -1 <= found.low <= found.high <= 1
    if method != "bonett_price":  # its centre is pulled towards 0
        difference = (first - second) / sum(table)
        assert found.low - 1e-12 <= difference <= found.high + 1e-12
    if method != "wald":
        assert found.low < found.high
    swapped = paired_difference_interval(
        both, second, first, neither, method=method, confidence=confidence
    )
    complement = paired_difference_interval(
        neither, second, first, both, method=method, confidence=confidence
    )
    for mirror in (swapped, complement):
        assert math.isclose(mirror.low, -found.high, abs_tol=1e-9)
        assert math.isclose(mirror.high, -found.low, abs_tol=1e-9)
    wider = paired_difference_interval(*table, method=method, confidence=(1 + confidence) / 2)
    assert wider.low <= found.low + 1e-12
    assert found.high <= wider.high + 1e-12


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        ({"first": -1}, ErrorCode.INVALID_COUNT, "first is -1"),
        (dict.fromkeys(("both", "first", "second", "neither"), 0), ErrorCode.INVALID_COUNT, "one"),
        ({"method": "newcombe"}, ErrorCode.UNKNOWN_METHOD, "of: bonett_price, tango"),
        ({"method": "tango", "population": 50}, ErrorCode.UNKNOWN_METHOD, "of: mover_exact"),
        ({"population": 9}, ErrorCode.POPULATION_TOO_SMALL, "correct the population"),
        ({"confidence": 1}, ErrorCode.INVALID_CONFIDENCE, "between 0 and 1"),
    ],
)
def test_impossible_arguments_say_what_to_do(
    arguments: dict[str, object], code: ErrorCode, remedy: str
) -> None:
    table = {"both": 4, "first": 3, "second": 2, "neither": 1}
    with pytest.raises(AnalysisError, match=remedy) as refused:
        paired_difference_interval(**{**table, **arguments})
    assert refused.value.code is code
