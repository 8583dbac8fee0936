"""Whose pages these are: an organisation's name, logo, colours and texts, from a folder of its own.

Read once at the start, from ``brand.yaml`` in the folder that ``CABILDO_BRAND`` names. What cannot
be used stops the start and says how to mend it: above all colours that somebody could not read.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

from flask import current_app

from app.config import ConfigError
from app.language import DEFAULT, LANGUAGES
from encuestas import localized
from encuestas.errors import DefinitionErrors
from encuestas.source import read_source

FILE = "brand.yaml"
TOKENS = ("primary", "primary-strong", "on-primary", "accent")
"""The colours that an organisation may change; the others carry meaning or the page itself."""
SCHEMES = ("light", "dark")
TEXTS = ("footer", "report")
MOST_LOGO = 200_000
SMALL_LOGO = 1_500
"""Bytes of a logo that stands inside a respondent's page: its first page has room for no more."""
LONGEST = 300
AA = 4.5
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6});")
_ROOT = re.compile(r":root\s*{[^}]*}")
_KINDS = {".svg": "image/svg+xml", ".png": "image/png"}

Colours = Mapping[str, Mapping[str, str]]
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture; ``small`` is its address where it is small enough to stand inside a page."""

    content: bytes
    mimetype: str

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:8]

    @property
    def small(self) -> str:
        if len(self.content) > SMALL_LOGO:
            return ""
        return f"data:{self.mimetype};base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Brand:
    """What an organisation puts in place of Cabildo's own; nothing where it says nothing."""

    name: Text = field(default_factory=lambda: {DEFAULT: "Cabildo"})
    logo: Logo | None = None
    colours: Colours = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)

    def called(self, lang: str) -> str:
        return localized(self.name, lang, DEFAULT)

    def says(self, what: str, lang: str) -> str:
        """One of its texts (`TEXTS`), or nothing."""
        return localized(self.texts.get(what, {}), lang, DEFAULT)

    def colour(self, token: str) -> str:
        """A colour on white paper."""
        return self.colours.get("light", {}).get(token) or tokens()["light"][token]

    def paint(self, css: str) -> str:
        """A style sheet in its colours: the first block of tokens is light, the second dark."""
        schemes = iter(SCHEMES)

        def block(found: re.Match[str]) -> str:
            own = self.colours.get(next(schemes, ""), {})
            return _TOKEN.sub(
                lambda each: f"--{each[1]}: {own.get(each[1], each[2])};", found.group()
            )

        return _ROOT.sub(block, css)


PLAIN = Brand()


def current_brand() -> Brand:
    return current_app.extensions.get("brand", PLAIN)


def load(folder: str) -> Brand:
    """The brand in a folder; Cabildo's own where none is named. Raises ConfigError."""
    if not folder:
        return PLAIN
    try:
        data, _marks = read_source((Path(folder) / FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as fault:
        raise ConfigError(f"CABILDO_BRAND: {folder} has no readable {FILE}: {fault}") from fault
    except DefinitionErrors as fault:
        raise ConfigError(f"CABILDO_BRAND: {FILE} is not YAML: {fault}") from fault
    given = _mapping("it", data or {}, ("name", "logo", "colours", "texts"))
    texts = _mapping("texts", given.get("texts", {}), TEXTS)
    return Brand(
        name=_text("name", given["name"]) if "name" in given else PLAIN.name,
        logo=_logo(Path(folder), given["logo"]) if "logo" in given else None,
        colours=_colours(given.get("colours", {})),
        texts={what: _text(f"texts.{what}", words) for what, words in texts.items()},
    )


def _fail(where: str, remedy: str) -> NoReturn:
    raise ConfigError(f"CABILDO_BRAND, {FILE}: {where} {remedy}")


def _mapping(where: str, value: object, known: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        _fail(where, f"must be written as names with values, of {', '.join(known)}.")
    for name in value:
        if name not in known:
            _fail(where, f"has {name!r}, which means nothing here: use {', '.join(known)}.")
    return value


def _text(where: str, value: object) -> Text:
    """One text for all languages, or one for each."""
    words = {DEFAULT: value} if isinstance(value, str) else value
    told = _mapping(where, words, tuple(LANGUAGES))
    for text in told.values():
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            _fail(where, f"must be a text of up to {LONGEST} letters.")
    return {language: str(text).strip() for language, text in told.items()}


def _logo(folder: Path, value: object) -> Logo:
    name = str(value)
    kind = _KINDS.get(Path(name).suffix.lower())
    if kind is None or Path(name).name != name:
        _fail("logo", "must be the name of an .svg or .png file in the same folder.")
    try:
        content = (folder / name).read_bytes()
    except OSError as fault:
        _fail("logo", f"cannot be read: {fault}")
    if len(content) > MOST_LOGO:
        _fail("logo", f"has {len(content)} bytes: give a file of up to {MOST_LOGO}.")
    begins = content.lstrip()[:5] in (b"<svg ", b"<?xml") or content.startswith(b"\x89PNG\r\n")
    if not begins:
        _fail("logo", f"is no {Path(name).suffix[1:].upper()} picture.")
    return Logo(content, kind)


def _colours(value: object) -> Colours:
    schemes = _mapping("colours", value, SCHEMES)
    found: dict[str, dict[str, str]] = {}
    for scheme, given in schemes.items():
        told = _mapping(f"colours.{scheme}", given, TOKENS)
        found[scheme] = {token: str(colour).lower() for token, colour in told.items()}
        for token, colour in found[scheme].items():
            if not _COLOUR.fullmatch(colour):
                where = f"colours.{scheme}.{token}"
                _fail(where, f'is {colour!r}: write six digits in quotes, like "#0a5a6a".')
    for scheme in SCHEMES:
        _check(scheme, tokens()[scheme] | found.get(scheme, {}))
    return found


def _check(scheme: str, colours: Mapping[str, str]) -> None:
    """WCAG AA for each pair that meets on a page."""
    for front, back in _pairs():
        ratio = contrast(colours[front], colours[back])
        if ratio >= AA:
            continue
        lighter = (scheme == "dark") != front.startswith("on-")
        _fail(
            f"colours.{scheme}:",
            f"{front} ({colours[front]}) on {back} ({colours[back]}) has a contrast of "
            f"{ratio:.1f} and readers need {AA}: make {front} {'lighter' if lighter else 'darker'}"
            f"{'' if back in ('paper', 'sand') else f', or change {back}'}.",
        )


def _pairs() -> Iterator[tuple[str, str]]:
    for front in ("primary", "primary-strong", "accent"):
        yield from ((front, back) for back in ("paper", "sand"))
    yield from (("on-primary", back) for back in ("primary", "primary-strong"))


@cache
def tokens() -> Mapping[str, dict[str, str]]:
    """Cabildo's own colours, by scheme; both style sheets have the same."""
    css = (Path(__file__).parent / "static" / "respond.css").read_text(encoding="utf-8")
    light, dark = (dict(_TOKEN.findall(block)) for block in _ROOT.findall(css)[:2])
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    """From 1 to 21, as WCAG measures it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in bytes.fromhex(colour[1:]))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
