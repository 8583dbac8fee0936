"""Columns and requests that nobody should send: a right answer, or a refusal with a reason."""

from __future__ import annotations

import datetime
import decimal
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

from analisis import AnalysisError, ErrorCode, SurveyDesign

ROWS = {
    "w": [1.0, 2.0, 3.0, 4.0, 2.0, 1.0],
    "h": ["a", "a", "a", "b", "b", "b"],
    "u": [1, 2, 3, 4, 5, 6],
    "y": [1.0, 2.0, 3.0, 5.0, 4.0, 2.0],
    "s": [1, 7, 7, 6, 2, 7],
    "g": ["x", "y", "x", "y", "x", "y"],
    "b": [True, False, True, True, False, False],
}
DAY = datetime.date(2024, 5, 1)
BIG = 10**30


def design(columns: dict[str, object] | None = None, **declared: object) -> SurveyDesign:
    arguments = {"weights": "w", "strata": "h", "clusters": "u", **declared}
    return SurveyDesign({**ROWS, **(columns or {})}, **arguments)  # type: ignore[arg-type]  # on purpose


def domains(column: object) -> list[object]:
    return [each.domain["c"] for each in design({"c": column}).mean("y", by="c")]


# --- columns ----------------------------------------------------------------------------------

PAIRS: dict[str, tuple[object, list[object]]] = {
    "narrow integers far apart": (np.array([-100, 100] * 3, np.int8), [-100, 100]),
    "integers without a sign": (np.array([255, 0] * 3, np.uint8), [0, 255]),
    "beyond a signed word": (np.array([2**64 - 1, 2**63] * 3, np.uint64), [2**63, 2**64 - 1]),
    "close together beyond it": (np.array([2**64 - 1] * 6, np.uint64), [2**64 - 1]),
    "beyond any word": ([BIG, BIG + 1] * 3, [BIG, BIG + 1]),
    "beyond a float, with gaps": ([2**60, 2**60 + 1, None] * 2, [2**60, 2**60 + 1]),
    "masked integers": (np.ma.array([1, 2, 9] * 2, mask=[0, 0, 1] * 2), [1.0, 2.0]),
    "masked text": (np.ma.array(["p", "q"] * 3, mask=[0, 1] * 3), ["p"]),
    "nullable integers": (pd.array([1, None, 3] * 2, dtype="Int64"), [1.0, 3.0]),
    "nullable truths": (pd.array([True, None] * 3, dtype="boolean"), [True]),
    "nullable text": (pd.array(["p", None] * 3, dtype="string"), ["p"]),
    "categories": (pd.Series(["p", None, "q"] * 2, dtype="category"), ["p", "q"]),
    "pandas' NA among numbers": ([1, pd.NA, 2, None, math.nan, 2], [1.0, 2.0]),
    "an enumeration of polars": (pl.Series(["q", "p"] * 3, dtype=pl.Enum(["q", "p"])), ["p", "q"]),
    "a dictionary of Arrow": (pa.array(["p", "q", None] * 2).dictionary_encode(), ["p", "q"]),
    "text of NumPy": (np.array(["p", "q"] * 3, dtype=np.dtypes.StringDType()), ["p", "q"]),
    "bytes": (np.array([b"p", "ñ".encode()] * 3), ["p", "ñ"]),
    "dates": ([DAY, None] * 3, [DAY]),
    "dates of NumPy": (np.array(["2024-05-01", "NaT"] * 3, "M8[D]"), [DAY]),
    "moments of pandas": (
        pd.Series(pd.to_datetime(["2024-05-01", None] * 3)), [datetime.datetime(2024, 5, 1)],
    ),
    "decimals": ([decimal.Decimal("1.5"), decimal.Decimal(2)] * 3, [1.5, 2.0]),
}  # fmt: skip


@pytest.mark.parametrize("case", PAIRS)
def test_domains_are_the_values_of_the_column_as_python_has_them(case: str) -> None:
    column, expected = PAIRS[case]
    found = domains(column)
    assert found == expected
    assert [type(each) for each in found] == [type(each) for each in expected]


MIXED: dict[str, object] = {
    "numbers and their text": [1, "1", 2, "2", 3, "3"],
    "truths and numbers": [True, 1, False, 0, 2, 3],
    "dates and moments": [DAY, datetime.datetime(2024, 5, 1)] * 3,
    "lists": [[1, 2], [3], [1, 2], [3], [1, 2], [3]],
    "lists of one length": [[1, 2]] * 6,
    "lists of Arrow": pa.array([[1, 2]] * 6),
    "mappings": [{}] * 6,
    "complex numbers": np.array([1j] * 6),
}


@pytest.mark.parametrize("case", MIXED)
def test_values_of_several_types_are_not_taken_for_each_other(case: str) -> None:
    columns = {"c": MIXED[case]}
    # A column that nobody asks for does no harm.
    assert design(columns).mean("y")[0].n == 6
    calls: list[Callable[[], object]] = [
        lambda: design(columns).mean("y", by="c"),
        lambda: design(columns).proportion("c"),
        lambda: design(columns, strata="c"),
    ]
    for call in calls:
        with pytest.raises(AnalysisError, match="several types") as raised:
            call()
        assert raised.value.code is ErrorCode.UNREADABLE_DATA


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1, 2]] * 6),
        pa.array([{"a": 1}] * 6),
        pa.array([b"a", b"\xff"] * 3),
        pa.array([datetime.time(1)] * 6),
    ],
    ids=["lists", "structures", "bytes", "times of day"],
)
def test_files_refuse_columns_of_which_no_query_can_be_asked(
    column: object, tmp_path: Path
) -> None:
    pyarrow.parquet.write_table(pa.table({**ROWS, "c": column}), tmp_path / "rows.parquet")
    made = SurveyDesign(tmp_path / "rows.parquet", weights="w", strata="h", clusters="u")
    assert made.mean("y")[0].n == 6
    for call in (lambda: made.mean("y", by="c"), lambda: made.proportion("c")):
        with pytest.raises(AnalysisError, match="column 'c' holds"):
            call()


def test_a_frame_with_a_column_that_arrow_cannot_hold_is_read_all_the_same() -> None:
    frame = pd.DataFrame({**ROWS, "odd": [1, "x", None, 2.5, True, "y"]})
    found = SurveyDesign(frame, weights="w", strata="h", clusters="u").mean("y", by="g")
    assert found.to_dicts() == design().mean("y", by="g").to_dicts()


@pytest.mark.parametrize(
    "data",
    [
        pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
        pa.table([pa.array([1, 2]), pa.array([3, 4])], names=["a", "a"]),
        {1: [1, 2], "1": [3, 4]},
    ],
    ids=["pandas", "Arrow", "mapping"],
)
def test_two_columns_of_one_name_are_refused(data: object) -> None:
    with pytest.raises(AnalysisError, match="two columns are called"):
        SurveyDesign(data)


def test_every_figure_goes_into_json_and_arrow() -> None:
    made = design({"c": [DAY, DAY, None, DAY, None, DAY]})
    for figures in (
        made.mean("y", by=["c", "b"]),
        made.total("y", by="c"),
        made.variance("y", where="b"),
        made.ratio("y", "s", by="c"),
        made.proportion("c"),
        made.net("s", by="c"),
        made.quantile("y", [0.1, 0.5], by="c"),
    ):
        json.dumps(figures.to_dicts(), allow_nan=False)
        assert figures.to_arrow().num_rows == len(figures)
    assert made.mean("y", by="c").to_dicts()[0]["domain"] == {"c": "2024-05-01"}
    assert made.proportion("c")[0].category == "2024-05-01"


# --- what is infinite, too large, too small ----------------------------------------------------


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e308])
@pytest.mark.parametrize("estimator", ["mean", "total", "variance"])
def test_infinite_and_immense_values_are_refused(value: float, estimator: str) -> None:
    made = design({"c": [value, 1, 2, 3, 4, value]})
    with pytest.raises(AnalysisError, match="infinite") as raised:
        getattr(made, estimator)("c")
    assert raised.value.code is ErrorCode.NOT_NUMERIC


def test_infinite_values_outside_the_domain_do_no_harm() -> None:
    column = [1.0, math.inf, 2.0, 3.0, math.inf, math.inf]
    assert design({"c": column}).mean("c", where="b")[0].value == (1 + 6 + 12) / 8


def test_quantiles_refuse_what_is_infinite() -> None:
    with pytest.raises(AnalysisError, match="infinite"):
        design({"c": [1, 2, 3, 4, 5, math.inf]}).quantile("c", 0.5)


@pytest.mark.parametrize("weight", [math.inf, 1e300, 5e-324])
def test_weights_without_a_square_are_refused(weight: float) -> None:
    with pytest.raises(AnalysisError, match="weights in column 'w' add to"):
        design({"w": [weight] * 6})


def test_weights_of_any_usual_size_give_the_same_mean() -> None:
    expected = design().mean("y")[0]
    for scale in (1e-80, 1e-13, 1e13, 1e80):
        found = design({"w": [scale * each for each in ROWS["w"]]}).mean("y")[0]  # type: ignore[operator]  # numbers
        assert (found.value, found.se) == pytest.approx((expected.value, expected.se), rel=1e-12)


# --- arguments ---------------------------------------------------------------------------------

SLIPS: dict[str, tuple[Callable[[], object], ErrorCode]] = {
    "mask for where": (
        lambda: design().mean("y", where=np.ones(6, bool)), ErrorCode.UNKNOWN_COLUMN,
    ),
    "list for where": (lambda: design().mean("y", where=["b"]), ErrorCode.UNKNOWN_COLUMN),
    "number for by": (lambda: design().mean("y", by=5), ErrorCode.UNKNOWN_COLUMN),
    "lists in by": (lambda: design().mean("y", by=[["g"]]), ErrorCode.UNKNOWN_COLUMN),
    "list for a question": (lambda: design().proportion(["s"]), ErrorCode.UNKNOWN_COLUMN),
    "array for weights": (lambda: design(weights=np.ones(6)), ErrorCode.UNKNOWN_COLUMN),
    "list for strata": (lambda: design(strata=["h"]), ErrorCode.UNKNOWN_COLUMN),
    "number for clusters": (lambda: design(clusters=5), ErrorCode.UNKNOWN_COLUMN),
    "array for population": (
        lambda: design(population=np.full(6, 9)), ErrorCode.INVALID_ARGUMENT,
    ),
    "text for a stratum's population": (
        lambda: design(population={"a": "many", "b": 8}), ErrorCode.INVALID_ARGUMENT,
    ),
    "truth for population": (lambda: design(population=True), ErrorCode.INVALID_ARGUMENT),
    "no columns": (lambda: design().mean([]), ErrorCode.INVALID_ARGUMENT),
    "no denominators": (lambda: design().ratio("y", []), ErrorCode.INVALID_ARGUMENT),
    "no numerators": (lambda: design().ratio([], "y"), ErrorCode.INVALID_ARGUMENT),
    "no level": (lambda: design().proportion("s", []), ErrorCode.INVALID_ARGUMENT),
    "level that is missing": (
        lambda: design().proportion("s", math.nan), ErrorCode.INVALID_ARGUMENT,
    ),
    "levels within levels": (
        lambda: design().proportion("s", [[6, 7]]), ErrorCode.INVALID_ARGUMENT,
    ),
    "level of no type": (lambda: design().proportion("s", object()), ErrorCode.INVALID_ARGUMENT),
    "no answer at all": (
        lambda: design({"c": [None] * 6}).proportion("c"), ErrorCode.EMPTY_DOMAIN,
    ),
    "numbers as categories": (
        lambda: SurveyDesign({"y": np.arange(5000)}).proportion("y"), ErrorCode.INVALID_ARGUMENT,
    ),
    "for and against as a number": (
        lambda: design().net("s", satisfied=7, dissatisfied=7.0), ErrorCode.INVALID_ARGUMENT,
    ),
    "text for confidence": (
        lambda: design().mean("y", confidence="95"), ErrorCode.INVALID_CONFIDENCE,
    ),
    "no confidence": (lambda: design().mean("y", confidence=None), ErrorCode.INVALID_CONFIDENCE),
    "all but certain": (
        lambda: design().mean("y", confidence=1 - 1e-16), ErrorCode.INVALID_CONFIDENCE,
    ),
    "confidence of nothing": (
        lambda: design().mean("y", by="g").difference(0, 1, confidence=0),
        ErrorCode.INVALID_CONFIDENCE,
    ),
    "text for df": (lambda: design().mean("y", df="4"), ErrorCode.INVALID_ARGUMENT),
    "several df": (lambda: design().mean("y", df=np.array([1, 2])), ErrorCode.INVALID_ARGUMENT),
    "list for deff": (lambda: design().mean("y", deff=[True]), ErrorCode.INVALID_ARGUMENT),
    "list for a method": (lambda: design().mean("y", method=["t"]), ErrorCode.UNKNOWN_METHOD),
    "list for a rule": (lambda: design().quantile("y", 0.5, rule=[1]), ErrorCode.UNKNOWN_METHOD),
    "text for a probability": (lambda: design().quantile("y", "half"), ErrorCode.INVALID_ARGUMENT),
    "coefficients without figures": (
        lambda: design().mean("y", by="g").contrast([1, -1]), ErrorCode.INVALID_ARGUMENT,
    ),
    "coefficient that is none": (
        lambda: design().mean("y", by="g").contrast({0: math.nan}), ErrorCode.INVALID_ARGUMENT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_are_refused_with_a_code(slip: str) -> None:
    call, code = SLIPS[slip]
    with pytest.raises(AnalysisError) as raised:
        call()
    assert raised.value.code is code
    assert len(str(raised.value)) < 600


def test_a_text_is_one_level_and_not_its_letters() -> None:
    made = design({"c": ["good", "bad", "good", "good", "bad", "so"]})
    one = made.net("c", satisfied="good", dissatisfied="bad")[0]
    assert one.value == made.net("c", satisfied=["good"], dissatisfied=["bad"])[0].value
    assert one.value == pytest.approx((8 - 4) / 13)


@pytest.mark.parametrize(
    "level", [(x for x in (6, 7)), np.array([6, 7]), {6, 7}, range(6, 8), pd.Series([6, 7])]
)
def test_levels_come_in_any_collection(level: object) -> None:
    assert design().proportion("s", level)[0].value == 10 / 13  # type: ignore[arg-type]  # on purpose


# --- figures made of figures -------------------------------------------------------------------


def test_coefficients_of_one_figure_named_twice_are_added() -> None:
    means = design().mean("y", by="g")
    found = means.contrast({"x": 1.0, 0: 2.0, "y": -3.0})
    assert found.value == means.contrast({0: 3.0, 1: -3.0}).value
    assert means.contrast({0: 1.0, -2: -1.0, 1: 1.0}).value == pytest.approx(means[1].value)


def test_places_may_be_numpys() -> None:
    means = design().mean("y", by="g")
    assert means.difference(np.int64(1), np.int64(0)) == means.difference(1, 0)


def test_true_and_false_are_domains_and_not_places() -> None:
    means = design().mean(["y", "s"], by="b")
    with pytest.raises(AnalysisError, match="several figures have the domain True"):
        means.difference(True, False)
    single = design().mean("y", by="b", where="b")
    with pytest.raises(AnalysisError, match="no figure has the domain False"):
        single.difference(True, False)


def test_a_difference_from_none_has_the_level_that_is_asked_for() -> None:
    made = design({"c": [0, 1, 0, 0, 0, 1]})
    narrow = made.proportion("c", 1, by="h", confidence=0.5).difference(0, 1)
    none = design({"c": [0, 0, 0, 0, 0, 1]}).proportion("c", 1, by="h")
    assert none.difference(1, 0).method == "mover"
    assert none.difference(1, 0, confidence=0.5) == design({"c": [0, 0, 0, 0, 0, 1]}).proportion(
        "c", 1, by="h", confidence=0.5
    ).difference(1, 0)
    assert narrow.confidence == 0.5


# --- lonely units of later stages ---------------------------------------------------------------


@pytest.mark.parametrize("estimator", ["mean", "total"])
def test_a_lonely_unit_of_the_second_stage_is_its_own_mean(estimator: str) -> None:
    # As R's survey has it: strata of the second stage are units of the first.
    columns = {
        "u": [1, 1, 2, 2, 2, 3],
        "v": [1, 2, 1, 2, 3, 1],
        "N1": [9] * 6,
        "N2": [5, 5, 6, 6, 6, 4],
    }
    found = {
        rule: getattr(
            design(
                columns,
                strata=None,
                clusters=("u", "v"),
                population=("N1", "N2"),
                lonely_psu=rule,
            ),
            estimator,
        )("y")[0]
        for rule in ("adjust", "certainty")
    }
    assert found["adjust"] == found["certainty"]
    assert found["adjust"].se > 0
