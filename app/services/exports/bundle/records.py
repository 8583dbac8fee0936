"""Every figure of a collection, in full: what a recomputation has to arrive at."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from analisis import Estimate
from app.services.analytics.findings import Analysis

_LISTED = tuple(name for name in Estimate.__slots__ if name not in {"domain", "flags"})
HEADING = ("by", "group", "measure", *_LISTED, "flags")


def sets(analyses: Sequence[Analysis]) -> list[dict[str, object]]:
    """Of everybody, and by each grouping that is offered."""
    return [analysis.to_dict() for analysis in analyses]


def write_csv(file: IO[str], analyses: Sequence[Analysis]) -> None:
    """The same as a table, a figure per line, for who reads no JSON."""
    writer = csv.writer(file)
    writer.writerow(HEADING)
    for analysis in analyses:
        writer.writerows(_lines(analysis))


def _lines(analysis: Analysis) -> Iterator[list[str]]:
    by = analysis.by or ""
    for figures in analysis.measures:
        for one in figures.estimates:
            told = one.to_dict()
            group = _text(one.domain.get(by)) if by else ""
            flags = " ".join(one.flags)
            yield [by, group, figures.measure.name, *_cells(told), flags]


def _cells(told: Mapping[str, Any]) -> Iterator[str]:
    return (_text(told[name]) for name in _LISTED)


def _text(value: object) -> str:
    """A number with all its digits."""
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value)
