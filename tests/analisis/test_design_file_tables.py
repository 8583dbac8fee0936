"""Tables of two questions and regressions in a design file, against R's numbers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from analisis.__main__ import main
from analisis.io.design_file import answers
from tests.analisis.reference_designs import FOLDER, Case, cases

ASKED = [each for each in cases() if each.kind.startswith(("chisq_", "glm_"))]


def design_text(some: list[Case]) -> str:
    """The design of cases and what they ask for, as a file; JSON is YAML too."""
    spec = some[0].spec
    said = {name: spec[name] for name in ("weights", "strata", "clusters", "population")}
    said = {name: value for name, value in said.items() if value}
    said["nest"] = "yes" if spec["nest"] else "no"
    said["figures"] = [figure(each) for each in some]
    return json.dumps(said)


def figure(case: Case) -> dict[str, object]:
    call = dict(case.call)
    where = {"where": call["where"]} if call.get("where") else {}
    if call["estimator"] == "crosstab":
        asked = {"crosstab": call["row"], "with": call["column"], "test": call["test"]}
    else:
        asked = {"regression": call["response"], "on": call["columns"], "family": call["family"]}
    return {**asked, **where, "name": case.id}


@pytest.mark.parametrize("design", ["strat", "clus2", "stages"])
def test_tables_and_models_are_those_of_r(
    design: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = [each for each in ASKED if each.design == design]
    (tmp_path / "design.yaml").write_text(design_text(some))
    data = FOLDER / "data" / f"{some[0].spec['data']}.csv"
    assert main([str(data), "--design", str(tmp_path / "design.yaml"), "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    for case in some:
        found = [each for each in records if each["figure"].startswith(case.id + " = ")]
        expected = case.expected
        if "coefficients" in expected:
            assert [each["category"] for each in found] == expected["names"]
            assert [each["value"] for each in found] == pytest.approx(
                expected["coefficients"], rel=1e-9
            )
            errors = [row[place] ** 0.5 for place, row in enumerate(expected["covariance"])]
            assert [each["se"] for each in found] == pytest.approx(errors, rel=1e-9)
            assert {each["df"] for each in found} == {*expected["df"]}
            continue
        for each in found:
            assert each["test"]["statistic"] == pytest.approx(expected["statistic"][0], rel=1e-9)
            assert each["test"]["p_value"] == pytest.approx(expected["p_value"][0], rel=1e-8)
            assert each["test"]["df"] == pytest.approx(expected["df"], rel=1e-9)
        if "table" in expected:
            shares = [each for each in found if not each["domain"]]
            rows = [share for row in expected["table"] for share in row]
            assert [each["value"] for each in shares] == pytest.approx(rows, rel=1e-9)
            assert len(found) == 2 * len(rows)


def test_the_test_stands_under_the_table_and_beside_each_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = next(each for each in ASKED if each.id == "chisq_F-strat-1")
    (tmp_path / "design.yaml").write_text(design_text([case]))
    words = [str(FOLDER / "data" / "apistrat.csv"), "--design", str(tmp_path / "design.yaml")]
    assert main(words) == 0
    *_figures, last = capsys.readouterr().out.splitlines()
    assert last == (
        "independence of sch.wide and stype: F = 17.2474, df 1.82867 and 360.248, p = 2.04e-07"
    )
    assert main([*words, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["test.method"] for row in rows} == {"F"}
    assert {row["test.df"].split()[0][:6] for row in rows} == {"1.8286"}
    assert {row["domain.sch.wide"] for row in rows} == {"", "No", "Yes"}


def test_a_model_is_named_by_its_terms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "design.yaml").write_text(
        "weights: pw\nfigures: [{regression: api00, on: stype, intercept: no}]"
    )
    data = FOLDER / "data" / "apistrat.csv"
    found = answers(data, tmp_path / "design.yaml", columns=["api00"])
    assert [each.estimate.category for each in found] == ["stypeE", "stypeH", "stypeM"]
    assert main([str(data), "--design", str(tmp_path / "design.yaml")]) == 0
    _head, first, *_others = capsys.readouterr().out.splitlines()
    assert first.startswith("coefficient stypeE of api00  ")
    assert main([str(data), "--design", str(tmp_path / "design.yaml"), "--by", "stype"]) == 2
    assert "line 2, figures[0]: a regression is of one domain" in capsys.readouterr().err
