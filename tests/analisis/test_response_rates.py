"""Outcome rates are those of R's outcomerate and of the AAPOR's formulas in fractions."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, response_rates
from tests.analisis.scales.reference import far, printed

CASES = printed("scales_response_rates")
CODES = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")
NAMES = [*(f"rr{i}" for i in range(1, 7)), *(f"coop{i}" for i in range(1, 5)),
         "ref1", "ref2", "ref3", "con1", "con2", "con3"]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_equals_outcomerate(case: dict[str, Any]) -> None:
    for key, eligibility in (("rates", None), ("half", 0.5)):
        found = response_rates(case["counts"], eligibility)
        expected = [case[key][name.upper()] for name in NAMES]
        assert far([getattr(found, name) for name in NAMES], expected) < 1e-13
    assert response_rates(case["counts"]).eligibility == pytest.approx(case["e"], rel=1e-13)


def test_the_published_example() -> None:
    # As outcomerate's guide prints it, to three digits.
    found = response_rates({"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1})
    printed_there = {
        "rr1": 0.364, "rr2": 0.545, "rr3": 0.370, "rr4": 0.556, "rr5": 0.444, "rr6": 0.667,
        "coop1": 0.500, "coop2": 0.750, "coop3": 0.571, "coop4": 0.857, "ref1": 0.091,
        "ref2": 0.093, "ref3": 0.111, "con1": 0.727, "con2": 0.741, "con3": 0.889,
    }  # fmt: skip
    assert {name: round(getattr(found, name), 3) for name in NAMES} == printed_there


counted = st.lists(st.integers(0, 200), min_size=8, max_size=8).filter(lambda n: sum(n[:7]) > 0)


ASCENDING = [("rr1", "rr3"), ("rr3", "rr5"), ("rr2", "rr4"), ("rr4", "rr6"),
             ("rr1", "rr2"), ("rr3", "rr4"), ("rr5", "rr6"), ("coop1", "coop3"),
             ("ref1", "ref2"), ("ref2", "ref3"), ("con1", "con2"), ("con2", "con3")]  # fmt: skip


@given(counted)
@settings(max_examples=100, deadline=None)
def test_rates_stand_in_their_order(counts: list[int]) -> None:
    found = response_rates(dict(zip(CODES, counts, strict=True)))
    values = {name: getattr(found, name) for name in NAMES}
    assert all(value is None or 0 <= value <= 1 for value in values.values())
    for low, high in ASCENDING:
        if values[low] is not None and values[high] is not None:
            assert values[low] <= values[high] * (1 + 1e-15)
    i, p, r, nc, o, uh, uo, ne = (Fraction(count) for count in counts)
    every = i + p + r + nc + o + uh + uo
    assert values["rr2"] == pytest.approx(float((i + p) / every), rel=1e-14)
    # What is not an interview, a refusal or a non-contact is left.
    assert values["con1"] == pytest.approx(float((every - nc - uh - uo) / every), rel=1e-14)
    assert values["ref1"] == pytest.approx(float(r / every), rel=1e-14)
    if i + p + r + nc + o > 0:
        e = (i + p + r + nc + o) / (i + p + r + nc + o + ne)
        below = i + p + r + nc + o + e * (uh + uo)
        assert values["rr3"] == pytest.approx(float(i / below), rel=1e-13)
        assert values["con2"] == pytest.approx(float((i + p + r + o) / below), rel=1e-13)


@given(counted, st.floats(1e-3, 1e3))
@settings(max_examples=40, deadline=None)
def test_weights_scale_out_and_single_cases_are_counted(counts: list[int], scale: float) -> None:
    table = dict(zip(CODES, counts, strict=True))
    found = response_rates(table)
    scaled = response_rates({code: count * scale for code, count in table.items()})
    for name in NAMES:
        assert getattr(scaled, name) == pytest.approx(getattr(found, name), rel=1e-12)
    cases = [code for code, count in table.items() for _ in range(count)]
    if counts[7]:
        assert response_rates(cases) == found


def test_without_ineligible_cases_nothing_tells_the_eligibility() -> None:
    silent = response_rates({"I": 5, "R": 2, "UH": 3})
    assert (silent.eligibility, silent.rr3, silent.ref2, silent.con2) == (None, None, None, None)
    assert (silent.rr1, silent.rr5) == (0.5, 5 / 7)
    told = response_rates({"I": 5, "R": 2, "UH": 3, "NE": 0})
    assert (told.eligibility, told.rr3) == (1, 0.5)
    known = response_rates({"I": 5, "R": 2})
    assert (known.rr3, known.eligibility) == (5 / 7, None)


def test_nobody_reached_is_no_cooperation_rate() -> None:
    found = response_rates({"NC": 4, "O": 1})
    assert (found.rr1, found.coop1, found.coop3) == (0, 0, None)


@pytest.mark.parametrize(
    ("dispositions", "eligibility", "code"),
    [
        ({"I": 3, "X": 1}, None, ErrorCode.INVALID_ARGUMENT),
        ({"I": -3}, None, ErrorCode.INVALID_COUNT),
        ({"I": float("nan")}, None, ErrorCode.INVALID_COUNT),
        ({}, None, ErrorCode.INVALID_COUNT),
        ({"NE": 9}, None, ErrorCode.INVALID_COUNT),
        ({"I": 3}, 80, ErrorCode.INVALID_ARGUMENT),
        ("I", None, ErrorCode.INVALID_ARGUMENT),
    ],
)
def test_what_has_no_rate_says_why(
    dispositions: Any, eligibility: float | None, code: ErrorCode
) -> None:
    with pytest.raises(AnalysisError) as raised:
        response_rates(dispositions, eligibility)
    assert raised.value.code == code
