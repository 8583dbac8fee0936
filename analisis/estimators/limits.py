"""Limits of many figures at once, from their values and variances: a function per method."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from scipy.special import betaincinv, expit, ndtri, stdtrit, xlogy

from analisis.checks import choose
from analisis.proportions.korn_graubard import korn_graubard_limits
from analisis.sums import Floats

Limits = tuple[Floats, Floats]
NOTHING_VARIED = 1e-24
"""A share's variance up to here is a rounding error: nobody differed from anybody."""


def quantile(df: Floats, confidence: float) -> Floats:
    """Student's quantile; the normal one where the degrees of freedom are infinite."""
    upper = (1 + confidence) / 2
    finite = np.where(np.isfinite(df) & (df > 0), df, 1.0)
    found = np.where(np.isinf(df), float(ndtri(upper)), stdtrit(finite, upper))
    return np.asarray(np.where(df > 0, found, np.nan))


def t_limits(value: Floats, variance: Floats, df: Floats, confidence: float) -> Limits:
    """Value ± t × standard error; none where nothing was seen to vary."""
    error = np.sqrt(variance)
    half = quantile(df, confidence) * np.where(error > 1e-13 * np.abs(value), error, np.nan)
    return value - half, value + half


def _wilson_with(p: Floats, size: Floats, t: Floats) -> Limits:
    square = t * t
    centre = (p + square / (2 * size)) / (1 + square / size)
    half = t * np.sqrt(p * (1 - p) / size + square / (4 * size**2)) / (1 + square / size)
    return np.maximum(0.0, centre - half), np.minimum(1.0, centre + half)


def _wilson(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    size = np.minimum(n, p * (1 - p) / variance)
    return _wilson_with(p, size, quantile(df, confidence))


def _wilson_r(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    return _wilson_with(p, p * (1 - p) / variance, quantile(df, confidence))


def _logit(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    centre = np.log(p / (1 - p))
    half = quantile(df, confidence) * np.sqrt(variance) / (p * (1 - p))
    return expit(centre - half), expit(centre + half)


def _asin(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    centre = np.arcsin(np.sqrt(p))
    half = quantile(df, confidence) * np.sqrt(variance / (4 * p * (1 - p)))
    return np.sin(centre - half) ** 2, np.sin(centre + half) ** 2


def _beta(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    tail = (1 - confidence) / 2
    size = p * (1 - p) / variance * (quantile(n - 1, confidence) / quantile(df, confidence)) ** 2
    low = betaincinv(size * p, size * (1 - p) + 1, tail)
    return low, betaincinv(size * p + 1, size * (1 - p), 1 - tail)


def _mean(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    half = quantile(df, confidence) * np.sqrt(variance)
    return p - half, p + half


def _likelihood(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    """Where twice the loss of log-likelihood of n_eff answers is t squared, by bisection.

    The loss is measured in units of the dispersion of the residuals, n/(n - 1), as in R.
    """
    size = p * (1 - p) / variance
    dispersion = n / np.maximum(n - 1, 1.0)
    loss = quantile(df, confidence) ** 2 * dispersion / (2 * size)

    def divergence(other: Floats) -> Floats:
        return np.asarray(
            xlogy(p, p) - xlogy(p, other) + xlogy(1 - p, 1 - p) - xlogy(1 - p, 1 - other)
        )

    def edge(outer: Floats) -> Floats:
        inner = p.copy()
        for _step in range(200):
            middle = (inner + outer) / 2
            inside = divergence(middle) <= loss
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        return inner

    return edge(np.zeros_like(p)), edge(np.ones_like(p))


def _korn_graubard(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    return korn_graubard_limits(p, n, np.maximum(p * (1 - p) / variance, 1e-12), df, confidence)


ProportionMethod = Callable[[Floats, Floats, Floats, Floats, float], Limits]

PROPORTION_METHODS: Mapping[str, ProportionMethod] = MappingProxyType(
    {
        "wilson": _wilson,
        "wilson_r": _wilson_r,
        "logit": _logit,
        "likelihood": _likelihood,
        "asin": _asin,
        "beta": _beta,
        "mean": _mean,
        "xlogit": _logit,
        "korn_graubard": _korn_graubard,
    }
)


def proportion_limits(
    method: str, p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float
) -> tuple[Floats, Floats, list[str | None]]:
    """Limits of proportions by a method, and the method that made each.

    Where all or none have the property, or nothing was seen to vary, the variance says nothing: the
    interval is Korn and Graubard's, on the answers counted.

    Raises
    ------
    AnalysisError
        If there is no such method.
    """
    name = "wilson" if method == "auto" else method
    function = choose(PROPORTION_METHODS, name, situation="for a proportion of a design")
    known = (n > 0) & (df > 0) & np.isfinite(p)
    plain = known & (variance > NOTHING_VARIED) & (p > 0) & (p < 1)
    low, high = np.full_like(p, np.nan), np.full_like(p, np.nan)
    made: list[str | None] = [None] * len(p)
    for places, by, label in (
        (np.flatnonzero(plain), function, name),
        (np.flatnonzero(known & ~plain), _on_counts, "korn_graubard"),
    ):
        if len(places):
            low[places], high[places] = by(
                p[places], variance[places], n[places], df[places], confidence
            )
            for place in places:
                made[place] = label
    return low, high, made


def _on_counts(p: Floats, variance: Floats, n: Floats, df: Floats, confidence: float) -> Limits:
    return korn_graubard_limits(np.clip(p, 0.0, 1.0), n, n, df, confidence)


def mover(
    first: tuple[Floats, Limits, Floats], second: tuple[Floats, Limits, Floats], covariance: Floats
) -> Limits:
    """Limits of a difference from those of both sides and their correlation.

    Each side is its value, its limits and its variance.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27, 1693-1702.
    """
    one, (low_one, high_one), variance_one = first
    other, (low_other, high_other), variance_other = second
    scale = np.sqrt(variance_one * variance_other)
    # Of a side that did not vary, the covariance is what is left of two equal sums.
    varied = (variance_one > NOTHING_VARIED) & (variance_other > NOTHING_VARIED)
    correlation = np.divide(covariance, scale, out=np.zeros_like(scale), where=varied)
    correlation = correlation.clip(-1.0, 1.0)

    def reach(down: Floats, up: Floats) -> Floats:
        return np.sqrt(np.maximum(down**2 + up**2 - 2 * correlation * down * up, 0.0))

    gap = one - other
    return (
        gap - reach(one - low_one, high_other - other),
        gap + reach(high_one - one, other - low_other),
    )
