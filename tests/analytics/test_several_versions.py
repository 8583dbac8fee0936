"""Figures of a collection that was answered in two versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Collection
from app.services import collections, surveys
from app.services.analytics.analyse import analyse
from tests.analytics.conftest import OPINION, answer, field, make_territories, people, statements
from tests.analytics.test_analyse import one

# Influence goes from 1 to 7 now, others may say their gender, and those who did not take part are
# asked too whether they would come again.
SECOND = (
    OPINION.replace('version: "1"', 'version: "2"')
    .replace("range: [1, 5], label: {es: Influencia}", "range: [1, 7], label: {es: Influencia}")
    .replace(
        "{value: m, label: {es: Hombre, en: Man}}",
        "{value: x, label: {es: Otro, en: Other}}, {value: m, label: {es: Hombre, en: Man}}",
    )
    .replace(
        "      - {name: again, type: select_one, choices: si_no, required: true,"
        " label: {es: Volvería}}\n",
        "",
    )
    .replace(
        "      - {name: took_part,",
        "      - {name: again, type: select_one, choices: si_no, label: {es: Volvería}}\n"
        "      - {name: took_part,",
    )
)
FIRST_ROWS = people(80)
SECOND_ROWS = [
    {**row, "sex": "x"} if n % 4 == 0 else row for n, row in enumerate(people(50, seed=80))
]


@pytest.fixture
def both(in_app: Flask) -> Collection:
    make_territories()
    return fill()


def fill() -> Collection:
    collection = field(OPINION, "opinion", selection="probability")
    answer(collection, FIRST_ROWS)
    surveys.save_definition(SECOND)
    surveys.publish("opinion")
    collections.use_version("opinion", "2")
    answer(collection, SECOND_ROWS)
    return collection


def test_what_means_the_same_is_counted_together(both: Collection) -> None:
    analysis = analyse("opinion", measure="satisfied")
    (figures,) = analysis.measures
    rows = [*FIRST_ROWS, *SECOND_ROWS]
    marks = [row["mark"] for row in rows if isinstance(row["mark"], int)]
    assert (analysis.responses, figures.versions) == (len(rows), ())
    assert [use.version for use in analysis.versions] == ["1", "2"]
    assert one(figures, "satisfied").n == len(marks)
    assert one(figures, "satisfied").value == pytest.approx(
        sum(mark >= 6 for mark in marks) / len(marks)
    )


def test_what_means_something_else_is_counted_where_it_means_the_same(both: Collection) -> None:
    (figures,) = analyse("opinion", measure="influence").measures
    shown = [row for row in SECOND_ROWS if row.get("took_part") == "si"]
    marks = [row["influence"] for row in shown if "influence" in row]
    assert figures.versions == ("2",)
    found = one(figures, "satisfied")
    assert (found.n, found.base) == (len(marks), len(shown))
    assert found.value == pytest.approx(sum(mark in (4, 5) for mark in marks) / len(marks))
    assert figures.missing == len(shown) - len(marks)
    assert figures.not_shown == len(FIRST_ROWS) + len(SECOND_ROWS) - len(shown)


def test_each_version_shows_a_question_by_its_own_rules(both: Collection) -> None:
    """Those who left it blank: in the first only who took part was asked, and had to answer."""
    (figures,) = analyse("opinion", measure="again").measures
    blank = sum("again" not in row for row in SECOND_ROWS)
    unasked = sum(row.get("took_part") != "si" for row in FIRST_ROWS)
    assert (figures.missing, figures.not_shown, figures.versions) == (blank, unasked, ())


def test_groups_are_those_of_both(both: Collection) -> None:
    analysis = analyse("opinion", by="sex", measure="satisfied")
    rows = [*FIRST_ROWS, *SECOND_ROWS]
    for domain in analysis.domains:
        assert domain.responses == sum(row.get("sex") == domain.value for row in rows)
    assert [domain.value for domain in analysis.domains] == ["f", "x", "m"]


def test_groups_by_what_means_something_else_hold_who_answered_that(both: Collection) -> None:
    analysis = analyse("opinion", by="influence", measure="satisfied")
    inside = sum("influence" in row and row.get("took_part") == "si" for row in SECOND_ROWS)
    assert sum(domain.responses for domain in analysis.domains) == inside
    assert analysis.unclassified == analysis.responses - inside


def test_a_question_that_the_older_version_lacks(in_app: Flask) -> None:
    make_territories()
    without = OPINION.replace(
        "      - {name: influence, type: scale, range: [1, 5], label: {es: Influencia}}\n", ""
    ).replace(
        "  - {name: influence, question: influence, satisfied: [4, 5], dissatisfied: [1, 2]}\n", ""
    )
    collection = field(without, "opinion", selection="probability")
    answer(collection, [{k: v for k, v in row.items() if k != "influence"} for row in FIRST_ROWS])
    surveys.save_definition(OPINION.replace('version: "1"', 'version: "2"'))
    surveys.publish("opinion")
    collections.use_version("opinion", "2")
    answer(collection, SECOND_ROWS[1::4])
    (figures,) = analyse("opinion", measure="influence").measures
    assert figures.versions == ("2",)
    assert one(figures, "satisfied").n == sum("influence" in row for row in SECOND_ROWS[1::4])


def test_the_json_has_the_differences(both: Collection) -> None:
    told = analyse("opinion").to_dict()
    changes = {(each["code"], each["where"]) for each in told["differences"]}
    assert ("scale_changed", "influence") in changes
    assert [each.get("versions") for each in told["measures"]] == [None, ["2"], None]


def test_one_version_says_nothing_of_versions(in_app: Flask) -> None:
    make_territories()
    answer(field(OPINION, "opinion", selection="probability"), people(5))
    told = analyse("opinion").to_dict()
    assert "differences" not in told
    assert not any({"versions", "kind"} & each.keys() for each in told["measures"])


def test_the_page_and_the_command_say_it_in_words(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        make_territories()
        fill()
    page = signed_in("evaluator").get("/analysis/opinion").get_data(as_text=True)
    assert "Cambios entre versiones" in page
    assert "Entre 1 y 2: influence: la escala cambió de" in page
    assert "Se calcula con lo respondido en 2" in page


def test_more_responses_ask_no_more_of_the_database(both: Collection) -> None:
    def asked() -> int:
        db.session.remove()
        with statements() as seen:
            analyse("opinion", by="sex")
        return len(seen)

    asked()  # what there is so far is read once, and definitions are kept
    answer(collections.find("opinion"), SECOND_ROWS[:1])
    before = asked()
    answer(collections.find("opinion"), SECOND_ROWS)
    assert asked() == before
