"""A sample's figures by its declared design: beside `SurveyDesign` on the same rows, and R's."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from analisis import Estimate, SurveyDesign
from app.errors import Problem, ProblemCode
from app.models import Collection, Territory
from app.services import collections, surveys
from app.services.analytics.analyse import analyse
from app.services.analytics.findings import Caution, MeasureFigures
from app.services.analytics.sampling import read_sampling
from tests.analytics.conftest import OPINION, answer, field, people, statements
from tests.analytics.sample import CLUSTERS, SAMPLE, STRATA, drawn, sampled
from tests.analytics.test_analyse import one

SEXES, TERRITORIES = {"f": 900, "m": 700}, {"T-1": 500, "T-2": 500, "T-3": 600}
TOTALS = {**CLUSTERS, "totals": {"sex": {"f": "900", "m": "700"}}}
R = json.loads((Path(__file__).parent / "r" / "design.json").read_text())
Row = Mapping[str, object]


@pytest.fixture
def sample(territories: tuple[Territory, ...]) -> Collection:
    return drawn()


def declare(design: Mapping[str, object], slug: str = "sample") -> None:
    collections.declare_design(slug, read_sampling(design))


def column(rows: list[Row], name: str) -> list[object]:
    """A column in which what is no number or code of an answer is missing."""
    return [None if row.get(name) in ("no_sabe", None) else row[name] for row in rows]


def columns(rows: list[Row]) -> dict[str, object]:
    names = ("territory", "block", "sex", "mark", "influence", "again", "age")
    found: dict[str, object] = {name: column(rows, name) for name in names}
    found["weight"] = np.array([float(str(row["weight"])) for row in rows])
    for choice in "ab":
        orders = [row.get("order") for row in rows]
        found[choice] = [order and order.index(choice) + 1 for order in orders]
    return found


def assert_same(found: Estimate, expected: Estimate) -> None:
    """All that the library says of a figure, but for its names and what the app knows better."""
    for name in ("value", "se", "low", "high", "df", "deff", "n_effective"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9), name
    for name in ("n", "method", "confidence"):
        assert getattr(found, name) == getattr(expected, name), name


def designs(rows: list[Row]) -> dict[str, tuple[Mapping[str, object], SurveyDesign]]:
    clusters = {"strata": "territory", "clusters": "block", "weights": "weight", "nest": True}
    sizes = {"T-1": 400, "T-2": 900, "T-3": 300}
    return {
        "clusters": (CLUSTERS, SurveyDesign(columns(rows), **clusters)),
        "strata": (STRATA, SurveyDesign(columns(rows), strata="territory", population=sizes)),
        "totals": (TOTALS, SurveyDesign(columns(rows), **clusters).poststratify("sex", SEXES)),
        "raked": (
            {**CLUSTERS, "totals": {**TOTALS["totals"], "territory": TERRITORIES}},
            SurveyDesign(columns(rows), **clusters).rake(
                [("sex", SEXES), ("territory", TERRITORIES)]
            ),
        ),
    }


KINDS = ["clusters", "strata", "totals", "raked"]


@pytest.mark.parametrize("kind", KINDS)
def test_figures_are_those_of_the_design_on_the_same_rows(sample: Collection, kind: str) -> None:
    rows = sampled()
    answer(sample, rows)
    said, design = designs(rows)[kind]
    declare(said)
    satisfied, influence, again, order, age = _measures(analyse("sample"))
    for mark in range(1, 8):
        assert_same(one(satisfied, "category", category=mark), design.proportion("mark", mark)[0])
    assert_same(one(satisfied, "satisfied"), design.proportion("mark", [6, 7])[0])
    assert_same(one(satisfied, "dissatisfied"), design.proportion("mark", [1, 2, 3, 4])[0])
    assert_same(one(satisfied, "net"), design.net("mark")[0])
    assert_same(one(satisfied, "mean"), design.mean("mark")[0])
    assert_same(one(influence, "satisfied"), design.proportion("influence", [4, 5])[0])
    assert_same(one(again, "category", category="si"), design.proportion("again", "si")[0])
    assert_same(one(age, "mean"), design.mean("age")[0])
    for choice in "ab":
        first, position = design.proportion(choice, 1)[0], design.mean(choice)[0]
        assert_same(one(order, "first_place", category=choice), first)
        assert_same(one(order, "mean_position", category=choice), position)


def _measures(analysis: object) -> list[MeasureFigures]:
    found = {each.measure.name: each for each in analysis.measures}
    return [found[name] for name in ("satisfied", "influence", "again", "order", "age")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by", ["sex", "territory"])
def test_a_group_is_a_domain_of_the_whole_design(sample: Collection, kind: str, by: str) -> None:
    rows = sampled()
    answer(sample, rows)
    said, design = designs(rows)[kind]
    declare(said)
    satisfied, *_others = _measures(analyse("sample", by=by))
    for figure in design.proportion("mark", [6, 7], by=by):
        assert_same(one(satisfied, "satisfied", dict(figure.domain)), figure)
    for figure in design.net("mark", by=by):
        assert_same(one(satisfied, "net", dict(figure.domain)), figure)


@pytest.mark.parametrize("kind", ["clusters", "strata", "totals"])
def test_figures_are_those_of_r(sample: Collection, kind: str) -> None:
    answer(sample, sampled())
    declare(designs(sampled())[kind][0])
    satisfied = _measures(analyse("sample", by="sex"))[0]
    expected = R[kind]
    top, mean = one(satisfied, "satisfied"), one(satisfied, "mean")
    said = (top.value, top.se, top.low, top.high)
    if kind == "totals":  # more precise than 218 answers: R believes it, we stop at n
        assert top.n_effective == top.n
        assert said[:2] == pytest.approx(expected["satisfied"][:2], rel=1e-9)
    else:
        assert said == pytest.approx(expected["satisfied"], rel=1e-9)
    said = (mean.value, mean.se, mean.low, mean.high, mean.deff)
    assert said == pytest.approx(expected["mean"], rel=1e-9)
    net, women = one(satisfied, "net"), one(satisfied, "satisfied", {"sex": "f"})
    assert (net.value, net.se) == pytest.approx(expected["net"], rel=1e-9)
    assert (women.value, women.se) == pytest.approx(expected["women"], rel=1e-9)
    assert top.df == mean.df == expected["df"]


def test_bases_are_counted_as_without_a_design(sample: Collection) -> None:
    answer(sample, sampled())
    before = analyse("sample", by="sex")
    declare(CLUSTERS)
    after = analyse("sample", by="sex")
    for plain, designed in zip(before.measures, after.measures, strict=True):
        told = [(each.special, each.missing, each.not_shown) for each in (plain, designed)]
        assert told[0] == told[1]
        kinds = [[_counts(each) for each in figures.estimates] for figures in (plain, designed)]
        assert kinds[0] == kinds[1]
    assert before.domains == after.domains


def _counts(one: Estimate) -> tuple[object, ...]:
    return (one.statistic, one.variable, one.category, dict(one.domain), one.n, one.base)


def test_simple_random_sampling_is_no_longer_assumed(sample: Collection) -> None:
    answer(sample, sampled())
    assert "simple_random_assumed" in one(analyse("sample").measures[0], "satisfied").flags
    declare(CLUSTERS)
    analysis = analyse("sample", by="sex")
    estimates = [each for figures in analysis.measures for each in figures.estimates]
    assert not any("simple_random_assumed" in each.flags for each in estimates)
    verdicts = {"reliable", "weakly_reliable", "not_reliable"}
    assert verdicts & set(one(analysis.measures[0], "satisfied").flags)
    assert analysis.to_dict()["design"]["declared"] == {
        "strata": "territory", "clusters": ["block"], "weights": "weight", "nest": True,
    }  # fmt: skip
    json.dumps(analysis.to_dict())
    collections.declare_design("sample", None)
    assert "design" not in analyse("sample").to_dict()


def test_a_declared_simple_random_sample_assumes_nothing(sample: Collection) -> None:
    answer(sample, sampled())
    plain = one(analyse("sample").measures[0], "satisfied")
    declare({})
    said = one(analyse("sample").measures[0], "satisfied")
    assert said.value == pytest.approx(plain.value)
    assert "simple_random_assumed" not in said.flags
    declare({"population": "240"})
    everybody = one(analyse("sample", by="sex").measures[1], "satisfied")
    assert "census" in everybody.flags
    assert everybody.low == everybody.high


def test_the_universe_is_that_of_the_strata(sample: Collection) -> None:
    answer(sample, sampled(12))
    declare(STRATA)
    analysis = analyse("sample")
    assert analysis.population == 1600
    assert one(analysis.measures[0], "satisfied").population == 1600


def test_responses_without_a_place_are_counted_and_left_out(sample: Collection) -> None:
    rows = sampled()
    lost = [dict(row) for row in sampled(9)]
    for row in lost[:3]:
        del row["block"]
    for row, weight in zip(lost[3:7], ("", "mucho", "-1", "0"), strict=True):
        row["weight"] = weight or None
    del lost[7]["block"], lost[7]["weight"]
    answer(sample, [*rows, *lost])
    declare(CLUSTERS)
    analysis = analyse("sample", by="sex")
    assert analysis.design.outside == 8
    assert analysis.design.lacking == {"block": 4, "weight": 5}
    assert Caution.OUTSIDE_DESIGN in analysis.cautions
    assert analysis.responses == len(rows) + 9
    assert analysis.unclassified == 0
    figures = _measures(analysis)[0]
    kept = [*rows, lost[8]]
    # Whoever has a weight of zero still holds a place among the units that were drawn.
    design = SurveyDesign(
        columns([*kept, lost[6]]), strata="territory", clusters="block", weights="weight", nest=True
    )
    assert_same(one(figures, "satisfied"), design.proportion("mark", [6, 7])[0])
    assert one(figures, "satisfied").base == len(kept)
    assert figures.special == {"no_sabe": sum(row["mark"] == "no_sabe" for row in kept)}


def test_without_any_response_that_has_a_place_there_are_no_figures(sample: Collection) -> None:
    declare(CLUSTERS)
    assert one(analyse("sample", by="sex").measures[0], "satisfied").value is None
    rows = sampled(6)
    for row in rows:
        del row["block"]
    answer(sample, rows)
    analysis = analyse("sample", by="sex")
    assert (analysis.design.outside, analysis.responses) == (6, 6)
    for figures in analysis.measures:
        assert all(each.value is None and not each.n for each in figures.estimates)


def test_a_stratum_of_one_unit_leaves_figures_without_an_error(sample: Collection) -> None:
    rows = [row for row in sampled() if row["territory"] != "T-2" or row["block"] == "b1"]
    answer(sample, rows)
    declare(CLUSTERS)
    analysis = analyse("sample", by="sex")
    assert analysis.design.lonely == ("T-2",)
    assert Caution.LONELY_PSU in analysis.cautions
    satisfied = one(analysis.measures[0], "satisfied")
    assert satisfied.n > 0
    assert 0 < satisfied.value < 1
    assert (satisfied.se, satisfied.low, satisfied.high, satisfied.df) == (None,) * 4
    assert satisfied.flags == ()
    declare({**CLUSTERS, "lonely_psu": "adjust"})
    analysis = analyse("sample")
    assert (analysis.design.lonely, analysis.cautions) == ((), ())
    assert one(analysis.measures[0], "satisfied").se > 0


def test_a_stratum_where_nobody_answered_is_said(sample: Collection) -> None:
    answer(sample, [row for row in sampled() if row["territory"] != "T-3"])
    declare(STRATA)
    analysis = analyse("sample")
    assert analysis.design.silent == ("T-3",)
    assert Caution.SILENT_STRATA in analysis.cautions


@pytest.mark.parametrize(
    ("design", "code", "context"),
    [
        (
            {"strata": "territory", "clusters": "block"},
            ProblemCode.DESIGN_NOT_NESTED,
            {"question": "block"},
        ),
        (
            {"strata": "territory", "population": {"T-1": "400", "T-2": "9", "T-3": "300"}},
            ProblemCode.DESIGN_SMALL_POPULATION,
            {"question": "territory", "value": "T-2"},
        ),
        ({"population": "9"}, ProblemCode.DESIGN_SMALL_WHOLE, {}),
        ({"population": "households"}, ProblemCode.DESIGN_WHOLE_VARIES, {}),
        (
            {"strata": "sex", "population": "households"},
            ProblemCode.DESIGN_POPULATION_VARIES,
            {"question": "sex"},
        ),
        (
            {"strata": "block", "population": {"b0": "900", "b1": "90"}},
            ProblemCode.DESIGN_OTHER_VALUES,
            {"question": "block", "missing": [f"b{n}" for n in range(2, 8)]},
        ),
        (
            {"totals": {"weight": {"1.0": "50", "9": "30"}}},
            ProblemCode.DESIGN_EMPTY_CELL,
            {"question": "weight", "value": "9"},
        ),
        (
            {"totals": {"block": {"b0": "50", "b1": "30"}}},
            ProblemCode.DESIGN_OTHER_VALUES,
            {"question": "block", "missing": [f"b{n}" for n in range(2, 8)]},
        ),
    ],
)
def test_a_design_that_the_responses_contradict_is_refused(
    sample: Collection, design: dict, code: ProblemCode, context: dict
) -> None:
    answer(sample, sampled())
    declare(design)
    with pytest.raises(Problem) as problem:
        analyse("sample")
    assert problem.value.code is code
    assert {name: problem.value.context[name] for name in context} == context


@pytest.mark.parametrize("word", ["true", "yes", "Sí", "si", True])
def test_yes_may_be_written_as_in_the_files_of_other_data(word: object) -> None:
    assert read_sampling({"clusters": "block", "nest": word}).nest is True
    assert read_sampling({"clusters": "block", "nest": "no"}).nest is False


def test_what_is_no_text_is_shown_as_it_is_written() -> None:
    for given, shown in (({"a": "b"}, "{…}"), (["weight"], "[…]")):
        with pytest.raises(Problem) as problem:
            read_sampling({"weights": given})
        assert problem.value.context["value"] == shown


@pytest.mark.parametrize(
    ("design", "code"),
    [
        ([], ProblemCode.DESIGN_BAD_VALUE),
        ("strata", ProblemCode.DESIGN_BAD_VALUE),
        ({"stratum": "territory"}, ProblemCode.DESIGN_UNKNOWN_KEY),
        ({"strata": ["territory", "sex"]}, ProblemCode.DESIGN_BAD_VALUE),
        ({"strata": ""}, ProblemCode.DESIGN_BAD_VALUE),
        ({"clusters": ["block", "block"]}, ProblemCode.DESIGN_BAD_VALUE),
        ({"clusters": []}, ProblemCode.DESIGN_BAD_VALUE),
        ({"nest": "maybe"}, ProblemCode.DESIGN_BAD_VALUE),
        ({"lonely_psu": "ignore"}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": []}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": "0"}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": "-5"}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": "1.200"}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": "9" * 40}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": {}}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": {"T-1": "many"}}, ProblemCode.DESIGN_BAD_VALUE),
        ({"population": {"T-1": "9"}}, ProblemCode.DESIGN_BAD_VALUE),  # of no strata
        ({"population": ["9", "8"]}, ProblemCode.DESIGN_BAD_VALUE),  # of stages that there are not
        ({"totals": {}}, ProblemCode.DESIGN_BAD_VALUE),
        ({"totals": {"sex": "900"}}, ProblemCode.DESIGN_BAD_VALUE),
        ({"totals": {"sex": {"f": "0.5", "m": "0.5"}}}, ProblemCode.DESIGN_BAD_VALUE),
        ({"totals": {"sex": {"f": "9"}}}, ProblemCode.DESIGN_OTHER_VALUES),
        ({"totals": {"many": {"si": "9"}}}, ProblemCode.DESIGN_UNSUITABLE_QUESTION),
        (
            {"totals": {"sex": {"f": "9", "m": "9"}, "territory": TERRITORIES}},
            ProblemCode.DESIGN_OTHER_POPULATION,
        ),
        ({**STRATA, "totals": {"sex": {"f": 9, "m": 9}}}, ProblemCode.DESIGN_OTHER_POPULATION),
        ({"strata": "zone"}, ProblemCode.UNKNOWN_QUESTION),
        ({"weights": "territory"}, ProblemCode.DESIGN_UNSUITABLE_QUESTION),
        ({"weights": "sex"}, ProblemCode.DESIGN_UNSUITABLE_QUESTION),
        ({"strata": "many"}, ProblemCode.DESIGN_UNSUITABLE_QUESTION),
        ({"clusters": "order"}, ProblemCode.DESIGN_UNSUITABLE_QUESTION),
        ({**STRATA, "population": {"T-1": "9"}}, ProblemCode.DESIGN_OTHER_VALUES),
        ({"strata": "sex", "population": {"f": "9", "x": "9"}}, ProblemCode.DESIGN_OTHER_VALUES),
    ],
)
def test_what_can_not_be_declared(sample: Collection, design: object, code: ProblemCode) -> None:
    with pytest.raises(Problem) as problem:
        declare(design)
    assert problem.value.code is code
    assert collections.find("sample").design is None


def test_what_was_declared_is_kept_as_it_was(sample: Collection) -> None:
    for design in (
        {"clusters": ["territory", "block"], "population": ["30", "households"]},
        {"strata": "territory", "population": "0.05", "lonely_psu": "average"},
        {"strata": "sex", "population": [{"f": "900", "m": "0.5"}]},
        TOTALS,
        {},
    ):
        sampling = read_sampling(design)
        assert read_sampling(json.loads(json.dumps(sampling.to_data()))) == sampling


def test_only_a_random_sample_has_a_design(territories: tuple[Territory, ...]) -> None:
    for selection, slug in (("open", "one"), ("census", "two")):
        field(SAMPLE, slug, selection=selection, population=900)
        with pytest.raises(Problem) as problem:
            declare(CLUSTERS, slug)
        assert problem.value.code is ProblemCode.DESIGN_NOT_A_SAMPLE


def test_the_strata_add_up_to_the_universe(territories: tuple[Territory, ...]) -> None:
    drawn(population=1500)
    with pytest.raises(Problem) as problem:
        declare(STRATA)
    assert problem.value.code is ProblemCode.DESIGN_OTHER_POPULATION
    declare({**STRATA, "population": {"T-1": "400", "T-2": "900", "T-3": "200"}})


def test_opening_again_with_another_design_is_refused(territories: tuple[Territory, ...]) -> None:
    clusters, strata = read_sampling(CLUSTERS), read_sampling(STRATA)
    assert drawn(design=clusters).design == clusters.to_data()
    assert drawn().design == clusters.to_data()
    with pytest.raises(Problem) as problem:
        drawn(design=strata)
    assert problem.value.code is ProblemCode.SLUG_TAKEN
    assert problem.value.context["differences"] == "design"


def test_a_version_without_a_question_of_the_design_is_not_used(sample: Collection) -> None:
    declare(CLUSTERS)
    surveys.save_definition(OPINION.replace('version: "1"', 'version: "2"'))
    surveys.publish("opinion", "2")
    with pytest.raises(Problem) as problem:
        collections.use_version("sample", "2")
    assert problem.value.code is ProblemCode.UNKNOWN_QUESTION
    assert collections.find("sample").version.name == "1"


def test_a_stratum_of_an_older_version_that_means_something_else_is_no_stratum(
    sample: Collection,
) -> None:
    answer(sample, sampled(60))
    newer = SAMPLE.replace('version: "1"', 'version: "2"').replace(
        "{name: block, type: text,", "{name: block, type: integer,"
    )
    surveys.save_definition(newer)
    surveys.publish("opinion")
    collections.use_version("sample", "2")
    rows = sampled(120)
    answer(sample, [{**row, "block": int(str(row["block"])[1:])} for row in rows])
    declare(CLUSTERS)
    analysis = analyse("sample")
    assert (analysis.design.outside, analysis.design.lacking) == (60, {"block": 60})
    design = designs(rows)["clusters"][1]
    assert_same(one(_measures(analysis)[0], "satisfied"), design.proportion("mark", [6, 7])[0])


def test_as_many_queries_whatever_the_number_of_responses(sample: Collection) -> None:
    declare(CLUSTERS)
    counts = []
    for rows in (sampled(24), people(0), sampled(240)):
        answer(sample, rows)
        analyse("sample", by="sex")
        with statements() as seen:
            analyse("sample", by="sex")
        counts.append(len(seen))
    assert len(set(counts)) == 1
    assert math.isfinite(counts[0])
