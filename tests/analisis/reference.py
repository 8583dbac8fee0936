"""Holds our figures against the numbers of R's `survey`: `python -m tests.analisis.reference`.

The cases lie in `r/survey/*.json`, the data in `r/survey/data/`; `r/README.md` says how they came.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import analisis
from analisis import AnalysisError
from analisis.estimate import Estimate
from analisis.estimates import Estimates
from tests.analisis.reference_designs import Case, cases, data, design_of

FLOOR = 1e-2
"""Numbers below this share of their natural scale are compared with that share: 1e-12 of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One number of a case: R's, ours and how far they are apart."""

    field: str
    place: object
    theirs: Any
    ours: Any
    relative: float

    def __str__(self) -> str:
        numbers = f"R {self.theirs!r}, ours {self.ours!r} ({self.relative:.1e})"
        return f"{self.field} {self.place}: {numbers}"


# --- asking the same ------------------------------------------------------------------------

OURS = ("by", "where", "level", "method", "confidence", "deff", "na", "rule", "interval")


def _asked(call: Mapping[str, Any]) -> dict[str, Any]:
    return {name: call[name] for name in OURS if name in call}


def _estimates(case: Case) -> Estimates:
    call, design = case.call, design_of(case)
    asked = _asked(call)
    if call["estimator"] == "ratio":
        return design.ratio(call["numerator"], call["denominator"], **asked)  # type: ignore[no-any-return]
    if call["estimator"] in {"proportion", "quantile"}:
        (column,) = call["columns"]
        more = [call["probabilities"]] if "probabilities" in call else []
        return getattr(design, call["estimator"])(column, *more, **asked)  # type: ignore[no-any-return]
    return getattr(design, call["estimator"])(call["columns"], **asked)  # type: ignore[no-any-return]


def _plain(value: object) -> object:
    item = value.item() if hasattr(value, "item") else value
    return float(item) if isinstance(item, int) and not isinstance(item, bool) else item


def _matches(figure: Estimate, key: Mapping[str, Any], case: Case) -> bool:
    wanted = {name: _plain(value) for name, value in key.items()}
    for name, found in (("variable", figure.variable), ("category", figure.category)):
        if name in wanted and _plain(found) != wanted.pop(name):
            return False
    probability = wanted.pop("probability", None)
    if probability is not None and _plain(figure.category) != probability:
        return False
    return {name: _plain(figure.domain.get(name)) for name in wanted} == wanted


def _order(figures: Estimates, case: Case) -> list[int]:
    """The place among ours of each of R's figures."""
    found = []
    for key in case.expected["keys"]:
        places = [
            place for place, figure in enumerate(figures) if _matches(figure, dict(key), case)
        ]
        if len(places) != 1:
            raise LookupError(f"{len(places)} of our figures are R's {key}: {list(figures)}")
        found += places
    return found


# --- comparing ------------------------------------------------------------------------------


def relative(theirs: float, ours: float | None, scale: float) -> float:
    """How far two numbers are apart, of R's number or of a hundredth of the natural scale."""
    if ours is None or math.isnan(ours):
        return math.inf
    if theirs == ours:
        return 0.0
    return abs(ours - theirs) / max(abs(theirs), FLOOR * scale)


def _scale(expected: Mapping[str, Any], field: str) -> float:
    if field in {"df", "n", "deff"}:
        return 1.0
    sizes = [abs(value) for value in expected.get("value", []) if value is not None]
    return max(sizes, default=0.0)


def _of_figures(case: Case) -> Iterator[Difference]:
    if "error" in case.expected:
        yield from _refusal(case)
        return
    figures = _estimates(case)
    order = _order(figures, case)
    for field in ("value", "se", "low", "high", "df", "deff", "n"):
        for place, theirs in zip(order, case.expected.get(field, ()), strict=False):
            if theirs is None:
                continue
            ours = getattr(figures[place], field)
            apart = relative(theirs, ours, _scale(case.expected, field))
            yield Difference(field, place, theirs, ours, apart)
    if "covariance" in case.expected:
        yield from _of_covariance(
            np.array(case.expected["covariance"]),
            figures.covariance[np.ix_(order, order)],
            size=_scale(case.expected, "value"),
        )


def _of_covariance(
    theirs: NDArray[Any], ours: NDArray[Any], *, size: float = 0.0
) -> Iterator[Difference]:
    errors = np.sqrt(np.diag(theirs))
    errors = np.maximum(errors, max(1e-6 * errors.max(), 1e-10 * size))
    scale = np.outer(errors, errors)
    for place, expected in np.ndenumerate(theirs):
        # A covariance is small beside the errors that it joins; its natural scale are they.
        apart = abs(float(ours[place]) - expected) / max(scale[place], 1e-300)
        yield Difference("covariance", place, expected, float(ours[place]), apart)


def _refusal(case: Case) -> Iterator[Difference]:
    try:
        answer: object = _estimates(case)
    except AnalysisError as fault:
        answer = str(fault.code)
    wanted = case.expected["error"]
    yield Difference("error", "", wanted, answer, 0.0 if answer == wanted else math.inf)


def _of_numbers(field: str, theirs: Sequence[Any], ours: Sequence[Any]) -> Iterator[Difference]:
    if len(theirs) != len(ours):
        yield Difference(field, "length", len(theirs), len(ours), math.inf)
        return
    scale = max((abs(value) for value in theirs), default=1.0)
    for place, (expected, found) in enumerate(zip(theirs, ours, strict=True)):
        apart = relative(float(expected), float(found), scale)
        yield Difference(field, place, expected, float(found), apart)


def _of_df(case: Case) -> Iterator[Difference]:
    yield from _of_numbers("df", case.expected["value"], [design_of(case).df])


def _of_weights(case: Case) -> Iterator[Difference]:
    weights = np.asarray(design_of(case).weights)
    place = np.arange(1, len(weights) + 1)
    sums = [weights.sum(), (weights**2).sum(), (weights * place).sum()]
    for number, (theirs, ours) in enumerate(
        zip(case.expected["value"], [*weights[:10], *sums], strict=True)
    ):
        yield Difference("weights", number, theirs, ours, relative(theirs, ours, abs(theirs)))


def _of_alpha(case: Case) -> Iterator[Difference]:
    columns = data(case.spec["data"])
    items = np.column_stack([columns[name] for name in case.call["columns"]]).astype(np.float64)
    there = ~np.isnan(items).any(axis=1)
    found = analisis.cronbach_alpha(
        items[there], weights=np.asarray(design_of(case).weights)[there]
    )
    yield from _of_numbers("alpha", case.expected["value"], [found.value])


def _of_contrast(case: Case) -> Iterator[Difference]:
    figures = _estimates(case)
    (by,) = case.call["by"]
    place = {_plain(figure.domain[by]): number for number, figure in enumerate(figures)}
    then = case.call["then"]
    if "contrast" in then:
        found = figures.contrast({place[_plain(key)]: c for key, c in then["contrast"]})
    else:
        name = "difference" if "difference" in then else "change_rate"
        more = {"method": then["method"]} if "method" in then else {}
        a, b = (place[_plain(key)] for key in then[name])
        found = getattr(figures, name)(a, b, **more)
    for field in ("value", "se", "low", "high", "df"):
        if field in case.expected:
            yield from _of_numbers(field, case.expected[field], [getattr(found, field)])


def _of_regression(case: Case) -> Iterator[Difference]:
    call, expected = case.call, case.expected
    where = {"where": call["where"]} if "where" in call else {}
    fit = design_of(case).regression(
        call["columns"], call["response"], family=call["family"], **where
    )
    yield from _of_numbers("df", expected["df"], [fit.df])
    # R has the levels of a column in the order of a language.
    order = [fit.names.index(name) for name in expected.get("names", fit.names)]
    coefficients, covariance = fit.coefficients[order], fit.covariance[np.ix_(order, order)]
    errors = np.sqrt(np.diag(np.array(expected["covariance"])))
    for place, theirs in enumerate(expected["coefficients"]):
        ours = float(coefficients[place])
        apart = relative(theirs, ours, float(errors[place]))
        yield Difference("coefficient", place, theirs, ours, apart)
    yield from _of_covariance(np.array(expected["covariance"]), covariance)


def _of_crosstab(case: Case) -> Iterator[Difference]:
    call, expected = case.call, case.expected
    where = {"where": call["where"]} if "where" in call else {}
    found = design_of(case).crosstab(call["row"], call["column"], test=call["test"], **where)
    yield from _of_numbers("statistic", expected["statistic"], [found.statistic])
    yield from _of_numbers("p_value", expected["p_value"], [found.p_value])
    yield from _of_numbers("df", expected["df"], found.df)
    if "table" in expected:
        place = np.ix_(
            _like(expected["rows"], found.rows), _like(expected["columns"], found.columns)
        )
        share = found.table[place] / found.table.sum()
        yield from _of_numbers(
            "table", np.ravel(expected["table"]).tolist(), share.ravel().tolist()
        )
        errors = np.reshape([each.se for each in found.estimates], found.table.shape)[place]
        yield from _of_numbers("se", np.ravel(expected["se"]).tolist(), errors.ravel().tolist())


def _like(theirs: Sequence[str], ours: Sequence[object]) -> list[int]:
    """The place among our levels of each of R's, which has them in the order of a language."""
    named = [f"{level:g}" if isinstance(level, float) else str(level) for level in ours]
    named = [{"True": "TRUE", "False": "FALSE"}.get(name, name) for name in named]
    return [named.index(level) for level in theirs]


ESTIMATORS: dict[str, Callable[[Case], Iterator[Difference]]] = {
    "df": _of_df,
    "weights": _of_weights,
    "alpha": _of_alpha,
    "regression": _of_regression,
    "crosstab": _of_crosstab,
}


def differences(case: Case) -> list[Difference]:
    """Every number of a case beside ours."""
    compare = ESTIMATORS.get(case.call["estimator"], _of_figures)
    if "then" in case.call:
        compare = _of_contrast
    return list(compare(case))


def main(kinds: Sequence[str]) -> None:
    """Print the kinds of case, how many there are, how many differ, and by how much.

    With arguments only kinds that begin with one of them.
    """
    count: dict[str, int] = defaultdict(int)
    wrong: dict[str, int] = defaultdict(int)
    largest: dict[str, float] = defaultdict(float)
    for case in cases():
        if kinds and not case.kind.startswith(tuple(kinds)):
            continue
        apart = max((each.relative for each in differences(case)), default=0.0)
        count[case.kind] += 1
        wrong[case.kind] += apart > case.tolerance
        largest[case.kind] = max(largest[case.kind], apart)
    print(f"{'kind':<24}{'cases':>7}{'differ':>8}  largest relative difference")
    for kind in sorted(count):
        print(f"{kind:<24}{count[kind]:>7}{wrong[kind]:>8}  {largest[kind]:.1e}")
    print(f"{'all':<24}{sum(count.values()):>7}{sum(wrong.values()):>8}")


if __name__ == "__main__":
    main(sys.argv[1:])
