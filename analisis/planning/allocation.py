"""How a sample is divided among strata, in whole units."""

from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from math import floor, inf
from types import MappingProxyType
from typing import TypeGuard

from analisis.checks import choose, is_number, whole
from analisis.errors import AnalysisError, ErrorCode

Sizes = Mapping[Hashable, int]
Shares = dict[Hashable, Fraction]


def allocate(
    n: int,
    sizes: Sizes,
    *,
    method: str = "proportional",
    sd: Mapping[Hashable, float] | None = None,
    minimum: int = 0,
) -> dict[Hashable, int]:
    r"""Divide a sample among strata.

    Parameters
    ----------
    n : int
        Units to select in all.
    sizes : mapping of stratum to int
        Units in each stratum, at least 1.
    method : str
        ``proportional`` to the size; ``neyman``, to size times standard deviation; ``equal``.
    sd : mapping of stratum to float, optional
        Standard deviation in each stratum, for ``neyman``.
    minimum : int
        Least number in each stratum, or all of it where it has fewer. Two allow a variance.

    Returns
    -------
    dict
        Units to select by stratum: whole, from the minimum to the size, and exactly `n` together.

    Raises
    ------
    AnalysisError
        If `n` is below the sum of the minimums or above that of the sizes, a size is below 1, or
        the standard deviations are missing, negative, or leave nothing to share out.

    Notes
    -----
    The shares are :math:`\lambda w_h` kept between minimum and size, with the one
    :math:`\lambda` that makes them add to n; :math:`w_h = N_h` or :math:`N_h S_h` or 1. They are
    rounded down, and what is missing goes to the largest remainders, the first stratum at a tie. In
    rational arithmetic, so that no share is misjudged.

    References
    ----------
    Neyman, J. (1934). On the two different aspects of the representative method. Journal of the
    Royal Statistical Society 97, 558-625.

    Cochran, W. G. (1977). Sampling Techniques, 3rd edition, sections 5.5 to 5.8. Wiley.

    Examples
    --------
    >>> allocate(300, {"NE": 220, "NC": 1054, "S": 1382, "W": 422})
    {'NE': 21, 'NC': 103, 'S': 135, 'W': 41}
    """
    if not isinstance(sizes, Mapping) or not sizes:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "there are no strata; give a mapping of stratum to units"
        )
    n, minimum = whole("n", n), whole("minimum", minimum)
    sizes = {each: whole(f"the size of {each!r}", size, least=1) for each, size in sizes.items()}
    weights = choose(_WEIGHTS, method, situation="of allocation")(sizes, sd)
    low = {stratum: min(minimum, size) for stratum, size in sizes.items()}
    # A stratum without spread takes no more than its minimum.
    high = {stratum: size if weights[stratum] else low[stratum] for stratum, size in sizes.items()}
    least, most = sum(low.values()), sum(high.values())
    if not least <= n <= most:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"n is {n}; these strata and this minimum take from {least} to {most}",
            value=n,
        )
    return _rounded(n, _shares(n, weights, low, high), high)


def _shares(n: int, weights: Shares, low: Sizes, high: Sizes) -> Shares:
    """Find the shares by going through the values of lambda at which a stratum meets a bound."""

    def at(factor: Fraction) -> Shares:
        return {
            each: max(Fraction(low[each]), min(Fraction(high[each]), factor * weight))
            for each, weight in weights.items()
        }

    bends = sorted(
        {
            Fraction(bound[each]) / weight
            for each, weight in weights.items()
            if weight
            for bound in (low, high)
        }
    )
    before = Fraction(0)
    for bend in bends:
        total = sum(at(bend).values())
        if total >= n:
            start = sum(at(before).values())
            if total == start:
                return at(bend)
            # Between two bends the total is a straight line.
            return at(before + (bend - before) * (n - start) / (total - start))
        before = bend
    return at(before)


def _rounded(n: int, shares: Shares, high: Sizes) -> dict[Hashable, int]:
    given = {each: floor(share) for each, share in shares.items()}
    order = sorted(given, key=lambda each: given[each] - shares[each])
    for each in order[: n - sum(given.values())]:
        given[each] += 1
    return given


def _proportional(sizes: Sizes, sd: Mapping[Hashable, float] | None) -> Shares:
    return {stratum: Fraction(size) for stratum, size in sizes.items()}


def _equal(sizes: Sizes, sd: Mapping[Hashable, float] | None) -> Shares:
    return dict.fromkeys(sizes, Fraction(1))


def _neyman(sizes: Sizes, sd: Mapping[Hashable, float] | None) -> Shares:
    spread = sd or {}
    wrong = [each for each in sizes if not _is_spread(spread.get(each))]
    if wrong or not any(spread[each] for each in sizes):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "neyman needs `sd`, a standard deviation from 0 up for each stratum and above 0 for "
            "one",
            stratum=wrong[0] if wrong else None,
        )
    return {each: size * Fraction(float(spread[each])) for each, size in sizes.items()}


def _is_spread(value: object) -> TypeGuard[float]:
    return is_number(value) and 0 <= value < inf


_WEIGHTS: Mapping[str, Callable[[Sizes, Mapping[Hashable, float] | None], Shares]] = (
    MappingProxyType({"proportional": _proportional, "neyman": _neyman, "equal": _equal})
)
