"""A file of data with a file that declares its design: the command and each fault."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from analisis import ErrorCode, SurveyDesign
from analisis.__main__ import main
from analisis.io import open_source
from analisis.io.design_file import answers, read_design_file
from analisis.io.faults import WORDS, DesignFileError, Fault
from analisis.io.report import harmless
from tests.analisis.engines import sample

DESIGN = "weights: w\nstrata: region\nclusters: [unit, house]\npopulation: [n, houses]\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    table = sample(1200)
    pa.parquet.write_table(table, folder / "sample.parquet")
    plain = table.set_column(0, "region", table["region"].cast(pa.string()))
    pa.csv.write_csv(plain, folder / "sample.csv")
    return folder


@pytest.fixture
def run(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(design: str, *arguments: str, data: str = "sample.parquet") -> tuple[int, str, str]:
        path = tmp_path / "design.yaml"
        path.write_text(design, encoding="utf-8")
        code = main([str(folder / data), "--design", str(path), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def design(folder: Path) -> SurveyDesign:
    return SurveyDesign(
        folder / "sample.parquet",
        weights="w",
        strata="region",
        clusters=("unit", "house"),
        population=("n", "houses"),
    )


def records(text: str) -> list[dict[str, object]]:
    found = json.loads(text)
    for each in found:
        del each["figure"]
    return found


@pytest.mark.parametrize("data", ["sample.parquet", "sample.csv"])
def test_figures_are_those_of_the_design(data: str, run: Run, design: SurveyDesign) -> None:
    figures = """
figures:
  - {proportion: sat, level: [6, 7], by: comuna}
  - {net: sat, satisfied: [7], dissatisfied: [1, 2], where: adult}
  - {mean: [y, price], confidence: 0.9, na: listwise}
  - {ratio: y, to: price}
  - {total: price, by: [comuna, sex], df: 12}
  - {proportion: comuna, level: 05402, method: logit}
  - {variance: y}
  - {quantile: y, probabilities: [0.25, 0.5], rule: hf7, interval: beta, by: sex}
"""
    code, out, err = run(DESIGN + figures, "--json", data=data)
    assert (code, err) == (0, "")
    expected = [
        *design.proportion("sat", [6, 7], by="comuna"),
        *design.net("sat", [7], [1, 2], where="adult"),
        *design.mean(["y", "price"], confidence=0.9, na="listwise"),
        *design.ratio("y", "price"),
        *design.total("price", by=["comuna", "sex"], df=12),
        *design.proportion("comuna", "05402", method="logit"),
        *design.variance("y"),
        *design.quantile("y", [0.25, 0.5], rule="hf7", interval="beta", by="sex"),
    ]
    found = records(out)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        record = other.to_dict()
        assert one["domain"] == record["domain"]
        assert one["category"] == record["category"]
        numbers = [name for name, value in record.items() if isinstance(value, float)]
        assert [one[name] for name in numbers] == pytest.approx([record[name] for name in numbers])


def test_the_table_leaves_no_percentage_alone(run: Run) -> None:
    figures = "figures:\n  - {proportion: sat, level: 7, by: sex}\n  - {mean: y, name: Altura}\n"
    code, out, _err = run(DESIGN + figures)
    head, first, second, third = out.splitlines()
    assert code == 0
    assert head.split() == ["figure", "sex", "value", "interval", "n", "base", "method", "flags"]
    assert first.startswith("share sat = 7  f ")
    assert " % to " in first
    assert "wilson, 95 %" in second
    assert third.startswith("Altura ")
    assert "t, 95 %" in third


def test_csv_has_a_column_for_what_makes_the_domain(run: Run) -> None:
    code, out, _err = run(DESIGN, "--csv", "--column", "adult", "--by", "comuna", "--by", "wave")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert len(rows) == 16
    assert {row["domain.comuna"] for row in rows} >= {"05402", "5402"}
    assert {row["domain.wave"] for row in rows} == {"2024", "2025"}
    assert {row["category"] for row in rows} == {"True", "False"}
    assert all(float(row["low"]) < float(row["value"]) < float(row["high"]) for row in rows)


def test_a_column_alone_gives_its_figures_or_what_its_kind_allows(run: Run) -> None:
    figures = "by: wave\nfigures:\n  - {proportion: sat, level: 7}\n  - {mean: y}\n"
    _code, out, _err = run(DESIGN + figures, "--json", "--column", "sat", "--column", "price")
    assert [each["figure"] for each in json.loads(out)] == ["share sat = 7"] * 2 + [
        "mean price"
    ] * 2


def test_what_the_command_says_stands_before_the_file(run: Run) -> None:
    figures = "by: wave\nwhere: adult\nfigures: [{mean: y, by: comuna}]\n"
    _code, out, _err = run(DESIGN + figures, "--json", "--by", "sex", "--where", "urban")
    assert [each["domain"] for each in json.loads(out)] == [{"sex": "f"}, {"sex": "m"}]
    assert [each["figure"] for each in json.loads(out)] == ["mean y, where urban"] * 2


def test_weights_are_adjusted_as_the_file_says(
    folder: Path, tmp_path: Path, design: SurveyDesign
) -> None:
    def read(text: str) -> SurveyDesign:
        (tmp_path / "design.yaml").write_text(DESIGN + text)
        data = open_source(folder / "sample.parquet")
        return read_design_file(tmp_path / "design.yaml", data).design

    cells = read(
        "poststratify:\n  by: [sex, urban]\n"
        "  totals: {f: {yes: 500, no: 200}, m: {true: 600, false: 210.5}}\n"
    )
    by = {("f", True): 500, ("f", False): 200, ("m", True): 600, ("m", False): 210.5}
    expected = design.poststratify(("sex", "urban"), by)
    assert cells.weights.sum() == pytest.approx(1510.5)
    assert cells.weights == pytest.approx(expected.weights)
    raked = read(
        "rake:\n  - {by: sex, totals: {f: 700, m: 800}}\n"
        "  - {by: wave, totals: {2024: 900, 2025: 600}}\n"
    )
    margins = [("sex", {"f": 700, "m": 800}), ("wave", {2024: 900, 2025: 600})]
    assert raked.weights == pytest.approx(design.rake(margins).weights)


def test_a_population_by_stratum_and_ids_that_repeat(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "design.yaml").write_text(
        "strata: region\nclusters: again\nnest: yes\nlonely_psu: adjust\n"
        'population: {Biobío: 70, La Araucanía: 80, "O\'Higgins": 90, Ñuble: 100}\n',
        encoding="utf-8",
    )
    data = open_source(folder / "sample.csv")
    found = read_design_file(tmp_path / "design.yaml", data).design
    assert found.declared.nest is True
    assert found.declared.lonely_psu == "adjust"
    assert found.frame.stages[0].size.tolist() == [70, 80, 90, 100]


def test_text_in_csv_is_never_a_formula(run: Run) -> None:
    figures = (
        "figures:\n  - {mean: y, name: '=1+1'}\n  - {proportion: wave, level: 2024, name: -5}\n"
    )
    _code, out, _err = run(DESIGN + figures, "--csv")
    assert [row["figure"] for row in csv.DictReader(io.StringIO(out))] == ["'=1+1", "'-5 = 2024"]


@pytest.mark.parametrize("text", ["=x", "+x", "-x", "@x", "\t=x", "＝x", "'=x", "- 5"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("cell", ["-1", "+1.5", "x=1", "", "05402", -1.5, None])
def test_codes_and_numbers_stay_as_they_are(cell: object) -> None:
    assert harmless(cell) == cell


def test_a_figure_without_an_answer_is_named_with_its_line(run: Run) -> None:
    code, out, err = run("figures:\n  - {mean: y}\n  - {mean: y, confidence: 95}\n")
    assert (code, out) == (2, "")
    assert err.startswith("analisis: design file: line 3, figures[1]: confidence is 95; give a")


def command(folder: Path, design: str, **how: Any) -> subprocess.CompletedProcess[bytes]:
    (folder / "many.yaml").write_text(design)
    words = [sys.executable, "-m", "analisis", str(folder / "sample.parquet")]
    words += ["--design", str(folder / "many.yaml")]
    return subprocess.run(words, stderr=subprocess.PIPE, timeout=60, check=False, **how)


def test_whoever_reads_may_stop_reading(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as out:
        done = command(folder, DESIGN + "figures: [{mean: y}]", stdout=out)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_cannot_be_written_is_said(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = command(folder, DESIGN + "figures: [{mean: y}]", stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith(b"analisis: the figures cannot be written: No space left")
    done = command(folder, DESIGN + "figures: [{mean: y}]", preexec_fn=lambda: os.close(1))
    assert done.returncode == 2
    assert b"standard output is closed" in done.stderr
    assert b"Traceback" not in done.stderr


FAULTS: Mapping[str, tuple[Fault, str, str]] = {
    "": (Fault.EMPTY, "", "say how people were chosen"),
    "weights": (Fault.NOT_KEYS, "line 1", "keys with values"),
    "a: [1": (Fault.NOT_YAML, "line ", "look at indents"),
    "weights: &x w": (Fault.NOT_PLAIN, "line 1", "write the value out"),
    "weights: !!str w": (Fault.NOT_PLAIN, "line 1", "write the value out"),
    "a: {b: 1}\nc: *b": (Fault.NOT_PLAIN, "line 2", "aliases"),
    "weights: w\nweights: n": (Fault.KEY_TWICE, "line 2, weights", "keep one"),
    "poststratify: {by: wave, totals: {2024: 1, 2024.0: 2}}": (
        Fault.KEY_TWICE,
        "line 1, poststratify.totals.2024.0",
        "keep one",
    ),
    "? [a]\n: 1": (Fault.KEY_NOT_TEXT, "line 1", "write a name"),
    "wieghts: w": (Fault.UNKNOWN_KEY, "line 1, wieghts", "choose one of: weights, strata"),
    "weights: peso": (Fault.UNKNOWN_COLUMN, "line 1, weights", "they have: region, unit"),
    "weights: [w]": (Fault.NOT_TEXT, "line 1, weights", "a single value"),
    "weights:": (Fault.NOTHING_WRITTEN, "line 1, weights", "leave the key out"),
    "clusters: [unit, casa]": (Fault.UNKNOWN_COLUMN, "line 1, clusters[1]", "no column 'casa'"),
    "clusters: {a: unit}": (Fault.NOT_LIST, "line 1, clusters", "a list of them"),
    "nest: maybe": (Fault.NOT_YES_OR_NO, "line 1, nest", "'maybe' is neither yes nor no"),
    "lonely_psu: skip": (Fault.UNKNOWN_CHOICE, "lonely_psu", "none of: error, adjust, average"),
    "population: many": (Fault.UNKNOWN_COLUMN, "line 1, population", "no column 'many'"),
    "population: {a: 1}": (Fault.MISSING_KEY, "line 1, population", "strata is missing"),
    "confidence: 95%": (Fault.NOT_NUMBER, "line 1, confidence", "'95%' is no number"),
    "poststratify: {by: sex}": (Fault.MISSING_KEY, "poststratify", "totals is missing"),
    "rake:\n - by: wave\n   totals: {x: 1}": (Fault.NOT_A_VALUE, "line 3, rake[0].totals.x", "'x'"),
    "figures: [{by: sex}]": (Fault.NO_FIGURE, "figures[0]", "begin with one of: proportion, mean"),
    "figures: [{mean: y, total: y}]": (Fault.SEVERAL_FIGURES, "figures[0]", "mean, total"),
    "figures: [{mean: y, level: 1}]": (Fault.UNKNOWN_KEY, "figures[0].level", "choose one of"),
    "figures: [{ratio: y}]": (Fault.MISSING_KEY, "figures[0]", "to is missing"),
    "figures:\n- {proportion: sat, level: [6, siete]}": (
        Fault.NOT_A_VALUE,
        "line 2, figures[0].level[1]",
        "column 'sat' holds numbers, and 'siete' is none",
    ),
    "figures: [{proportion: [sat, y]}]": (Fault.NOT_TEXT, "figures[0].proportion", "single"),
    "figures: [{mean: []}]": (Fault.NOTHING_WRITTEN, "figures[0].mean", "nothing is written"),
    "figures: [{crosstab: sat, with: sex, by: wave}]": (
        Fault.ONE_DOMAIN,
        "line 1, figures[0].by",
        "write by in each of the other figures",
    ),
    "by: wave\nfigures: [{regression: y, on: sex}]": (
        Fault.ONE_DOMAIN,
        "line 2, figures[0]",
        "a regression is of one domain",
    ),
    "figures: [{crosstab: sat}]": (Fault.MISSING_KEY, "figures[0]", "with is missing"),
    "figures: [{regression: y}]": (Fault.MISSING_KEY, "figures[0]", "on is missing"),
    "figures: [{crosstab: sat, with: [sex]}]": (Fault.NOT_TEXT, "figures[0].with", "single"),
    "figures: [{crosstab: sat, with: sexo}]": (Fault.UNKNOWN_COLUMN, "figures[0].with", "'sexo'"),
    "figures: [{regression: y, on: [sex, z]}]": (Fault.UNKNOWN_COLUMN, "figures[0].on[1]", "'z'"),
    "figures: [{crosstab: sat, with: sex, test: t}]": (
        Fault.UNKNOWN_CHOICE,
        "figures[0].test",
        "none of: F, Chisq, Wald, adjWald",
    ),
    "figures: [{regression: y, on: sex, family: probit}]": (
        Fault.UNKNOWN_CHOICE,
        "figures[0].family",
        "none of: linear, logistic",
    ),
    "weights: w": (Fault.NOTHING_ASKED, "", "add some under figures"),
    "[" * 30: (Fault.TOO_DEEP, "line 1", "another file"),
    "# " + "x" * 1_000_001: (Fault.TOO_LARGE, "", "another file"),
}


@pytest.mark.parametrize("text", FAULTS, ids=lambda text: text[:40])
def test_each_fault_says_where_it_is_and_what_to_do(
    text: str, run: Run, folder: Path, tmp_path: Path
) -> None:
    fault, where, remedy = FAULTS[text]
    code, out, err = run(text)
    with pytest.raises(DesignFileError) as raised:
        answers(folder / "sample.parquet", tmp_path / "design.yaml")
    assert raised.value.fault is fault
    assert (code, out) == (2, "")
    assert err.startswith("analisis: design file: ")
    assert err.count("\n") == 1
    assert where in err
    assert remedy in err


def test_no_fault_is_without_a_test() -> None:
    assert {fault for fault, _where, _what in FAULTS.values()} == {*Fault} - {Fault.UNREADABLE}
    assert {*WORDS} == {*Fault}


def test_a_design_file_that_cannot_be_read_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(folder / "sample.csv")
    assert main([data, "--design", str(tmp_path / "no.yaml")]) == 2
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "latin.yaml").write_bytes("weights: pesó".encode("latin-1"))
    with pytest.raises(DesignFileError, match="not in UTF-8") as fault:
        read_design_file(tmp_path / "latin.yaml", open_source(data))
    assert fault.value.code is ErrorCode.INVALID_DESIGN_FILE


@pytest.mark.parametrize(
    ("design", "arguments", "said"),
    [
        ("weights: comuna\nfigures: [{mean: y}]", (), "column 'comuna' holds no numbers"),
        ("strata: region\npopulation: 3\nfigures: [{mean: y}]", (), "units were drawn"),
        ("figures: [{mean: comuna}]", (), "holds no numbers"),
        ("figures: [{mean: y, method: magic}]", (), "no method 'magic'"),
        ("figures: [{mean: y, confidence: 95}]", (), "confidence"),
        ("weights: w", ("--column", "nada"), "there is no column 'nada'"),
        ("figures: [{mean: y}]", ("--by", "nada"), "there is no column 'nada'"),
        ("figures: [{mean: y}]", ("--where", "comuna"), "not boolean"),
        ("figures: [{crosstab: sat, with: sat}]", (), "row and column are both 'sat'"),
        ("figures: [{regression: y, on: y}]", (), "line 1, figures[0]: "),
    ],
)
def test_what_has_no_honest_answer_is_refused(
    design: str, arguments: tuple[str, ...], said: str, run: Run
) -> None:
    code, out, err = run(design, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_data_that_are_not_there_are_refused(run: Run) -> None:
    code, _out, err = run("weights: w", data="absent.csv")
    assert code == 2
    assert "there is no file" in err
    assert main(["", "--design", "x.yaml"]) == 2
