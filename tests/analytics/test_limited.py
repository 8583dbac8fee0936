"""Somebody limited to some territories: figures of their own people, in any design."""

from __future__ import annotations

import numpy as np
import pytest

from analisis import SurveyDesign
from app.models import Collection, Territory
from app.services import collections
from app.services.analytics import columns, fingerprint, populations
from app.services.analytics.analyse import analyse, listed
from app.services.analytics.sampling import read_sampling
from app.services.progress import progress
from app.services.scope import Scope
from tests.analytics.conftest import answer, ballot, people
from tests.analytics.sample import CLUSTERS, STRATA, drawn, sampled
from tests.analytics.test_analyse import one


def within(*territories: Territory) -> Scope:
    return Scope(frozenset(each.id for each in territories))


def test_figures_are_those_of_ones_own_people_alone(
    opinion: Collection, territories: tuple[Territory, ...]
) -> None:
    answer(opinion, people(40))
    mine = [row for row in people(40) if row["territory"] == "T-1"]
    found = analyse("opinion", by="territory", scope=within(territories[0]))
    assert found.responses == len(mine) == sum(use.responses for use in found.versions)
    assert [(each.value, each.responses) for each in found.domains] == [("T-1", len(mine))]
    marks = [row["mark"] for row in mine if row["mark"] != "no_sabe"]
    mean = one(found.measures[0], "mean")
    assert mean.n == len(marks)
    assert mean.value == pytest.approx(np.mean(marks))
    assert listed(scope=within(territories[0]))[0].responses == len(mine)
    assert columns.read(opinion, ["mark"], scope=within(territories[0])).num_rows == len(mine)
    digest = fingerprint.fingerprint("opinion", scope=within(territories[0]))
    assert digest.responses == len(mine)


def test_a_roll_is_that_of_ones_own_territories(plan: Collection) -> None:
    answer(plan, [ballot(1, 6), ballot(21, 2), ballot(36, 7)])
    scope = within(*(each for each in plan.territories if each.code == "T-1"))
    found = analyse("plan", by="territory", scope=scope)
    assert (found.responses, found.population) == (1, 20)
    assert [each.population for each in found.domains] == [20]
    seen = progress("plan", scope=scope)
    assert (seen.total.answered, seen.total.of) == (1, 20)
    assert {each.territory for each in seen.silent} == {"Territorio 1"}
    assert len(seen.silent) == 19


@pytest.mark.parametrize("by", [None, "sex"])
def test_in_a_sample_ones_own_people_are_a_domain(
    territories: tuple[Territory, ...], by: str | None
) -> None:
    """As R's subset(): the units that were drawn elsewhere still tell how much chance there is."""
    rows, collection = sampled(), drawn()
    answer(collection, rows)
    collections.declare_design("sample", read_sampling(CLUSTERS))
    found = one(analyse("sample", by=by, scope=within(territories[0])).measures[0], "mean")
    mine = [
        row["mark"] if row["territory"] == "T-1" and row["mark"] != "no_sabe" else None
        for row in rows
    ]
    design = SurveyDesign(
        {
            "territory": [row["territory"] for row in rows],
            "block": [row["block"] for row in rows],
            "weight": np.array([float(str(row["weight"])) for row in rows]),
            "mark": mine,
        },
        strata="territory",
        clusters="block",
        weights="weight",
        nest=True,
    )
    [expected] = design.mean("mark")
    for name in ("value", "se", "low", "high", "df"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), name


def test_sizes_of_other_territories_are_not_told(territories: tuple[Territory, ...]) -> None:
    collection = drawn()
    answer(collection, sampled(90))
    collections.declare_design("sample", read_sampling(STRATA))
    mine = analyse("sample", scope=within(territories[0]))
    assert mine.population == 400
    assert mine.design is not None
    assert mine.design.sampling.to_data()["population"] == [{"T-1": 400}]
    assert populations.people(collection, scope=within(*territories)) == 1600
