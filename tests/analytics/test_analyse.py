"""Figures beside the same figures computed here, straight from the answers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import pytest
from flask import Flask
from scipy import stats
from sqlalchemy import event

from analisis import Estimate
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Mode, Response, ResponseState
from app.services import collections
from app.services.analytics.analyse import analyse, listed
from app.services.analytics.findings import Caution, MeasureFigures
from tests.analytics.conftest import OPINION, answer, ballot, field, people, statements


def one(
    figures: MeasureFigures, statistic: str, domain: dict | None = None, category: object = None
) -> Estimate:
    found = [
        each
        for each in figures.estimates
        if (each.statistic, each.domain, each.category) == (statistic, domain or {}, category)
    ]
    assert len(found) == 1
    return found[0]


def hypergeometric(x: int, n: int, size: int, alpha: float = 0.05) -> tuple[float, float]:
    """Every M that neither tail rejects, one by one."""
    kept = [
        m
        for m in range(x, size - (n - x) + 1)
        if stats.hypergeom(size, m, n).sf(x - 1) > alpha / 2
        and stats.hypergeom(size, m, n).cdf(x) > alpha / 2
    ]
    return kept[0] / size, kept[-1] / size


def test_figures_equal_those_of_the_raw_answers(opinion: Collection) -> None:
    rows = people(150)
    answer(opinion, rows)
    figures = analyse("opinion").measures[0]
    marks = [row["mark"] for row in rows if isinstance(row["mark"], int)]
    top, n = sum(mark >= 6 for mark in marks), len(marks)

    satisfied = one(figures, "satisfied")
    wilson = stats.binomtest(top, n).proportion_ci(method="wilson")
    assert (satisfied.n, satisfied.base) == (n, len(rows))
    assert satisfied.value == pytest.approx(top / n)
    assert (satisfied.low, satisfied.high) == pytest.approx(tuple(wilson), abs=1e-12)
    assert "simple_random_assumed" in satisfied.flags

    for mark, count in Counter(marks).items():
        assert one(figures, "category", category=mark).value == pytest.approx(count / n)
    low = sum(mark <= 4 for mark in marks)
    assert one(figures, "net").value == pytest.approx((top - low) / n)
    mean = one(figures, "mean")
    limits = stats.t(n - 1, stats.tmean(marks), stats.sem(marks)).interval(0.95)
    assert (mean.low, mean.high) == pytest.approx(limits)
    assert figures.special == {"no_sabe": len(rows) - n}


def test_the_base_is_who_was_shown_the_question(opinion: Collection) -> None:
    rows = people(120)
    answer(opinion, rows)
    _, influence, again = analyse("opinion").measures
    shown = [row for row in rows if row.get("took_part") == "si"]
    blank = [row for row in shown if "influence" not in row]
    assert blank
    assert len(shown) < len(rows)

    assert one(influence, "satisfied").base == len(shown)
    assert one(influence, "satisfied").n == len(shown) - len(blank)
    assert (influence.missing, influence.not_shown) == (len(blank), len(rows) - len(shown))
    assert one(again, "satisfied").base == len(shown)
    assert (again.missing, again.not_shown) == (0, len(rows) - len(shown))
    assert one(again, "satisfied").value == pytest.approx(
        sum(row["again"] == "si" for row in shown) / len(shown)
    )


@pytest.mark.parametrize(
    ("by", "values"), [("sex", ["f", "m"]), ("mark", [1, 2, 3, 4, 5, 6, 7]), ("territory", None)]
)
def test_groups_hold_the_figures_of_their_members(
    opinion: Collection, by: str, values: Sequence[object] | None
) -> None:
    rows = people(150)
    answer(opinion, rows)
    analysis = analyse("opinion", by=by)
    values = values or ["T-1", "T-2", "T-3"]
    assert [domain.value for domain in analysis.domains] == values
    inside = [row for row in rows if row.get(by) in values]
    assert analysis.unclassified == len(rows) - len(inside)
    for figures in analysis.measures:
        domains = [each.domain for each in figures.estimates if each.statistic == "satisfied"]
        assert domains == [{}, *({by: value} for value in values)]
        for value in values:
            _check_group(figures, by, value, inside)


def _check_group(figures: MeasureFigures, by: str, value: object, rows: Sequence[dict]) -> None:
    question, measure = figures.question, figures.measure
    shown = [row for row in rows if row[by] == value]
    if question.name != "mark":
        shown = [row for row in shown if row.get("took_part") == "si"]
    valid = [
        row[question.name]
        for row in shown
        if question.name in row and row[question.name] != "no_sabe"
    ]
    found = one(figures, "satisfied", {by: value})
    assert (found.n, found.base) == (len(valid), len(shown))
    if not valid:
        assert (found.value, found.low, found.high) == (None, None, None)
        return
    assert found.value == pytest.approx(
        sum(each in measure.satisfied for each in valid) / len(valid)
    )


def test_a_census_gives_rate_strict_figure_bounds_and_exact_interval(plan: Collection) -> None:
    marks = [6] * 12 + [7] * 8 + [5] * 4 + [2] * 7
    answer(plan, [ballot(n, mark) for n, mark in enumerate(marks, start=1)])
    analysis = analyse("plan", measure="satisfied")
    (figures,) = analysis.measures
    assert (analysis.responses, analysis.population) == (31, 45)
    first = [each.statistic for each in figures.estimates[:3]]
    assert first == ["response_rate", "strict", "bounds"]
    assert one(figures, "response_rate").value == pytest.approx(31 / 45)
    assert one(figures, "strict").value == pytest.approx(20 / 45)
    bounds = one(figures, "bounds")
    assert (bounds.low, bounds.high) == pytest.approx((20 / 45, 34 / 45))
    satisfied = one(figures, "satisfied")
    assert satisfied.value == pytest.approx(20 / 31)
    assert (satisfied.low, satisfied.high) == pytest.approx((24 / 45, 33 / 45))
    assert (satisfied.low, satisfied.high) == pytest.approx(hypergeometric(20, 31, 45))
    assert "assumes_random_nonresponse" in satisfied.flags


def test_who_was_not_shown_the_mark_responded_and_is_not_satisfied(plan: Collection) -> None:
    marks = [7] * 10 + [3] * 6 + ["no_sabe"] * 2 + [None] * 5
    answer(plan, [ballot(n, mark) for n, mark in enumerate(marks, start=1)])
    figures = analyse("plan", measure="satisfied").measures[0]
    assert figures.not_shown == 5
    assert one(figures, "response_rate").value == pytest.approx(23 / 45)
    assert one(figures, "strict").value == pytest.approx(10 / 45)
    bounds = one(figures, "bounds")
    assert (bounds.low, bounds.high) == pytest.approx((10 / 45, (45 - 6) / 45))
    satisfied = one(figures, "satisfied")
    assert (satisfied.n, satisfied.base, satisfied.population) == (16, 18, 45)
    assert (satisfied.low, satisfied.high) == pytest.approx(hypergeometric(10, 16, 45))


def test_each_territory_of_a_census_has_its_own_list(plan: Collection) -> None:
    # Twenty organisations are T-1's, the next fifteen T-2's; nobody of T-3 answers.
    answer(plan, [ballot(n, 7 if n % 3 else 2) for n in range(1, 31)])
    analysis = analyse("plan", by="territory", measure="satisfied")
    sizes = {domain.value: (domain.responses, domain.population) for domain in analysis.domains}
    assert sizes == {"T-1": (20, 20), "T-2": (10, 15), "T-3": (0, 10)}
    figures = analysis.measures[0]
    whole = one(figures, "satisfied", {"territory": "T-1"})
    assert whole.value == whole.low == whole.high == pytest.approx(14 / 20)
    assert "census" in whole.flags
    assert "assumes_random_nonresponse" not in whole.flags
    silent = {name: one(figures, name, {"territory": "T-3"}) for name in ("strict", "bounds")}
    assert silent["strict"].value == 0
    assert (silent["bounds"].low, silent["bounds"].high) == (0, 1)
    assert one(figures, "satisfied", {"territory": "T-3"}).value is None


def test_an_open_link_has_no_interval(territories: object) -> None:
    answer(field(OPINION, "enlace", selection="open"), people(40))
    for figures in analyse("enlace", by="sex").measures:
        for each in figures.estimates:
            assert (each.low, each.high, each.se, each.method) == (None,) * 4
            assert "self_selected" in each.flags


def test_simulated_is_said_of_every_figure(territories: object) -> None:
    how = {"selection": "probability", "simulated": True, "territories": ["T-1", "T-2"]}
    answer(field(OPINION, "demo", **how), people(30))
    told = analyse("demo", by="territory").to_dict()
    assert told["simulated"] is True
    flags = [each["flags"] for measure in told["measures"] for each in measure["estimates"]]
    assert all("simulated" in each for each in flags)


def test_nobody_yet(opinion: Collection) -> None:
    analysis = analyse("opinion", by="territory")
    assert (analysis.responses, analysis.versions) == (0, ())
    for figures in analysis.measures:
        for each in figures.estimates:
            assert (each.n, each.value, each.low, each.high) == (0, None, None, None)


def test_only_counted_responses_count(opinion: Collection) -> None:
    answer(opinion, people(20))
    answer(opinion, people(3), preview=True)
    rows = db.session.query(Response).filter_by(preview=False).limit(4).all()
    for row, state in zip(rows, ("rejected", "replaced", "conflict", "accepted"), strict=True):
        row.state = ResponseState(state)
    db.session.commit()
    analysis = analyse("opinion")
    assert (analysis.responses, analysis.previews) == (17, 3)
    assert one(analysis.measures[0], "satisfied").base == 17
    (shown,) = [each for each in listed() if each.slug == "opinion"]
    assert shown.responses == 17


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_responses_are_counted_by_an_index_alone(in_app: Flask) -> None:
    asked: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2:4]))
    listed()
    ((counting, values),) = [each for each in asked if "FROM responses" in each[0]]
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {counting}", values)
    assert [step for step in plan if "responses USING COVERING INDEX" in step[-1]]


def test_more_responses_than_people_is_said(territories: object) -> None:
    answer(field(OPINION, "few", selection="probability", population=10), people(30))
    analysis = analyse("few")
    assert analysis.cautions == (Caution.POPULATION_EXCEEDED,)
    assert one(analysis.measures[0], "satisfied").population is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"by": "visits"}, ProblemCode.CANNOT_GROUP_BY),
        ({"by": "many"}, ProblemCode.CANNOT_GROUP_BY),
        ({"by": "nothing"}, ProblemCode.UNKNOWN_QUESTION),
        ({"by": ""}, ProblemCode.UNKNOWN_QUESTION),
        ({"measure": "nothing"}, ProblemCode.UNKNOWN_MEASURE),
    ],
)
def test_what_cannot_be_asked(opinion: Collection, asked: dict, code: ProblemCode) -> None:
    with pytest.raises(Problem) as caught:
        analyse("opinion", **asked)
    assert caught.value.code is code


def test_an_organisation_s_own_mark_is_not_to_be_had(plan: Collection) -> None:
    with pytest.raises(Problem) as caught:
        analyse("plan", by="organisation")
    assert caught.value.code is ProblemCode.CANNOT_GROUP_BY


def test_unknown_collection(in_app: object) -> None:
    with pytest.raises(Problem) as caught:
        analyse("nothing")
    assert caught.value.code is ProblemCode.UNKNOWN_COLLECTION


def test_as_many_queries_for_10_responses_as_for_200(opinion: Collection) -> None:
    answer(opinion, people(10))
    analyse("opinion", by="sex")  # definitions are read once and kept
    counts = []
    for more in (1, 190):
        answer(opinion, people(more, seed=10))
        db.session.expire_all()
        with statements() as seen:
            analyse("opinion", by="sex")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_json_has_the_keys_and_no_number_that_is_none(opinion: Collection) -> None:
    answer(opinion, people(12))
    told = analyse("opinion", by="sex", measure="again").to_dict()
    keys = {"collection", "survey", "versions", "responses", "simulated", "selection", "measures"}
    assert keys <= told.keys()
    assert told["versions"][0] | {"structure_hash": ""} == {
        "version": "1",
        "corrections": [0],
        "responses": 12,
        "structure_hash": "",
    }
    (measure,) = told["measures"]
    assert {"name", "question", "indicator", "special", "estimates"} <= measure.keys()
    for each in measure["estimates"]:
        numbers = [value for value in each.values() if isinstance(value, float)]
        assert all(math.isfinite(value) for value in numbers)


def test_the_election_study(in_app: object, election_rows: list[dict[str, object]]) -> None:
    collection = field("anes-1996", "anes-1996", selection="probability", public=False)
    answer(collection, election_rows)
    analysis = analyse("anes-1996", by="vote")
    assert analysis.responses == 944
    for figures, name in zip(analysis.measures, ("selfLR", "ClinLR", "DoleLR"), strict=True):
        for vote in (None, "0", "1"):
            domain = {"vote": vote} if vote else {}
            inside = [row for row in election_rows if vote in (None, row["vote"])]
            top = sum(row[name] >= 6 for row in inside)
            wilson = stats.binomtest(top, len(inside)).proportion_ci(method="wilson")
            found = one(figures, "satisfied", domain)
            assert (found.n, found.value) == (len(inside), pytest.approx(top / len(inside)))
            assert (found.low, found.high) == pytest.approx(tuple(wilson), abs=1e-12)


def test_an_anonymous_collection_shows_its_results_when_it_closes(in_app: Flask) -> None:
    field(OPINION, "secret", mode=Mode.ANONYMOUS)
    with pytest.raises(Problem) as refused:
        analyse("secret")
    assert refused.value.code is ProblemCode.RESULTS_AT_CLOSING
    collections.close_collection("secret")
    assert analyse("secret").responses == 0
