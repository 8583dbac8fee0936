"""Any question by anything: beside `analisis` on the same rows, and beside exact counts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from werkzeug.datastructures import MultiDict

from analisis import (
    Estimate,
    SurveyDesign,
    adjust_p,
    difference_interval,
    interval,
)
from app.models import Collection, Territory
from app.services import collections
from app.services.analytics.asked import Asked
from app.services.analytics.comparing import compare
from app.services.analytics.crossing import crossing
from app.services.analytics.explore import explore
from app.services.analytics.sampling import read_sampling
from app.services.scope import Scope
from tests.analytics.conftest import answer, ballot, people
from tests.analytics.sample import CLUSTERS, drawn, sampled
from tests.analytics.test_design import assert_same, columns


def asked(text: str) -> Asked:
    pairs = MultiDict(part.split("=", 1) for part in text.split("&") if part)
    return Asked.of(pairs.to_dict(flat=False))


def one(
    estimates: Iterable[Estimate], statistic: str, category: object = None, **domain: object
) -> Estimate:
    (found,) = (
        each
        for each in estimates
        if (each.statistic, each.category, dict(each.domain)) == (statistic, category, domain)
    )
    return found


@pytest.fixture
def sample(territories: tuple[Territory, ...]) -> Collection:
    collection = drawn()
    answer(collection, sampled())
    collections.declare_design("sample", read_sampling(CLUSTERS))
    return collection


def by_hand() -> SurveyDesign:
    """The design over the same rows, with two columns that ask for domains."""
    rows = sampled()
    data = columns(rows)
    data["took_part"] = [row.get("took_part") for row in rows]
    data["there"] = np.array([row["territory"] != "T-3" for row in rows])
    ages = [row.get("age") for row in rows]
    data["class"] = [None if age is None else "old" if int(age) >= 40 else "young" for age in ages]
    return SurveyDesign(data, strata="territory", clusters="block", weights="weight", nest=True)


def test_a_filter_is_a_domain_of_the_design(sample: Collection) -> None:
    text = "question=mark&question=took_part&by=sex&by=age:40&f.territory=T-1&f.territory=T-2"
    found = explore("sample", asked(text), threshold=1)
    mark, took_part = (each.estimates for each in found.questions)
    design, fixed = by_hand(), {"territory": "T-1|T-2"}
    expected = design.proportion("mark", [6, 7], where="there")[0]
    assert_same(one(mark, "satisfied", **fixed), expected)
    assert_same(one(mark, "mean", **fixed), design.mean("mark", where="there")[0])
    for each in design.proportion("took_part", "si", by=["sex", "class"], where="there"):
        age = "40.." if each.domain["class"] == "old" else "..40"
        mine = one(took_part, "category", "si", **fixed, sex=each.domain["sex"], age=age)
        assert mine.n == each.n
        for end in ("value", "low", "high") if each.n else ():
            assert getattr(mine, end) == pytest.approx(getattr(each, end), rel=1e-9)
    assert found.unclassified["age"] == sum(
        row["territory"] != "T-3" and "age" not in row for row in sampled()
    )


def test_several_answers_are_each_of_everybody_who_was_asked(opinion: Collection) -> None:
    rows = people(60)
    for n, row in enumerate(rows):
        if n % 3:
            row["many"] = ["si", "no"] if n % 2 else ["si"]
    answer(opinion, rows)
    (many,) = explore("opinion", asked("question=many")).questions
    found = one(many.estimates, "category", "si")
    expected = interval(40, 60)
    assert (found.n, found.base, found.value) == (60, 60, 40 / 60)
    assert (found.low, found.high) == (expected.low, expected.high)


def test_a_blank_and_what_was_not_shown_are_told_apart(opinion: Collection) -> None:
    rows = people(80)
    answer(opinion, rows)
    (influence,) = explore("opinion", asked("question=influence")).questions
    cell = influence.everybody
    shown = [row for row in rows if row.get("took_part") == "si"]
    assert cell.base == len(shown)
    assert cell.missing == sum("influence" not in row for row in shown)
    assert cell.not_shown == len(rows) - len(shown)


def test_a_census_group_is_of_its_part_of_the_list(plan: Collection) -> None:
    answer(plan, [ballot(n, 3 + n % 5) for n in range(1, 32)])
    (overall,) = explore("plan", asked("question=overall&by=territory"), threshold=1).questions
    found = one(overall.estimates, "category", 7, territory="T-2")
    marks = [3 + n % 5 for n in range(21, 32)]
    expected = interval(marks.count(7), 11, 15)
    assert (found.low, found.high, found.population) == (expected.low, expected.high, 15)
    assert one(overall.estimates, "response_rate", territory="T-2").value == 11 / 15


def test_small_cells_are_hidden_and_nothing_gives_them_away(plan: Collection) -> None:
    answer(plan, [ballot(n, 7 if n % 4 else 2) for n in range(1, 32)])
    (overall,) = explore("plan", asked("question=overall&by=territory")).questions
    # In T-2 nine of eleven gave a 7 and two a 2.
    small = one(overall.estimates, "category", 2, territory="T-2")
    assert (small.value, small.flags[-1]) == (None, "suppressed:small")
    for statistic in ("satisfied", "dissatisfied", "net", "mean"):
        assert one(overall.estimates, statistic, territory="T-2").value is None
    # The whole is shown, so that another territory must not be.
    assert one(overall.estimates, "category", 2).value is not None
    twin = one(overall.estimates, "category", 2, territory="T-1")
    assert twin.flags[-1] == "suppressed:complementary"


def test_a_limited_evaluator_sees_a_domain_of_the_same_design(sample: Collection) -> None:
    keys = {each.code: each.id for each in sample.territories}
    scope = Scope(frozenset({keys["T-1"], keys["T-2"]}))
    found = explore("sample", asked("question=mark"), scope=scope)
    expected = by_hand().proportion("mark", [6, 7], where="there")[0]
    assert_same(one(found.questions[0].estimates, "satisfied"), expected)
    assert found.about.responses == 160


def test_a_crosstab_is_that_of_the_design(sample: Collection) -> None:
    expected = by_hand().crosstab("sex", "took_part")
    by_row = crossing("sample", asked("row=sex&col=took_part"), threshold=1)
    assert by_row.tested is not None
    assert by_row.tested.p_value == pytest.approx(expected.p_value, rel=1e-9)
    assert by_row.tested.df == pytest.approx(expected.df)
    for each in expected.row_estimates:
        mine = by_row.shares[each.domain["sex"], each.category]
        assert (mine.value, mine.low) == pytest.approx((each.value, each.low), rel=1e-9)
    total = crossing("sample", asked("row=sex&col=took_part&percent=total"), threshold=1)
    pairs = [f"{a} × {b}" for a, b in total.shares]
    for name, mine in zip(pairs, total.shares.values(), strict=True):
        each = next(each for each in expected.estimates if each.category == name)
        assert (mine.value, mine.high) == pytest.approx((each.value, each.high), rel=1e-9)


def test_an_open_link_is_not_tested(territories: tuple[Territory, ...]) -> None:
    answer(drawn_open(), people(60))
    found = crossing("enlace", asked("row=sex&col=took_part"))
    assert (found.tested, found.untested) == (None, "open")
    assert all(each.low is None for each in found.shares.values())
    compared = compare("enlace", asked("question=mark&by=sex"), threshold=1)
    assert [each.p_value for each in compared.differences] == [None]


def drawn_open() -> Collection:
    from tests.analytics.conftest import OPINION, field

    return field(OPINION, "enlace", selection="open")


def test_groups_are_compared_with_their_covariance(sample: Collection) -> None:
    found = compare("sample", asked("question=mark&by=territory&adjust=bh"))
    expected = by_hand().proportion("mark", [6, 7], by="territory").pairwise("bh")
    for mine, each in zip(found.differences, expected, strict=True):
        assert (mine.estimate.value, mine.estimate.low, mine.p_value, mine.p_adjusted) == (
            pytest.approx(
                (each.estimate.value, each.estimate.low, each.p_value, each.p_adjusted), rel=1e-9
            )
        )


def test_lists_are_compared_by_exact_limits(plan: Collection) -> None:
    answer(plan, [ballot(n, 7 if n % 3 else 2) for n in range(1, 41)])
    found = compare("plan", asked("question=overall&by=territory"), threshold=1)
    assert len(found.differences) == 3
    counts = {"T-1": (14, 20, 20), "T-2": (10, 15, 15), "T-3": (3, 5, 10)}
    for each in found.differences:
        base, now = (counts[str(found.groups[place])] for place in (each.first, each.second))
        if base[1] == base[2] and now[1] == now[2]:
            assert each.estimate.low == each.estimate.high == each.estimate.value
            continue
        limits = difference_interval(*now[:2], *base[:2], now[2], base[2])
        assert (each.estimate.low, each.estimate.high) == (limits.low, limits.high)
    tested = [each for each in found.differences if each.p_value is not None]
    adjusted = adjust_p([each.p_value for each in tested], "holm").tolist()
    assert [each.p_adjusted for each in tested] == adjusted
