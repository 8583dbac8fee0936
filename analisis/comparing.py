"""Figures made of other figures of the same design, with their covariance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from analisis.checks import check_confidence, choose
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Statistic
from analisis.estimates import Estimates, combined
from analisis.estimators.limits import (
    PROPORTION_METHODS,
    Limits,
    mover,
    proportion_limits,
    quantile,
)
from analisis.multiple import adjust_p
from analisis.publication.verdict import PROPORTIONS


@dataclass(frozen=True, slots=True)
class Comparison:
    """A tested difference of two figures.

    Attributes
    ----------
    first, second : int
        Places of the figures; the difference is second less first.
    estimate : Estimate
        The difference with its interval, which is not adjusted.
    statistic : float or None
        Difference over standard error; None where there is no error.
    p_value, p_adjusted : float or None
        Two-sided, of Student's distribution; and adjusted for the number of comparisons.
    """

    first: int
    second: int
    estimate: Estimate
    statistic: float | None
    p_value: float | None
    p_adjusted: float | None


def _value(figures: Estimates, place: int) -> float:
    value = figures[place].value
    if value is None:
        raise AnalysisError(
            ErrorCode.EMPTY_DOMAIN,
            f"figure {place} ({figures[place].variable}) has no value, so that nothing can be made "
            "of it; leave it out",
            value=place,
        )
    return value


def _t(df: float, confidence: float) -> float:
    check_confidence(confidence)
    return float(quantile(np.array([df]), confidence)[0])


def contrast(
    figures: Estimates, coefficients: Mapping[int, float], *, confidence: float
) -> Estimate:
    """A linear combination of the figures at these places."""
    if not coefficients:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "the contrast has no coefficients; give at least one"
        )
    places = list(coefficients)
    weights = np.array([coefficients[place] for place in places])
    value = float(weights @ [_value(figures, place) for place in places])
    variance = float(weights @ figures.covariance[np.ix_(places, places)] @ weights)
    return _student(figures, places, Statistic.CONTRAST, value, variance, confidence)


def _student(
    figures: Estimates,
    places: list[int],
    statistic: Statistic,
    value: float,
    variance: float,
    confidence: float,
) -> Estimate:
    df = figures.joint_df(places)
    error = math.sqrt(max(variance, 0.0))
    half = _t(df, confidence) * error if error > 0 else math.nan
    shown = math.isfinite(half)
    return combined(
        [figures[place] for place in places],
        statistic,
        value=value,
        se=error,
        low=value - half,
        high=value + half,
        confidence=confidence if shown else None,
        method="t" if shown else None,
        df=df,
    )


def difference(figures: Estimates, a: int, b: int, *, confidence: float) -> Estimate:
    """Figure a less figure b."""
    value = _value(figures, a) - _value(figures, b)
    pair = figures.covariance[np.ix_([a, b], [a, b])]
    variance = float(pair[0, 0] + pair[1, 1] - 2 * pair[0, 1])
    found = _student(figures, [a, b], Statistic.DIFFERENCE, value, variance, confidence)
    if not any(_is_extreme(figures[place]) for place in (a, b)):
        return found
    sides = []
    for place in (a, b):
        each = figures[place]
        if each.low is None or each.high is None:
            return found
        limits = _own_limits(figures, place, confidence)
        sides.append((np.array([each.value]), limits, np.array([figures.covariance[place, place]])))
    low, high = mover(sides[0], sides[1], np.array([pair[0, 1]]))
    return combined(
        [figures[a], figures[b]],
        Statistic.DIFFERENCE,
        value=value,
        se=found.se,
        low=max(-1.0, float(low[0])),
        high=min(1.0, float(high[0])),
        confidence=confidence,
        method="mover",
        df=found.df,
    )


def _own_limits(figures: Estimates, place: int, confidence: float) -> Limits:
    """The limits of a proportion by the method that it has, at a level that may be another."""
    each = figures[place]
    low, high = np.array([each.low], dtype=float), np.array([each.high], dtype=float)
    method = each.method or ""
    if each.confidence == confidence or method not in PROPORTION_METHODS or low == high:
        return low, high
    df = math.inf if each.df is None else each.df
    variance = figures.covariance[place, place]
    p, v, n, freedom = (np.array([float(x)]) for x in (each.value or 0.0, variance, each.n, df))
    return proportion_limits(method, p, v, n, freedom, confidence)[:2]


def _is_extreme(figure: Estimate) -> bool:
    return figure.statistic in PROPORTIONS and figure.value in {0.0, 1.0}


def change_rate(
    figures: Estimates, base: int, now: int, *, method: str, confidence: float
) -> Estimate:
    """Figure now over figure base, less one."""
    function = choose(_CHANGES, method, situation="for a change rate")
    before, after = _value(figures, base), _value(figures, now)
    error = math.sqrt(max(float(figures.covariance[base, base]), 0.0))
    df = figures.joint_df([base, now])
    if before <= 0 or before <= _t(df, confidence) * error:
        raise AnalysisError(
            ErrorCode.BASE_NEAR_ZERO,
            f"the base is {before:.4g} with a standard error of {error:.4g}: a rate of change on a "
            "base that may be zero says nothing; show both figures or their difference",
            value=before,
        )
    pair = figures.covariance[np.ix_([base, now], [base, now])]
    ratio = after / before
    # Of the ratio: to first order it moves by (now - ratio × base) / base.
    variance = float(pair[1, 1] - 2 * ratio * pair[0, 1] + ratio**2 * pair[0, 0]) / before**2
    deviation = math.sqrt(max(variance, 0.0))
    low, high = function(ratio, deviation, _t(df, confidence))
    shown = math.isfinite(low) and math.isfinite(high) and deviation > 0
    return combined(
        [figures[base], figures[now]],
        Statistic.CHANGE_RATE,
        value=ratio - 1,
        se=deviation,
        low=low - 1 if shown else None,
        high=high - 1 if shown else None,
        confidence=confidence if shown else None,
        method=f"{method}_t" if shown else None,
        df=df,
    )


def _log(ratio: float, deviation: float, t: float) -> tuple[float, float]:
    if ratio <= 0:
        return math.nan, math.nan
    reach = math.exp(t * deviation / ratio)
    return ratio / reach, ratio * reach


def _wald(ratio: float, deviation: float, t: float) -> tuple[float, float]:
    return ratio - t * deviation, ratio + t * deviation


_CHANGES = {"log": _log, "wald": _wald}


def pairwise(figures: Estimates, adjust: str | None) -> tuple[Comparison, ...]:
    """Every difference of two figures."""
    places = [place for place, each in enumerate(figures) if each.value is not None]
    pairs = [(a, b) for index, a in enumerate(places) for b in places[index + 1 :]]
    found = []
    for a, b in pairs:
        estimate = difference(figures, b, a, confidence=figures.confidence)
        statistic = p_value = None
        if estimate.se and estimate.value is not None and estimate.df and estimate.df > 0:
            statistic = estimate.value / estimate.se
            p_value = float(2 * stdtr(estimate.df, -abs(statistic)))
        found.append(Comparison(a, b, estimate, statistic, p_value, p_value))
    if adjust is None:
        return tuple(found)
    tested = [each.p_value for each in found if each.p_value is not None]
    adjusted = iter(adjust_p(tested, adjust))
    return tuple(
        each
        if each.p_value is None
        else Comparison(
            each.first,
            each.second,
            each.estimate,
            each.statistic,
            each.p_value,
            float(next(adjusted)),
        )
        for each in found
    )
