"""The examples on the method pages are run, so that they stay true."""

import doctest
import sys
from pathlib import Path

import pytest

import analisis.comparisons.change_rate
import analisis.comparisons.difference
import analisis.comparisons.paired
import analisis.comparisons.ratio
import analisis.net.dispatch
import analisis.nonresponse
import analisis.proportions.dispatch
import analisis.proportions.korn_graubard
import analisis.publication.suppression
from benchmarks import coverage

WITH_EXAMPLES = (  # a package exports a function of the name of its module
    "analisis.planning.allocation",
    "analisis.planning.power",
    "analisis.planning.sample_size",
    "analisis.planning.selection",
    "analisis.publication.reliability",
)
PAGES = sorted((Path(__file__).parents[2] / "docs" / "methods").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_on_a_page(page: Path) -> None:
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 0 or page.stem in {"README", "coverage"}


@pytest.mark.parametrize(
    "module",
    [
        analisis.comparisons.change_rate,
        analisis.comparisons.difference,
        analisis.comparisons.paired,
        analisis.comparisons.ratio,
        analisis.net.dispatch,
        analisis.nonresponse,
        analisis.proportions.dispatch,
        analisis.proportions.korn_graubard,
        *(sys.modules[name] for name in WITH_EXAMPLES),
        analisis.publication.suppression,
    ],
)
def test_examples_in_docstrings(module: object) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


def test_the_coverage_page_shows_what_the_benchmark_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    coverage.silence()
    coverage.net((31,))
    coverage.one_list(45, tuple(range(8, 45)))
    page = (PAGES[0].parent / "coverage.md").read_text(encoding="utf-8")
    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith("| ")]
    assert len(rows) == 12
    assert [row for row in rows if row not in page] == []
