"""Every pair of colours that meets on a page stands out enough, in light and in dark."""

import re

import pytest

from .pages import APP

STYLES = ("respond.css", "staff.css")
SURFACES = ("paper", "sand")
WORDS = ("ink", "muted", "primary", "primary-strong", "accent", "ok", "warn", "error")
PAIRS = [
    *((word, surface, 4.5) for word in WORDS for surface in SURFACES),
    *(("on-primary", button, 4.5) for button in ("primary", "primary-strong")),
    *(("line", surface, 3.0) for surface in SURFACES),
]


def tokens(style: str) -> dict[str, dict[str, str]]:
    """The custom properties of a style sheet, by colour scheme."""
    text = (APP / "static" / style).read_text(encoding="utf-8")
    light, dark = re.findall(r":root\s*{([^}]*--[^}]*)}", text)
    found = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block)) for block in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


def luminance(colour: str) -> float:
    shares = (channel / 255 for channel in bytes.fromhex(colour[1:]))
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_wcags() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_pairs_stand_out(style: str, scheme: str, front: str, back: str, least: float) -> None:
    colours = tokens(style)[scheme]
    assert contrast(colours[front], colours[back]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_seen_on_every_surface(scheme: str) -> None:
    """The yellow alone is lost on white: the ink line inside it carries the contrast there."""
    colours = tokens("respond.css")[scheme]
    for surface in SURFACES:
        best = max(contrast(colours[line], colours[surface]) for line in ("focus", "ink"))
        assert best >= 3


def test_both_sheets_share_their_tokens() -> None:
    assert tokens("respond.css") == tokens("staff.css")


@pytest.mark.parametrize("style", STYLES)
def test_colours_live_in_tokens_alone(style: str) -> None:
    text = (APP / "static" / style).read_text(encoding="utf-8")
    rules = re.sub(r":root\s*{[^}]*}", "", text)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|url\(|@import|@font-face", rules)
