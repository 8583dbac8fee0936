"""The record of a figure, as it leaves for JSON and spreadsheets."""

import json
import math

import numpy as np
import pytest

from analisis import Estimate, Flag, Statistic

# "One record for every figure": the design's order.
FIELDS = [
    "statistic",
    "variable",
    "category",
    "domain",
    "value",
    "se",
    "low",
    "high",
    "confidence",
    "method",
    "n",
    "base",
    "population",
    "df",
    "deff",
    "n_effective",
    "flags",
]


def test_the_record_has_the_design_s_fields_in_order() -> None:
    record = Estimate(statistic=Statistic.MEAN, variable="nota", n=3, base=4).to_dict()
    assert list(record) == FIELDS
    assert record["domain"] == {}
    assert record["flags"] == []
    assert record["value"] is None


def test_numbers_leave_as_plain_python() -> None:
    record = Estimate(
        statistic=Statistic.CATEGORY,
        variable="nota",
        category=np.int64(7),
        domain={"comuna": np.str_("05402"), "wave": np.int32(2)},
        value=np.float64(0.5),
        se=math.nan,
        low=np.float64("nan"),
        high=math.inf,
        n=np.int64(3),
        base=4,
        flags=(Flag.SIMULATED, "suppressed:few"),
    ).to_dict()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["domain"] == {"comuna": "05402", "wave": 2}
    assert record["flags"] == ["simulated", "suppressed:few"]
    assert (record["se"], record["low"], record["high"]) == (None, None, None)
    plain = {str, int, float, dict, list, type(None)}
    assert {type(value) for value in record.values()} <= plain
    assert {type(value) for value in record["domain"].values()} <= plain
    assert {type(flag) for flag in record["flags"]} == {str}


def test_a_figure_cannot_be_changed() -> None:
    figure = Estimate(statistic=Statistic.MEAN, variable="nota", n=3, base=4)
    with pytest.raises(AttributeError):
        figure.value = 1.0
    assert figure in {figure}
