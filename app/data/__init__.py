"""Chile's regions, provinces and comunas, with their official codes; the programme's indicators.

Codes are text: the leading zero is part of them, and a code begins with its parent's code.
Join on the code, never on the name. Sources and spellings are in README.md.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Region:
    """A region: code of 2 digits, name without "Región de"."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Province:
    """A province: code of 3 digits, and the code of its region."""

    code: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class Comuna:
    """A comuna: code of 5 digits (CUT), and the code of its province."""

    code: str
    name: str
    province: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A line of the programme's matrix of indicators, in its own words."""

    number: int
    component: str
    activity: str
    dimension: str
    name: str
    unit: str
    numerator: str
    denominator: str
    source: str
    informant: str
    uncertainty: str


@cache
def indicators() -> tuple[Indicator, ...]:
    """The 25 indicators, in the matrix's order."""
    rows = (list(row.values()) for row in _rows("indicators.csv"))
    return tuple(Indicator(int(number), *words) for number, *words in rows)


@cache
def regions() -> tuple[Region, ...]:
    """The 16 regions, by code."""
    return tuple(Region(**row) for row in _rows("regions.csv"))


@cache
def provinces() -> tuple[Province, ...]:
    """The 56 provinces, by code."""
    return tuple(Province(**row) for row in _rows("provinces.csv"))


@cache
def comunas() -> tuple[Comuna, ...]:
    """The 346 comunas, by code."""
    return tuple(Comuna(**row) for row in _rows("comunas.csv"))


def _rows(filename: str) -> list[dict[str, str]]:
    with (_FOLDER / filename).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
