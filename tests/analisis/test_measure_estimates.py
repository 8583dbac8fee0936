"""From counts to figures: what each selection allows, in which order, with which flags."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import Estimate, interval, mean_interval, measure_estimates, net_interval

MARKS = {1: 1, 2: 0, 3: 2, 4: 3, 5: 5, 6: 8, 7: 12}  # 31 answers, 20 satisfied, 6 dissatisfied
SCALE = {"variable": "nota_global", "satisfied": [6, 7], "dissatisfied": [1, 2, 3, 4]}


def measure(counts: dict[Any, int] = MARKS, **options: Any) -> tuple[Estimate, ...]:
    return measure_estimates(counts, **{**SCALE, **options})


def one(figures: tuple[Estimate, ...], statistic: str, category: Any = None) -> Estimate:
    (found,) = [f for f in figures if f.statistic == statistic and f.category == category]
    return found


def order(figures: tuple[Estimate, ...]) -> list[str]:
    names = [str(figure.statistic) for figure in figures]
    return [name for i, name in enumerate(names) if i == 0 or name != names[i - 1]]


AMONG = ["category", "satisfied", "dissatisfied", "net", "mean"]


@pytest.mark.parametrize(
    ("selection", "population", "expected"),
    [
        ("census", 45, ["response_rate", "strict", "bounds", *AMONG]),
        ("census", None, AMONG),
        ("probability", 45, AMONG),
        ("probability", None, AMONG),
        ("open", 45, ["bounds", *AMONG]),
        ("open", None, AMONG),
    ],
)
def test_which_figures_and_in_which_order(
    selection: str, population: int | None, expected: list[str]
) -> None:
    figures = measure(selection=selection, population=population)
    assert order(figures) == expected
    assert [f.category for f in figures if f.statistic == "category"] == list(MARKS)


def test_census_with_silence() -> None:
    figures = measure(
        selection="census", population=45, special={"no_sabe": 2, "no_responde": 0}, missing=1
    )
    assert {(f.n, f.base, f.population) for f in figures} == {(31, 34, 45)}
    rate, strict, limits = figures[:3]
    assert (rate.value, rate.low, rate.high, rate.flags) == (34 / 45, None, None, ())
    assert (strict.value, strict.low, strict.high, strict.confidence) == (20 / 45, None, None, None)
    # Those who don't know are as unknown as the silent: 14, not 11.
    assert (limits.value, limits.confidence, limits.method) == (None, None, None)
    assert (limits.low, limits.high) == (20 / 45, 34 / 45)
    satisfied = one(figures, "satisfied")
    assert satisfied.value == 20 / 31
    assert (satisfied.low, satisfied.high) == (24 / 45, 33 / 45)
    assert (satisfied.method, satisfied.confidence) == ("hypergeometric", 0.95)
    assert satisfied.se is not None
    assert math.isclose(satisfied.se, math.sqrt(20 / 31 * 11 / 31 / 30 * 14 / 45))
    assert (satisfied.df, satisfied.deff, satisfied.n_effective) == (30, 1, 31)
    assert {f.flags for f in figures[3:]} == {("assumes_random_nonresponse",)}


def test_a_complete_census_is_points() -> None:
    figures = measure(selection="census", population=31)
    assert {f.flags for f in figures} == {("census",)}
    for figure in figures[3:]:
        assert figure.low == figure.high == figure.value
        assert figure.se == 0
    assert figures[0].value == 1
    assert (figures[2].low, figures[2].high) == (20 / 31, 20 / 31)


def test_everybody_answered_but_not_everybody_knows() -> None:
    figures = measure(selection="census", population=33, special={"no_sabe": 2})
    assert figures[0].value == 1
    assert figures[0].flags == ()
    assert one(figures, "satisfied").flags == ("assumes_random_nonresponse",)
    assert one(figures, "strict").value == 20 / 33


def test_census_without_a_known_list_takes_the_wider_interval() -> None:
    satisfied = one(measure(selection="census"), "satisfied")
    assert satisfied.method == "wilson"
    assert satisfied.flags == ("assumes_random_nonresponse",)


def test_probability_sample() -> None:
    figures = measure(selection="probability", confidence=0.9)
    for category, count in MARKS.items():
        found, expected = one(figures, "category", category), interval(count, 31, confidence=0.9)
        assert (found.value, found.low, found.high) == (count / 31, expected.low, expected.high)
    net, mean = one(figures, "net"), one(figures, "mean")
    expected = net_interval(20, 6, 31, confidence=0.9)
    assert net.value == 14 / 31
    assert (net.low, net.high, net.method) == (expected.low, expected.high, "bonett_price")
    assert net.se is not None
    p, q = 20 / 31, 6 / 31
    assert math.isclose(net.se, math.sqrt((p + q - (p - q) ** 2) / 30))
    expected = mean_interval(MARKS, confidence=0.9)
    assert expected is not None
    assert (mean.low, mean.high, mean.method) == (expected.low, expected.high, "t")
    assert mean.value == 176 / 31
    assert {f.confidence for f in figures} == {0.9}
    assert net.flags == mean.flags == ("simple_random_assumed",)
    assert one(figures, "dissatisfied").value == 6 / 31


def test_probability_sample_of_a_finite_population() -> None:
    figures = measure(selection="probability", population=200)
    assert one(figures, "satisfied").method == "hypergeometric"
    assert one(figures, "satisfied").flags == ("simple_random_assumed", "not_reliable")
    assert {f.flags for f in measure(selection="probability", population=31)} == {("census",)}


def test_an_open_link_says_less() -> None:
    figures = measure(selection="open", population=45, simulated=True)
    for figure in figures:
        assert figure.flags == ("self_selected", "simulated")
        assert (figure.se, figure.method, figure.confidence) == (None, None, None)
        assert (figure.df, figure.deff, figure.n_effective) == (None, None, None)
        if figure.statistic != "bounds":
            assert (figure.low, figure.high) == (None, None)
    assert one(figures, "satisfied").value == 20 / 31
    assert (figures[0].low, figures[0].high) == (20 / 45, 34 / 45)


@pytest.mark.parametrize("selection", ["census", "probability", "open"])
def test_nobody_answered(selection: str) -> None:
    for population in (None, 45, 0):
        figures = measure(dict.fromkeys(MARKS, 0), selection=selection, population=population)
        for figure in figures:
            json.dumps(figure.to_dict(), allow_nan=False)
            if figure.statistic in AMONG:
                assert figure.value is figure.low is figure.high is figure.se is figure.method
                assert figure.value is None
                assert figure.flags in (
                    ("self_selected",),
                    ("simple_random_assumed",),
                    ("assumes_random_nonresponse",),
                )
    silent = measure(dict.fromkeys(MARKS, 0), selection="census", population=45)
    assert [silent[0].value, silent[1].value, silent[2].low, silent[2].high] == [0, 0, 0, 1]
    empty = measure(dict.fromkeys(MARKS, 0), selection="census", population=0)
    assert [empty[0].value, empty[1].value, empty[2].low] == [None, None, None]


def test_one_answer() -> None:
    figures = measure({**dict.fromkeys(MARKS, 0), 7: 1}, selection="probability")
    satisfied, mean = one(figures, "satisfied"), one(figures, "mean")
    assert (satisfied.value, satisfied.se, satisfied.df) == (1, None, 0)
    assert satisfied.low is not None
    assert 0 < satisfied.low < 1
    assert (mean.value, mean.se, mean.low, mean.method, mean.confidence) == (7, *[None] * 4)


def test_choices_in_words_have_no_mean() -> None:
    figures = measure_estimates(
        {"si": 3, "no": 1, "tal_vez": 0},
        variable="conoce",
        satisfied=["si"],
        dissatisfied=[],
        selection="probability",
        domain={"territory": "05402-1"},
    )
    assert order(figures) == ["category", "satisfied"]
    assert {f.variable for f in figures} == {"conoce"}
    assert all(f.domain == {"territory": "05402-1"} for f in figures)


@pytest.mark.parametrize(
    ("counts", "options", "remedy"),
    [
        (MARKS, {"population": 30}, "31 responses from a population of 30"),
        (MARKS, {"population": 32, "missing": 2}, "33 responses from a population of 32"),
        (MARKS, {"population": 32, "special": {"no_sabe": 2}}, "answered twice"),
        ({**MARKS, 3: -1}, {}, "3 has -1 answers"),
        (MARKS, {"special": {"no_sabe": -1}}, "'no_sabe' has -1"),
        (MARKS, {"missing": -1}, "'missing' has -1"),
        (MARKS, {"satisfied": [7, 8]}, r"categories \[8\] are not in counts"),
        (MARKS, {"dissatisfied": ["1"]}, r"categories \['1'\] are not in counts"),
        (MARKS, {"dissatisfied": [1, 6]}, r"categories \[6\] count both ways"),
        (MARKS, {"satisfied": []}, "satisfied is empty"),
        (MARKS, {"confidence": 95}, r"0\.95 for 95 %"),
        (MARKS, {"selection": "snowball"}, "snowball"),
    ],
)
def test_impossible_arguments_say_what_to_do(
    counts: dict[int, int], options: dict[str, Any], remedy: str
) -> None:
    with pytest.raises(ValueError, match=remedy):
        measure(counts, **{"selection": "census", **options})


@given(
    st.lists(st.integers(0, 30), min_size=7, max_size=7),
    st.integers(0, 5),
    st.none() | st.integers(0, 40),
    st.sampled_from(["census", "probability", "open"]),
)
@settings(max_examples=60, deadline=None)
def test_figures_agree_with_each_other(
    counts: list[int], unsure: int, silent: int | None, selection: str
) -> None:
    answers = dict(zip(range(1, 8), counts, strict=True))
    population = None if silent is None else sum(counts) + unsure + silent
    figures = measure(answers, selection=selection, population=population, special={"ns": unsure})
    assert len({(f.statistic, f.category) for f in figures}) == len(figures)
    for figure in figures:
        record = figure.to_dict()
        assert json.loads(json.dumps(record, allow_nan=False)) == record
        assert (figure.low is None) == (figure.high is None)
        assert (figure.method is None) == (figure.confidence is None)
        if figure.low is not None and figure.value is not None and figure.statistic != "net":
            unit = 1 / population if figure.method == "hypergeometric" else 1e-12
            assert figure.low - unit <= figure.value <= figure.high + unit
    if sum(counts):
        shares = [f.value for f in figures if f.statistic == "category"]
        assert math.isclose(sum(shares), 1)
        net = one(figures, "satisfied").value - one(figures, "dissatisfied").value
        assert math.isclose(one(figures, "net").value, net, abs_tol=1e-12)
