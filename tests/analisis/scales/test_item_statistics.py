"""Item statistics are those of R's psych."""

from typing import Any

import numpy as np
import pytest

from analisis import AnalysisError, ErrorCode, cronbach_alpha, item_statistics
from tests.analisis.scales.reference import far, printed

CASES = printed("scales")["alpha"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["set"])
@pytest.mark.parametrize(
    ("missing", "key"), [("listwise", "statistics"), ("pairwise", "pairwise_statistics")]
)
def test_equals_psych(case: dict[str, Any], missing: str, key: str) -> None:
    found = item_statistics(case["items"], missing=missing)
    assert [item.item for item in found] == list(case["items"])
    for item, expected in zip(found, case[key], strict=True):
        assert item.n == expected["n"]
        assert far(
            (item.mean, item.sd, item.r_drop),
            (expected["mean"], expected["sd"], expected["r_drop"]),
        ) < 1e-10  # fmt: skip
        if len(found) > 2:
            assert item.alpha_if_dropped is not None
            assert far(item.alpha_if_dropped, expected["alpha_if_dropped"]) < 1e-10
        else:
            # Psych gives a ratio of variances there; one item has no alpha.
            assert item.alpha_if_dropped is None


def test_alpha_if_dropped_is_alpha_of_the_others() -> None:
    table = np.random.default_rng(1).integers(1, 8, (30, 5))
    for place, item in enumerate(item_statistics(table)):
        others = np.delete(table, place, axis=1)
        assert item.item == str(place + 1)
        assert item.alpha_if_dropped == pytest.approx(cronbach_alpha(others).value, rel=1e-10)
        rest = np.corrcoef(table[:, place], others.sum(axis=1))[0, 1]
        assert item.r_drop == pytest.approx(rest, rel=1e-10)


def test_items_that_cancel_are_named() -> None:
    with pytest.raises(AnalysisError) as raised:
        item_statistics({"a": [1, 2, 3, 4], "b": [4, 3, 2, 1], "c": [1, 3, 2, 5]})
    assert (raised.value.code, raised.value.column) == (ErrorCode.NO_VARIATION, "c")
