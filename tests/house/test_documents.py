"""What the documents say is there: links lead somewhere, commands exist, languages agree."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from app.cli import cabildo
from app.config import PROJECT
from encuestas import Survey, read_survey
from encuestas.changes import Effect
from encuestas.definition import GroupKind
from encuestas.logic.functions import FUNCTIONS
from encuestas.types import TYPES
from encuestas.warnings import WarningCode, warn
from encuestas.warnings.places import places

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:\.venv/bin/)?cabildo (.+)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
GUIDES = PROJECT / "docs"


FOLDERS = ("analisis", "app", "benchmarks", "docs", "encuestas", "migrations", "tests")
DOCUMENTS = sorted(
    [*PROJECT.glob("*.md"), *(path for name in FOLDERS for path in PROJECT.glob(f"{name}/**/*.md"))]
)


def _shown(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def _prose(text: str) -> str:
    return FENCE.sub("", text)


def _anchors(path: Path) -> set[str]:
    """The headings of a page as GitHub names them in addresses."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for _, title in HEADING.findall(_prose(path.read_text()))
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=_shown)
def test_relative_links_lead_somewhere(path: Path) -> None:
    broken = []
    for target in LINK.findall(_prose(path.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        there = (path.parent / name).resolve() if name else path
        wrong = not there.exists() or not there.is_relative_to(PROJECT)
        if wrong or (anchor and anchor not in _anchors(there)):
            broken.append(target)
    assert broken == []


def _commands() -> list[tuple[str, str, bool]]:
    """Every `cabildo ...` of the documents, and whether it is to be typed as it stands."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text()
        typed = [line.strip() for kind, body in FENCE.findall(text) if kind == "sh"
                 for line in body.splitlines()]  # fmt: skip
        named = re.findall(r"`([^`\n]+)`", _prose(text))
        lines = [*((line, True) for line in typed), *((line, False) for line in named)]
        found += [(_shown(path), line, whole) for line, whole in lines if COMMAND.match(line)]
    return found


def test_the_guides_show_commands() -> None:
    shown = {COMMAND.match(line)[1].split()[0] for _, line, _ in _commands()}
    assert shown >= set(cabildo.commands), "a command that no document shows"


@pytest.mark.parametrize(("path", "line", "whole"), _commands())
def test_commands_shown_are_commands(path: str, line: str, whole: bool) -> None:
    words = shlex.split(COMMAND.match(line)[1], comments=True)
    try:
        _parse(cabildo, words)
    except click.MissingParameter:
        assert not whole, f"{path} leaves out what the command needs"


def _parse(command: click.Command, words: list[str]) -> None:
    """As far as click goes without running anything: names, options, choices, arguments."""
    if not isinstance(command, click.Group):
        command.make_context(command.name, words)
    elif words:
        _name, found, rest = command.resolve_command(click.Context(command), words)
        _parse(found, rest)


@pytest.mark.parametrize(
    "words", ["survey chek x.yaml", "analyze plaza --bye x", "user add a@b.cl"]
)
def test_a_wrong_command_is_found(words: str) -> None:
    with pytest.raises(click.UsageError):
        _parse(cabildo, shlex.split(words))


def _outline(path: Path) -> list[str]:
    return [marks for marks, _ in HEADING.findall(_prose(path.read_text()))]


def test_both_readmes_have_the_same_parts() -> None:
    assert _outline(PROJECT / "README.md") == _outline(PROJECT / "README.es.md")


def test_guides_are_there_in_both_languages_with_the_same_parts() -> None:
    spanish = {path.name: _outline(path) for path in (GUIDES / "es").glob("*.md")}
    english = {path.name: _outline(path) for path in (GUIDES / "en").glob("*.md")}
    assert spanish
    assert spanish == english


@pytest.mark.parametrize("path", sorted((GUIDES / "es").glob("*.md")), ids=_shown)
def test_examples_are_the_same_in_both_languages(path: Path) -> None:
    def code(text: str) -> list[tuple[str, str]]:
        return [(kind, re.sub(r" +#.*", "", body)) for kind, body in FENCE.findall(text)]

    assert code(path.read_text()) == code((GUIDES / "en" / path.name).read_text())


HEAD = "id: example\nversion: 1\ntitle: {es: Ejemplo, en: Example}\nlanguages: [es, en]\n"
PAGE = "pages:\n  - id: page\n    questions:\n"


def _definitions() -> list[Survey]:
    """Every example of the guide to definitions; a part of one with what is around it."""
    text = (GUIDES / "es" / "definitions.md").read_text()
    examples = [body for kind, body in FENCE.findall(text) if kind == "yaml"]
    found = []
    for body in examples:
        if body.startswith("- "):
            body = HEAD + PAGE + textwrap.indent(body, "      ")
        elif not body.startswith("id:"):
            body = HEAD + body
        found.append(read_survey(body))
    return found


def test_the_example_definitions_are_sound() -> None:
    assert _definitions()[0].id == "plaza"
    assert warn(_definitions()[0]) == ()


def test_the_guide_shows_every_type() -> None:
    items = [item for survey in _definitions() for item in places(survey)]
    shown = {getattr(place.item, "type", getattr(place.item, "kind", "")) for place in items}
    assert shown >= {*TYPES, *GroupKind}


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_guide_names_every_function_and_warning(language: str) -> None:
    text = (GUIDES / language / "definitions.md").read_text()
    assert [name for name in FUNCTIONS if f"`{name}(" not in text] == []
    assert [code for code in WarningCode if f"`{code}`" not in text] == []
    assert [effect for effect in Effect if f"`{effect}`" not in text] == []


def test_every_decision_is_in_the_list() -> None:
    folder = GUIDES / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text()))
    assert {path.name for path in folder.glob("[0-9]*.md")} <= listed
