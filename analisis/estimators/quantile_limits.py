"""Limits of quantiles: a function per kind of interval."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from analisis.design.assessed import Assessed
from analisis.design.sample import Sample
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimators.figures import Reading
from analisis.estimators.limits import PROPORTION_METHODS, quantile
from analisis.estimators.quantile_answers import VALID, Answers, shares_below
from analisis.estimators.quantile_rules import SAME, Rule
from analisis.estimators.quantile_scores import score_limits
from analisis.sums import Floats

WOODRUFF = ("mean", "beta", "xlogit", "asin")


@dataclass(frozen=True, slots=True)
class Asked:
    """Quantiles with what their limits are made of; arrays have the shape (domains, p)."""

    sample: Sample
    answers: Answers
    rule: Rule
    interval: str
    probabilities: Floats
    values: Floats
    assessed: Assessed
    df: Floats
    reading: Reading


@dataclass(frozen=True, slots=True)
class Precision:
    """Limits of quantiles, shape (domains, p); covariance in the order of ``low.ravel()``."""

    low: Floats
    high: Floats
    covariance: Callable[[], Floats]


def _from_limits(asked: Asked, low: Floats, high: Floats) -> Precision:
    """Standard errors from the width of the interval."""
    with np.errstate(invalid="ignore"):
        errors = (high - low) / (2 * quantile(asked.df, asked.reading.confidence))
    return Precision(low, high, lambda: _covariance(asked.assessed, errors.ravel()))


def _woodruff(asked: Asked) -> Precision:
    """The quantiles at the limits of the share of answers up to the quantile."""
    assessed = asked.assessed
    n = np.repeat(assessed.table.totals[:, [VALID]], len(asked.probabilities), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.round(assessed.values)
        # Of all answers or none the share is known: rounding alone says otherwise.
        edge = np.abs(assessed.values - whole) <= SAME
        low, high = PROPORTION_METHODS[asked.interval](
            np.where(edge, whole, assessed.values),
            np.where(edge, 0.0, assessed.variances),
            n,
            asked.df,
            asked.reading.confidence,
        )
        low, high = np.where(low < 0, np.nan, low), np.where(high > 1, np.nan, high)
    domains = range(len(low))
    return _from_limits(
        asked,
        np.array([asked.answers.quantile(asked.rule, each, low[each]) for each in domains]),
        np.array([asked.answers.quantile(asked.rule, each, high[each]) for each in domains]),
    )


def _score(asked: Asked) -> Precision:
    """The quantiles at the shares of rows that a search by tests gives."""
    low, high = np.full_like(asked.values, np.nan), np.full_like(asked.values, np.nan)
    t = quantile(asked.df, asked.reading.confidence)
    for (domain, place), value in np.ndenumerate(asked.values):
        x = asked.answers.x[domain]
        if len(x) < 2 or not np.isfinite(t[domain, place]) or not np.isfinite(float(value)):
            continue
        tested = _tested(asked, domain, float(asked.probabilities[place]))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = score_limits(tested, x, float(t[domain, place]))
        if found:
            low[domain, place], high[domain, place] = asked.answers.quantile(
                asked.rule, domain, np.array(found), same=0.0
            )
    return _from_limits(asked, low, high)


def _tested(asked: Asked, domain: int, p: float) -> Callable[[float], float]:
    """The share above a value less 1 - p, over its standard error."""
    table = asked.answers.table
    alone = replace(
        table,
        domains=(table.domains[domain],),
        domain=np.where(table.domain == domain, 0, -1),
    )
    answers = replace(asked.answers, table=alone.with_sums(table.sums))
    smooth = shares_below(1)

    def statistic(value: float) -> float:
        assessed = asked.sample.assess_table(answers.below(np.array([[value]])).gathered(), smooth)
        return float((p - assessed.values[0, 0]) / np.sqrt(assessed.variances[0, 0]))

    return statistic


def _of_replicates(asked: Asked) -> Precision:
    """The quantile of each replicate."""
    factors = asked.sample.replicate_factors(asked.answers.table)
    if factors is None:
        raise AnalysisError(
            ErrorCode.NOT_SUPPORTED,
            "interval='quantile' needs replicate weights; make them with replicates(), or choose "
            f"one of: {', '.join(WOODRUFF)}",
            value="quantile",
        )
    replicated = np.hstack(
        [
            asked.answers.replicated(asked.rule, domain, asked.probabilities, factors)
            for domain in range(len(asked.values))
        ]
    )
    deviations = asked.sample.replicate_deviations(replicated, asked.values.ravel())
    errors = np.sqrt((deviations**2).sum(axis=0)).reshape(asked.values.shape)
    half = quantile(asked.df, asked.reading.confidence) * errors
    return Precision(asked.values - half, asked.values + half, lambda: deviations.T @ deviations)


LIMITS: Mapping[str, Callable[[Asked], Precision]] = MappingProxyType(
    {**dict.fromkeys(WOODRUFF, _woodruff), "score": _score, "quantile": _of_replicates}
)


def _covariance(assessed: Assessed, errors: Floats) -> Floats:
    """Errors of the quantiles with the correlation of the shares of answers up to them."""
    shares = assessed.covariance()
    scale = np.sqrt(np.diag(shares))
    both = np.outer(scale, scale)
    correlation = np.divide(shares, both, out=np.eye(len(scale)), where=both > 0)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * np.outer(errors, errors))
