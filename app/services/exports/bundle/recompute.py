"""Make every figure of figures.json again from the answers in data/, and name those that differ.

    python recompute.py            # in the folder of the bundle, or with its path as argument

It needs the library `analisis` of the version of Cabildo that README.md names, numpy and scipy.
Nothing of Cabildo's own counting is used: this file reads the answers, and `analisis` computes.

It ends with 0 where every figure is the same, 1 where one differs, 2 where it cannot be done.

Tolerance. Texts, counts and flags must be equal. Numbers may differ by one part in 1e9: sums of
weights in another order of the rows differ in their last bits, and a calibration stops when it is
near enough; anything that is wrong differs by far more.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from recompute_answers import Data, Group, cell
from recompute_designed import Designed

from analisis import (
    OF_THE_LIST,
    AnalysisError,
    Estimate,
    mean_estimates,
    measure_estimates,
    rank_estimates,
)

RELATIVE, ABSOLUTE = 1e-9, 1e-12


def plain_figures(
    about: Mapping[str, Any], measure: Mapping[str, Any], group: Group
) -> list[Estimate]:
    """The figures of a list, of a simple random sample or of an open link."""
    found = cell(measure, group.rows)

    def made(missing: int) -> tuple[Estimate, ...]:
        shared: dict[str, Any] = {
            "variable": measure["question"],
            "special": found.special,
            "selection": about["selection"],
            "population": group.population,
            "domain": group.domain,
            "confidence": about["confidence"],
            "missing": missing,
            "simulated": about["simulated"],
        }
        if measure["kind"] == "mean":
            return mean_estimates(found.numbers, **shared)
        if measure["kind"] == "ranks":
            return rank_estimates(found.places, found.ranked, **shared)
        return measure_estimates(
            found.counts,
            satisfied=measure["satisfied"],
            dissatisfied=measure["dissatisfied"],
            **shared,
        )

    if group.population is None or not found.not_shown:
        return list(made(found.missing))
    # Of a list, whoever was not shown the question responded; among the answers there is none.
    listed = [one for one in made(found.missing + found.not_shown) if one.statistic in OF_THE_LIST]
    return [*listed, *(one for one in made(found.missing) if one.statistic not in OF_THE_LIST)]


def groups_of(data: Data, by: str | None) -> list[Group]:
    """Everybody first; more people than the population has make it unknown."""
    rows = data.counted if data.is_designed else data.rows
    about = data.about
    found = [Group({}, rows, _believable(about["population"], data.rows))]
    for grouping in about["groupings"]:
        if grouping["by"] == by:
            for value, size in zip(grouping["values"], grouping["populations"], strict=True):
                inside = [row for row in rows if row[grouping["column"]] == str(value)]
                found.append(Group({by: value}, inside, _believable(size, inside)))
    return found


def _believable(population: int | None, rows: Sequence[object]) -> int | None:
    return None if population is None or len(rows) > population else population


def differences(kept: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """In what two records of a figure are not the same."""
    return [
        f"{name}: published {kept[name]!r}, recomputed {made.get(name)!r}"
        for name in kept
        if not _same(kept[name], made.get(name))
    ]


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return one == other


def compare(data: Data, published: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each published figure with its differences."""
    designed = Designed(data) if data.is_designed else None
    measures = {each["name"]: each for each in data.about["measures"]}
    for part in published["sets"]:
        by = part["by"]
        groups = groups_of(data, by)
        for figures in part["measures"]:
            measure = measures[figures["name"]]
            if designed:
                made = [*designed.figures(measure, by, groups)]
            else:
                made = [
                    one for group in groups for one in plain_figures(data.about, measure, group)
                ]
            yield from _pairs(figures, made)


def _pairs(figures: Mapping[str, Any], made: Sequence[Estimate]) -> Iterator[tuple[str, list[str]]]:
    name = figures["name"]
    if len(made) != len(figures["estimates"]):
        yield name, [f"published {len(figures['estimates'])} figures, recomputed {len(made)}"]
        return
    for kept, one in zip(figures["estimates"], made, strict=True):
        told = (name, kept["statistic"], kept["category"], kept["domain"])
        where = " ".join(str(each) for each in told if each not in (None, {}))
        yield where, differences(kept, one.to_dict())


def check_hashes(folder: Path) -> list[str]:
    """Files that are not as they were when the bundle was made."""
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("  ", 1) for line in lines]
    return [
        name
        for digest, name in pairs
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]


def main(folder: Path) -> int:
    """Compare all of them; 0 where they are the same."""
    changed = check_hashes(folder)
    for name in changed:
        print(f"CHANGED since the bundle was made: {name}")
    published = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    compared, wrong = 0, 0
    for where, found in compare(Data(folder), published):
        compared += 1
        if found:
            wrong += 1
            print(f"DIFFERS {where}: {'; '.join(found)}")
    print(f"{compared} figures compared, {wrong} differ.")
    return 1 if wrong or changed or not compared else 0


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    try:
        sys.exit(main(place))
    except (OSError, AnalysisError, KeyError) as problem:
        print(f"Cannot recompute: {problem!r}", file=sys.stderr)
        sys.exit(2)
