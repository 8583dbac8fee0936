"""One measure: how the answers are spread, then what may be said of the whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from flask_babel import force_locale
from flask_babel import gettext as _

from app.reports.charts.colours import AGAINST, IN_FAVOUR, readable, spread
from app.reports.charts.frame import SHARES, Frame, Heading
from app.reports.charts.picture import Picture
from app.reports.sheet import INK, MUTED, SMALL, Sheet, Weight
from app.reports.words import Figure, figure_of, is_suppressed, locale_of, percent


@dataclass(frozen=True, slots=True)
class Segment:
    """A category's part of the bar, from `start` to `end` of it."""

    category: str
    start: float
    end: float
    colour: str

    @property
    def share(self) -> float:
        return self.end - self.start


def measure_chart(
    estimates: Sequence[Figure],
    *,
    satisfied: Collection[object] | None = None,
    dissatisfied: Collection[object] | None = None,
    words: Mapping[str, str] | None = None,
    **heading: Unpack[Heading],
) -> Picture:
    """One measure: how the answers are spread, then what may be said of the whole.

    `satisfied` and `dissatisfied` are the categories that count for and against; without them they
    are worked out from the figures. `words` replaces the name of a statistic ("satisfied") or of a
    category, in the reader's language.
    """
    names = dict(words or {})
    with force_locale(str(locale_of(heading["lang"]))):
        frame = Frame(heading)
        categories = [one for one in estimates if one["statistic"] == "category"]
        if any(one["value"] for one in categories):
            top = satisfied or reaching(categories[::-1], figure_of(estimates, "satisfied"))
            low = dissatisfied or reaching(categories, figure_of(estimates, "dissatisfied"))
            _bar(frame.sheet, _segments(categories, set(low), set(top), names), frame.lang)
            for one in categories:
                frame.note(names.get(str(one["category"]), str(one["category"])), one)
        rows = _rows(estimates, names)
        for name, figure, colour in rows:
            frame.row(name, figure, colour)
        return frame.finish(SHARES if rows else None)


def reaching(categories: Sequence[Figure], total: Figure | None) -> list[object]:
    """The first categories whose shares add up to `total`: those that it counts."""
    if total is None or total["value"] is None:
        return []
    reached, found = 0.0, []
    for one in categories:
        if reached + 1e-9 >= total["value"]:
            break
        reached += one["value"]
        found.append(one["category"])
    return found


def _segments(
    categories: Sequence[Figure], low: set[object], top: set[object], names: Mapping[str, str]
) -> list[Segment]:
    colours = spread([one["category"] for one in categories], low, top)
    found, start = [], 0.0
    for one, colour in zip(categories, colours, strict=True):
        end = start + (one["value"] or 0)
        name = names.get(str(one["category"]), str(one["category"]))
        found.append(Segment(name, start, end, colour))
        start = end
    return found


def _bar(sheet: Sheet, segments: Sequence[Segment], lang: str) -> None:
    """The answers side by side, each with its share where it fits, and its name below."""
    top, bottom = sheet.y, sheet.y + 38
    direct = all(Sheet.fits(one.category, one.share) for one in segments if one.share > 0.04)
    for one in segments:
        if not one.share:
            continue
        sheet.box(one.start, top, one.end, bottom, one.colour)
        middle = (one.start + one.end) / 2
        share = percent(one.share, lang, digits=0)
        if Sheet.fits(share, one.share):
            sheet.text(middle, top + 20, share, SMALL, readable(one.colour), "center", Weight.BOLD)
        if direct and Sheet.width_of(one.category, SMALL) <= one.share + 0.002:
            sheet.text(middle, bottom + 14, one.category, SMALL, MUTED, "center")
    sheet.y = bottom + (28 if direct else 12)
    if not direct:
        _key(sheet, segments, lang)
    sheet.y += 12


def _key(sheet: Sheet, segments: Sequence[Segment], lang: str) -> None:
    """Names that fit under no part of the bar, one a line, in its order."""
    for one in segments:
        sheet.box(0, sheet.y, 0.04, sheet.y + 14, one.colour)
        sheet.text(1, sheet.y + 8, percent(one.share, lang), SMALL, INK, "right")
        sheet.paragraph(one.category, SMALL, INK, indent=0.06, keep=0.18)
        sheet.y += 6


def _rows(estimates: Sequence[Figure], names: Mapping[str, str]) -> list[tuple[str, Figure, str]]:
    """What is shown as a point or a range: first what assumes nothing about the silent."""
    listed = figure_of(estimates, "strict") is not None
    wanted = (
        ("strict", _("Satisfechas, si quien calla cuenta como no satisfecha"), IN_FAVOUR),
        ("bounds", _("Satisfechas de toda la lista: al menos y a lo más"), IN_FAVOUR),
        (
            "satisfied",
            _("Satisfechas, entre quienes opinaron") if listed else _("Satisfechas"),
            IN_FAVOUR,
        ),
        (
            "dissatisfied",
            _("Insatisfechas, entre quienes opinaron") if listed else _("Insatisfechas"),
            AGAINST,
        ),
    )
    rows = []
    for statistic, name, colour in wanted:
        figure = figure_of(estimates, statistic)
        known = figure and (figure["value"] is not None or figure["low"] is not None)
        if figure and (known or is_suppressed(figure)):
            rows.append((names.get(statistic, name), figure, colour))
    firsts = [one for one in estimates if one["statistic"] == "first_place"]
    if firsts and firsts[0]["value"] is not None:
        rows += [(names.get(one["category"], one["category"]), one, IN_FAVOUR) for one in firsts]
    return rows
