r"""How calibrated weights depart from the old ones: the function F of each distance.

A calibrated weight is :math:`w F(u)`, u a linear function of the calibration variables; F(0) is one
and so is its slope there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
from scipy.special import expit

from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Floats

Bounds = tuple[float, float]


class Distance(Protocol):
    """A distance between weights."""

    def check_bounds(self, bounds: Bounds | None) -> Bounds:
        """Limits of the factors, or a refusal."""

    def factor(self, u: Floats, bounds: Bounds) -> Floats:
        """F(u)."""

    def slope(self, u: Floats, bounds: Bounds) -> Floats:
        """The derivative of F."""


def _limits(bounds: Bounds | None) -> Bounds:
    if bounds is None:
        return -np.inf, np.inf
    low, high = (float(each) for each in bounds)
    if not low < 1 < high:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"bounds are ({low:g}, {high:g}); give how far a weight may shrink and grow, as "
            "(0.5, 2), with one between them",
            value=bounds,
        )
    return low, high


@dataclass(frozen=True, slots=True)
class Linear:
    """F(u) = 1 + u, cut at the bounds: the generalised regression estimator."""

    def check_bounds(self, bounds: Bounds | None) -> Bounds:
        """Limits of the factors, or a refusal."""
        return _limits(bounds)

    def factor(self, u: Floats, bounds: Bounds) -> Floats:
        """F(u)."""
        return np.clip(1 + u, *bounds)

    def slope(self, u: Floats, bounds: Bounds) -> Floats:
        """The derivative of F."""
        return np.asarray((1 + u > bounds[0]) & (1 + u < bounds[1]), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Exponential:
    """F(u) = exp(u), cut at the bounds: raking; factors are above zero."""

    def check_bounds(self, bounds: Bounds | None) -> Bounds:
        """Limits of the factors, or a refusal."""
        return _limits(bounds)

    def factor(self, u: Floats, bounds: Bounds) -> Floats:
        """F(u)."""
        return np.clip(np.exp(u), *bounds)

    def slope(self, u: Floats, bounds: Bounds) -> Floats:
        """The derivative of F."""
        found = np.exp(u)
        return np.where((found > bounds[0]) & (found < bounds[1]), found, 0.0)


@dataclass(frozen=True, slots=True)
class Logit:
    r"""F(u) between L and U along a logistic curve.

    .. math:: F = \frac{L(U-1) + U(1-L)e^{Au}}{(U-1) + (1-L)e^{Au}}, \quad
        A = \frac{U-L}{(U-1)(1-L)}
    """

    def check_bounds(self, bounds: Bounds | None) -> Bounds:
        """Limits of the factors, or a refusal."""
        low, high = _limits(bounds)
        if not np.isfinite([low, high]).all():
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                "logit calibration needs bounds; give how far a weight may shrink and grow, as "
                "bounds=(0.5, 2)",
                value=bounds,
            )
        return low, high

    def factor(self, u: Floats, bounds: Bounds) -> Floats:
        """F(u)."""
        low, high = bounds
        return np.asarray(low + (high - low) * self._share(u, bounds))

    def slope(self, u: Floats, bounds: Bounds) -> Floats:
        """The derivative of F."""
        low, high = bounds
        share = self._share(u, bounds)
        steep = (high - low) / ((high - 1) * (1 - low))
        return np.asarray((high - low) * steep * share * (1 - share))

    def _share(self, u: Floats, bounds: Bounds) -> Floats:
        low, high = bounds
        steep = (high - low) / ((high - 1) * (1 - low))
        return np.asarray(expit(steep * u + np.log((1 - low) / (high - 1))))


DISTANCES: Mapping[str, Distance] = MappingProxyType(
    {"linear": Linear(), "raking": Exponential(), "logit": Logit()}
)
