"""The same figure wave after wave, with its interval: a panel for each group."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Unpack

from flask_babel import force_locale
from flask_babel import gettext as _

from app.reports.charts.colours import IN_FAVOUR
from app.reports.charts.frame import SHARES, Axis, Frame, Heading, shape_of
from app.reports.charts.picture import Picture
from app.reports.sheet import BODY, HAIR, INK, LETTER, LINE, MUTED, SMALL, WIDTH, Sheet, Weight
from app.reports.words import Figure, has_flag, is_suppressed, locale_of, written

Series = tuple[str, Sequence[Figure | None]]
"""What is followed by its name, with a figure for each wave, or None where there was none."""
HEIGHT, ABOVE = 130, 40
LEFT, RIGHT = 0.15, 1.0
SHORT = 8  # letters of a name that tells also those beside it, like a year
MOST_LABELS = 6  # waves after which only the first and the last point carry their value


def trend_chart(
    series: Sequence[Series],
    *,
    waves: Sequence[str],
    axis: Axis = SHARES,
    **heading: Unpack[Heading],
) -> Picture:
    """A panel for each series, all on the same axis; `waves` are the names of its points."""
    numbered = False
    with force_locale(str(locale_of(heading["lang"]))):
        frame = Frame(heading)
        for name, figures in series:
            if name:
                frame.sheet.paragraph(name, BODY, INK, Weight.BOLD)
            _panel(frame, figures, axis)
            numbered = _waves(frame.sheet, waves)
            for wave, figure in zip(waves, figures, strict=True):
                if figure is not None:
                    frame.note(f"{name} · {wave}" if name else wave, figure)
        _key(frame.sheet, series)
        if numbered:
            for at, wave in enumerate(waves, start=1):
                frame.sheet.paragraph(f"{at}  {wave}", SMALL, MUTED, indent=LEFT)
        return frame.finish()


def _at(place: int, count: int) -> float:
    """Where a wave stands, from left to right."""
    return LEFT + (RIGHT - LEFT) * (place + 0.5) / count


def _panel(frame: Frame, figures: Sequence[Figure | None], axis: Axis) -> None:
    sheet = frame.sheet
    top = sheet.y + ABOVE
    bottom = top + HEIGHT

    def down(value: float) -> float:
        return bottom - HEIGHT * axis.at(value)

    for tick in axis.ticks:
        y = down(tick)
        sheet.line(LEFT, y, RIGHT, y, HAIR, 1, behind=True)
        sheet.text(LEFT - 0.02, y, axis.label(tick, frame.lang), SMALL, MUTED, "right")
    known: list[tuple[float, float]] = []
    count = len(figures)
    for place, figure in enumerate(figures):
        x = _at(place, count)
        if figure is None or figure["value"] is None:
            _absent(sheet, x, (RIGHT - LEFT) / count, top, figure)
            continue
        y = down(figure["value"])
        if known and _neighbours(figures, place):
            sheet.line(*known[-1], x, y, LINE, 1.5, behind=True)
        known.append((x, y))
        _point(sheet, x, figure, [down(figure[end] or 0) for end in ("high", "low")], y, count)
        if count <= MOST_LABELS or place in (0, count - 1):
            _label(frame, x, figure, min(y, down(figure["high"] or figure["value"])), count)
    sheet.y = bottom + 8


def _key(sheet: Sheet, series: Sequence[Series]) -> None:
    """What marks mean whose word does not fit beside them."""
    found = [one for _name, figures in series for one in figures if one is not None]
    if not series or len(series[0][1]) <= MOST_LABELS:
        return
    if any(map(is_suppressed, found)):
        sheet.hatch(LEFT, sheet.y, LEFT + 0.06, sheet.y + 14, LINE)
        sheet.text(LEFT + 0.1, sheet.y + 8, _("protegido"), SMALL, INK)
        sheet.y += 22
    if any(has_flag(one, "not_reliable") for one in found):
        sheet.point(LEFT + 0.03, sheet.y + 8, "circle", IN_FAVOUR, hollow=True)
        sheet.text(LEFT + 0.1, sheet.y + 8, _("no fiable"), SMALL, INK)
        sheet.y += 22


def _neighbours(figures: Sequence[Figure | None], place: int) -> bool:
    """No line is drawn across a wave of which nothing is known."""
    before = figures[place - 1]
    return before is not None and before["value"] is not None


def _point(
    sheet: Sheet, x: float, figure: Figure, ends: Sequence[float], y: float, count: int
) -> None:
    if figure["low"] is not None and figure["low"] < figure["high"]:
        high, low = ends
        sheet.line(x, low, x, high, IN_FAVOUR, 5)
        for end in ends:
            cap = min(0.018, (RIGHT - LEFT) / count / 2)
            sheet.line(x - cap, end, x + cap, end, IN_FAVOUR, 2)
    hollow = has_flag(figure, "not_reliable")
    sheet.point(x, y, shape_of(figure), IN_FAVOUR, hollow=hollow)


def _label(frame: Frame, x: float, figure: Figure, y: float, count: int) -> None:
    """The value above its interval; the interval in figures is in the table."""
    digits = 0 if (RIGHT - LEFT) / count < 0.2 else 1
    text = written(figure["statistic"], figure["value"], frame.lang, digits=digits)
    if has_flag(figure, "not_reliable"):
        frame.sheet.text(x, y - 28, text, SMALL, INK, "center", Weight.BOLD)
        frame.sheet.text(x, y - 14, _("no fiable"), SMALL, INK, "center")
    else:
        frame.sheet.text(x, y - 14, text, SMALL, INK, "center", Weight.BOLD)


def _absent(sheet: Sheet, x: float, width: float, top: float, figure: Figure | None) -> None:
    """A wave without a figure: hatched where it is protected, a word where there is none."""
    hidden = figure is not None and is_suppressed(figure)
    if hidden:
        half = min(width, 0.16) / 2
        sheet.hatch(x - half, top, x + half, top + HEIGHT, LINE)
    if width * MOST_LABELS < RIGHT - LEFT - 0.001:
        return  # no word fits: a gap says that nobody answered, and the key what is hatched
    letters = max(1, int(width * WIDTH / (SMALL * LETTER)))
    words = [_("protegido")] if hidden else [_("sin respuestas"), _("sin datos")]
    tried = [wrap(word, letters, break_long_words=False) for word in words]
    # The last one also where it is too wide, for there is no shorter word.
    lines = next((some for some in tried if max(map(len, some)) < letters), tried[-1])
    for step, line in enumerate(lines):
        y = top - 14 * (len(lines) - step) if hidden else top + HEIGHT / 2 + 14 * step
        sheet.text(x, y, line, SMALL, MUTED, "center")


def _waves(sheet: Sheet, waves: Sequence[str]) -> bool:
    """Names under their points; short ones that do not fit, like years, as often as they do; of
    longer ones a number: True, and what it stands for is still to be said."""
    count = len(waves)
    letters = int((RIGHT - LEFT) / count * WIDTH / (SMALL * LETTER))
    numbered = False
    labels = _wrapped(waves, letters)
    if not labels and max(map(len, waves)) <= SHORT:
        labels = _thinned(waves, letters)
    elif not labels:
        numbered, labels = True, _thinned([str(at) for at in range(1, count + 1)], letters)
    for at, lines in enumerate(labels):
        for step, line in enumerate(lines):
            sheet.text(_at(at, count), sheet.y + 8 + 16 * step, line, SMALL, MUTED, "center")
    sheet.y += 16 * max(map(len, labels)) + 20
    return numbered


def _wrapped(waves: Sequence[str], letters: int) -> list[list[str]]:
    """Every name in lines of so many letters, with room between neighbours; nothing where there is
    none."""
    labels = [wrap(wave, max(letters, 1), break_long_words=False) or [""] for wave in waves]
    longest = [max(map(len, lines)) for lines in labels]
    apart = all(one + other < 2 * letters for one, other in pairwise(longest))
    return labels if apart and max(longest) <= letters else []


def _thinned(names: Sequence[str], letters: int) -> list[list[str]]:
    """Every name, or every second, third, ... so that they fit; always the last one."""
    longest, count = max(map(len, names)), len(names)
    each = 1 if longest <= letters else -(-(longest + 1) // max(letters, 1))
    return [[name] if (count - 1 - at) % each == 0 else [] for at, name in enumerate(names)]
