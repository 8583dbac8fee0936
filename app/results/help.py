"""What each statistic means, and the pages of methods: served from here, without the internet."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, abort, render_template, url_for
from markupsafe import Markup

from app.config import PROJECT
from app.language import current_language, language_links
from app.permissions import public
from app.results.markdown import heading, html
from app.words.help import TERMS, help_on, near, of_method

explaining = Blueprint("help", __name__)
FOLDER = PROJECT / "docs" / "methods"


class _Page(NamedTuple):
    name: str
    body: Markup


@explaining.get("/help")
@public
def index() -> str:
    return render_template(
        "results/help_index.html",
        lang=current_language(),
        languages=language_links(),
        terms=[help_on(term) for term in sorted(TERMS)],
        methods=sorted(
            ((name, _read(name).name) for name in _names() if name != "README"),
            key=lambda pair: pair[1].casefold(),
        ),
    )


@explaining.get("/help/<method>")
@public
def page(method: str) -> str:
    """A page of methods, or the one that a term leads to."""
    known = help_on(method)
    name = method if method in _names() else known.method if known else ""
    if name not in _names():
        abort(404)
    found = _read(name)
    return render_template(
        "results/help.html",
        lang=current_language(),
        languages=language_links(),
        name=found.name,
        body=found.body,
        terms=of_method(name),
        near=near(name),
    )


@cache
def _names() -> frozenset[str]:
    return frozenset(path.stem for path in FOLDER.glob("*.md"))


@cache
def _read(name: str) -> _Page:
    """The files are those of this release: they are read once."""
    text = Path(FOLDER / f"{name}.md").read_text(encoding="utf-8")
    return _Page(heading(text), html(text, _address))


def _address(target: str) -> str | None:
    page, _hash, _anchor = target.partition("#")
    if page.startswith("https://"):
        return target
    stem = page.removesuffix(".md")
    return url_for("help.page", method=stem) if page.endswith(".md") and stem in _names() else None
