"""Several tests at once: p-values that stand the number of questions asked."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analisis.checks import choose
from analisis.errors import AnalysisError, ErrorCode

Sorted = NDArray[np.float64]
"""p-values in ascending order."""


def adjust_p(p: Sequence[float] | NDArray[np.float64], method: str = "holm") -> NDArray[np.float64]:
    r"""Adjust p-values for the number of tests.

    Parameters
    ----------
    p : sequence of float
        The p-values of all the tests made, each in [0, 1]; m of them.
    method : str
        ``holm`` (default), ``hochberg``, ``hommel``, ``bonferroni``: an adjusted value up to α
        keeps the chance of any false finding at α. ``bh``, ``by``: it keeps the expected share of
        false findings among the findings at α.

    Returns
    -------
    ndarray, shape (m,)
        Adjusted p-values in the order given, each in [0, 1].

    Raises
    ------
    AnalysisError
        If a p-value is missing or outside [0, 1], or the method is unknown.

    Notes
    -----
    With :math:`p_{(1)} \le \dots \le p_{(m)}` and everything cut at 1:

    - bonferroni: :math:`m p_i`; under any dependence.
    - holm: :math:`\max_{j \le i} (m - j + 1) p_{(j)}`; under any dependence, and never above
      Bonferroni.
    - hochberg: :math:`\min_{j \ge i} (m - j + 1) p_{(j)}`; independent or positively dependent.
    - hommel: the closed test of Simes, that is the largest over the sets of hypotheses that
      contain i of :math:`\min_j |S| p_{(j:S)} / j`; as Hochberg, and never above it.
    - bh: :math:`\min_{j \ge i} m p_{(j)} / j`; independent or positively dependent.
    - by: the same times :math:`\sum_{j=1}^m 1/j`; under any dependence.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70.
    Hochberg, Y. (1988). A sharper Bonferroni procedure for multiple tests of significance.
    Biometrika 75, 800-802.
    Hommel, G. (1988). A stagewise rejective multiple test procedure based on a modified
    Bonferroni test. Biometrika 75, 383-386.
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300.
    Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate in multiple
    testing under dependency. Annals of Statistics 29, 1165-1188.

    Examples
    --------
    >>> [round(float(value), 3) for value in adjust_p([0.01, 0.04, 0.03], "holm")]
    [0.03, 0.06, 0.06]
    """
    function = choose(METHODS, method, situation="of adjustment")
    values = _checked(p)
    if values.size == 0:
        return values
    order = np.argsort(values, kind="stable")
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(function(values[order]), 1.0)
    return adjusted


def _checked(p: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    try:
        values = np.array(p, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise AnalysisError(
            ErrorCode.NOT_NUMERIC, f"p is {p!r}; give a list of p-values"
        ) from fault
    if values.ndim != 1:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "p has more than one dimension; give one list of p-values"
        )
    wrong = ~((values >= 0) & (values <= 1))
    if wrong.any():
        value = float(values[wrong][0])
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"a p-value is {value}; each must lie in [0, 1], and a test that was not made be left "
            "out",
            value=value,
        )
    return values


def _bonferroni(p: Sorted) -> Sorted:
    return p.size * p


def _holm(p: Sorted) -> Sorted:
    return np.maximum.accumulate(np.arange(p.size, 0, -1) * p)


def _hochberg(p: Sorted) -> Sorted:
    return np.minimum.accumulate((np.arange(p.size, 0, -1) * p)[::-1])[::-1]


def _benjamini_hochberg(p: Sorted) -> Sorted:
    return np.minimum.accumulate((p.size / np.arange(1, p.size + 1) * p)[::-1])[::-1]


def _benjamini_yekutieli(p: Sorted) -> Sorted:
    harmonic = float(np.sum(1 / np.arange(1, p.size + 1)))
    return np.minimum.accumulate((harmonic * p.size / np.arange(1, p.size + 1) * p)[::-1])[::-1]


def _hommel(p: Sorted) -> Sorted:
    """Close Simes' test: of the sets of one size that contain i, that with the largest others."""
    m = p.size
    adjusted = p.copy()
    for size in range(2, m + 1):
        largest = p[m - size :]
        # Simes' value of the set of the `size` largest, but for its smallest member.
        others = float(np.min(size * largest[1:] / np.arange(2, size + 1)))
        simes = np.minimum(size * p, others)
        simes[m - size :] = min(size * float(largest[0]), others)
        np.maximum(adjusted, simes, out=adjusted)
    return adjusted


METHODS: Mapping[str, Callable[[Sorted], Sorted]] = MappingProxyType(
    {
        "holm": _holm,
        "bh": _benjamini_hochberg,
        "bonferroni": _bonferroni,
        "hochberg": _hochberg,
        "hommel": _hommel,
        "by": _benjamini_yekutieli,
    }
)
