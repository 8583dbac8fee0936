"""What a phone gets of scripts and sheets is less than what is read here, and does the same."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest

from app import lean
from app.lean import FOLDER, lean_script, lean_style

SCRIPTS = sorted(path.name for path in FOLDER.glob("*.js"))
SHEET = """/* Of two
   lines */
:root { --ink: #1c2126; }
@media (prefers-color-scheme: dark) {
  a :hover, a:focus-visible > b { margin: 0 calc(1px + 2px); content: ""; }
}
"""


@pytest.fixture
def unread() -> Iterator[None]:
    """Scripts are read again before and after."""
    lean._scripts.cache_clear()
    yield
    lean._scripts.cache_clear()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_less_than_it_was_written(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert len(lean_script(name)) < 0.95 * len(written)


@pytest.mark.usefixtures("unread")
def test_without_the_minifier_scripts_are_as_written(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    for name in SCRIPTS:
        assert lean_script(name) == (FOLDER / name).read_text(encoding="utf-8")
    assert "Scripts are sent as they were written" in caplog.text


def test_a_sheet_loses_its_comments_and_spaces_and_nothing_else() -> None:
    assert lean_style(SHEET) == (
        ":root{--ink:#1c2126}@media (prefers-color-scheme: dark){"
        'a :hover,a:focus-visible > b{margin:0 calc(1px + 2px);content:""}}'
    )


@pytest.mark.parametrize("name", ["respond.css", "staff.css", "field.css"])
def test_our_sheets_have_no_text_that_would_change(name: str) -> None:
    css = re.sub(r"/\*.*?\*/", "", (FOLDER / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    for text in re.findall(r"\"[^\"]*\"|'[^']*'", css):
        assert lean_style(text) == text
