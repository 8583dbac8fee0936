"""`cabildo collection`: how a survey is fielded, and that closing closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import AuditEntry, Collection, Mode, Plan, Selection, Territory
from app.models.columns import utc_now
from app.services import collections, surveys
from app.services.collections import Fielding
from app.words.messages import problem_words
from tests.data_in_out.conftest import SURVEY, open_kitchen

Run = Callable[..., Result]


@pytest.fixture
def database(new_database: Callable[[str], str]) -> str:
    """One is enough for what is about words and options."""
    return new_database("sqlite")


@pytest.fixture
def published(in_app: Flask) -> None:
    surveys.save_definition(SURVEY)
    surveys.publish("kitchen")


def test_open_with_everything(published: None, run: Run) -> None:
    territory = Territory(code="T-1", name="Ribera")
    db.session.add(Plan(code="PDT-1", title="Plan", territory=territory))
    db.session.commit()
    result = run(
        "collection", "open", "kitchen", "--slug", "cocina", "--selection", "probability",
        "--mode", "anonymous", "--territory", "T-1", "--plan", "PDT-1", "--population", "900",
        "--opens", "2026-03-01T09:00", "--closes", "2999-12-31", "--wave", "2026",
    )  # fmt: skip
    assert result.stdout == "http://localhost/e/cocina\n"
    found = collections.find("cocina")
    assert (found.selection, found.mode) == (Selection.PROBABILITY, Mode.ANONYMOUS)
    assert [row.code for row in found.territories] == ["T-1"]
    assert (found.plan.code, found.population, found.wave) == ("PDT-1", 900, "2026")
    # Chile's summer time: three hours behind.
    assert found.opens_at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_opening_again_is_the_same_collection(published: None, run: Run) -> None:
    words = ("collection", "open", "kitchen", "--slug", "cocina")
    assert run(*words).output == run(*words).output
    with pytest.raises(Problem) as problem:
        run(*words, "--mode", "anonymous")
    assert problem.value.code is ProblemCode.SLUG_TAKEN


def test_for_staff_alone(published: None, run: Run) -> None:
    result = run("collection", "open", "kitchen", "--slug", "cocina", "--staff-only")
    assert "solo la completa el equipo" in result.stdout
    assert not collections.find("cocina").public


def test_a_draft_of_the_next_version_does_not_stand_in_the_way(published: None, run: Run) -> None:
    surveys.save_definition(SURVEY.replace('version: "1"', 'version: "2"'))
    assert run("collection", "open", "kitchen", "--slug", "cocina").exit_code == 0
    assert collections.find("cocina").version.name == "1"


@pytest.mark.parametrize(
    "options",
    [
        ["--closes", "2020-01-01"],
        ["--opens", "2999-02-01", "--closes", "2999-01-01"],
        ["--closes", "mañana"],
        ["--opens", "0001-01-01"],
        ["--opens", "9999-12-31T23:00"],
        ["--population", "0"],
        ["--population", "99999999999"],
        ["--wave", "x" * 65],
        ["--selection", "some"],
        ["--mode", "secret"],
    ],
)
def test_what_cannot_be(published: None, run: Run, options: list[str]) -> None:
    result = run("collection", "open", "kitchen", "--slug", "cocina", *options)
    assert result.exit_code == 2
    assert not collections.every()


def test_close_and_list(in_app: Flask, run: Run) -> None:
    assert "Todavía no hay" in run("collection", "list").stdout
    open_kitchen("now", simulated=True)
    open_kitchen("later", opens_at=utc_now() + timedelta(days=9))
    lines = run("collection", "list").stdout.splitlines()
    assert sorted(lines) == [
        "later\tpor abrir\topen\t0 respuestas",
        "now\tabierta\topen\t0 respuestas\tsimulada",
    ]
    assert "cerrada" in run("collection", "close", "now").stdout
    assert run("collection", "close", "now").exit_code == 0
    assert "now\tcerrada" in run("collection", "list").stdout


def test_closing_before_the_opening_does_not_open(in_app: Flask, run: Run) -> None:
    found: Collection = open_kitchen("later", opens_at=utc_now() + timedelta(days=9))
    run("collection", "close", "later")
    for moment in (utc_now(), utc_now() + timedelta(days=5), utc_now() + timedelta(days=20)):
        with pytest.raises(Problem) as problem:
            collections.require_answerable(found, moment)
        assert problem.value.code is ProblemCode.CLOSED


def test_closing_what_is_not_there(in_app: Flask, run: Run) -> None:
    with pytest.raises(Problem) as problem:
        run("collection", "close", "nothing")
    assert problem.value.code is ProblemCode.UNKNOWN_COLLECTION


DESIGN = "strata: since\nclusters: [comment]\npopulation: [{05402: 900, no: 12}]\nnest: true\n"


@pytest.fixture
def sample(published: None) -> Collection:
    return collections.open_collection("kitchen", "cocina", Fielding(selection="probability"))


@pytest.fixture
def design_file(tmp_path: Path) -> Path:
    path = tmp_path / "design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


def test_a_design_is_declared_shown_and_taken_away(
    sample: Collection, run: Run, design_file: Path
) -> None:
    assert "no tiene diseño" in run("collection", "design", "cocina", "--show").stdout
    assert "declarado" in run("collection", "design", "cocina", str(design_file)).stdout
    assert collections.find("cocina").design == {
        "strata": "since", "clusters": ["comment"], "population": [{"05402": 900, "no": 12}],
        "nest": True,
    }  # fmt: skip
    shown = run("collection", "design", "cocina", "--show").stdout
    assert shown.startswith("strata: since\nclusters: [comment]\n")
    # What is shown can be declared again.
    design_file.write_text(shown, encoding="utf-8")
    before = collections.find("cocina").design
    run("collection", "design", "cocina", str(design_file))
    assert collections.find("cocina").design == before
    assert "ya no tiene diseño" in run("collection", "design", "cocina", "--clear").stdout
    assert collections.find("cocina").design is None
    noted = db.session.scalars(select(AuditEntry.details).order_by(AuditEntry.id)).all()
    assert [each for each in noted if "design" in each] == [
        {"before": None, "design": before},
        {"before": before, "design": None},
    ]


def test_a_simple_random_sample_is_declared_by_braces(
    sample: Collection, run: Run, design_file: Path
) -> None:
    design_file.write_text("{}\n", encoding="utf-8")
    run("collection", "design", "cocina", str(design_file))
    assert collections.find("cocina").design == {}
    assert run("collection", "design", "cocina", "--show").stdout == "{}\n"


def test_a_collection_opens_with_its_design(published: None, run: Run, design_file: Path) -> None:
    words = ("collection", "open", "kitchen", "--slug", "cocina", "--design", str(design_file))
    assert run(*words, "--selection", "probability").exit_code == 0
    assert collections.find("cocina").design["strata"] == "since"


def test_a_design_of_no_sample_opens_nothing(published: None, run: Run, design_file: Path) -> None:
    with pytest.raises(Problem) as problem:
        run("collection", "open", "kitchen", "--slug", "cocina", "--design", str(design_file))
    assert problem.value.code is ProblemCode.DESIGN_NOT_A_SAMPLE
    db.session.rollback()
    assert not collections.every()


@pytest.mark.parametrize(
    "words", [[], ["--show", "--clear"], ["design.yaml", "--clear"], ["design.yaml", "--show"]]
)
def test_one_thing_at_a_time(sample: Collection, run: Run, words: list[str]) -> None:
    assert run("collection", "design", "cocina", *words).exit_code == 2


def test_what_is_no_yaml_is_said_with_its_place(
    sample: Collection, run: Run, design_file: Path
) -> None:
    design_file.write_text("strata: since\nstrata: mark\n", encoding="utf-8")
    result = run("collection", "design", "cocina", str(design_file))
    assert result.exit_code == 1
    assert f"{design_file}:2:1: [duplicate_key]" in result.stdout


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_refusal_of_a_design_has_its_words(sample: Collection, lang: str) -> None:
    with force_locale(lang):
        for code, context in REFUSED.items():
            title, remedy = problem_words(Problem(code, **context))
            assert "%(" not in title + remedy
            assert title
            assert remedy


REFUSED = {
    ProblemCode.DESIGN_NOT_A_SAMPLE: {"slug": "a"},
    ProblemCode.DESIGN_UNKNOWN_KEY: {"key": "a", "allowed": "b"},
    ProblemCode.DESIGN_BAD_VALUE: {"key": "a", "value": "b", "expected": "truth"},
    ProblemCode.DESIGN_UNSUITABLE_QUESTION: {
        "key": "a",
        "question": "b",
        "type": "c",
        "types": "d",
    },
    ProblemCode.DESIGN_EMPTY_CELL: {"question": "a", "value": "b"},
    ProblemCode.DESIGN_OTHER_VALUES: {"question": "a", "missing": ["a"], "extra": []},
    ProblemCode.DESIGN_OTHER_POPULATION: {"people": 2, "population": 3},
    ProblemCode.DESIGN_NOT_NESTED: {"question": "a", "value": "b"},
    ProblemCode.DESIGN_SMALL_POPULATION: {"question": "a", "value": "b"},
    ProblemCode.DESIGN_SMALL_WHOLE: {},
    ProblemCode.DESIGN_WHOLE_VARIES: {},
    ProblemCode.DESIGN_POPULATION_VARIES: {"question": "a", "value": "b"},
    ProblemCode.DESIGN_DOES_NOT_FIT: {"reason": "singular"},
}
