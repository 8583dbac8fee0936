"""Means, recommendations and rankings, beside the same figures computed here by SciPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from scipy import stats

from analisis import net_interval
from app.models import Collection
from app.services.analytics.analyse import analyse
from app.services.analytics.findings import MeasureFigures
from encuestas import (
    DefinitionErrors,
    read_survey,
    structure_hash,
    survey_from_data,
    survey_to_data,
)
from tests.analytics.conftest import answer, field
from tests.analytics.test_analyse import one

CHOICES = ("water", "light", "path")
KINDS = """
id: kinds
version: "1"
title: {es: Clases, en: Kinds}
languages: [es, en]
pages:
  - id: only
    questions:
      - {name: sex, type: select_one, label: {es: Género, en: Gender}, choices: [{value: f, label: {es: Mujer, en: Woman}}, {value: m, label: {es: Hombre, en: Man}}]}
      - {name: asks, type: scale, range: [1, 5], label: {es: Pregunta, en: Asks}}
      - {name: hears, type: scale, range: [1, 5], label: {es: Escucha, en: Hears}}
      - {name: shares, type: scale, range: [1, 5], label: {es: Comparte, en: Shares}}
      - name: score
        type: calculate
        calculation: "if(count-non-empty(${asks} | ${hears} | ${shares}) >= 2, (sum(${asks} | ${hears} | ${shares}) div count-non-empty(${asks} | ${hears} | ${shares}) - 1) * 25, '')"
      - {name: years, type: decimal, special: [no_sabe], label: {es: Años, en: Years}}
      - {name: recommends, type: nps, label: {es: ¿Recomienda?, en: Recommends?}}
      - name: first
        type: rank
        special: [no_sabe]
        label: {es: Qué es primero, en: What comes first}
        choices: [{value: water, label: {es: Agua, en: Water}}, {value: light, label: {es: Luz, en: Light}}, {value: path, label: {es: Camino, en: Path}}]
measures:
  - {name: score, question: score}
  - {name: years, question: years}
  - {name: asks, question: asks, kind: mean}
  - {name: recommends, question: recommends}
  - {name: first, question: first}
"""  # noqa: E501 a question a line


REPEATED = """
id: repeated
version: "1"
title: {es: Personas}
pages:
  - id: only
    questions:
      - {name: why, type: text, label: {es: Por qué}}
      - {name: mark, type: scale, range: [1, 7], label: {es: Nota}}
      - {name: likes, type: nps, label: {es: Recomienda}}
      - name: members
        type: repeat
        label: {es: Personas}
        questions: [{name: age, type: integer, label: {es: Edad}}]
measures: [{name: m, MEASURE}]
"""


@pytest.mark.parametrize(
    ("measure", "code", "context"),
    [
        ("question: age", "measure_unsuitable_question", {"question": "age", "type": "repeat"}),
        ("question: why", "measure_unsuitable_question", {"question": "why", "type": "text"}),
        (
            "question: mark, kind: nps",
            "measure_unsuitable_question",
            {"question": "mark", "type": "scale"},
        ),
        (
            "question: likes, satisfied: [10]",
            "unknown_key",
            {
                "key": "satisfied",
                "allowed": ["indicator", "kind", "label", "name", "question"],
            },
        ),
    ],
)
def test_what_cannot_be_measured_so(measure: str, code: str, context: dict[str, object]) -> None:
    with pytest.raises(DefinitionErrors) as refused:
        read_survey(REPEATED.replace("MEASURE", measure))
    assert [(fault.code, fault.context) for fault in refused.value.faults] == [(code, context)]


def test_a_kind_is_written_where_the_type_does_not_say_it() -> None:
    survey = read_survey(KINDS)
    data = survey_to_data(survey)
    assert survey_from_data(data) == survey
    assert [each.get("kind") for each in data["measures"]] == [None, None, "mean", None, None]
    other = read_survey(KINDS.replace(", kind: mean", ", satisfied: [5], dissatisfied: [1]"))
    assert structure_hash(other) != structure_hash(survey)


def people(count: int) -> list[dict[str, object]]:
    orders = [["water", "light", "path"], ["light", "water", "path"], ["water", "path", "light"]]
    rows = []
    for n in range(count):
        row: dict[str, object] = {"sex": "fm"[n % 2], "recommends": (n * n) % 11}
        for name, step, skip in (("asks", 3, 4), ("hears", 2, 5), ("shares", 1, 3)):
            if n % skip:
                row[name] = 1 + (n // step + n) % 5
        if n % 6:
            row["years"] = "no_sabe" if n % 7 == 0 else n * 0.7
        if n % 5:
            row["first"] = ["no_sabe"] if n % 8 == 0 else orders[n % 3]
        rows.append(row)
    return rows


def score(row: Mapping[str, object]) -> float | None:
    marks = [row[name] for name in ("asks", "hears", "shares") if name in row]
    return (sum(marks) / len(marks) - 1) * 25 if len(marks) >= 2 else None


@pytest.fixture
def rows(in_app: Flask) -> list[dict[str, object]]:
    rows = people(60)
    answer(field(KINDS, "kinds", selection="probability", territories=[]), rows)
    return rows


def figures_of(measure: str, by: str | None = None) -> MeasureFigures:
    return analyse("kinds", measure=measure, by=by).measures[0]


def check_mean(
    figures: MeasureFigures, values: Sequence[float], domain: dict | None = None
) -> None:
    found = one(figures, "mean", domain)
    limits = stats.t(len(values) - 1, stats.tmean(values), stats.sem(values)).interval(0.95)
    assert found.n == len(values)
    assert found.value == pytest.approx(stats.tmean(values))
    assert (found.low, found.high) == pytest.approx(limits)
    assert (found.method, found.df) == ("t", len(values) - 1)


def test_a_score_from_0_to_100_is_computed_stored_and_averaged(
    rows: list[dict[str, object]],
) -> None:
    scores = [found for row in rows if (found := score(row)) is not None]
    assert 0 < len(scores) < len(rows)
    figures = figures_of("score", by="sex")
    check_mean(figures, scores)
    assert one(figures, "mean").base == len(rows)
    for sex in "fm":
        same = [found for r in rows if r["sex"] == sex and (found := score(r)) is not None]
        check_mean(figures, same, {"sex": sex})


def test_a_number_that_people_write(rows: list[dict[str, object]]) -> None:
    figures = figures_of("years")
    years = [row["years"] for row in rows if isinstance(row.get("years"), float)]
    unsure = sum(row.get("years") == "no_sabe" for row in rows)
    check_mean(figures, years)
    assert figures.special == {"no_sabe": unsure}
    assert figures.missing == len(rows) - len(years) - unsure
    assert one(figures, "mean").base == len(rows)


def test_the_mean_of_marks(rows: list[dict[str, object]]) -> None:
    check_mean(figures_of("asks"), [row["asks"] for row in rows if "asks" in row])


def test_recommendation(rows: list[dict[str, object]]) -> None:
    figures = figures_of("recommends")
    marks = [row["recommends"] for row in rows]
    top, bottom = sum(m >= 9 for m in marks), sum(m <= 6 for m in marks)
    net = one(figures, "net")
    expected = net_interval(top, bottom, len(marks))
    assert net.value == pytest.approx((top - bottom) / len(marks))
    assert (net.low, net.high) == pytest.approx((expected.low, expected.high))
    assert [one(figures, "category", category=mark).n for mark in range(11)] == [len(marks)] * 11


def test_ranking(rows: list[dict[str, object]]) -> None:
    figures = figures_of("first")
    ranked = [row["first"] for row in rows if len(row.get("first", ())) == 3]
    unsure = sum(row.get("first") == ["no_sabe"] for row in rows)
    assert figures.special == {"no_sabe": unsure}
    assert figures.missing == len(rows) - len(ranked) - unsure
    for choice in CHOICES:
        places = [row.index(choice) + 1 for row in ranked]
        first = one(figures, "first_place", category=choice)
        wilson = stats.binomtest(places.count(1), len(places)).proportion_ci(method="wilson")
        assert first.value == pytest.approx(places.count(1) / len(places))
        assert (first.low, first.high) == pytest.approx(tuple(wilson), abs=1e-12)
        mean = one(figures, "mean_position", category=choice)
        assert mean.value == pytest.approx(stats.tmean(places))
        limits = stats.t(len(places) - 1, stats.tmean(places), stats.sem(places)).interval(0.95)
        assert (mean.low, mean.high) == pytest.approx(limits)


def test_an_open_link_has_no_interval_of_any_kind(in_app: Flask) -> None:
    answer(field(KINDS, "kinds", selection="open", territories=[]), people(20))
    for figures in analyse("kinds").measures:
        for each in figures.estimates:
            assert (each.low, each.high, each.se) == (None, None, None)
            assert "self_selected" in each.flags


def test_a_census_says_how_many_answered_before_the_mean(in_app: Flask) -> None:
    how = {"selection": "census", "population": 40, "territories": []}
    answer(field(KINDS, "kinds", **how), people(30))
    figures = figures_of("score")
    rate, mean = figures.estimates
    assert (rate.statistic, rate.value) == ("response_rate", 30 / 40)
    assert "assumes_random_nonresponse" in mean.flags


def test_nobody_yet(in_app: Flask) -> None:
    field(KINDS, "kinds", selection="probability", territories=[])
    for figures in analyse("kinds").measures:
        assert all(each.value is None for each in figures.estimates)


def test_the_json_says_which_kind(rows: object) -> None:
    told = analyse("kinds").to_dict()["measures"]
    assert [each["kind"] for each in told] == ["mean", "mean", "mean", "nps", "ranks"]


def test_the_page_says_them_in_words(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    with app.app_context():
        answer(field(KINDS, "kinds", selection="probability", territories=[]), people(60))
    client = signed_in("evaluator")
    page = client.get("/analysis/kinds?by=sex").get_data(as_text=True)
    for words in (
        "Promedio por grupo: Género",
        "Recomendación neta (NPS)",
        "Primer lugar: Agua",
        "Posición media: Camino",
        "Mujer · Agua",
    ):
        assert words in page
    assert "/analysis/kinds/score.svg" not in page
    assert "<h2>score</h2>" in page  # neither the measure nor what is calculated has words
    assert client.get("/analysis/kinds/score.svg").status_code == 404
    assert "Agua" in client.get("/analysis/kinds/first.svg").get_data(as_text=True)
    english = client.get("/analysis/kinds?lang=en").get_data(as_text=True)
    assert "First place: Water" in english


def test_an_empty_page_of_every_kind(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    with app.app_context():
        collection: Collection = field(KINDS, "kinds", selection="open", territories=[])
        answer(collection, [{"sex": "f"}])
    page = signed_in("evaluator").get("/analysis/kinds?by=sex")
    assert (page.status_code, "Todavía no hay respuestas que contar" in page.text) == (200, True)


def test_a_page_of_every_kind_before_the_first_response(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        field(KINDS, "kinds", selection="open", territories=[])
    assert signed_in("evaluator").get("/analysis/kinds").status_code == 200


def test_absurd_numbers_do_not_close_the_page_to_everybody(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        collection = field(KINDS, "kinds", selection="open", territories=[])
        answer(collection, [{"years": 1e300}, {"years": -1e308}, {"years": 9e307}])
    client = signed_in("evaluator")
    page = client.get("/analysis/kinds")
    assert (page.status_code, "E30" in page.text) == (200, True)
    assert client.get("/analysis/kinds.json").status_code == 200
