"""Pictures of figures, as SVG that stands alone inside an <img>.

They are drawn on a narrow sheet with large letters, because the same picture is read on a phone,
on a wide page and in print. Everything shares one horizontal axis from 0 to 100 %.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from flask_babel import force_locale
from flask_babel import gettext as _

from app.reports.sheet import (
    ACCENT,
    BODY,
    DARK,
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
    figure_of,
    has_flag,
    is_census,
    is_suppressed,
    locale_of,
    percent,
    value_text,
)

LOW_END, MIDDLE, HIGH_END = "#8c510a", "#d9d9d9", "#01665e"
# One unit off the ends of the scale, so that a dark page lightens the points and not the bar.
AGAINST, IN_FAVOUR = "#8c510b", "#01665f"
TICKS = (0, 0.25, 0.5, 0.75, 1)
MANY = 8  # rows after which the axis is written at both ends


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
    title: str,
    subtitle: str,
    source: str,
    lang: str,
    simulated: bool,
    satisfied: Collection[object] | None = None,
    dissatisfied: Collection[object] | None = None,
    words: Mapping[str, str] | None = None,
) -> str:
    """One measure: how the answers are spread, then what may be said of the whole.

    `satisfied` and `dissatisfied` are the categories that count for and against; without them they
    are worked out from the figures. `words` replaces the name of a statistic ("satisfied") or of a
    category, in the reader's language.
    """
    names = dict(words or {})
    with force_locale(str(locale_of(lang))):
        sheet = _headed(title, subtitle, simulated)
        categories = [one for one in estimates if one["statistic"] == "category"]
        if any(one["value"] for one in categories):
            top = set(satisfied or _reaching(categories[::-1], figure_of(estimates, "satisfied")))
            low = set(dissatisfied or _reaching(categories, figure_of(estimates, "dissatisfied")))
            _bar(sheet, _segments(categories, low, top, names), lang)
        rows = _rows(estimates, names)
        for row in rows:
            _row(sheet, *row, lang=lang)
        return _finish(sheet, source, title, lang=lang, empty=not rows)


def comparison_chart(
    rows: Sequence[Figure],
    *,
    title: str,
    subtitle: str,
    source: str,
    lang: str,
    simulated: bool,
    names: Mapping[str, str] | None = None,
    keep_order: bool = False,
) -> str:
    """The same figure for several domains: the whole first, then from most to least.

    `names` gives a domain's values the words to show. `keep_order` is for domains whose order means
    something, like waves.
    """
    with force_locale(str(locale_of(lang))):
        sheet = _headed(title, subtitle, simulated)
        whole = [row for row in rows if not row["domain"]]
        parts = [row for row in rows if row["domain"]]
        if not keep_order:
            parts.sort(key=lambda row: (row["value"] is None, -(row["value"] or 0)))
        if len(parts) > MANY:
            _axis(sheet, lang)
        for row in (*whole, *parts):
            values = [(names or {}).get(str(v), str(v)) for v in row["domain"].values()]
            name = " · ".join(values) or _("En conjunto")
            _row(sheet, name, row, IN_FAVOUR if row["domain"] else INK, lang=lang)
        return _finish(sheet, source, title, lang=lang, empty=not rows)


def _headed(title: str, subtitle: str, simulated: bool) -> Sheet:
    sheet = Sheet()
    if simulated:
        sheet.paragraph(_("SIMULADO: datos de demostración"), SMALL, ACCENT, Weight.BOLD)
        sheet.y += 4
    sheet.paragraph(title, TITLE, INK, Weight.BOLD)
    sheet.y += 2
    sheet.paragraph(subtitle, SMALL, MUTED)
    sheet.y += 16
    return sheet


def _finish(sheet: Sheet, source: str, title: str, *, lang: str, empty: bool) -> str:
    if empty:
        sheet.paragraph(_("Todavía no hay respuestas."), BODY, INK)
    else:
        _axis(sheet, lang)
    sheet.y += 8
    sheet.paragraph(source, SMALL, MUTED)
    return _standalone(_svg(sheet.to_json()), title)


def _axis(sheet: Sheet, lang: str) -> None:
    """The labels of the axis; its lines are drawn on each row, where they cross no words."""
    for tick in TICKS:
        align = "left" if tick == 0 else "right" if tick == 1 else "center"
        sheet.text(tick, sheet.y + 6, percent(tick, lang, digits=0), SMALL, MUTED, align)
    sheet.y += 20


# The bar ------------------------------------------------------------------------------------------


def _reaching(categories: Sequence[Figure], total: Figure | None) -> list[object]:
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
    colours = _colours([one["category"] for one in categories], low, top)
    found, start = [], 0.0
    for one, colour in zip(categories, colours, strict=True):
        end = start + one["value"]
        name = names.get(str(one["category"]), str(one["category"]))
        found.append(Segment(name, start, end, colour))
        start = end
    return found


def _colours(categories: Sequence[object], low: set[object], top: set[object]) -> list[str]:
    """From one end to the other, through neutral; the strongest colours at the ends."""
    against = [one for one in categories if one in low]
    in_favour = [one for one in reversed(categories) if one in top]
    return [
        _mix(LOW_END, against.index(one) / len(against))
        if one in against
        else _mix(HIGH_END, in_favour.index(one) / len(in_favour))
        if one in in_favour
        else MIDDLE
        for one in categories
    ]


def _mix(end: str, share: float) -> str:
    """`share` of the way from a colour to the neutral one."""
    channels = zip(*(bytes.fromhex(colour[1:]) for colour in (end, MIDDLE)), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in channels)


def _readable(colour: str) -> str:
    """White or black, whichever stands out more; the better of the two is never below 4.5 to 1."""
    channels = (channel / 255 for channel in bytes.fromhex(colour[1:]))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#fffffe" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "#000000"


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
            sheet.text(middle, top + 20, share, SMALL, _readable(one.colour), "center", Weight.BOLD)
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


# The rows -----------------------------------------------------------------------------------------


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


def _row(sheet: Sheet, name: str, figure: Figure, colour: str, *, lang: str) -> None:
    """A name and its figure in words, and below them the point on its interval."""
    sheet.beside(name, _said(figure, lang))
    sheet.y += 12
    sheet.line(0, sheet.y, 1, sheet.y, HAIR, 1, behind=True)
    for tick in TICKS:
        sheet.line(tick, sheet.y - 10, tick, sheet.y + 10, HAIR, 1, behind=True)
    if is_suppressed(figure):
        sheet.hatching(sheet.y, LINE)
    else:
        _mark(sheet, figure, colour)
    sheet.y += 22


def _said(figure: Figure, lang: str) -> str:
    """Neither the strict figure nor the bounds have an interval to speak of."""
    if figure["statistic"] == "strict" and figure["value"] is not None:
        return percent(figure["value"], lang)
    if figure["statistic"] == "bounds" and figure["low"] is not None:
        low, high = (percent(figure[end], lang) for end in ("low", "high"))
        return _("%(low)s a %(high)s", low=low, high=high)
    return value_text(figure, lang)


def _mark(sheet: Sheet, figure: Figure, colour: str) -> None:
    low, high, value = figure["low"], figure["high"], figure["value"]
    y = sheet.y
    if low is not None and high is not None and low < high:
        open_ended = figure["statistic"] == "bounds"
        sheet.line(low, y, high, y, colour, 2 if open_ended else 5)
        for end in (low, high):
            sheet.line(end, y - 8, end, y + 8, colour, 2)
    if value is not None:
        shape = "square" if is_census(figure) or figure["statistic"] == "strict" else "circle"
        sheet.point(value, y, shape, colour, hollow=has_flag(figure, "not_reliable"))


# The picture --------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _svg(drawing: str) -> str:
    """The same drawing is made once: this costs some 100 ms, and a page shows several."""
    import vl_convert  # starts a JavaScript engine: only for who draws

    spec = Sheet.from_json(drawing).spec()
    return vl_convert.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])


def _standalone(svg: str, title: str) -> str:
    """The picture with its name, and with other colours for a dark page."""
    swaps = "".join(
        f'.marks [{what}="{light}"]{{{what}:{dark}}}'
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme:dark){{{swaps}}}</style>"
    start = svg.index(">", svg.index("<svg")) + 1
    return f"{svg[:start]}<title>{escape(title)}</title>{style}{svg[start:]}"
