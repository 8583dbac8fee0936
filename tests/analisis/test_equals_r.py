"""Every figure of a sampling design is R survey 4.5's, to ten digits."""

import re

import pytest

from tests.analisis import reference
from tests.analisis.reference_designs import FOLDER, Case, cases

CASES = list(cases())


def test_there_are_as_many_cases_as_promised() -> None:
    assert len(CASES) >= 600
    assert len({case.id for case in CASES}) == len(CASES)


def test_the_readme_counts_the_cases() -> None:
    told = (FOLDER.parent / "README.md").read_text()
    assert f"\n{len(CASES)} cases, " in told
    for path in FOLDER.glob("*.json"):
        number = path.read_text().count('{"id":')
        assert re.search(rf"^\| `{path.stem}\.R` \|.*\| {number} \|$", told, re.MULTILINE), path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_equals_r(case: Case) -> None:
    found = reference.differences(case)
    assert found
    apart = [str(each) for each in found if each.relative > case.tolerance]
    assert not apart, "\n".join([case.r, *apart])
