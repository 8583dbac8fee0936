"""What all pictures share: their heading, their axis, a row with its point, their source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from flask_babel import gettext as _

from app.reports.charts.picture import Picture
from app.reports.figure_words import flag_words
from app.reports.sheet import (
    ACCENT,
    BODY,
    HAIR,
    INK,
    LINE,
    MUTED,
    SMALL,
    TITLE,
    Sheet,
    Weight,
)
from app.reports.words import (
    Figure,
    has_flag,
    is_census,
    is_suppressed,
    number,
    percent,
    value_text,
    written,
)

Named = tuple[str, Figure]
"""A figure and what it is called on the picture."""


class Heading(TypedDict):
    """The words around a picture: what was found; question, base, dates and method; and whence."""

    title: str
    subtitle: str
    source: str
    lang: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where a picture goes: 0 to 100 % unless it shows something else."""

    low: float = 0
    high: float = 1
    kind: str = "satisfied"  # a statistic: how its values are written
    ticks: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)

    @classmethod
    def of_net(cls) -> Axis:
        return cls(-1, 1, "net", (-1, -0.5, 0, 0.5, 1))

    @classmethod
    def of_mean(cls, low: float, high: float) -> Axis:
        """From the lowest to the highest mark of a scale."""
        middle = (low + high) / 2
        return cls(low, high, "mean", (low, middle, high))

    def at(self, value: float) -> float:
        """Where a value lies, as a share of the sheet; what is beyond an end lies on it."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def label(self, tick: float, lang: str) -> str:
        if self.kind == "net":
            return number(100 * tick, lang)
        if self.kind == "mean":
            return number(tick, lang, digits=0 if tick == round(tick) else 1)
        return percent(tick, lang, digits=0)


SHARES = Axis()


@dataclass(slots=True)
class Frame:
    """A picture in the making: its sheet, and what goes into the table beside it."""

    heading: Heading
    sheet: Sheet = field(default_factory=Sheet)
    rows: list[tuple[str, ...]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def __post_init__(self) -> None:
        sheet, heading = self.sheet, self.heading
        if heading["simulated"]:
            sheet.paragraph(_("SIMULADO: datos de demostración"), SMALL, ACCENT, Weight.BOLD)
            sheet.y += 4
        sheet.paragraph(heading["title"], TITLE, INK, Weight.BOLD)
        sheet.y += 2
        sheet.paragraph(heading["subtitle"], SMALL, MUTED)
        sheet.y += 16

    @property
    def lang(self) -> str:
        return self.heading["lang"]

    def note(self, name: str, figure: Figure) -> None:
        """Put a figure into the table."""
        self.figures.append(figure)
        self.rows.append(table_row(name, figure, self.lang))

    def axis(self, axis: Axis = SHARES) -> None:
        """The labels of the axis; its lines are drawn on each row, where they cross no words."""
        last = len(axis.ticks) - 1
        for place, tick in enumerate(axis.ticks):
            align = "left" if place == 0 else "right" if place == last else "center"
            label = axis.label(tick, self.lang)
            self.sheet.text(axis.at(tick), self.sheet.y + 6, label, SMALL, MUTED, align)
        self.sheet.y += 20

    def row(self, name: str, figure: Figure, colour: str, axis: Axis = SHARES) -> None:
        """A name and its figure in words, and below them the point on its interval."""
        sheet = self.sheet
        sheet.beside(name, said(figure, self.lang))
        sheet.y += 12
        sheet.line(0, sheet.y, 1, sheet.y, HAIR, 1, behind=True)
        for tick in axis.ticks:
            at = axis.at(tick)
            sheet.line(at, sheet.y - 10, at, sheet.y + 10, HAIR, 1, behind=True)
        if is_suppressed(figure):
            sheet.hatch(0, sheet.y - 6, 1, sheet.y + 6, LINE)
        else:
            mark(sheet, figure, colour, axis)
        sheet.y += 22
        self.note(name, figure)

    def finish(self, axis: Axis | None = None) -> Picture:
        """Close the picture: its axis below, if it has one, and where the figures come from."""
        sheet, heading = self.sheet, self.heading
        if not self.figures:
            sheet.paragraph(_("Todavía no hay respuestas."), BODY, INK)
        elif axis is not None:
            self.axis(axis)
        sheet.y += 8
        sheet.paragraph(heading["source"], SMALL, MUTED)
        shown = "; ".join(map(_told, self.rows))
        return Picture(
            drawing=sheet.to_json(),
            title=heading["title"],
            described=" ".join(part for part in (heading["title"], shown) if part),
            table=(table_head(), *self.rows) if self.rows else (),
            figures=tuple(self.figures),
        )


def _told(row: tuple[str, ...]) -> str:
    """A line of the table in a text; what has no figure has a word for it."""
    name, value, interval, *_counts, flags = row
    if (value, interval) == ("–", "–"):
        return f"{name}: {flags or _('sin respuestas')}"
    return f"{name}: {value} ({interval})"


def table_head() -> tuple[str, ...]:
    return (
        _("Cifra"), _("Valor"), _("Intervalo"), _("Opiniones"), _("Base"), _("Avisos"),
    )  # fmt: skip


def table_row(name: str, figure: Figure, lang: str) -> tuple[str, ...]:
    """A figure as a line of the table that goes with its picture."""
    kind, value, ends = figure["statistic"], figure["value"], (figure["low"], figure["high"])
    hidden = is_suppressed(figure)
    interval = "–"
    if not hidden and None not in ends:
        low, high = (written(kind, end, lang) for end in ends)
        interval = _("entre %(low)s y %(high)s", low=low, high=high)
    return (
        name,
        "–" if hidden or value is None else written(kind, value, lang),
        interval,
        "–" if hidden else number(figure["n"], lang),
        "–" if hidden else number(figure["base"], lang),
        ", ".join(dict.fromkeys(flag_words(flag) for flag in figure["flags"])),
    )


def said(figure: Figure, lang: str) -> str:
    """Neither the strict figure nor the bounds have an interval to speak of."""
    if figure["statistic"] == "strict" and figure["value"] is not None:
        return percent(figure["value"], lang)
    if figure["statistic"] == "bounds" and figure["low"] is not None:
        low, high = (percent(figure[end], lang) for end in ("low", "high"))
        return _("%(low)s a %(high)s", low=low, high=high)
    return value_text(figure, lang)


def shape_of(figure: Figure) -> str:
    return "square" if is_census(figure) or figure["statistic"] == "strict" else "circle"


def mark(sheet: Sheet, figure: Figure, colour: str, axis: Axis = SHARES) -> None:
    """The point on its interval, across."""
    low, high, value = figure["low"], figure["high"], figure["value"]
    y = sheet.y
    if low is not None and high is not None and low < high:
        open_ended = figure["statistic"] == "bounds"
        sheet.line(axis.at(low), y, axis.at(high), y, colour, 2 if open_ended else 5)
        for end in (low, high):
            sheet.line(axis.at(end), y - 8, axis.at(end), y + 8, colour, 2)
    if value is not None:
        hollow = has_flag(figure, "not_reliable")
        sheet.point(axis.at(value), y, shape_of(figure), colour, hollow=hollow)
