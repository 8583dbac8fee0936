"""Points on their intervals, one a row: groups, answers, or anything that is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

from flask_babel import force_locale
from flask_babel import gettext as _

from app.reports.charts.colours import IN_FAVOUR
from app.reports.charts.frame import SHARES, Axis, Frame, Heading, Named
from app.reports.charts.picture import Picture
from app.reports.sheet import INK
from app.reports.words import Figure, locale_of

MANY = 8  # rows after which the axis is written at both ends


def dots_chart(
    rows: Sequence[Named],
    *,
    whole: Sequence[Named] = (),
    keep_order: bool = False,
    axis: Axis = SHARES,
    **heading: Unpack[Heading],
) -> Picture:
    """A point on its interval for each name, from most to least unless the order means something.

    `whole` goes first, in ink: what the others are parts of.
    """
    parts = list(rows)
    if not keep_order:
        parts.sort(key=lambda row: (row[1]["value"] is None, -(row[1]["value"] or 0)))
    with force_locale(str(locale_of(heading["lang"]))):
        frame = Frame(heading)
        if len(parts) > MANY:
            frame.axis(axis)
        for name, figure in whole:
            frame.row(name, figure, INK, axis)
        for name, figure in parts:
            frame.row(name, figure, IN_FAVOUR, axis)
        return frame.finish(axis)


def comparison_chart(
    rows: Sequence[Figure],
    *,
    names: Mapping[str, str] | None = None,
    keep_order: bool = False,
    axis: Axis = SHARES,
    **heading: Unpack[Heading],
) -> Picture:
    """The same figure for several domains: the whole first, then from most to least.

    `names` gives a domain's values the words to show. `keep_order` is for domains whose order means
    something, like waves.
    """
    known = names or {}
    with force_locale(str(locale_of(heading["lang"]))):
        everybody = _("En conjunto")
    named = [(" · ".join(known.get(str(v), str(v)) for v in row["domain"].values()), row)
             for row in rows]  # fmt: skip
    return dots_chart(
        [(name, row) for name, row in named if row["domain"]],
        whole=[(everybody, row) for _name, row in named if not row["domain"]],
        keep_order=keep_order,
        axis=axis,
        **heading,
    )


def choices_chart(
    estimates: Sequence[Figure],
    *,
    words: Mapping[str, str] | None = None,
    keep_order: bool = False,
    **heading: Unpack[Heading],
) -> Picture:
    """The share of each answer of a question; the answers need not exclude one another."""
    known = words or {}
    rows = [
        (known.get(str(one["category"]), str(one["category"])), one)
        for one in estimates
        if one["statistic"] == "category"
    ]
    return dots_chart(rows, keep_order=keep_order, **heading)
