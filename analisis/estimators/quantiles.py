"""Quantiles: values by a rule, limits from the distribution function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from analisis.checks import choose
from analisis.columns import numbers
from analisis.design.assessed import Assessed, Smooth
from analisis.design.declaration import require_numbers
from analisis.design.sample import Sample
from analisis.design.table import Request, Table
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Flag, Statistic
from analisis.estimates import Estimates
from analisis.estimators.figures import Reading, finite
from analisis.estimators.limits import PROPORTION_METHODS, Limits, quantile
from analisis.estimators.quantile_rules import OF_SUMS, RULES, SAME, Rule
from analisis.estimators.quantile_scores import score_limits
from analisis.sums import Condition, Floats, Positive, Sum

_VALID, _BASE, _WEIGHT = range(3)
WOODRUFF = ("mean", "beta", "xlogit", "asin")


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of each domain to one question, in ascending order, with their weights."""

    x: tuple[Floats, ...]
    w: tuple[Floats, ...]
    table: Table
    values: Floats

    @classmethod
    def of(cls, table: Table, column: str, *, rows: bool, in_order: bool) -> "Answers":
        """Sort the answers of a table.

        `rows` keeps each row by itself; `in_order` leaves rows with the same answer in their order,
        else the lighter come first.
        """
        values = numbers(table.kept[column])
        there = ~np.isnan(values)
        sums = np.where(there[:, np.newaxis], table.sums, 0.0)
        sums[:, _BASE] = table.sums[:, _BASE]
        table = table.with_sums(sums)
        many = sums[:, _VALID] if table.many is None else table.many * sums[:, _VALID]
        weight = sums[:, _WEIGHT] if table.many is None else table.many * sums[:, _WEIGHT]
        each = np.divide(weight, many, out=np.zeros_like(weight), where=many > 0)
        order = np.argsort(values, kind="stable") if in_order else np.lexsort((each, values))
        order = order[(weight[order] > 0) & (many[order] > 0)]
        found_x, found_w = [], []
        for domain in range(len(table.domains)):
            mine = order[table.domain[order] == domain]
            x, w = values[mine], weight[mine]
            if rows:
                copies = many[mine].astype(np.int64)
                x, w = np.repeat(x, copies), np.repeat(each[mine], copies)
            found_x.append(x)
            found_w.append(w)
        return cls(tuple(found_x), tuple(found_w), table, values)

    def quantile(self, rule: Rule, domain: int, p: Floats, *, same: float = SAME) -> Floats:
        """The quantiles of a domain; none where it has no answers or p is none."""
        found = np.full(len(p), np.nan)
        known = np.isfinite(p)
        if len(self.x[domain]) and known.any():
            found[known] = rule(self.x[domain], self.w[domain], p[known], same)
        return found

    def below(self, limits: Floats) -> Table:
        """The table with the weight of the answers up to limits, shape (domains, limits)."""
        domain = self.table.domain
        with np.errstate(invalid="ignore"):
            reached = self.values[:, np.newaxis] <= limits[np.maximum(domain, 0)]
        weight = self.table.sums[:, _WEIGHT, np.newaxis]
        return self.table.with_sums(np.hstack([self.table.sums, weight * reached]))


def shares_below(count: int) -> Smooth:
    """The shares of the weight that the sums of `Answers.below` are."""
    places = np.arange(3, 3 + count)

    def value(sums: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[..., places] / sums[..., _WEIGHT, np.newaxis])

    def jacobian(sums: Floats) -> Floats:
        found = np.zeros((len(sums), count, 3 + count))
        with np.errstate(divide="ignore", invalid="ignore"):
            found[:, np.arange(count), places] = 1 / sums[:, _WEIGHT, np.newaxis]
            found[:, :, _WEIGHT] = -value(sums) / sums[:, _WEIGHT, np.newaxis]
        return found

    return Smooth((), value, jacobian, (_VALID,) * count)


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
        _require_complete(answers, column)
    domains = range(len(answers.table.domains))
    values = np.array([answers.quantile(chosen, each, probabilities) for each in domains])
    assessed = sample.assess_table(answers.below(values), shares_below(len(probabilities)))
    df = assessed.df() if reading.df is None else np.full(values.shape, float(reading.df))
    asked = Asked(sample, answers, chosen, interval, probabilities, values, assessed, df, reading)
    low, high = limits_of(asked)
    with np.errstate(invalid="ignore"):
        errors = (high - low) / (2 * quantile(df, reading.confidence))
    if reading.census:
        low, high, errors = values, values, np.where(np.isnan(values), np.nan, 0.0)
    return _records(asked, column, (low, high), errors)


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


def _require_complete(answers: Answers, column: str) -> None:
    totals = answers.table.totals
    absent = float(np.sum(totals[:, _BASE] - totals[:, _VALID]))
    if absent > 0.5:
        raise AnalysisError(
            ErrorCode.MISSING_VALUES,
            f"{round(absent)} rows have no value for {column!r}; say na='drop' to leave them out "
            "of the figure, or fill them",
            column=column,
        )


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


def _woodruff(asked: Asked) -> Limits:
    """The quantiles at the limits of the share of answers up to the quantile."""
    assessed = asked.assessed
    n = np.repeat(assessed.table.totals[:, [_VALID]], len(asked.probabilities), axis=1)
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
    return (
        np.array([asked.answers.quantile(asked.rule, each, low[each]) for each in domains]),
        np.array([asked.answers.quantile(asked.rule, each, high[each]) for each in domains]),
    )


def _score(asked: Asked) -> Limits:
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
    return low, high


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
        assessed = asked.sample.assess_table(answers.below(np.array([[value]])), smooth)
        return float((p - assessed.values[0, 0]) / np.sqrt(assessed.variances[0, 0]))

    return statistic


LIMITS: Mapping[str, Callable[[Asked], Limits]] = MappingProxyType(
    {**dict.fromkeys(WOODRUFF, _woodruff), "score": _score}
)


def _records(asked: Asked, column: str, limits: Limits, errors: Floats) -> Estimates:
    table, reading = asked.assessed.table, asked.reading
    items = []
    for (domain, place), value in np.ndenumerate(asked.values):
        low, high = finite(float(limits[0][domain, place])), finite(float(limits[1][domain, place]))
        named: dict[str, Any] = {"low": low, "high": high}
        if low is not None or high is not None:
            named |= {"confidence": reading.confidence, "method": asked.interval}
        items.append(
            Estimate(
                statistic=Statistic.QUANTILE,
                variable=column,
                category=float(asked.probabilities[place]),
                domain=table.domains[domain],
                value=finite(float(value)),
                se=finite(float(errors[domain, place])),
                n=round(float(table.totals[domain, _VALID])),
                base=round(float(table.totals[domain, _BASE])),
                population=None if table.domains[domain] else reading.population,
                df=finite(float(asked.df[domain, place])),
                flags=(*((Flag.CENSUS,) if reading.census else ()), *reading.flags),
                **named,
            )
        )
    return Estimates(
        items,
        covariance=lambda: _covariance(asked.assessed, errors.ravel()),
        joint_df=_joint_df(asked),
        confidence=reading.confidence,
    )


def _joint_df(asked: Asked) -> Callable[[Sequence[int]], float]:
    fixed = asked.reading.df
    return asked.assessed.joint_df if fixed is None else lambda _places: float(fixed)


def _covariance(assessed: Assessed, errors: Floats) -> Floats:
    """Errors of the quantiles with the correlation of the shares of answers up to them."""
    shares = assessed.covariance()
    scale = np.sqrt(np.diag(shares))
    both = np.outer(scale, scale)
    correlation = np.divide(shares, both, out=np.eye(len(scale)), where=both > 0)
    np.fill_diagonal(correlation, 1.0)
    return np.asarray(correlation * np.outer(errors, errors))
