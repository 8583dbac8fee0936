"""For recompute.py: the answers of a bundle, and how many gave each of them."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analisis import Moments

Row = Mapping[str, str]
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_PLAIN_NUMBER = re.compile(r"[0-9]+\.?[0-9]*")
_FORMULA = re.compile(r"'(?='*[=+@\t\r\n＝＋－＠-])")
_NO_DESIGN: Mapping[str, Any] = {
    "strata": None, "clusters": [], "totals": {}, "weights": None, "population": [],
}  # fmt: skip


class Data:
    """The answers, and what design.json says of them."""

    def __init__(self, folder: Path) -> None:
        self.about = json.loads((folder / "design.json").read_text(encoding="utf-8"))
        self.rows = _read(folder / "data" / "responses.csv")
        shown = {row["id"]: row for row in _read(folder / "data" / "shown.csv")}
        for row in self.rows:
            row |= {f"shown/{name}": value for name, value in shown[row["_id"]].items()}
        self.is_designed = self.about["design"] is not None
        self.design: Mapping[str, Any] = self.about["design"] or _NO_DESIGN
        self.placed = [row for row in self.rows if self._has_place(row, least=0.0)]
        # With a weight of zero it holds its place, and stands for nobody.
        self.counted = [row for row in self.placed if self._has_place(row, least=math.ulp(0.0))]

    def coded(self, name: str, row: Row) -> str | None:
        """What tells strata and units apart; None where a response lacks it."""
        value = row[self.design["columns"][name]]
        if name == "territory" and value not in self.about["territories"]:
            return None
        return None if not value or value in self.design["special"].get(name, ()) else value

    def sized(self, name: str, row: Row) -> float | None:
        """A weight or a size."""
        text = row[name]
        rule = _PLAIN_NUMBER if name in self.design["hidden"] else NUMBER
        special = text in self.design["special"].get(name, ())
        return float(text) if rule.fullmatch(text) and not special else None

    @property
    def codes(self) -> list[str]:
        """The columns of strata, units and cells of the population."""
        strata = [self.design["strata"]] if self.design["strata"] else []
        return list(dict.fromkeys([*strata, *self.design["clusters"], *self.design["totals"]]))

    @property
    def sizes(self) -> list[str]:
        """The columns of weights and of numbers of units."""
        weights = [self.design["weights"]] if self.design["weights"] else []
        return [*weights, *(size for size in self.design["population"] if isinstance(size, str))]

    def _has_place(self, row: Row, *, least: float) -> bool:
        if any(self.coded(name, row) is None for name in self.codes):
            return False
        for name in self.sizes:
            size = self.sized(name, row)
            weighs = name == self.design["weights"]
            if size is None or size < (least if weighs else math.ulp(0.0)):
                return False
        return True


def _read(path: Path) -> list[dict[str, str]]:
    """Without the apostrophe that keeps a spreadsheet from running a text as a formula."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {name: text[1:] if _FORMULA.match(text) else text for name, text in row.items()}
            for row in csv.DictReader(file)
        ]


@dataclass(frozen=True)
class Group:
    """Everybody, or those who gave one answer to the question that makes groups."""

    domain: Mapping[str, Any]
    rows: Sequence[Row]
    population: int | None


@dataclass(frozen=True)
class Cell:
    """The answers to one question in one group."""

    counts: Mapping[Any, int]
    numbers: Moments
    places: Mapping[str, Sequence[int]]
    ranked: int
    special: Mapping[str, int]
    missing: int
    not_shown: int

    @property
    def base(self) -> int:
        """Who was shown the question."""
        valid = self.ranked or sum(self.counts.values()) or self.numbers.n
        return valid + sum(self.special.values()) + self.missing


def cell(measure: Mapping[str, Any], rows: Sequence[Row]) -> Cell:
    """Count one question's answers."""
    question, special = measure["question"], measure["special"]
    given = [row[question] for row in rows if row[question]]
    shown = sum(row[f"shown/{question}"] == "1" for row in rows)
    tally = Counter(given)
    counts: dict[Any, int] = {}
    places: dict[str, list[int]] = {}
    numbers, ranked = Moments.of(()), 0
    missing = shown - len(given)
    if measure["kind"] == "ranks":
        rankings = [text.split(" ") for text in given if text not in special]
        ranked = len(rankings)
        codes = measure["categories"]
        places = {
            code: [
                sum(len(each) > place and each[place] == code for each in rankings)
                for place in range(len(codes))
            ]
            for code in codes
        }
    else:
        counts = {category: tally[str(category)] for category in measure["categories"]}
    if measure["kind"] == "mean":
        found = [(float(t), n) for t, n in tally.items() if NUMBER.fullmatch(t)]
        numbers = Moments.of(counts.items() if counts else found)
        missing += len(given) - numbers.n - sum(tally[code] for code in special)
    return Cell(
        counts=counts,
        numbers=numbers,
        places=places,
        ranked=ranked,
        special={code: tally[code] for code in special},
        missing=missing,
        not_shown=len(rows) - shown,
    )
