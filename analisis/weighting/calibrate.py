"""Calibration: weights as near to the old ones as totals of several columns allow."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analisis.design.declaration import require_numbers
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Floats, Source
from analisis.weighting.basis import orthonormal
from analisis.weighting.distances import DISTANCES, Bounds, Distance
from analisis.weighting.plans import Solver
from analisis.weighting.rake import indicators
from analisis.weighting.targets import (
    REST,
    By,
    Cells,
    Levels,
    Margin,
    Totals,
    require_complete,
    require_same_size,
)

_STEPS = 200
_HALVINGS = 50
_MET = 1e-9
_EXACT = 1e-14
_AGREE = 1e-7

Wanted = Mapping[By, Totals | float]

INTERCEPT = "(Intercept)"


@dataclass(frozen=True, slots=True)
class CalibrationPlan:
    r"""Weights :math:`w\,F(x'\eta)` whose totals of the calibration variables x are known.

    References
    ----------
    Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal of
    the American Statistical Association 87, 376-382.
    """

    margins: tuple[Margin, ...]
    amounts: tuple[tuple[str, float], ...]
    size: float | None
    distance: Distance
    bounds: Bounds

    @classmethod
    def of(
        cls,
        columns: Sequence[By],
        totals: Wanted,
        *,
        kind: str,
        bounds: tuple[float, float] | None,
        size: float | None,
    ) -> "CalibrationPlan":
        """Check what is given.

        Raises
        ------
        AnalysisError
            If a column has no totals, totals describe populations of different size, there is no
            such kind, or the bounds are none.
        """
        if kind not in DISTANCES:
            raise AnalysisError(
                ErrorCode.UNKNOWN_METHOD,
                f"no kind {kind!r} of calibration; choose one of: {', '.join(DISTANCES)}",
                value=kind,
            )
        distance = DISTANCES[kind]
        margins, amounts = [], []
        columns = [columns] if isinstance(columns, str) else columns
        if INTERCEPT in totals:
            totals, size = of_model_matrix(columns, totals)
        for column in columns:
            total = _total_of(column, totals)
            if isinstance(total, Mapping):
                margins.append(Margin.of(column, total))
            else:
                amounts.append(_amount(column, total))
        if not margins and not amounts:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, "there is no column to calibrate to; name at least one"
            )
        whole = [] if size is None else [Margin(("size",), {"": float(size)})]
        if margins:
            require_same_size([*margins, *whole])
        limits = distance.check_bounds(bounds)
        return cls(tuple(margins), tuple(amounts), size, distance, limits)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns whose combinations share a factor."""
        grouped = [name for margin in self.margins for name in margin.by]
        return tuple(dict.fromkeys((*grouped, *(name for name, _total in self.amounts))))

    def check(self, source: Source) -> None:
        """Refuse columns that cannot be used."""
        for name, _total in self.amounts:
            require_numbers(source, name)
        require_complete(source, self.columns)

    def prepare(self, cells: Cells) -> Solver:
        """Match what is known with the cells of a sample."""
        levels = [margin.levels(cells) for margin in self.margins]
        blocks, wanted = [], []
        if not levels and self.size is not None:
            blocks.append(np.ones((cells.count, 1)))
            wanted.append(np.array([float(self.size)]))
        for place, each in enumerate(levels):
            # The first level of later margins follows from the others.
            first = 1 if place else 0
            blocks.append(indicators(each)[:, first:])
            wanted.append(each.totals[first:])
        for name, total in self.amounts:
            key = cells.keys[name]
            blocks.append(key.values.astype(np.float64)[key.codes][:, np.newaxis])
            wanted.append(np.array([total]))
        matrix, totals = np.concatenate(blocks, axis=1), np.concatenate(wanted)
        return Solver(matrix, lambda weight: self._solve(matrix, totals, levels, weight))

    def _solve(
        self, matrix: Floats, totals: Floats, levels: Sequence[Levels], weight: Floats
    ) -> Floats:
        for each in levels:
            each.require_sample(weight)
        return solve(matrix, totals, weight, distance=self.distance, bounds=self.bounds)


def of_model_matrix(columns: Sequence[By], totals: Wanted) -> tuple[Wanted, float]:
    """Totals by the names of R's model matrix, as totals by column, and the population's size.

    The first level of each column of categories has no name there: it has the rest.
    """
    size = float(totals[INTERCEPT])  # type: ignore[arg-type]  # of the intercept it is one number
    found: dict[By, Totals | float] = {}
    levels: dict[str, dict[object, float]] = {}
    named = [name for name in columns if isinstance(name, str)]
    for key, total in totals.items():
        if key == INTERCEPT:
            continue
        if key in columns or not isinstance(key, str):
            found[key] = total
            continue
        # The longest column that the name begins with: of "a" and "ab", "abc" is c of ab.
        column = max((name for name in named if key.startswith(name)), key=len, default=None)
        if column is None or isinstance(total, Mapping):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"the total {key!r} is of none of the columns {list(columns)!r}; name a column, or "
                "a column and one of its values as R does",
                value=key,
            )
        levels.setdefault(column, {})[key.removeprefix(column)] = total
    for column, given in levels.items():
        found[column] = {**given, REST: size - math.fsum(given.values())}
    return found, size


def _total_of(column: By, totals: Wanted) -> Totals | float:
    name: By = column if isinstance(column, str) else tuple(column)
    if name not in totals:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"there is no total for {name!r}; give a number, or a mapping from each of its values "
            "to units in the population",
            column=name if isinstance(name, str) else name[0],
        )
    return totals[name]


def _amount(column: By, total: float) -> tuple[str, float]:
    if not isinstance(column, str):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"the total of {tuple(column)!r} is one number; give columns that are crossed a total "
            "for each combination of values",
        )
    if not math.isfinite(total):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"the total of {column!r} is {total}; give its sum over the population",
            column=column,
        )
    return column, float(total)


def solve(
    matrix: Floats, totals: Floats, weight: Floats, *, distance: Distance, bounds: Bounds
) -> Floats:
    r"""Find what weights are multiplied by so that they meet totals.

    Parameters
    ----------
    matrix : array, shape (cells, columns)
        Calibration variables.
    totals : array, shape (columns,)
        What their totals must be.
    weight : array, shape (cells,)
        Present weights.
    distance, bounds
        How far from one a factor is, and the limits of factors.

    Returns
    -------
    array, shape (cells,)
        The factors.

    Raises
    ------
    AnalysisError
        If columns repeat each other with totals that differ, or no factors within the bounds meet
        the totals.

    Notes
    -----
    Newton's method for :math:`\sum_i w_i F(x_i'\eta) x_i = t`, with the step halved until the gap
    is less; in variables that are orthonormal under the weights.
    """
    changed, change = orthonormal(matrix, weight)
    wanted = change.T @ totals
    _require_agreement(matrix, changed, totals, wanted, weight)
    eta = np.zeros(changed.shape[1])
    gap = wanted - changed.T @ weight
    size = 1.0 + float(np.abs(wanted).max(initial=0.0))
    for _step in range(_STEPS):
        if np.abs(gap).max() <= _EXACT * size:
            break
        slope = distance.slope(changed @ eta, bounds)
        # Columns whose cells all stand at a bound cannot move: least squares leaves them.
        curvature = (changed * (weight * slope)[:, np.newaxis]).T @ changed
        step: Floats = np.asarray(np.linalg.lstsq(curvature, gap, rcond=1e-12)[0], np.float64)
        moved, less = _moved(changed, weight, wanted, (eta, step, gap), distance, bounds)
        if moved is None or less is None:
            break
        eta, gap = moved, less
    if np.abs(gap).max() > _MET * size:
        raise _not_met(float(np.abs(gap).max() / size), bounds)
    return distance.factor(changed @ eta, bounds)


def _moved(
    changed: Floats,
    weight: Floats,
    wanted: Floats,
    state: tuple[Floats, Floats, Floats],
    distance: Distance,
    bounds: Bounds,
) -> tuple[Floats | None, Floats | None]:
    """The longest of ever shorter steps that lessens the gap."""
    eta, step, gap = state
    size = float(np.linalg.norm(gap))
    for halving in range(_HALVINGS):
        tried = eta + step / 2.0**halving
        with np.errstate(over="ignore", invalid="ignore"):
            left = wanted - changed.T @ (weight * distance.factor(changed @ tried, bounds))
        if np.isfinite(left).all() and float(np.linalg.norm(left)) < size:
            return tried, left
    return None, None


def _require_agreement(
    matrix: Floats, changed: Floats, totals: Floats, wanted: Floats, weight: Floats
) -> None:
    """Refuse totals that columns which repeat each other cannot have together."""
    if changed.shape[1] == matrix.shape[1]:
        return
    # The projection of the variables on the orthonormal ones gives back what totals agree with.
    back = (matrix * np.abs(weight)[:, np.newaxis]).T @ changed @ wanted
    if np.any(np.abs(back - totals) > _AGREE * (1 + np.abs(totals).max())):
        raise AnalysisError(
            ErrorCode.TOTALS_MISMATCH,
            "some calibration columns say the same of every row of the sample and their totals "
            "differ, so that no weights meet both; leave one of them out",
        )


def _not_met(gap: float, bounds: Bounds) -> AnalysisError:
    limited = np.isfinite(bounds).any()
    remedy = (
        "widen the bounds, or calibrate to fewer columns"
        if limited
        else "look for totals that no sample like this can have, or calibrate to fewer columns"
    )
    return AnalysisError(
        ErrorCode.NOT_CONVERGED,
        f"no weights were found that meet the totals (they are off by {gap:.1e}); {remedy}",
    )
