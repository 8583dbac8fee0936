"""Cronbach's alpha, also weighted by the design."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from analisis.checks import check_confidence
from analisis.errors import AnalysisError, ErrorCode
from analisis.numeric import Floats, numeric_column
from analisis.scales.items import (
    COMPLETE,
    Items,
    ItemTable,
    covariance_matrix,
    read_items,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha:
    """Cronbach's alpha with its interval.

    Attributes
    ----------
    value : float
        Alpha, at most 1; negative where items work against each other.
    low, high : float
        Limits of the interval.
    method : str
        ``feldt``, or ``feldt_effective`` with weights.
    confidence : float
        Nominal level of the interval.
    n, k : int
        Respondents counted (with a positive weight, if there are weights) and items.
    n_effective : float
        What the interval takes as n: Kish's effective size with weights; with
        ``missing="pairwise"`` the respondents of the pair of items that fewest answered.
    """

    value: float
    low: float
    high: float
    method: str
    confidence: float
    n: int
    k: int
    n_effective: float


def cronbach_alpha(
    items: Items,
    weights: ArrayLike | None = None,
    *,
    missing: str = "listwise",
    confidence: float = 0.95,
) -> Alpha:
    r"""Estimate the share of the variance of a sum score that its items have in common.

    Parameters
    ----------
    items : mapping of columns, data frame, or array of shape (n, k)
        At least two items, coded in the same direction; None and NaN are missing answers.
    weights : array of shape (n,), optional
        Design weights, not negative; their scale does not matter.
    missing : str
        ``listwise`` (default): a respondent who left out an item leaves. ``pairwise``: each
        covariance from those who answered both items, without weights only. ``error``: refuse.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Alpha

    Raises
    ------
    AnalysisError
        If an item is not numeric or has one answer only, fewer than two items or respondents
        remain, the sum of the items does not vary, or a weight is missing or negative.

    Notes
    -----
    With :math:`s_i^2` the variance of item i and :math:`s_T^2` that of the sum,

    .. math::

        \hat\alpha = \frac{k}{k - 1} \left(1 - \frac{\sum_i s_i^2}{s_T^2}\right)

    With weights every variance is :math:`\sum w (y - \bar y_w)^2 / \sum w`: strata and clusters do
    not change the value. Feldt's limits are

    .. math::

        1 - (1 - \hat\alpha) F_{1 \mp c/2}\left(n - 1, (n - 1)(k - 1)\right),

    with level :math:`1 - c`, for a simple random sample of normal answers that correlate alike.
    With weights n is :math:`(\sum w)^2 / \sum w^2`: an approximation that sees unequal weights
    and no clusters.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika
    16, 297-334.
    Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability
    coefficient twenty. Psychometrika 30, 357-370.
    Kish, L. (1965). Survey Sampling. Wiley, New York.

    Examples
    --------
    >>> found = cronbach_alpha({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> round(found.value, 3), round(found.low, 3), found.n, found.k
    (0.954, 0.766, 5, 3)
    """
    check_confidence(confidence)
    if weights is None:
        table = read_items(items, least_items=2, missing=missing)
        covariance, n = covariance_matrix(table), table.shape[0]
        effective = float(_fewest_together(table))
        method = "feldt"
    else:
        table, w = _weighted_items(items, weights, missing)
        covariance, n = _weighted_covariance(table.values, w), table.shape[0]
        effective = float(np.sum(w) ** 2 / np.sum(w**2))
        method = "feldt_effective"
    k = len(table.names)
    value = alpha_of(covariance)
    low, high = _feldt(value, effective, k, confidence)
    return Alpha(
        value=value,
        low=low,
        high=high,
        method=method,
        confidence=confidence,
        n=n,
        k=k,
        n_effective=effective,
    )


def alpha_of(covariance: Floats, *, without: str | None = None) -> float:
    """Alpha from the covariances of its items; `without` names the one left out, for the message.

    Raises
    ------
    AnalysisError
        If the sum of the items does not vary.
    """
    k = covariance.shape[0]
    items, total = float(np.trace(covariance)), float(np.sum(covariance))
    # A sum of items that cancel is a rounding error away from 0, on either side.
    if total <= 1e-12 * items:
        left_out = f" once {without!r} is left out" if without else ""
        raise AnalysisError(
            ErrorCode.NO_VARIATION,
            f"the sum of the items is the same for every respondent{left_out}; reverse the items "
            "that are worded the other way",
            column=without,
        )
    return float(k / (k - 1) * (1 - items / total))


def _feldt(value: float, n: float, k: int, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    between, within = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - value) * float(fdtri(between, within, 1 - tail))
    return low, 1 - (1 - value) * float(fdtri(between, within, tail))


def _fewest_together(table: ItemTable) -> int:
    present = (~np.isnan(table.values)).astype(np.int64)
    return int(np.min(present.T @ present))


def _weighted_items(items: Items, weights: ArrayLike, missing: str) -> tuple[ItemTable, Floats]:
    """Give the answers and weights of the rows that count."""
    w = _weights(weights)
    table = read_items(items, least_items=2, missing=missing, usable=COMPLETE)
    if w.shape != table.rows.shape:
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"{w.size} weights for {table.rows.size} respondents; give one weight to each",
        )
    counted = w[table.rows] > 0
    kept = {name: table.values[counted, place] for place, name in enumerate(table.names)}
    return read_items(kept, least_items=2, missing="error"), w[table.rows][counted]


def _weights(weights: ArrayLike) -> Floats:
    w = numeric_column(weights, "weights")
    if np.isnan(w).any():
        raise AnalysisError(
            ErrorCode.MISSING_WEIGHT,
            f"{np.isnan(w).sum()} weights are missing; give 0 to a respondent who does not count",
            column="weights",
        )
    if (w < 0).any():
        raise AnalysisError(
            ErrorCode.NEGATIVE_WEIGHT,
            f"a weight is {w.min()}; weights are 0 or more",
            column="weights",
            value=float(w.min()),
        )
    return w


def _weighted_covariance(values: Floats, weights: Floats) -> Floats:
    share = weights / np.sum(weights)
    centred = values - share @ values
    return np.asarray((centred * share[:, None]).T @ centred)
