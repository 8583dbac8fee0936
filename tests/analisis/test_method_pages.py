"""The examples on the method pages are run, so that they stay true."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import analisis
from benchmarks.coverage_of.comparisons import change_rate, difference
from benchmarks.coverage_of.nets import net
from benchmarks.coverage_of.proportions import one_list
from benchmarks.coverage_of.silence import silence

OPTIONAL = {"analisis.io.spark", "analisis.__main__"}
WITH_EXAMPLES = [
    module.name
    for module in pkgutil.walk_packages(analisis.__path__, "analisis.")
    if module.name not in OPTIONAL
    and ">>>" in Path(str(module.module_finder.find_spec(module.name).origin)).read_text()
]
PAGES = sorted((Path(__file__).parents[2] / "docs" / "methods").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_on_a_page(page: Path) -> None:
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 0 or page.stem in {"README", "coverage"}


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_docstrings(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_the_coverage_page_shows_what_the_benchmark_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    silence()
    net((31,))
    one_list(45, tuple(range(8, 45)))
    difference(((30, 30),))
    change_rate(((30, 30),))
    page = (PAGES[0].parent / "coverage.md").read_text(encoding="utf-8")
    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith("| ")]
    assert len(rows) == 23
    assert [row for row in rows if row not in page] == []
