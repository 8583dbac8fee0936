"""Cohen's kappa: agreement of two coders beyond chance."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from analisis.checks import check_confidence, choose
from analisis.errors import AnalysisError, ErrorCode

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Agreement of two coders with its interval.

    Attributes
    ----------
    value : float
        Kappa, in [−1, 1]: 1 full agreement, 0 what chance gives.
    se : float
        Its standard error; 0 where the delta method sees no variation.
    low, high : float
        Limits of the interval, in [−1, 1].
    method : str
        ``delta``; ``wilson`` where the standard error is 0.
    confidence : float
        Nominal level of the interval.
    observed, expected : float
        Agreement seen, and expected of two coders with these margins that decide by chance;
        weighted where kappa is.
    n : int
        Units that both coded.
    categories : tuple
        In their order.
    """

    value: float
    se: float
    low: float
    high: float
    method: str
    confidence: float
    observed: float
    expected: float
    n: int
    categories: tuple[Hashable, ...]


def kappa(
    a: Sequence[Hashable] | NDArray[np.generic],
    b: Sequence[Hashable] | NDArray[np.generic],
    weights: str | None = None,
    *,
    categories: Sequence[Hashable] | None = None,
    missing: str = "listwise",
    confidence: float = 0.95,
) -> Kappa:
    r"""Estimate how far two coders agree beyond chance.

    Parameters
    ----------
    a, b : sequence, length n
        The category that each coder gave to each unit; None and NaN where one gave none.
    weights : str, optional
        None (default): only the same category agrees. ``linear``, ``quadratic``: categories have
        an order, and near ones agree in part.
    categories : sequence, optional
        All categories in their order; one that nobody used still counts as a step. Needed by a
        weighted kappa unless the categories are numbers, which have their own order.
    missing : str
        ``listwise`` (default): a unit that a coder left out leaves. ``error``: refuse.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Kappa

    Raises
    ------
    AnalysisError
        If the codings differ in length, no unit remains, a category is not among those given, the
        order of the categories is not known, or both coders used one and the same category only,
        where chance already explains everything.

    Notes
    -----
    With shares :math:`p_{ij}`, margins :math:`p_{i\cdot}, p_{\cdot j}` and weights
    :math:`w_{ij}` = 1 on the diagonal and 0 off it, :math:`1 - |i - j|/(c - 1)` or
    :math:`1 - (i - j)^2/(c - 1)^2`,

    .. math::

        \hat\kappa = \frac{p_o - p_e}{1 - p_e}, \quad p_o = \sum w_{ij} p_{ij}, \quad
        p_e = \sum w_{ij} p_{i\cdot} p_{\cdot j}

    .. math::

        se^2 = \frac{\sum p_{ij} u_{ij}^2 - (\sum p_{ij} u_{ij})^2}{n (1 - p_e)^2}, \quad
        u_{ij} = w_{ij} - (\bar w_{i\cdot} + \bar w_{\cdot j})(1 - \hat\kappa)

    with :math:`\bar w_{i\cdot} = \sum_j w_{ij} p_{\cdot j}` and
    :math:`\bar w_{\cdot j} = \sum_i w_{ij} p_{i\cdot}`. The interval is normal and cut at −1 and
    1. Where se is 0, as in full agreement, it would be a point: instead Wilson's limits of
    :math:`p_o` are carried over at the :math:`p_e` seen.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement 20, 37-46.
    Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70, 213-220.
    Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969). Large sample standard errors of kappa and
    weighted kappa. Psychological Bulletin 72, 323-327.

    Examples
    --------
    >>> found = kappa(["yes", "yes", "no", "no"], ["yes", "no", "no", "no"])
    >>> round(found.value, 3), found.observed, found.expected
    (0.5, 0.75, 0.5)
    """
    check_confidence(confidence)
    weigh = _identity if weights is None else choose(WEIGHTS, weights, situation="of weighting")
    first, second = _pairs(a, b, missing)
    order = _order(first, second, categories, ordered=weights is not None)
    table = _table(first, second, order)
    n = len(first)
    w = weigh(len(order))
    observed, expected, variance = _agreement(table / n, w)
    value = (observed - expected) / (1 - expected)
    z = float(ndtri((1 + confidence) / 2))
    # Rounding leaves a variance of 0 a hair away from it.
    se = math.sqrt(variance / n) if variance > 1e-20 else 0.0
    if se > 0:
        low, high, method = value - z * se, value + z * se, "delta"
    else:
        limits = _wilson(observed, n, z)
        low, high = ((limit - expected) / (1 - expected) for limit in limits)
        method = "wilson"
    # At full agreement Wilson's limit is a rounding error away from the value itself.
    return Kappa(
        value=value,
        se=se,
        low=min(max(low, -1.0), value),
        high=max(min(high, 1.0), value),
        method=method,
        confidence=confidence,
        observed=observed,
        expected=expected,
        n=n,
        categories=order,
    )


def _is_missing(value: Hashable) -> bool:
    # NaN is the one value that differs from itself.
    return value is None or bool(value != value)


def _pairs(
    a: Sequence[Hashable] | NDArray[np.generic],
    b: Sequence[Hashable] | NDArray[np.generic],
    missing: str,
) -> tuple[list[Hashable], list[Hashable]]:
    if not isinstance(a, Sequence | np.ndarray) or not isinstance(b, Sequence | np.ndarray):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "a coder's codes are no list; give a code for each unit"
        )
    if len(a) != len(b):
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"the coders have {len(a)} and {len(b)} units; give both the same units in one order",
        )
    refuse_missing = choose(MISSING, missing, situation="for missing answers")
    both = [(_plain(x), _plain(y)) for x, y in zip(a, b, strict=True)]
    if not all(isinstance(code, Hashable) for pair in both for code in pair):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "a code is a list; give one text or number for each unit"
        )
    pairs = [(x, y) for x, y in both if not (_is_missing(x) or _is_missing(y))]
    refuse_missing(len(both) - len(pairs))
    if not pairs:
        raise AnalysisError(ErrorCode.INVALID_COUNT, "no unit was coded by both; kappa needs one")
    return [x for x, _ in pairs], [y for _, y in pairs]


def _plain(value: Any) -> Hashable:
    found: Hashable = value.item() if isinstance(value, np.generic) else value
    return found


def _accept(left_out: int) -> None:
    """Go on with the units that both coded."""


def _refuse(left_out: int) -> None:
    if left_out:
        raise AnalysisError(
            ErrorCode.MISSING_VALUES,
            f"{left_out} units lack a code; complete them, or ask for missing='listwise'",
            value=left_out,
        )


MISSING: Mapping[str, Callable[[int], None]] = MappingProxyType(
    {"listwise": _accept, "error": _refuse}
)


def _order(
    first: list[Hashable],
    second: list[Hashable],
    categories: Sequence[Hashable] | None,
    *,
    ordered: bool,
) -> tuple[Hashable, ...]:
    used = set(first) | set(second)
    if categories is None:
        return _natural_order(used, ordered=ordered)
    if not isinstance(categories, Sequence):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, f"categories are {categories!r}; give a list of them"
        )
    order = tuple(_plain(category) for category in categories)
    unknown = [value for value in (*first, *second) if value not in set(order)]
    if unknown or len(set(order)) < len(order):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"{unknown[0]!r} is not among the categories; give all of them in their order"
            if unknown
            else "a category is given twice; give each once, in their order",
            value=unknown[0] if unknown else None,
        )
    return order


def _natural_order(used: set[Hashable], *, ordered: bool) -> tuple[Hashable, ...]:
    numbers = [value for value in used if isinstance(value, int | float)]
    if len(numbers) == len(used):
        return tuple(sorted(numbers))
    if ordered:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "a weighted kappa needs the order of the categories, which these do not have of "
            "themselves; give categories=[...] from least to most",
        )
    return tuple(sorted(used, key=lambda value: (type(value).__name__, str(value))))


def _table(first: list[Hashable], second: list[Hashable], order: tuple[Hashable, ...]) -> Floats:
    place = {category: index for index, category in enumerate(order)}
    table = np.zeros((len(order), len(order)))
    np.add.at(table, ([place[x] for x in first], [place[y] for y in second]), 1)
    return table


def _agreement(shares: Floats, w: Floats) -> tuple[float, float, float]:
    """Observed and expected agreement, and n times the variance of kappa."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed = float(np.sum(w * shares))
    expected = float(rows @ w @ columns)
    if expected > 1 - 1e-12:
        raise AnalysisError(
            ErrorCode.NO_VARIATION,
            "both coders used one and the same category only; kappa is not defined: report the "
            "share of agreement",
        )
    disagreement = (1 - observed) / (1 - expected)
    u = w - ((w @ columns)[:, None] + (rows @ w)[None, :]) * disagreement
    centred = u - float(np.sum(shares * u))
    return observed, expected, float(np.sum(shares * centred**2)) / (1 - expected) ** 2


def _wilson(share: float, n: int, z: float) -> tuple[float, float]:
    """Wilson's limits; the mean of weights in [0, 1] varies at most as a share does."""
    shrink = 1 + z * z / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    return (centre - half) / shrink, (centre + half) / shrink


def _distance(c: int) -> Floats:
    """Steps between two categories as a share of the longest way."""
    step = np.arange(c, dtype=np.float64)
    return np.asarray(np.abs(step[:, None] - step[None, :]) / max(c - 1, 1))


def _identity(c: int) -> Floats:
    return np.eye(c)


WEIGHTS: Mapping[str, Callable[[int], Floats]] = MappingProxyType(
    {"linear": lambda c: 1 - _distance(c), "quadratic": lambda c: 1 - _distance(c) ** 2}
)
