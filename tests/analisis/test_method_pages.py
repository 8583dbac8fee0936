"""The examples on the method pages are run, so that they stay true."""

import doctest
from pathlib import Path

import pytest

import analisis.net
import analisis.nonresponse
import analisis.proportions.dispatch

PAGES = sorted((Path(__file__).parents[2] / "docs" / "methods").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_on_a_page(page: Path) -> None:
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.failed == 0
    assert found.attempted > 0 or page.stem in {"README", "coverage"}


@pytest.mark.parametrize(
    "module", [analisis.net, analisis.nonresponse, analisis.proportions.dispatch]
)
def test_examples_in_docstrings(module: object) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
