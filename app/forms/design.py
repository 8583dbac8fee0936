"""The design of a collection as a form writes it: it parses; the domain decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

# As numbers are written here: 3.180. In a form nobody means three and a fraction by it.
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.\u00a0 ][0-9]{3})+")
STAGES = 2
MARGINS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignForm:
    """What was typed. ``sizes`` and ``totals`` are by value; what is empty is left out."""

    selection: str
    population: str
    strata: str
    clusters: Sequence[str]
    nest: bool
    weights: str
    lonely_psu: str
    size: str
    size_question: str
    sizes: Mapping[str, str]
    margins: Sequence[str]
    totals: Mapping[str, Mapping[str, str]]

    def data(self) -> dict[str, object]:
        """The declaration that it makes, for `read_sampling`."""
        said: dict[str, object] = {}
        if self.strata:
            said["strata"] = self.strata
        if self.clusters:
            said["clusters"] = list(self.clusters)
            if self.nest:
                said["nest"] = True
        if self.weights:
            said["weights"] = self.weights
        if self.lonely_psu and (self.strata or self.clusters):
            said["lonely_psu"] = self.lonely_psu
        if size := self._size():
            said["population"] = size
        totals = {name: dict(self.totals[name]) for name in self.margins if self.totals.get(name)}
        if totals:
            said["totals"] = totals
        return said

    def _size(self) -> object:
        if self.size_question:
            return self.size_question
        if self.strata and self.sizes:
            return dict(self.sizes)
        if self.size:
            return self.size
        return self.population if not (self.strata or self.clusters) else None


def read_form(said: MultiDict[str, str]) -> DesignForm:
    def listed(name: str, most: int) -> list[str]:
        return [*dict.fromkeys(value for value in said.getlist(name) if value)][:most]

    margins = listed("margin", MARGINS)
    return DesignForm(
        selection=said.get("selection", ""),
        population=plain(said.get("people", "")),
        strata=said.get("strata", ""),
        clusters=listed("cluster", STAGES),
        nest="nest" in said,
        weights=said.get("weights", ""),
        lonely_psu=said.get("lonely_psu", ""),
        size=plain(said.get("size", "")),
        size_question=said.get("size_question", ""),
        sizes=_by_value(said, "size:"),
        margins=margins,
        totals={name: _by_value(said, f"total:{name}:") for name in margins},
    )


def plain(text: str) -> str:
    """A number without the marks between its thousands."""
    text = text.strip()
    return re.sub(r"[.\u00a0 ]", "", text) if _GROUPED.fullmatch(text) else text


def _by_value(said: MultiDict[str, str], prefix: str) -> dict[str, str]:
    found = {
        name.removeprefix(prefix): plain(value)
        for name, value in said.items()
        if name.startswith(prefix)
    }
    return {name: value for name, value in found.items() if value}
