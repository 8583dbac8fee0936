"""Small areas: direct figures drawn towards what a model says of the area."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from analisis.checks import choose
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Flag
from analisis.fay_herriot import (
    METHODS,
    Areas,
    Floats,
    Regression,
    fit_model,
    mean_squared_error,
    shrinkage,
)
from analisis.numeric import numeric_column, numeric_columns


class Direct(Protocol):
    """A direct figure, as every `Estimate` is."""

    @property
    def value(self) -> float | None:
        """The figure; None for an area without answers."""

    @property
    def se(self) -> float | None:
        """Its standard error."""


class AreaFlag(StrEnum):
    """What a reader must know before using the figure of an area."""

    SYNTHETIC = "synthetic"
    NOT_SAMPLED = "not_sampled"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaEstimate:
    """The figures of one area; the direct one stands always beside the model's.

    Attributes
    ----------
    area : hashable
        Its name: as given, or the domain of the estimate, or its place from 0.
    direct, variance : float or None
        The direct figure and its sampling variance; None where the area was not sampled.
    eblup : float
        The empirical best linear unbiased predictor.
    mse : float
        Estimated mean squared error of the predictor, in the unit squared.
    shrinkage : float
        γ, the weight of the direct figure in the predictor, in [0, 1].
    synthetic : float
        What the covariates alone give.
    flags : tuple of str
        ``synthetic`` where the predictor is the synthetic figure alone, because the model's
        variance is 0; ``not_sampled`` where there is no direct figure.
    """

    area: Hashable
    direct: float | None
    variance: float | None
    eblup: float
    mse: float
    shrinkage: float
    synthetic: float
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallAreas:
    """The areas and the model behind them.

    Attributes
    ----------
    areas : tuple of AreaEstimate
        In the order given.
    coefficients, standard_errors : mapping of str to float
        Of the covariates, ``intercept`` first.
    model_variance : float
        A, the variance between areas that neither covariates nor sampling explain; 0 where there
        is no sign of any.
    method : str
        How it was estimated.
    """

    areas: tuple[AreaEstimate, ...]
    coefficients: Mapping[str, float]
    standard_errors: Mapping[str, float]
    model_variance: float
    method: str


def small_area(
    direct: Sequence[Direct] | ArrayLike,
    covariates: Mapping[str, ArrayLike] | ArrayLike | None = None,
    *,
    variances: ArrayLike | None = None,
    areas: Sequence[Hashable] | None = None,
    method: str = "reml",
    intercept: bool = True,
) -> SmallAreas:
    r"""Predict the figure of each area from its direct figure and a regression over all areas.

    Parameters
    ----------
    direct : sequence of Estimate, or array of shape (m,)
        Direct figures. Estimates carry their standard errors; numbers need `variances`. None or
        NaN is an area without answers: it gets the synthetic figure.
    covariates : mapping of columns, data frame, or array of shape (m, p), optional
        Known of every area, from a census or a register. Without them areas are drawn to a common
        mean.
    variances : array of shape (m,), optional
        Sampling variances of the direct figures, positive.
    areas : sequence, optional
        Names of the areas.
    method : str
        How the model's variance is estimated: ``reml`` (default), ``ml``, ``moments`` (Fay and
        Herriot's own equation).
    intercept : bool
        Whether the regression has an intercept.

    Returns
    -------
    SmallAreas

    Raises
    ------
    AnalysisError
        If a variance is 0, negative or missing beside a figure, a covariate is missing or follows
        from others, or areas with a figure are not more than coefficients. A variance of 0 (an
        area at 0 % or 100 %) is refused because it would be taken for certainty: smooth the
        variances, or leave out an area that was surveyed whole. Figures of an open link are
        refused.

    Notes
    -----
    :math:`y_i = x_i'\beta + v_i + e_i` with :math:`v_i \sim N(0, A)` and
    :math:`e_i \sim N(0, \psi_i)`, the :math:`\psi_i` taken as known. The predictor is

    .. math::

        \hat\theta_i = \gamma_i y_i + (1 - \gamma_i) x_i'\hat\beta, \qquad
        \gamma_i = \hat A / (\hat A + \psi_i)

    and its mean squared error :math:`g_1 + g_2 + 2 g_3 - b (1 - \gamma_i)^2` with
    :math:`g_1 = \gamma_i \psi_i`,
    :math:`g_2 = (1 - \gamma_i)^2 x_i' (X'V^{-1}X)^{-1} x_i`,
    :math:`g_3 = (1 - \gamma_i)^2 \overline V(\hat A) / (\hat A + \psi_i)`. By REML
    :math:`\overline V(\hat A) = 2 / \sum (\hat A + \psi_j)^{-2}` and the bias b is 0; by ML the
    same and :math:`b = -tr\{(X'V^{-1}X)^{-1} X'V^{-2}X\} / \sum (\hat A + \psi_j)^{-2}`; by
    moments :math:`\overline V = 2 m / (\sum (\hat A + \psi_j)^{-1})^2` and
    :math:`b = 2 \{m \sum (\hat A + \psi_j)^{-2} - (\sum (\hat A + \psi_j)^{-1})^2\} /
    (\sum (\hat A + \psi_j)^{-1})^3`. An area without a figure has :math:`\psi_i = \infty`, which
    leaves :math:`\hat A + x_i' (X'V^{-1}X)^{-1} x_i - b`. Where the correction would leave less
    than nothing, it is not made.

    With :math:`\hat A = 0` every predictor is synthetic, and flagged. No interval is given: the
    normal one falls short where A is small against :math:`\psi_i`.

    References
    ----------
    Fay, R. E. and Herriot, R. A. (1979). Estimates of income for small places: an application of
    James-Stein procedures to census data. Journal of the American Statistical Association 74,
    269-277.
    Prasad, N. G. N. and Rao, J. N. K. (1990). The estimation of the mean squared error of
    small-area estimators. Journal of the American Statistical Association 85, 163-171.
    Datta, G. S. and Lahiri, P. (2000). A unified measure of uncertainty of estimated best linear
    unbiased predictors in small area estimation problems. Statistica Sinica 10, 613-627.
    Datta, G. S., Rao, J. N. K. and Smith, D. D. (2005). On measuring the variability of small area
    estimators under a basic area level model. Biometrika 92, 183-196.

    Examples
    --------
    >>> found = small_area([0.62, 0.48, 0.71, 0.30], variances=[0.002, 0.010, 0.004, 0.020])
    >>> [(round(area.direct, 2), round(area.eblup, 2)) for area in found.areas]
    [(0.62, 0.61), (0.48, 0.51), (0.71, 0.68), (0.3, 0.44)]
    """
    way = choose(METHODS, method, situation="to estimate the model's variance")
    y, psi = _direct(direct, variances)
    names, x = _design(covariates, y.size, intercept=intercept)
    sampled = ~np.isnan(y)
    given = Areas(y[sampled], x[sampled], psi[sampled])
    fit = fit_model(given, way)
    mse = mean_squared_error(given, fit, way, x=x, psi=psi)
    standard_errors = np.sqrt(np.diag(fit.covariance))
    return SmallAreas(
        areas=_areas(_labels(direct, areas, y.size), y, x, psi, mse, fit),
        coefficients=dict(zip(names, map(float, fit.coefficients), strict=True)),
        standard_errors=dict(zip(names, map(float, standard_errors), strict=True)),
        model_variance=fit.variance,
        method=method,
    )


def _areas(
    labels: Sequence[Hashable], y: Floats, x: Floats, psi: Floats, mse: Floats, fit: Regression
) -> tuple[AreaEstimate, ...]:
    synthetic, weight = x @ fit.coefficients, shrinkage(fit.variance, psi)
    sampled = ~np.isnan(y)
    eblup = np.where(sampled, weight * y + (1 - weight) * synthetic, synthetic)
    return tuple(
        AreaEstimate(
            area=label,
            direct=float(y[place]) if sampled[place] else None,
            variance=float(psi[place]) if sampled[place] else None,
            eblup=float(eblup[place]),
            mse=float(mse[place]),
            shrinkage=float(weight[place]),
            synthetic=float(synthetic[place]),
            flags=_flags(bool(sampled[place]), fit.variance),
        )
        for place, label in enumerate(labels)
    )


def _flags(sampled: bool, variance: float) -> tuple[str, ...]:
    if not sampled:
        return (str(AreaFlag.SYNTHETIC), str(AreaFlag.NOT_SAMPLED))
    return () if variance > 0 else (str(AreaFlag.SYNTHETIC),)


def _are_estimates(direct: Sequence[Direct] | ArrayLike) -> TypeGuard[Sequence[Direct]]:
    return (
        isinstance(direct, Sequence)
        and len(direct) > 0
        and all(hasattr(figure, "value") and hasattr(figure, "se") for figure in direct)
    )


def _direct(
    direct: Sequence[Direct] | ArrayLike, variances: ArrayLike | None
) -> tuple[Floats, Floats]:
    """Give figures and sampling variances: NaN and infinite where an area was not sampled."""
    if _are_estimates(direct):
        if variances is not None:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                "the estimates carry their standard errors; leave variances out, or give numbers",
            )
        _check_selection(direct)
        y = numeric_column([figure.value for figure in direct], "direct")
        se = numeric_column([figure.se for figure in direct], "direct")
        psi = se * np.abs(se)
    else:
        if variances is None:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                "direct is numbers without variances; give variances=[...], or estimates",
            )
        y, psi = numeric_column(direct, "direct"), numeric_column(variances, "variances")
    return y, _checked_variances(y, psi)


def _check_selection(direct: Sequence[Direct]) -> None:
    for figure in direct:
        if Flag.SELF_SELECTED in getattr(figure, "flags", ()):
            raise AnalysisError(
                ErrorCode.NOT_A_PROBABILITY_SAMPLE,
                "these figures come from an open link and have no sampling variance; a model of "
                "small areas needs a probability sample",
            )


def _checked_variances(y: Floats, psi: Floats) -> Floats:
    if y.ndim != 1 or y.shape != psi.shape:
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"direct has shape {y.shape} and variances {psi.shape}; give each area one of both",
        )
    wrong = ~np.isnan(y) & ~(psi > 0)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"the area at place {place} has a figure with sampling variance {psi[place]}; it must "
            "be positive: smooth the variances, or leave out an area that was surveyed whole",
            value=place,
        )
    return np.where(np.isnan(y), np.inf, psi)


def _design(
    covariates: Mapping[str, ArrayLike] | ArrayLike | None, m: int, *, intercept: bool
) -> tuple[tuple[str, ...], Floats]:
    names: tuple[str, ...] = ()
    x = np.empty((m, 0))
    if covariates is not None:
        names, x = numeric_columns(covariates, "area")
    if x.shape[0] != m:
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"covariates of {x.shape[0]} areas for {m} direct figures; give each area its own",
        )
    for name, column in zip(names, x.T, strict=True):
        if np.isnan(column).any():
            raise AnalysisError(
                ErrorCode.MISSING_VALUES,
                f"covariate {name!r} is missing in an area; it must be known of every one",
                column=name,
            )
    if intercept:
        names, x = ("intercept", *names), np.column_stack([np.ones(m), x])
    if not names:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "no covariates and no intercept; the model needs one"
        )
    return names, x


def _labels(
    direct: Sequence[Direct] | ArrayLike, areas: Sequence[Hashable] | None, m: int
) -> Sequence[Hashable]:
    if areas is not None:
        if len(areas) != m:
            raise AnalysisError(
                ErrorCode.UNEQUAL_LENGTHS, f"{len(areas)} names for {m} areas; name each one"
            )
        return areas
    if not _are_estimates(direct):
        return range(m)
    return [_label(figure, place) for place, figure in enumerate(direct)]


def _label(figure: Direct, place: int) -> Hashable:
    domain = tuple(getattr(figure, "domain", {}).values())
    if not domain:
        return place
    return domain[0] if len(domain) == 1 else domain
