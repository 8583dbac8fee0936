"""Quantiles: values by a rule, limits from the distribution function."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from analisis.checks import choose
from analisis.design.declaration import require_numbers
from analisis.design.sample import Sample
from analisis.design.table import Request
from analisis.estimate import Estimate, Flag, Statistic
from analisis.estimates import Estimates
from analisis.estimators.figures import Reading, finite
from analisis.estimators.gaps import require_complete
from analisis.estimators.limits import quantile
from analisis.estimators.quantile_answers import BASE, VALID, Answers, shares_below
from analisis.estimators.quantile_limits import LIMITS, Asked, Precision
from analisis.estimators.quantile_rules import OF_SUMS, RULES
from analisis.sums import Condition, Floats, Positive, Sum


def quantiles(
    sample: Sample,
    column: str,
    probabilities: Floats,
    *,
    by: Sequence[str],
    where: str | None,
    rule: str,
    interval: str,
    reading: Reading,
    complete: bool,
) -> Estimates:
    """Quantiles of a column in each domain.

    Parameters
    ----------
    sample
        The design.
    column, probabilities, by, where, rule, interval
        As in `Estimators.quantile`.
    reading : Reading
        How the figures are to be read.
    complete : bool
        Whether rows without a value are refused.
    """
    chosen = choose(RULES, rule, situation="for a quantile")
    limits_of = choose(LIMITS, interval, situation="for the interval of a quantile")
    require_numbers(sample.source, column)
    answers = _answers(sample, column, by, where, rows=rule not in OF_SUMS or interval == "score")
    if complete:
        totals = answers.table.totals
        require_complete(float(np.sum(totals[:, BASE] - totals[:, VALID])), [column])
    domains = range(len(answers.table.domains))
    values = np.array([answers.quantile(chosen, each, probabilities) for each in domains])
    assessed = sample.assess_table(
        answers.below(values).gathered(), shares_below(len(probabilities))
    )
    df = assessed.df() if reading.df is None else np.full(values.shape, float(reading.df))
    asked = Asked(sample, answers, chosen, interval, probabilities, values, assessed, df, reading)
    found = limits_of(asked)
    if reading.census:
        found = replace(
            found, low=values, high=values, covariance=lambda: np.zeros((values.size,) * 2)
        )
    return _records(asked, column, found)


def _answers(
    sample: Sample, column: str, by: Sequence[str], where: str | None, *, rows: bool
) -> Answers:
    weight = sample.weight_column
    positive: tuple[Condition, ...] = (Positive(weight),) if weight else ()
    count = Sum(power=0, conditions=positive)
    kept = (column, weight) if rows and weight and weight != column else (column,)
    request = Request(sums=(count, count, Sum()), by=tuple(by), where=where, kept=kept, rows=True)
    table = sample.collect(request)
    return Answers.of(table, column, rows=rows, in_order=sample.source.in_memory)


def _records(asked: Asked, column: str, found: Precision) -> Estimates:
    table, reading = asked.assessed.table, asked.reading
    with np.errstate(invalid="ignore"):
        errors = (found.high - found.low) / (2 * quantile(asked.df, reading.confidence))
    items = []
    for place, value in np.ndenumerate(asked.values):
        domain = table.domains[place[0]]
        low, high = finite(float(found.low[place])), finite(float(found.high[place]))
        known = low is not None or high is not None
        items.append(
            Estimate(
                statistic=Statistic.QUANTILE,
                variable=column,
                category=float(asked.probabilities[place[1]]),
                domain=domain,
                value=finite(float(value)),
                se=finite(float(errors[place])),
                low=low,
                high=high,
                confidence=reading.confidence if known else None,
                method=asked.interval if known else None,
                n=round(float(table.totals[place[0], VALID])),
                base=round(float(table.totals[place[0], BASE])),
                population=None if domain else reading.population,
                df=finite(float(asked.df[place])),
                flags=(*((Flag.CENSUS,) if reading.census else ()), *reading.flags),
            )
        )
    return Estimates(
        items,
        covariance=found.covariance,
        joint_df=_joint_df(asked),
        confidence=reading.confidence,
    )


def _joint_df(asked: Asked) -> Callable[[Sequence[int]], float]:
    fixed = asked.reading.df
    return asked.assessed.joint_df if fixed is None else lambda _places: float(fixed)
