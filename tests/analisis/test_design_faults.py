"""Impossible designs and requests: a code, the thing that is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analisis import AnalysisError, ErrorCode, SurveyDesign

ROWS = {
    "w": [1.0, 2.0, 3.0, 4.0],
    "h": ["a", "a", "b", "b"],
    "u": [1, 2, 3, 4],
    "N": [9, 9, 8, 8],
    "y": [1.0, 2.0, 3.0, None],
    "sat": [1, 7, 7, 6],
    "text": ["x", "y", "x", "z"],
    "none": [None, None, None, None],
    "no": [False, False, False, False],
}


def design(**changes: object) -> SurveyDesign:
    columns = {name: changes.pop(name, values) for name, values in ROWS.items()}
    columns["inside"] = changes.pop("inside", columns["no"])
    arguments = {"weights": "w", "strata": "h", "clusters": "u", **changes}
    return SurveyDesign(columns, **arguments)


FAULTS: dict[str, tuple[Callable[[], object], ErrorCode, str]] = {
    "no such column": (lambda: design(strata="q"), ErrorCode.UNKNOWN_COLUMN, "columns are: w, h"),
    "no such variable": (lambda: design().mean("q"), ErrorCode.UNKNOWN_COLUMN, "no column 'q'"),
    "weights are text": (lambda: design(weights="text"), ErrorCode.NOT_NUMERIC, "holds no numbers"),
    "mean of text": (lambda: design().mean("text"), ErrorCode.NOT_NUMERIC, "proportion"),
    "negative weight": (
        lambda: design(w=[1, 2, -1, 4]), ErrorCode.NEGATIVE_WEIGHT, "1 rows have a negative weight",
    ),
    "missing weight": (
        lambda: design(w=[1, 2, None, 4]), ErrorCode.MISSING_WEIGHT, "1 rows have no weight",
    ),
    "missing stratum": (
        lambda: design(h=["a", None, "b", "b"]), ErrorCode.MISSING_DESIGN_VALUE, "column 'h'",
    ),
    "missing cluster": (
        lambda: design(u=[1, 2, None, 4]), ErrorCode.MISSING_DESIGN_VALUE, "column 'u'",
    ),
    "ids used again": (lambda: design(u=[1, 2, 1, 2]), ErrorCode.CLUSTERS_NOT_NESTED, "nest=True"),
    "population too small": (
        lambda: design(population=1.5), ErrorCode.POPULATION_TOO_SMALL, "2 units were drawn",
    ),
    "population varies": (
        lambda: design(population="N", N=[9, 8, 8, 8]), ErrorCode.POPULATION_VARIES, "stratum or",
    ),
    "population for one stratum": (
        lambda: design(population={"a": 5}), ErrorCode.POPULATION_TOO_SMALL, "for stratum 'b'",
    ),
    "counts and fractions": (
        lambda: design(population={"a": 5, "b": 0.5}), ErrorCode.POPULATION_TOO_SMALL, "fraction",
    ),
    "more populations than stages": (
        lambda: design(population=(9, 9)), ErrorCode.INVALID_ARGUMENT, "for each stage",
    ),
    "lonely unit": (
        lambda: design(u=[1, 1, 2, 3]).mean("sat"), ErrorCode.LONELY_PSU, "lonely_psu='adjust'",
    ),
    "rule for lonely units": (
        lambda: design(lonely_psu="guess"), ErrorCode.INVALID_ARGUMENT, "error, adjust",
    ),
    "empty domain": (
        lambda: design().mean("y", where="no"), ErrorCode.EMPTY_DOMAIN, "where and by",
    ),
    "where is no truth": (
        lambda: design().mean("y", where="sat"), ErrorCode.NOT_BOOLEAN, "true and false",
    ),
    "no such method": (
        lambda: design().proportion("sat", method="wald"), ErrorCode.UNKNOWN_METHOD, "wilson, wil",
    ),
    "no such mean": (
        lambda: design().mean("sat", method="wilson"), ErrorCode.UNKNOWN_METHOD, "auto, t",
    ),
    "level of confidence": (
        lambda: design().mean("sat", confidence=95), ErrorCode.INVALID_CONFIDENCE, r"0\.95 for 95",
    ),
    "degrees of freedom": (
        lambda: design().mean("sat", df=0), ErrorCode.INVALID_ARGUMENT, "above 0",
    ),
    "rule for gaps": (
        lambda: design().mean("y", na="omit"), ErrorCode.INVALID_ARGUMENT, "drop, listwise",
    ),
    "for and against": (
        lambda: design().net("sat", satisfied=[6, 7], dissatisfied=[1, 6]),
        ErrorCode.INVALID_ARGUMENT,
        "none to both",
    ),
    "no columns": (lambda: SurveyDesign({}), ErrorCode.UNREADABLE_DATA, "no columns"),
    "no rows": (lambda: SurveyDesign({"y": []}), ErrorCode.UNREADABLE_DATA, "no rows"),
    "lengths": (
        lambda: SurveyDesign({"y": [1], "z": [1, 2]}), ErrorCode.UNEQUAL_LENGTHS, "one value per",
    ),
    "a number": (lambda: SurveyDesign(7), ErrorCode.UNREADABLE_DATA, "give a dict of arrays"),
    "base near zero": (
        lambda: design(sat=[0, 7, 7, 6]).mean("sat", by="h").change_rate("a", "b"),
        ErrorCode.BASE_NEAR_ZERO,
        "may be zero",
    ),
    "figure without value": (
        lambda: design().mean(["none", "sat"]).difference(0, 1), ErrorCode.EMPTY_DOMAIN, "leave it",
    ),
    "no such figure": (
        lambda: design().mean("sat").difference(0, 5), ErrorCode.INVALID_ARGUMENT, "by its place",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_say_what_to_do(fault: str) -> None:
    call, code, words = FAULTS[fault]
    with pytest.raises(AnalysisError, match=words) as raised:
        call()
    assert raised.value.code is code


def test_a_lonely_unit_is_named() -> None:
    with pytest.raises(AnalysisError) as raised:
        design(u=[1, 1, 2, 3]).mean("sat")
    assert raised.value.stratum == "a"


def test_a_lonely_unit_outside_the_domain_is_no_fault() -> None:
    found = design(u=[1, 1, 2, 3], inside=[False, False, True, True])
    assert found.mean("sat", where="inside")[0].value == 45 / 7
    answered = design(u=[1, 1, 2, 3], sat=[None, None, 7, 6])
    assert answered.mean("sat")[0].n == 2


def test_a_single_unit_that_is_all_there_is_is_not_lonely() -> None:
    columns = {"h": ["a", "b", "b"], "N": [1, 9, 9], "y": [5.0, 1.0, 3.0]}
    found = SurveyDesign(columns, strata="h", population="N").mean("y")[0]
    assert found.value == 2.3
    assert found.se > 0


def test_an_unanswered_question_has_a_figure_without_value() -> None:
    found = design().mean("none")[0]
    assert (found.value, found.se, found.low, found.method, found.n, found.base) == (
        None, None, None, None, 0, 4,
    )  # fmt: skip
