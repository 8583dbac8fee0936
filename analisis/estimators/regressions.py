"""Regression: how a response goes with several columns at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analisis.checks import choose
from analisis.columns import factorise, missing, numbers
from analisis.design.assessed import Assessed, Smooth
from analisis.design.declaration import require_column, require_numbers
from analisis.design.sample import Sample
from analisis.design.table import Request, Table
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Flag, Statistic
from analisis.estimates import Estimates
from analisis.estimators.figures import Reading, finite
from analisis.estimators.fitting import FAMILIES, INTERCEPT, Family, Fit, Terms, treatment
from analisis.estimators.gaps import require_complete
from analisis.estimators.limits import t_limits
from analisis.sums import Condition, Floats, Kind, Positive, Sum

_VALID, _BASE, _WEIGHT = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A fitted model.

    Attributes
    ----------
    response : str
        The column that is explained.
    family : str
        ``linear`` or ``logistic``.
    names : tuple of str
        The terms: ``(Intercept)``, columns of numbers by their name, others as column and level.
    coefficients : array, shape (terms,)
        In the unit of the response, or of its log-odds.
    covariance : array, shape (terms, terms)
        Of the coefficients.
    df : float
        Degrees of freedom: the design's, and one, less the terms.
    n : int
        Rows that count.
    iterations : int
        Steps that the fit took.
    estimates : Estimates
        The coefficients with Student's intervals; `category` is the term.
    """

    response: str
    family: str
    names: tuple[str, ...]
    coefficients: Floats = field(compare=False)
    covariance: Floats = field(compare=False)
    df: float
    n: int
    iterations: int
    estimates: Estimates = field(compare=False)


def regression(
    sample: Sample,
    columns: Sequence[str],
    response: str,
    *,
    family: str,
    intercept: bool,
    where: str | None,
    reading: Reading,
    complete: bool,
) -> Regression:
    """Fit a model; as `Estimators.regression`, with how figures are to be read."""
    fitted_by = choose(FAMILIES, family, situation="for a regression")
    _require_columns(sample, columns, response, intercept=intercept)
    table = _counted(sample, (*columns, response), where)
    if complete:
        counted = table.totals[0]
        require_complete(float(counted[_BASE] - counted[_VALID]), (*columns, response))
    there = table.sums[:, _WEIGHT] > 0
    y = numbers(table.kept[response][there])
    _require_response(y, response, family)
    kept = {name: table.kept[name][there] for name in columns}
    terms = _terms(sample, kept, len(y), intercept=intercept)
    weight = _whole(table, there)
    model = _Model(terms, y, weight / weight.mean(), fitted_by)
    fit = model.fit()
    assessed = _assessed(sample, table, model, fit, float(weight.mean()))
    factors = sample.replicate_factors(table)
    if factors is None:
        covariance = assessed.covariance()
    else:
        again = model.replicated(factors[there], fit.coefficients)
        deviations = sample.replicate_deviations(again, fit.coefficients)
        covariance = deviations.T @ deviations
    df = float(assessed.df()[0, 0]) + 1 - len(terms.names) if reading.df is None else reading.df
    return Regression(
        response=response,
        family=family,
        names=terms.names,
        coefficients=fit.coefficients,
        covariance=covariance,
        df=df,
        n=round(float(table.totals[0, _VALID])),
        iterations=fit.iterations,
        estimates=_estimates(table, response, terms, fit, covariance, reading, df),
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """What is fitted: rows that count, with weights whose mean is one."""

    terms: Terms
    y: Floats
    weight: Floats
    fitted_by: Family

    def fit(self) -> Fit:
        return self.fitted_by(self.terms, self.y, self.weight, None)

    def replicated(self, factors: Floats, start: Floats) -> Floats:
        """The coefficients by replicate, NaN where one has lost what a term is told by."""
        terms = self.terms
        found = np.full((factors.shape[1], len(terms.names)), np.nan)
        for place, factor in enumerate(factors.T):
            there = factor > 0
            part = Terms(terms.matrix[there], terms.names, terms.columns)
            try:
                again = self.fitted_by(part, self.y[there], (self.weight * factor)[there], start)
            except AnalysisError as fault:
                if fault.code is not ErrorCode.SINGULAR:
                    raise
            else:
                found[place] = again.coefficients
        return found


def _assessed(sample: Sample, table: Table, model: _Model, fit: Fit, mean: float) -> Assessed:
    """The coefficients as functions of the totals of the scores; `mean` is the mean weight."""
    weight = table.sums[:, _WEIGHT]
    there = weight > 0
    scores = np.zeros((len(there), len(fit.coefficients)))
    scores[there] = model.terms.matrix * ((model.y - fit.expected) * weight[there])[:, np.newaxis]
    counted = table.with_sums(np.hstack([table.sums[:, [_VALID, _BASE]], scores]))
    return sample.assess_table(counted.gathered(), _linearised(fit, mean))


def _whole(table: Table, there: NDArray[np.bool_]) -> Floats:
    weight = table.sums[there, _WEIGHT]
    return np.asarray(weight if table.many is None else weight * table.many[there])


def _require_columns(
    sample: Sample, columns: Sequence[str], response: str, *, intercept: bool
) -> None:
    require_numbers(sample.source, response)
    for name in columns:
        if require_column(sample.source, name) is Kind.OTHER:
            raise AnalysisError(
                ErrorCode.NOT_NUMERIC,
                f"column {name!r} holds neither numbers nor text; turn it into one of them",
                column=name,
            )
    if response in columns or len(set(columns)) < len(columns) or not (columns or intercept):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"columns are {list(columns)} and the response is {response!r}; name each column once, "
            "and at least one where there is no intercept",
            column=response,
        )


def _counted(sample: Sample, columns: tuple[str, ...], where: str | None) -> Table:
    """Groups of alike rows, or rows; those that lack a value have no weight and do not count."""
    weight = sample.weight_column
    positive: tuple[Condition, ...] = (Positive(weight),) if weight else ()
    count = Sum(power=0, conditions=positive)
    request = Request(sums=(count, count, Sum()), where=where, kept=columns, rows=True)
    table = sample.collect(request)
    absent = table.domain < 0
    for name in columns:
        absent = absent | missing(table.kept[name])
    sums = np.where(absent[:, np.newaxis], 0.0, table.sums)
    sums[:, _BASE] = table.sums[:, _BASE]
    return table.with_sums(sums)


def _require_response(y: Floats, response: str, family: str) -> None:
    if not len(y):
        raise AnalysisError(
            ErrorCode.EMPTY_DOMAIN,
            "no row has a value in every column; look at where and at the columns that lack values",
            column=response,
        )
    if family == "logistic" and (y.min() < 0 or y.max() > 1):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"the response {response!r} goes from {y.min():g} to {y.max():g}; a logistic model "
            "needs true and false, or shares from 0 to 1",
            column=response,
        )
    if y.min() == y.max():
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"the response {response!r} is {y[0]:g} in every row that counts; there is nothing to "
            "explain",
            column=response,
        )


def _terms(
    sample: Sample, kept: dict[str, NDArray[np.generic]], rows: int, *, intercept: bool
) -> Terms:
    """Numbers as they are; the levels of others but the first, which is in the intercept."""
    blocks, names, columns = [], [], []
    if intercept:
        blocks.append(np.ones((rows, 1)))
        names.append(INTERCEPT)
        columns.append(INTERCEPT)
    whole = not intercept
    for name, values in kept.items():
        if sample.source.kinds[name] is Kind.NUMBER:
            blocks.append(numbers(values)[:, np.newaxis])
            labels = [""]
        else:
            key = factorise(values)
            labels = [_label(level) for level in key.values.tolist()]
            if len(labels) < 2:
                raise AnalysisError(
                    ErrorCode.SINGULAR,
                    f"column {name!r} is {labels[0]!r} in every row that counts; leave it out",
                    column=name,
                )
            blocks.append(treatment(key.codes, labels, whole=whole))
            labels, whole = labels[0 if whole else 1 :], False
        names += [f"{name}{label}" for label in labels]
        columns += [name] * len(labels)
    return Terms(np.hstack(blocks), tuple(names), tuple(columns))


def _label(level: object) -> str:
    return str(level).upper() if isinstance(level, bool) else str(level)


def _linearised(fit: Fit, mean: float) -> Smooth:
    """The coefficients as functions of the totals of the scores.

    `mean` is the mean weight, by which the fit divided the weights.
    """
    count = len(fit.coefficients)
    slopes = np.zeros((1, count, 2 + count))
    slopes[0, :, 2:] = fit.inverse / mean

    def value(sums: Floats) -> Floats:
        return np.broadcast_to(fit.coefficients, (*sums.shape[:-1], count))

    return Smooth((), value, lambda _sums: slopes, (_VALID,) * count)


def _estimates(
    table: Table,
    response: str,
    terms: Terms,
    fit: Fit,
    covariance: Floats,
    reading: Reading,
    df: float,
) -> Estimates:
    variances = np.diag(covariance)
    limits = t_limits(fit.coefficients, variances, np.full(len(variances), df), reading.confidence)
    if reading.census:
        limits = fit.coefficients, fit.coefficients
    items = []
    for place, name in enumerate(terms.names):
        low, high = (finite(float(limit[place])) for limit in limits)
        known = low is not None
        items.append(
            Estimate(
                statistic=Statistic.COEFFICIENT,
                variable=response,
                category=name,
                value=float(fit.coefficients[place]),
                se=0.0 if reading.census else float(np.sqrt(max(variances[place], 0.0))),
                low=low,
                high=high,
                confidence=reading.confidence if known else None,
                method="t" if known else None,
                n=round(float(table.totals[0, _VALID])),
                base=round(float(table.totals[0, _BASE])),
                population=reading.population,
                df=df,
                flags=(*((Flag.CENSUS,) if reading.census else ()), *reading.flags),
            )
        )
    return Estimates(
        items,
        covariance=lambda: covariance.copy(),
        joint_df=lambda _places: df,
        confidence=reading.confidence,
    )
