"""A narrow sheet to draw on: boxes, lines, points and words. Altair makes a specification of it.

Across, everything is a proportion of the sheet; down, pixels from the top.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import groupby
from textwrap import wrap
from typing import Any

WIDTH = 360  # what a 360 px phone shows at nearly full size
MARGIN = 12
TITLE, BODY, SMALL = 17, 14, 13
# Mean width of a letter over its height: Roboto .50, Noto Sans and Segoe UI .52, DejaVu Sans .56;
# bold up to .62.
LETTER, BOLD_LETTER = 0.56, 0.62
HATCH = 8  # pixels between slanted lines
POINT = {"size": 130, "strokeWidth": 2.5, "opacity": 1}
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'

PAPER, INK, MUTED, ACCENT = "#ffffff", "#1c2126", "#525b66", "#a6431d"
HAIR, LINE = "#e2dbd0", "#767f8a"
DARK = {
    PAPER: "#14181c",
    INK: "#eceff2",
    MUTED: "#aeb7c1",
    ACCENT: "#f0a27f",
    HAIR: "#333b44",
    LINE: "#8b95a1",
    "#8c510b": "#e0a965",
    "#01665f": "#5fc4b8",
}


class Weight(StrEnum):
    PLAIN = "normal"
    BOLD = "bold"


Mark = dict[str, Any]


@dataclass(slots=True)
class Sheet:
    """What has been drawn so far, and `y`, how far down the next thing goes."""

    y: float = 0
    behind: list[Mark] = field(default_factory=list)
    boxes: list[Mark] = field(default_factory=list)
    lines: list[Mark] = field(default_factory=list)
    points: list[Mark] = field(default_factory=list)
    texts: list[Mark] = field(default_factory=list)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Sheet:
        return cls(**json.loads(text))

    @staticmethod
    def width_of(text: str, size: int) -> float:
        """About how much of the width a text takes, in the fonts that readers have."""
        return len(text) * size * LETTER / WIDTH

    @classmethod
    def fits(cls, text: str, share: float) -> bool:
        return cls.width_of(text, SMALL) + 0.02 <= share

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        colour: str,
        align: str = "left",
        weight: Weight = Weight.PLAIN,
    ) -> None:
        style = {"align": align, "fontWeight": weight, "fontSize": size}
        self.texts.append({"x": x, "y": y, "text": text, "colour": colour, "style": style})

    def paragraph(
        self,
        text: str,
        size: int,
        colour: str,
        weight: Weight = Weight.PLAIN,
        *,
        indent: float = 0,
        keep: float = 0,
    ) -> None:
        """Words over as many lines as they need, leaving `keep` of the width free on the right."""
        for line in self._lines(text, size, 1 - indent - keep, weight):
            self.text(indent, self.y + size * 0.7, line, size, colour, "left", weight)
            self.y += round(size * 1.35)

    def beside(self, name: str, said: str) -> None:
        """A name, and what is said of it at the right: on its last line if there is room."""
        lines = self._lines(name, BODY, 1)
        if self.width_of(lines[-1] + "  " + said, BODY) > 1:
            lines.append("")
        for line in lines:
            self.text(0, self.y + BODY * 0.7, line, BODY, INK)
            self.y += round(BODY * 1.35)
        self.text(1, self.y - round(BODY * 0.65), said, BODY, INK, "right", Weight.BOLD)

    @staticmethod
    def _lines(text: str, size: int, width: float, weight: Weight = Weight.PLAIN) -> list[str]:
        letter = BOLD_LETTER if weight is Weight.BOLD else LETTER
        return wrap(text, max(12, int(width * WIDTH / (size * letter)))) or [""]

    def box(self, x: float, y: float, x2: float, y2: float, colour: str) -> None:
        self.boxes.append({"x": x, "y": y, "x2": x2, "y2": y2, "colour": colour})

    def line(
        self,
        x: float,
        y: float,
        x2: float,
        y2: float,
        colour: str,
        width: float,
        *,
        behind: bool = False,
    ) -> None:
        mark = {"x": x, "y": y, "x2": x2, "y2": y2, "colour": colour, "width": width}
        (self.behind if behind else self.lines).append(mark)

    def point(self, x: float, y: float, shape: str, colour: str, *, hollow: bool) -> None:
        fill = PAPER if hollow else colour
        self.points.append({"x": x, "y": y, "shape": shape, "colour": colour, "fill": fill})

    def hatch(self, x: float, y: float, x2: float, y2: float, colour: str) -> None:
        """Slanted lines across a box: what is here is not shown, or not to be relied on."""
        left, right, height = x * WIDTH, x2 * WIDTH, y2 - y
        start = left - height
        while (start := start + HATCH) < right:
            low, high = max(start, left), min(start + height, right)
            self.line(low / WIDTH, y2 - (low - start), high / WIDTH, y2 - (high - start), colour, 1)

    def spec(self) -> dict[str, Any]:
        """The sheet as a Vega-Lite specification."""
        from altair.utils.schemapi import debug_mode

        # Checking each part against the schema takes four times as long as drawing; a test does it.
        with debug_mode(False):
            return _compose(self)


def _compose(sheet: Sheet) -> dict[str, Any]:
    import altair as alt  # a third of a second that only those who draw should pay

    ruled = ((alt.Stroke, "colour"), (alt.StrokeWidth, "width"))
    pointed = ((alt.Shape, "shape"), (alt.Stroke, "colour"), (alt.Fill, "fill"))
    layers = [
        _layer(sheet.y, sheet.behind, "rule", *ruled),
        _layer(sheet.y, sheet.boxes, "rect", (alt.Fill, "colour"), stroke=LINE, strokeWidth=0.5),
        _layer(sheet.y, sheet.lines, "rule", *ruled),
        _layer(sheet.y, sheet.points, "point", *pointed, **POINT),
    ]
    for style, marks in groupby(sorted(sheet.texts, key=_style), key=_style):
        plain = [{key: mark[key] for key in mark if key != "style"} for mark in marks]
        look = {"baseline": "middle", "font": FONT, **json.loads(style)}
        layers.append(_layer(sheet.y, plain, "text", (alt.Color, "colour"), **look))
    spec: dict[str, Any] = (
        alt.layer(*(one for one in layers if one))
        .properties(width=WIDTH, height=sheet.y, padding=MARGIN, background=PAPER, autosize="none")
        .configure_view(stroke=None)
        .to_dict(validate=False)
    )
    return spec


def _style(text: Mark) -> str:
    return json.dumps(text["style"])


def _layer(
    height: float, marks: list[Mark], kind: str, *literal: tuple[Any, str], **style: Any
) -> Any:
    """Marks of one kind; `literal` says which channels take their values as they are."""
    import altair as alt

    if not marks:
        return None
    across = alt.Scale(domain=[0, 1], nice=False)
    down = alt.Scale(domain=[height, 0], nice=False, zero=False)
    channels: list[Any] = [
        alt.X("x", type="quantitative", axis=None, scale=across),
        alt.Y("y", type="quantitative", axis=None, scale=down),
    ]
    if "x2" in marks[0]:
        channels += [alt.X2("x2"), alt.Y2("y2")]
    if kind == "text":
        channels.append(alt.Text("text", type="nominal"))
    channels += [
        channel(name, type="nominal", scale=None, legend=None) for channel, name in literal
    ]
    chart = alt.Chart(alt.InlineData(values=marks))
    return getattr(chart, f"mark_{kind}")(**style).encode(*channels)
