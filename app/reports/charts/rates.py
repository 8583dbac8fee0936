"""How many answered of how many: bars that fill up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.reports.charts.colours import IN_FAVOUR
from app.reports.charts.frame import SHARES, Frame, Heading, Named
from app.reports.charts.picture import Picture
from app.reports.sheet import HAIR, INK, LINE
from app.reports.words import Figure, is_suppressed, locale_of, number, percent

BAR = 16


def rates_chart(
    rows: Sequence[Named],
    *,
    whole: Sequence[Named] = (),
    keep_order: bool = False,
    **heading: Unpack[Heading],
) -> Picture:
    """A bar for each rate: ``n`` answered of ``population``, which is ``value`` of it.

    From least to most, because that is where to act; `whole` goes first.
    """
    parts = list(rows)
    if not keep_order:
        parts.sort(key=lambda row: (row[1]["value"] is None, row[1]["value"] or 0))
    with force_locale(str(locale_of(heading["lang"]))):
        frame = Frame(heading)
        for name, figure in whole:
            _row(frame, name, figure, INK)
        for name, figure in parts:
            _row(frame, name, figure, IN_FAVOUR)
        return frame.finish(SHARES if frame.figures else None)


def _row(frame: Frame, name: str, figure: Figure, colour: str) -> None:
    sheet, value = frame.sheet, figure["value"]
    sheet.beside(name, _said(figure, frame.lang))
    sheet.y += 2
    if is_suppressed(figure):
        sheet.hatch(0, sheet.y, 1, sheet.y + BAR, LINE)
    elif value is not None:
        sheet.box(0, sheet.y, 1, sheet.y + BAR, HAIR)
        if value > 0:
            sheet.box(0, sheet.y, min(value, 1), sheet.y + BAR, colour)
    sheet.y += BAR + 14
    frame.note(name, figure)


def _said(figure: Figure, lang: str) -> str:
    if is_suppressed(figure):
        return _("protegido")
    count = number(figure["n"], lang)
    if figure["value"] is None or figure["population"] is None:
        return ngettext("%(count)s respuesta", "%(count)s respuestas", figure["n"], count=count)
    return _(
        "%(count)s de %(size)s (%(rate)s)",
        count=count,
        size=number(figure["population"], lang),
        rate=percent(figure["value"], lang),
    )
