"""A map without boundaries: a tile for each comuna or territory, region by region, north to south.

Every place has the same room, so a small comuna of Santiago is seen as well as all of Aysén, and no
border is drawn that only the State may draw. Islands and Antarctica stand apart, as they do on
printed maps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Unpack

from flask_babel import force_locale
from flask_babel import gettext as _

from app import data
from app.reports.charts.colours import readable
from app.reports.charts.frame import Frame, Heading
from app.reports.charts.picture import Picture
from app.reports.sheet import BODY, INK, LINE, MUTED, PAPER, SMALL, Sheet, Weight
from app.reports.words import (
    Figure,
    has_flag,
    is_suppressed,
    locale_of,
    number,
    percent,
)

NORTH_TO_SOUTH = (
    "15", "01", "02", "03", "04", "05", "13", "06", "07", "16", "08", "09", "14", "10", "11", "12",
)  # fmt: skip
ISLANDS = frozenset({"05104", "05201", "12202"})
"""Juan Fernández, Isla de Pascua, Antártica: far from the regions that they belong to."""
CLASSES = ("#e3efed", "#abd0ca", "#6fb0a7", "#348c81", "#01665e")
"""Five, of 20 points each, whatever the figures are: so that two maps can be compared."""
COLUMNS, GAP = 3, 0.02
MANY, SMALL_COLUMNS = 60, 10  # places after which tiles are small, and the table has their names


@dataclass(frozen=True, slots=True)
class Place:
    """A comuna or a territory; ``comuna`` is the CUT code that says where it is, if it is known."""

    name: str
    comuna: str
    figure: Figure


def map_chart(places: Sequence[Place], **heading: Unpack[Heading]) -> Picture:
    """Places by value and reliability, in their regions from north to south."""
    with force_locale(str(locale_of(heading["lang"]))):
        frame = Frame(heading)
        if places:
            _key(frame.sheet, frame.lang, places)
        for name, region in _regions(places):
            frame.sheet.paragraph(name, BODY, MUTED, Weight.BOLD)
            frame.sheet.y += 4
            if len(places) > MANY:
                _small_tiles(frame, region)
            else:
                for row in _lines(region, COLUMNS):
                    _tiles(frame, row)
            frame.sheet.y += 8
            for place in region:
                frame.note(f"{name} · {place.name}", place.figure)
        return frame.finish()


def _regions(places: Sequence[Place]) -> Iterator[tuple[str, list[Place]]]:
    """Each region that has places, with them; then the islands, then those of nowhere known."""
    names = {region.code: region.name for region in data.regions()}

    ordered = sorted(places, key=lambda place: (*place_order(place.comuna), place.name))
    for at, some in groupby(ordered, key=lambda place: place_order(place.comuna)[0]):
        if at < len(NORTH_TO_SOUTH):
            yield names[NORTH_TO_SOUTH[at]], list(some)
        else:
            yield (_("Islas y Antártica") if at < 99 else _("Sin comuna conocida")), list(some)


def place_order(comuna: str) -> tuple[int, str]:
    """Where a comuna comes from north to south; islands after that, and what is nowhere last."""
    if comuna in ISLANDS:
        return len(NORTH_TO_SOUTH), comuna
    region = comuna[:2]
    return (NORTH_TO_SOUTH.index(region) if region in NORTH_TO_SOUTH else 99), comuna


def _lines(places: Sequence[Place], columns: int) -> Iterator[Sequence[Place]]:
    for start in range(0, len(places), columns):
        yield places[start : start + columns]


def class_of(value: float) -> int:
    """Which of the five a share belongs to; the last one includes 100 %."""
    return min(len(CLASSES) - 1, max(0, int(value * len(CLASSES) + 1e-9)))


def _key(sheet: Sheet, lang: str, places: Sequence[Place]) -> None:
    width = 1 / len(CLASSES)
    for at, colour in enumerate(CLASSES):
        sheet.box(at * width, sheet.y, (at + 1) * width, sheet.y + 22, colour)
        ends = [number(100 * step / len(CLASSES), lang) for step in (at, at + 1)]
        text = _("%(low)s a %(high)s", low=ends[0], high=ends[1]) + (" %" if at == 0 else "")
        sheet.text((at + 0.5) * width, sheet.y + 12, text, SMALL, readable(colour), "center")
    sheet.y += 32
    figures = [place.figure for place in places]
    for word, there in (
        (_("no fiable"), any(has_flag(one, "not_reliable") for one in figures)),
        (_("protegido"), any(map(is_suppressed, figures))),
    ):
        if there:
            colour = CLASSES[2] if word == _("no fiable") else PAPER
            sheet.box(0, sheet.y, 0.12, sheet.y + 16, colour)
            sheet.hatch(0, sheet.y, 0.12, sheet.y + 16, _hatching(colour))
            sheet.text(0.15, sheet.y + 9, word, SMALL, INK)
            sheet.y += 24
    sheet.y += 8


def _hatching(colour: str) -> str:
    """Lines that show on a colour, light or dark."""
    return LINE if colour == PAPER else readable(colour)


def _band(sheet: Sheet, figure: Figure, x: float, y: float, x2: float, y2: float) -> str:
    """The colour of a place: hatched where it is not reliable, without one where it is hidden."""
    value, hidden = figure["value"], is_suppressed(figure)
    colour = PAPER if hidden or value is None else CLASSES[class_of(value)]
    sheet.box(x, y, x2, y2, colour)
    if hidden or has_flag(figure, "not_reliable"):
        sheet.hatch(x, y, x2, y2, _hatching(colour))
    return colour


def _tiles(frame: Frame, places: Sequence[Place]) -> None:
    """A row of tiles: a band in the colour of the class, the name, the figure, its interval."""
    sheet, top = frame.sheet, frame.sheet.y
    width = (1 - GAP * (COLUMNS - 1)) / COLUMNS
    lowest = top
    for at, place in enumerate(places):
        x = at * (width + GAP)
        _band(sheet, place.figure, x, top, x + width, top + 18)
        sheet.y = top + 22
        keep = 1 - x - width
        sheet.paragraph(place.name, SMALL, INK, indent=x, keep=keep)
        said = _said(place.figure, frame.lang)
        for weight, text in zip((Weight.BOLD, Weight.PLAIN), said, strict=False):
            sheet.paragraph(text, SMALL, INK, weight, indent=x, keep=keep)
        lowest = max(lowest, sheet.y)
    sheet.y = lowest + 10


def _said(figure: Figure, lang: str) -> Iterator[str]:
    """The value, then its interval or the word that stands for it."""
    if is_suppressed(figure):
        yield _("protegido")
        return
    if figure["value"] is None:
        yield _("sin respuestas")
        return
    yield percent(figure["value"], lang)
    if figure["low"] is None:
        said = _("sin intervalo")
    else:
        low, high = (number(100 * figure[end], lang, digits=1) for end in ("low", "high"))
        said = _("%(low)s a %(high)s", low=low, high=high)
    yield f"{said}, {_('no fiable')}" if has_flag(figure, "not_reliable") else said


def _small_tiles(frame: Frame, places: Sequence[Place]) -> None:
    """Of very many places the colour and how they begin; names and figures are in the table."""
    sheet, width = frame.sheet, 1 / SMALL_COLUMNS
    for row in _lines(places, SMALL_COLUMNS):
        for at, place in enumerate(row):
            x, y = at * width, sheet.y
            colour = _band(sheet, place.figure, x, y, x + width, y + 24)
            if not is_suppressed(place.figure) and not has_flag(place.figure, "not_reliable"):
                at_middle = x + width / 2
                begins = place.name[:4]
                sheet.text(at_middle, y + 13, begins, SMALL, readable(colour), "center")
        sheet.y += 24
