"""The same question wave after wave: changes beside `analisis`, by what the collections allow."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from scipy import stats

from analisis import (
    SurveyDesign,
    change_rate_interval,
    difference_interval,
    paired_difference_interval,
)
from app.errors import Problem, ProblemCode
from app.models import Collection, Territory
from app.services import collections
from app.services.analytics.explore import explore
from app.services.analytics.sampling import read_sampling
from app.services.analytics.waves import waves
from tests.analytics.conftest import OPINION, answer, ballot, field, people
from tests.analytics.sample import CLUSTERS, SAMPLE, drawn, sampled
from tests.analytics.test_explore import asked

LATER = {"opens_at": datetime(2026, 3, 1, tzinfo=UTC), "wave": "2027"}


def top(rows: list[dict[str, object]]) -> tuple[int, int]:
    marks = [row["mark"] for row in rows if isinstance(row["mark"], int)]
    return sum(mark >= 6 for mark in marks), len(marks)


def two_samples(
    old: list[dict[str, object]], new: list[dict[str, object]], design: dict[str, str]
) -> None:
    answer(drawn(), old)
    answer(field(SAMPLE, "sample-2027", selection="probability", **LATER), new)
    for slug in ("sample", "sample-2027"):
        collections.declare_design(slug, read_sampling(design))


def test_two_simple_samples(opinion: Collection) -> None:
    old, new = people(60), people(90, seed=60)
    answer(opinion, old)
    answer(field(OPINION, "opinion-2027", selection="probability", **LATER), new)
    found = waves("opinion-2027", asked("question=satisfied&question=influence"))
    assert [each.name for each in found.waves] == ["2026", "2027"]
    trend = found.trends[0]
    assert trend.differences[0] is None
    change = trend.differences[1]
    assert change is not None
    assert change.change is not None
    limits = difference_interval(*top(new), *top(old))
    assert (change.estimate.low, change.estimate.high) == (limits.low, limits.high)
    rate = change_rate_interval(*top(old), *top(new))
    assert (change.change.low, change.change.high) == (rate.low, rate.high)
    assert change.p_adjusted == change.p_value
    assert waves("opinion", asked("question=mark&base=2027")).base == 1
    with pytest.raises(Problem) as caught:
        waves("opinion", asked("base=1999"))
    assert caught.value.code is ProblemCode.NO_SUCH_WAVE


def test_two_designs_are_independent(territories: tuple[Territory, ...]) -> None:
    elsewhere = [row | {"block": f"other {row['block']}"} for row in sampled(150)]
    two_samples(sampled(), elsewhere, CLUSTERS)
    one, other = (
        next(e for e in explore(slug, asked("question=mark")).questions[0].estimates
             if e.statistic == "satisfied")
        for slug in ("sample", "sample-2027")
    )  # fmt: skip
    (trend,) = waves("sample", asked("question=mark")).trends
    change = trend.differences[1]
    assert change is not None
    se, df = math.hypot(one.se, other.se), one.df + other.df
    assert (change.estimate.se, change.estimate.df) == (pytest.approx(se), df)
    assert change.p_value == pytest.approx(
        2 * stats.t.sf(abs(other.value - one.value) / se, df), rel=1e-9
    )


@pytest.mark.parametrize("declared", [CLUSTERS, CLUSTERS | {"weights": ""}])
def test_clusters_that_were_drawn_twice_are_not_independent(
    territories: tuple[Territory, ...], declared: dict[str, str]
) -> None:
    old, new = sampled(), sampled(150)
    two_samples(old, new, {name: value for name, value in declared.items() if value})
    rows = [row | {"wave": n} for n, wave in enumerate((old, new)) for row in wave]
    marks = [row["mark"] if isinstance(row["mark"], int) else math.nan for row in rows]
    data = {name: [row[name] for row in rows] for name in ("territory", "block", "wave")}
    data |= {"mark": marks, "weight": [float(row["weight"]) for row in rows]}
    design = SurveyDesign(
        data, strata="territory", clusters="block", weights=declared["weights"] or None, nest=True
    )
    figures = design.proportion("mark", [6, 7], by="wave")
    expected, apart = figures.difference(1, 0), math.hypot(*(one.se for one in figures))
    (trend,) = waves("sample", asked("question=mark")).trends
    change = trend.differences[1]
    assert change is not None
    assert change.change is not None
    found = change.estimate
    for name in ("value", "se", "low", "high", "df"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9)
    assert change.change.low == pytest.approx(figures.change_rate(0, 1).low, rel=1e-9)
    assert abs(found.se / apart - 1) > 0.01


def test_the_same_organisations_are_compared_with_themselves(plan: Collection) -> None:
    answer(plan, [ballot(n, 7 if n % 3 else 2) for n in range(1, 32)])
    second = field("pdt-quality", "plan-2027", selection="census", **LATER)
    answer(second, [ballot(n, 7 if n % 5 else 2) for n in range(5, 41)])
    (trend,) = waves("plan-2027", asked("question=overall")).trends
    change = trend.differences[1]
    assert change is not None
    assert change.paired
    old, new = {n: n % 3 > 0 for n in range(5, 32)}, {n: n % 5 > 0 for n in range(5, 32)}
    cells = [sum((new[n], old[n]) == pair for n in old) for pair in
             ((True, True), (True, False), (False, True), (False, False))]  # fmt: skip
    limits = paired_difference_interval(*cells, population=45)
    assert (change.estimate.low, change.estimate.high) == (limits.low, limits.high)
    assert change.estimate.n == 27


def test_an_open_wave_changes_what_may_be_said(opinion: Collection) -> None:
    answer(opinion, people(60))
    answer(field(OPINION, "enlace", selection="open", **LATER), people(60, seed=9))
    (trend,) = waves("enlace", asked("question=mark")).trends
    change = trend.differences[1]
    assert change is not None
    assert (change.p_value, change.estimate.low) == (None, None)
    assert "self_selected" in change.estimate.flags
