"""Whatever is given in place of a number: a right answer, or a refusal that says what to give."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import analisis
from analisis import AnalysisError, Cell, Table
from analisis.checks import real

NOT_WHOLE: list[Any] = [
    None,
    True,
    "3",
    "",
    math.nan,
    math.inf,
    2.5,
    Decimal(3),
    [3],
    np.array([3, 4]),
    {},
]
NOT_REAL = [None, True, "0.5", math.nan, math.inf, Decimal("0.5"), [0.5], np.array([0.5, 0.6])]
TABLE = Table("t", {"place": "AB", "answer": ("yes", "no")}, [[20, 3], [30, 14]])
ITEMS = np.random.default_rng(1).integers(1, 6, (30, 3))


def given(value: Any) -> Any:
    """None would say that there is none."""
    return "none" if value is None else value


COUNTS: dict[str, Callable[[Any], object]] = {
    "interval": lambda x: analisis.interval(x, 31),
    "interval of n": lambda x: analisis.interval(2, x, method="clopper_pearson"),
    "population": lambda x: analisis.interval(2, 31, population=given(x)),
    "difference": lambda x: analisis.difference_interval(2, 31, x, 31),
    "paired": lambda x: analisis.paired_difference_interval(2, x, 4, 10),
    "net": lambda x: analisis.net_interval(2, x, 31),
    "ratio": lambda x: analisis.ratio_interval(2, 31, 2, x),
    "change": lambda x: analisis.change_rate_interval(20, 31, x, 31),
    "bounds": lambda x: analisis.bounds(0, 1, x),
    "margin": lambda x: analisis.margin_of_error(x),
    "sample size": lambda x: analisis.sample_size(0.05, population=given(x)),
    "power": lambda x: analisis.power(0.5, 0.6, x),
    "allocate": lambda x: analisis.allocate(x, {"a": 10, "b": 20}),
    "size of a stratum": lambda x: analisis.allocate(3, {"a": 10, "b": x}),
    "least of a stratum": lambda x: analisis.allocate(5, {"a": 10}, minimum=x),
    "select": lambda x: analisis.select(x, seed=1, units=20),
    "seed": lambda x: analisis.select(2, seed=x, units=20),
    "length of a list": lambda x: analisis.select(2, seed=1, units=given(x)),
    "mean": lambda x: analisis.mean_interval({1: 4, 2: x}),
    "counts of a table": lambda x: Table("t", {"a": "xy"}, [3, "three" if x is None else [x]]),
    "width": lambda x: analisis.suppress([TABLE], 5, width=x),
    "base": lambda x: analisis.counts_behind(50, x),
    "decimals": lambda x: analisis.counts_behind(50, 2, decimals=x),
}
NUMBERS: dict[str, Callable[[Any], object]] = {
    "confidence": lambda x: analisis.interval(2, 31, confidence=x),
    "margin": lambda x: analisis.sample_size(x),
    "p": lambda x: analisis.sample_size(0.05, p=x),
    "sd": lambda x: analisis.sample_size(0.05, sd=given(x)),
    "deff": lambda x: analisis.margin_of_error(100, deff=x),
    "response": lambda x: analisis.power(0.5, 0.6, 100, response=x),
    "p1": lambda x: analisis.power(x, 0.6, 100),
    "difference": lambda x: analisis.power_of_means(x, 1, 100),
    "power": lambda x: analisis.sample_size_to_compare(0.5, 0.6, power=x),
    "sd of a stratum": lambda x: analisis.allocate(
        3, {"a": 10, "b": 20}, method="neyman", sd={"a": 1, "b": x}
    ),
    "cases": lambda x: analisis.response_rates({"I": 4, "R": x}),
    "eligibility": lambda x: analisis.response_rates({"I": 4, "UH": 3}, given(x)),
    "threshold": lambda x: analisis.suppress([TABLE], x),
    "score": lambda x: real("a score", x, "a finite number"),
}
untyped: Any = analisis
OTHERS: dict[str, Callable[[], object]] = {
    "p-values": lambda: untyped.adjust_p("x"),
    "populations": lambda: untyped.power(0.5, 0.6, 100, populations=(1000,)),
    "strata": lambda: untyped.allocate(3, [10, 20]),
    "sizes": lambda: untyped.select(1, seed=1, method="pps", sizes=[[1, 2], [3, 4]]),
    "sizes of unequal length": lambda: untyped.select(1, seed=1, method="pps", sizes=[1, [2, 3]]),
    "texts as sizes": lambda: untyped.select(1, seed=1, method="pps", sizes=["a", "b"]),
    "dispositions": lambda: untyped.response_rates(3),
    "a percentage": lambda: untyped.counts_behind("7,5 %", 45),
    "dimensions": lambda: untyped.Table("t", ["a"], [1]),
    "categories": lambda: untyped.Table("t", {"a": 3}, [1]),
    "lists as categories": lambda: untyped.Table("t", {"a": [[1], [2]]}, [1, 2]),
    "margins": lambda: untyped.Table("t", {"a": "xy"}, [1, 2], margins="a"),
    "no tables": lambda: untyped.suppress([], 5),
    "a table alone": lambda: untyped.suppress(TABLE, 5),
    "no cell": lambda: untyped.audit([TABLE], ["A"]),
    "no estimate": lambda: untyped.reliability(0.5),
    "no counts": lambda: untyped.mean_interval([1, 2]),
    "codes": lambda: untyped.kappa("a", None),
    "lists as codes": lambda: untyped.kappa([[1], [2]], [[1], [2]]),
    "categories of codes": lambda: untyped.kappa("ab", "ab", categories=True),
    "answers beyond all": lambda: untyped.cronbach_alpha(ITEMS * 1e200),
    "a margin near nothing": lambda: untyped.sample_size(1e-300),
}


@pytest.mark.parametrize("wrong", NOT_WHOLE, ids=repr)
@pytest.mark.parametrize("asked", COUNTS)
def test_what_is_no_whole_number_is_refused(asked: str, wrong: object) -> None:
    with pytest.raises(AnalysisError):
        COUNTS[asked](wrong)


@pytest.mark.parametrize("wrong", NOT_REAL, ids=repr)
@pytest.mark.parametrize("asked", NUMBERS)
def test_what_is_no_number_is_refused(asked: str, wrong: object) -> None:
    with pytest.raises(AnalysisError):
        NUMBERS[asked](wrong)


@pytest.mark.parametrize("asked", OTHERS)
def test_what_is_of_another_kind_is_refused(asked: str) -> None:
    with pytest.raises(AnalysisError):
        OTHERS[asked]()


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint8, np.float64, float])
def test_numbers_of_numpy_and_whole_floats_are_numbers(kind: Callable[[int], Any]) -> None:
    x, n, size = kind(20), kind(31), kind(45)
    assert analisis.interval(x, n, population=size) == analisis.interval(20, 31, population=45)
    for method in ("optimal", "mid_p", "wilson_fpc"):
        assert analisis.interval(x, n, size, method) == analisis.interval(20, 31, 45, method)
    assert analisis.mean_interval({1: x, 2: n}) == analisis.mean_interval({1: 20, 2: 31})
    assert analisis.mean_interval({1: n}, size) == analisis.mean_interval({1: 31}, 45)
    assert analisis.allocate(x, {"a": n, "b": size}) == analisis.allocate(20, {"a": 31, "b": 45})
    assert analisis.counts_behind(50, x) == (10, 10)
    rows = analisis.select(x, seed=kind(1), units=n).indices
    np.testing.assert_array_equal(rows, analisis.select(20, seed=1, units=31).indices)
    assert analisis.audit([TABLE], [Cell.of({"place": "A", "answer": "no"})], width=kind(1))
