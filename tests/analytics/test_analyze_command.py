"""`cabildo analyze`, as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.cli.analyze import analyze
from app.models import Collection
from app.services.analytics.analyse import analyse
from tests.analytics.conftest import OPINION, answer, ballot, field, people


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


def typed(*words: str) -> Result:
    result = CliRunner().invoke(analyze, words, catch_exceptions=False)
    assert result.exit_code == 0
    return result


def test_json_is_the_analysis(in_app: Flask, opinion: Collection) -> None:
    answer(opinion, people(20))
    told = json.loads(typed("opinion", "--by", "sex", "--measure", "again", "--json").stdout_bytes)
    assert told == analyse("opinion", by="sex", measure="again").to_dict()


def test_words_hold_percentages_intervals_and_flags(in_app: Flask, plan: Collection) -> None:
    marks = [7] * 20 + [3] * 11
    answer(plan, [ballot(n, mark) for n, mark in enumerate(marks, start=1)])
    output = typed("plan", "--measure", "satisfied", "--by", "territory").stdout
    text = output.replace("\xa0", " ")
    assert "31 de 45 organizaciones respondieron (68,9 %)" in text
    assert "entre 53,3 % y 73,3 %" in text
    (line,) = [line for line in text.splitlines() if line.lstrip().startswith("Satisfechas")]
    assert "64,5 %" in line
    assert "supone silencio al azar" in line
    assert "Territorio 3" in text
    assert "0 de 10" in text


def test_simulated_comes_first(in_app: Flask, territories: object) -> None:
    how = {"selection": "probability", "simulated": True, "territories": ["T-1", "T-2"]}
    answer(field(OPINION, "demo", **how), people(10))
    assert typed("demo").stdout.startswith("SIMULADO")


def test_nobody_yet(in_app: Flask, opinion: Collection) -> None:
    assert "/e/" not in typed("opinion").stdout
    assert "0 respuestas" in typed("opinion").stdout
