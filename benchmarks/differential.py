"""Generated awkward designs, the figures of each by R `survey` and by us: where do they differ?

Run as ``python -m benchmarks.differential --designs 300 --seed 1`` (R_LIBS says where `survey` 4.5
is). Strata and units of every number, one stage or two, with and without populations, ids as
numbers or text that would meet if they were joined, rows in no order, weights alike, over six
orders of magnitude or zero, gaps, levels that nobody has, domains of a row or none, columns that
never vary, lonely units by every rule, weights post-stratified and calibrated.
Raking is left out: R's variance of it rests on ten sweeps.

Where R gives no number nothing is compared; where we refuse, the refusal is counted by its code.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analisis import AnalysisError, Estimates, SurveyDesign

SCRIPT = Path(__file__).parent / "peers" / "differential.R"
TOLERANCE = 1e-10
LOOSE = {"share_logit": 1e-7}
FLOOR = 1e-3
"""What is smaller than this share of the largest number of its figure is compared with that."""
PROBABILITIES = (0.1, 0.25, 0.5, 0.8)
RULES = ("math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9")
LONELY = ("adjust", "average", "remove", "certainty")

Spec = dict[str, Any]


# --- designs ----------------------------------------------------------------------------------


def generate(rng: np.random.Generator) -> Spec:
    """One design with its data, as JSON can carry it."""
    stages = int(rng.integers(0, 3))
    units = _units(rng, stages)
    count = len(units["h"])
    spec: Spec = {
        "strata": ["h"] if rng.random() < 0.8 else [],
        "clusters": ["u", "v"][:stages],
        "nest": True,
        "lonely_psu": str(rng.choice(LONELY)),
        "step": None,
    }
    if not spec["strata"]:
        units["h"] = [0] * count
    # R averages over the strata that gaps leave, which are not always those of the design.
    whole = spec["lonely_psu"] == "average"
    columns = _named(rng, units) | _answers(rng, count, whole=whole)
    spec["population"] = _population(rng, columns, spec)
    order = rng.permutation(count)
    spec["columns"] = {name: [values[row] for row in order] for name, values in columns.items()}
    if rng.random() < 0.4:
        spec["step"] = _step(rng, spec["columns"])
    return spec


def _units(rng: np.random.Generator, stages: int) -> dict[str, list[int]]:
    """Strata of one to six units, of one to five within, of one to five rows."""
    strata = int(rng.integers(1, 7))
    found: dict[str, list[int]] = {"h": [], "u": [], "v": []}
    for h in range(strata):
        for u in range(int(rng.choice([1, 2, 2, 3, 4, 6]))):
            for v in range(int(rng.integers(1, 6))):
                for _row in range(int(rng.integers(1, 6)) if stages == 2 else 1):
                    for name, value in zip("huv", (h, u, v), strict=True):
                        found[name].append(value)
    return found


NAMES: Mapping[str, Callable[[int], object]] = {
    "number": lambda place: place + 1,
    "fraction": lambda place: place + 0.5,
    "ones": lambda place: "1" * (place + 1),
    "text": lambda place: f"ñ {place}",
}


def _named(rng: np.random.Generator, units: Mapping[str, list[int]]) -> dict[str, list[Any]]:
    """Ids of several types; those made of ones are alike once they are joined."""
    chosen = {name: NAMES[str(rng.choice(list(NAMES)))] for name in units}
    return {name: [chosen[name](place) for place in places] for name, places in units.items()}


def _answers(rng: np.random.Generator, count: int, *, whole: bool) -> dict[str, list[Any]]:
    weights = {
        "alike": np.full(count, 12.5),
        "uneven": np.round(rng.uniform(1, 50, count), 3),
        "orders": 10 ** rng.uniform(-3, 3, count),
        "whole": rng.integers(1, 9, count).astype(float),
        "zeros": np.where(rng.random(count) < 0.15, 0.0, np.round(rng.uniform(1, 9, count), 2)),
    }[str(rng.choice(["alike", "uneven", "orders", "whole", "zeros"]))]
    scale = float(10.0 ** rng.integers(-3, 5))
    shift = float(rng.choice([0, 0, 5, 1000]))
    y = np.round(rng.normal(shift, 1, count), int(rng.choice([0, 1, 6]))) * scale
    if rng.random() < 0.08:
        y[:] = 3.0
    x = np.round(rng.uniform(1, 9, count), 2)
    s = rng.choice([1, 2, 5, 7], count, p=[0.1, 0.2, 0.3, 0.4]).astype(float)
    gaps = 0.0 if whole else float(rng.choice([0, 0, 0.1, 0.5]))
    weights = np.maximum(weights, 1.0) if whole else weights
    weights[:2] = np.maximum(weights[:2], 1.0)  # somebody answers
    domains = int(rng.integers(2, 5))
    g = rng.integers(0, domains, count)
    if rng.random() < 0.3 and count > 3:
        g[:] = 0
        g[rng.integers(0, count)] = 1
    return {
        "w": weights.tolist(),
        "y": [
            None if row > 1 and rng.random() < gaps else float(each) for row, each in enumerate(y)
        ],
        "x": x.tolist(),
        "s": [None if rng.random() < gaps / 2 else float(each) for each in s],
        "g": [f"g{each}" for each in g],
        "k": [f"k{each}" for each in rng.integers(0, 2, count)],
        "f": [bool(each) for each in rng.random(count) < rng.choice([0.1, 0.5, 0.9])],
    }


def _population(
    rng: np.random.Generator, columns: dict[str, list[Any]], spec: Mapping[str, Any]
) -> list[str]:
    """Columns of population sizes or sampling fractions for each stage, sometimes all of them."""
    if rng.random() < 0.5:
        return []
    fractions, names = rng.random() < 0.4, []
    outer = [(h,) for h in columns["h"]]
    stages = [columns[name] for name in spec["clusters"]] or [list(range(len(outer)))]
    for place, ids in enumerate(stages):
        inner = [(*above, unit) for above, unit in zip(outer, ids, strict=True)]
        drawn = Counter(each[:-1] for each in set(inner))
        extra = {each: int(rng.choice([0, 1, 5, 200])) for each in sorted(drawn, key=repr)}
        size = {each: drawn[each] + extra[each] for each in drawn}
        name = f"N{place + 1}"
        columns[name] = [
            drawn[above] / size[above] if fractions else float(size[above]) for above in outer
        ]
        if not fractions and max(columns[name]) <= 1:  # R takes those for fractions
            columns[name] = [1.0] * len(outer)
        names.append(name)
        outer = inner
    return names


def _step(rng: np.random.Generator, columns: Mapping[str, list[Any]]) -> Spec | None:
    """Totals near those of the sample."""
    weights = np.array(columns["w"])
    if weights.min() == 0:
        return None  # R divides by them
    do = str(rng.choice(["poststratify", "calibrate"]))

    def near(name: str) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for level, weight in zip(columns[name], weights, strict=True):
            sums[level] += float(weight)
        return {level: sums[level] * float(rng.uniform(0.8, 1.2)) for level in sorted(sums)}

    g = near("g")
    if len(g) < 2:
        return None
    step: Spec = {"do": do, "g": g}
    if do == "calibrate":
        step |= {"kind": str(rng.choice(["linear", "raking", "logit"])), "bounds": [0.2, 5.0]}
        step["x"] = float(weights @ np.array(columns["x"])) * float(rng.uniform(0.95, 1.05))
    return step


# --- ours -------------------------------------------------------------------------------------


def declare(spec: Spec) -> SurveyDesign:
    design = SurveyDesign(
        spec["columns"],
        weights="w",
        strata="h" if spec["strata"] else None,
        clusters=tuple(spec["clusters"]) or None,
        population=tuple(spec["population"]) or None,
        nest=spec["nest"],
        lonely_psu=spec["lonely_psu"],
    )
    step = spec["step"]
    if step is None:
        return design
    if step["do"] == "poststratify":
        return design.poststratify("g", step["g"])
    bounds = tuple(step["bounds"]) if step["kind"] == "logit" else None
    totals = {"g": step["g"], "x": step["x"]}
    return design.calibrate(["g", "x"], totals, kind=step["kind"], bounds=bounds)


def _fields(figures: Estimates, *names: str) -> list[Any]:
    return [getattr(figure, name) for name in names for figure in figures]


def _with_covariance(figures: Estimates) -> list[Any]:
    return [*_fields(figures, "value"), *figures.covariance.ravel().tolist()]


def _totals_by(design: SurveyDesign) -> list[Any]:
    """As R does, without the domains that have no row with a weight."""
    found = design.total("y", by=["k", "g"])
    there = [place for place, each in enumerate(found) if each.base]
    return [
        *(found[place].value for place in there),
        *found.covariance[np.ix_(there, there)].ravel().tolist(),
    ]


def _contrast(design: SurveyDesign) -> list[Any]:
    found = design.mean("y", by="g").contrast({0: 2, 1: -1})
    return [found.value, found.se]


def _share(method: str) -> Callable[[SurveyDesign], list[Any]]:
    asked = {"wilson": "wilson_r"}.get(method, method)
    return lambda design: _fields(design.proportion("s", 7, method=asked), "value", "low", "high")


def _quantile(rule: str) -> Callable[[SurveyDesign], list[Any]]:
    def ask(design: SurveyDesign) -> list[Any]:
        found = design.quantile("y", PROBABILITIES, rule=rule, interval="mean")
        return [getattr(each, name) for each in found for name in ("value", "low", "high")]

    return ask


ASK: dict[str, Callable[[SurveyDesign], list[Any]]] = {
    "df": lambda d: [d.df],
    "mean": lambda d: _fields(d.mean("y"), "value", "se", "deff", "low", "high"),
    "replace": lambda d: _fields(d.mean("x", deff="replace"), "deff"),
    "total": lambda d: _fields(d.total("y"), "value", "se", "deff"),
    "ratio": lambda d: _fields(d.ratio("y", "x"), "value", "se", "deff"),
    "variance": lambda d: _fields(d.variance("y"), "value", "se"),
    "where": lambda d: _fields(d.mean("y", where="f"), "value", "se", "df"),
    "shares": lambda d: _with_covariance(d.proportion("s")),
    "means_by": lambda d: _with_covariance(d.mean("y", by="g")),
    "totals_by": _totals_by,
    "contrast": _contrast,
    **{f"share_{m}": _share(m) for m in ("wilson", "logit", "beta", "mean", "asin", "xlogit")},
    **{f"quantile_{rule}": _quantile(rule) for rule in RULES},
}


# --- both -------------------------------------------------------------------------------------


def ask_r(specs: Sequence[Spec]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        asked, told = Path(folder, "designs.json"), Path(folder, "found.json")
        asked.write_text(json.dumps(specs))
        subprocess.run(["Rscript", str(SCRIPT), str(asked), str(told)], check=True)
        found: list[dict[str, Any]] = json.loads(told.read_text())
    return found


def farthest(theirs: Sequence[Any], ours: Sequence[Any], unit: float = 1.0) -> float:
    """The largest relative difference of R's numbers from ours; infinite where we have none.

    `unit` is the size of the answers: a millionth of a millionth of it is nothing.
    """
    if len(theirs) > len(ours):
        return math.inf
    numbers = [abs(each) for each in (*theirs, *ours) if _is_number(each)]
    largest = max(numbers, default=0.0)
    floor = FLOOR * largest if largest > 1e-12 * unit else unit
    worst = 0.0
    for one, other in zip(theirs, ours, strict=False):
        if not _is_number(one):
            continue
        if not _is_number(other):
            return math.inf
        worst = max(worst, abs(one - other) / max(abs(one), floor))
    return worst


def largest_of(column: Sequence[Any]) -> float:
    """The largest of some numbers and gaps."""
    return max(abs(each) for each in column if each is not None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


class Tally:
    """What was compared, and what differed."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.worst: defaultdict[str, float] = defaultdict(float)
        self.refused: Counter[str] = Counter()
        self.silent: Counter[str] = Counter()
        self.differ: list[str] = []

    def add(self, place: int, spec: Spec, theirs: Mapping[str, Any]) -> None:
        """Compare one design."""
        try:
            design = declare(spec)
        except AnalysisError as fault:
            self.refused[f"declaration: {fault.code}"] += 1
            return
        for name, ask in ASK.items():
            told = theirs.get(name, theirs.get("declaration"))
            if not isinstance(told, list) or any(isinstance(each, str) for each in told):
                self.silent[name] += 1
                continue
            try:
                ours = ask(design)
            except AnalysisError as fault:
                self.refused[f"{name}: {fault.code}"] += 1
                continue
            apart = farthest(told, ours, largest_of(spec["columns"]["y"]))
            self.numbers[name] += sum(map(_is_number, told))
            self.worst[name] = max(self.worst[name], apart)
            if apart > LOOSE.get(name, TOLERANCE):
                self.differ.append(f"design {place} {name} ({apart:.1e}): R {told}, ours {ours}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--designs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="differences to print")
    chosen = parser.parse_args(arguments)
    specs = [
        generate(np.random.default_rng([chosen.seed, place])) for place in range(chosen.designs)
    ]
    tally = Tally()
    for place, (spec, theirs) in enumerate(zip(specs, ask_r(specs), strict=True)):
        tally.add(place, spec, theirs)
    print("| figure | numbers | largest difference | R silent |\n|---|---|---|---|")
    for name in ASK:
        print(
            f"| {name} | {tally.numbers[name]} | {tally.worst[name]:.0e} | {tally.silent[name]} |"
        )
    print(f"\n{len(specs)} designs, {tally.numbers.total()} numbers, {len(tally.differ)} differ")
    for reason, count in sorted(tally.refused.items()):
        print(f"we refuse: {reason}: {count}")
    for line in tally.differ[: chosen.show]:
        print(line[:400])
    return 1 if tally.differ else 0


if __name__ == "__main__":
    sys.exit(main())
