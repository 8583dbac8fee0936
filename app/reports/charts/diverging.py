"""Scales side by side: a bar for each group or question, around the middle of the scale."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Unpack

from flask_babel import force_locale, ngettext

from app.reports.charts.colours import readable, spread
from app.reports.charts.frame import Frame, Heading, said
from app.reports.charts.measure import reaching
from app.reports.charts.picture import Picture
from app.reports.sheet import INK, LINE, SMALL, Sheet, Weight
from app.reports.words import Figure, figure_of, is_suppressed, locale_of, number, percent

Row = tuple[str, Sequence[Figure]]
"""A group or a question by its name, with the figures of its answers and of the satisfied."""
BAR = 26


def diverging_chart(
    rows: Sequence[Row],
    *,
    satisfied: Collection[object] | None = None,
    dissatisfied: Collection[object] | None = None,
    words: Mapping[str, str] | None = None,
    **heading: Unpack[Heading],
) -> Picture:
    """The answers of each row as a bar: those against to the left, those in favour to the right.

    All rows have the same categories, in the same order. Without `satisfied` and `dissatisfied`
    they are worked out from the figures of the first row that has some, and where there are none,
    they are the two halves of the scale. Beside each name stands the figure of the satisfied with
    its interval, or how many opinions there are.
    """
    names = words or {}
    with force_locale(str(locale_of(heading["lang"]))):
        frame = Frame(heading)
        first = next((figures for _name, figures in rows if any(_shares(figures))), None)
        if first is None:
            for name, figures in rows:
                _unknown(frame, name, figures)
            return frame.finish()
        categories = [one for one in first if one["statistic"] == "category"]
        order = [one["category"] for one in categories]
        half = len(order) // 2
        low = set(
            dissatisfied or reaching(categories, figure_of(first, "dissatisfied")) or order[:half]
        )
        top = set(
            satisfied or reaching(categories[::-1], figure_of(first, "satisfied")) or order[-half:]
        )
        colours = dict(zip(order, spread(order, low, top), strict=True))
        _key(frame.sheet, [(names.get(str(c), str(c)), colours[c]) for c in order])
        middle, scale = _fit([_against(figures, low, top) for _name, figures in rows])
        for name, figures in rows:
            if not any(_shares(figures)):
                _unknown(frame, name, figures)
                continue
            start = middle - _against(figures, low, top)[0]
            _row(frame, name, figures, colours, start=start, scale=scale, middle=middle)
            for one in figures:
                if one["statistic"] == "category":
                    category = names.get(str(one["category"]), str(one["category"]))
                    frame.note(f"{name} · {category}", one)
        return frame.finish()


def _shares(figures: Sequence[Figure]) -> list[float]:
    """The shares of the answers; none where one of them is protected, which a sum would tell."""
    found = [one for one in figures if one["statistic"] == "category"]
    return [] if any(map(is_suppressed, found)) else [one["value"] or 0 for one in found]


def _against(figures: Sequence[Figure], low: set[object], top: set[object]) -> tuple[float, float]:
    """How far a bar reaches to the left and to the right of the middle of the scale."""
    found = [one for one in figures if one["statistic"] == "category"]
    shares = dict(zip((one["category"] for one in found), _shares(figures), strict=False))
    left = sum(share for category, share in shares.items() if category in low)
    right = sum(share for category, share in shares.items() if category in top)
    neither = (sum(shares.values()) - left - right) / 2
    return left + neither, right + neither


def _fit(reaches: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Where the middle stands (in shares), and how much of the sheet a share of 1 takes."""
    left, right = (max(side) for side in zip(*reaches, strict=True))
    return left, 1 / max(left + right, 1)


def _key(sheet: Sheet, categories: Sequence[tuple[str, str]]) -> None:
    """The answers in their order: side by side where they fit, else one a line."""
    width = 1 / len(categories)
    if all(Sheet.fits(name, width) for name, _colour in categories):
        for place, (name, colour) in enumerate(categories):
            sheet.box(place * width, sheet.y, (place + 1) * width, sheet.y + 22, colour)
            at = (place + 0.5) * width
            sheet.text(at, sheet.y + 12, name, SMALL, readable(colour), "center")
        sheet.y += 22
    else:
        for name, colour in categories:
            sheet.box(0, sheet.y, 0.06, sheet.y + 14, colour)
            sheet.paragraph(name, SMALL, INK, indent=0.08)
            sheet.y += 4
    sheet.y += 18


def _row(
    frame: Frame,
    name: str,
    figures: Sequence[Figure],
    colours: Mapping[object, str],
    *,
    start: float,
    scale: float,
    middle: float,
) -> None:
    sheet = frame.sheet
    sheet.beside(name, _beside(figures, frame.lang))
    sheet.y += 2
    shown = [one for one in figures if one["statistic"] == "category"]
    at = start
    for one, share in zip(shown, _shares(figures), strict=True):
        if not share:
            continue
        colour = colours[one["category"]]
        sheet.box(at * scale, sheet.y, (at + share) * scale, sheet.y + BAR, colour)
        text = percent(share, frame.lang, digits=0)
        x = _place(text, at * scale, (at + share) * scale, middle * scale)
        if x is not None:
            sheet.text(x, sheet.y + 14, text, SMALL, readable(colour), "center", Weight.BOLD)
        at += share
    sheet.line(middle * scale, sheet.y - 4, middle * scale, sheet.y + BAR + 4, INK, 1)
    sheet.y += BAR + 16


def _place(text: str, start: float, end: float, middle: float) -> float | None:
    """Where a text stands between the ends of its part of the bar, clear of the line in the middle;
    None where there is no room for it."""
    x = (start + end) / 2
    if abs(x - middle) < Sheet.width_of(text, SMALL) / 2 + 0.01:
        start, end = max((start, middle), (middle, end), key=lambda ends: ends[1] - ends[0])
        x = (start + end) / 2
    return x if Sheet.fits(text, end - start) else None


def _unknown(frame: Frame, name: str, figures: Sequence[Figure]) -> None:
    """A row without a bar: protected, or nobody answered."""
    found = [one for one in figures if one["statistic"] == "category"]
    if not found:
        return
    hidden = next((one for one in found if is_suppressed(one)), None)
    frame.sheet.beside(name, said(hidden or found[0], frame.lang))
    frame.sheet.y += 2
    if hidden is not None:
        frame.sheet.hatch(0, frame.sheet.y, 1, frame.sheet.y + BAR, LINE)
        frame.sheet.y += BAR
    frame.sheet.y += 16
    frame.note(name, hidden or found[0])


def _beside(figures: Sequence[Figure], lang: str) -> str:
    satisfied = figure_of(figures, "satisfied")
    if satisfied is not None:
        return said(satisfied, lang)
    n = max((one["n"] for one in figures), default=0)
    return ngettext("%(count)s opinión", "%(count)s opiniones", n, count=number(n, lang))
