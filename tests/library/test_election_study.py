"""The definition of the 1996 election study takes the rows of its file as they stand."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from statsmodels.datasets import anes96

import encuestas
from encuestas import Source, read_survey, validate

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
COLUMNS = (
    "popul",
    "TVnews",
    "selfLR",
    "ClinLR",
    "DoleLR",
    "PID",
    "age",
    "educ",
    "income",
    "vote",
)


@pytest.fixture(scope="module")
def study():
    path = Path(encuestas.__file__).parent / "library" / "anes-1996.yaml"
    return read_survey(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rows():
    """The file's rows as text, numbers written as floats ("7.0")."""
    table = anes96.load_pandas().data
    records = table.drop(columns="logpopul").to_dict("records")
    return [{name: str(float(value)) for name, value in record.items()} for record in records]


def test_the_questions_are_the_columns_of_the_file(study, rows):
    assert sorted(question.name for question in study.questions) == sorted(COLUMNS)
    assert set(rows[0]) == set(COLUMNS)


def test_all_944_rows_are_valid_as_they_stand(study, rows):
    assert len(rows) == 944
    for row in rows:
        result = validate(study, row, source=Source.TEXT, now=NOW)
        assert not result.faults
        assert not result.unknown
        assert {name: float(value) for name, value in result.answers.items()} == {
            name: float(value) for name, value in row.items()
        }


def test_marks_become_whole_numbers_and_codes_stay_text(study, rows):
    answers = validate(study, rows[0], source=Source.TEXT, now=NOW).answers
    assert (answers["selfLR"], answers["ClinLR"], answers["DoleLR"]) == (7, 1, 6)
    assert (answers["vote"], answers["PID"], answers["income"]) == ("1", "6", "1")


def test_the_measures_count_what_the_file_counts(study, rows):
    expected = {"self_lr": 218 + 34, "clin_lr": 36 + 19, "dole_lr": 460 + 115}
    found = Counter()
    for row in rows:
        answers = validate(study, row, source=Source.TEXT, now=NOW).answers
        for measure in study.measures:
            found[measure.name] += answers[measure.question] in measure.satisfied
    assert found == expected


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("selfLR", "0.0"),
        ("selfLR", "8"),
        ("DoleLR", "6.5"),
        ("TVnews", "8.0"),
        ("vote", "2.0"),
        ("income", "25.0"),
        ("educ", ""),
        ("popul", "-1"),
    ],
)
def test_a_value_outside_the_documented_meaning_is_a_fault(study, rows, column, value):
    result = validate(study, rows[0] | {column: value}, source=Source.TEXT, now=NOW)
    assert [fault.question for fault in result.faults] == [column]
