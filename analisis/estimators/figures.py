"""From assessed statistics to records: intervals, design effects, flags."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analisis.checks import check_confidence, is_number
from analisis.design.assessed import Assessed
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Flag
from analisis.estimates import Estimates
from analisis.estimators.limits import NOTHING_VARIED, Limits, proportion_limits, t_limits
from analisis.estimators.parts import Part
from analisis.sums import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How figures are to be read.

    Attributes
    ----------
    confidence : float
        Level of the intervals.
    df : float or None
        Degrees of freedom in place of the design's.
    deff : bool or str
        Whether design effects are worked out; ``replace`` compares with a simple random sample with
        replacement, True with one without.
    census : bool
        Whether everybody was asked.
    population : int or None
        Units in the population, for figures of everybody.
    flags : tuple of str
        What a reader must know of every figure.
    """

    confidence: float = 0.95
    df: float | None = None
    deff: bool | str = True
    census: bool = False
    population: int | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        if not isinstance(self.deff, bool) and self.deff != "replace":
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"deff is {self.deff!r}; choose True, False or 'replace'",
                value=self.deff,
            )
        if self.df is not None and not (is_number(self.df) and self.df > 0):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"df is {self.df!r}; give a number above 0",
                value=self.df,
            )


@dataclass(frozen=True, slots=True)
class Flat:
    """Statistics of all domains one after the other, those of a domain beside each other."""

    value: Floats
    variance: Floats
    n: Floats
    base: Floats
    df: Floats
    simple: Floats
    unseen: Floats
    """Share of the population that a simple random sample of n leaves out, 1 - n/sum of weights."""

    @classmethod
    def of(cls, assessed: Assessed, parts: Sequence[Part], reading: Reading) -> "Flat":
        """Lay the statistics of an assessment out."""
        totals = assessed.table.totals
        shape = (len(totals), len(parts))
        n, base, weight, simple = (np.empty(shape) for _each in range(4))
        with np.errstate(divide="ignore", invalid="ignore"):
            for column, part in enumerate(parts):
                n[:, column] = totals[:, part.valid]
                base[:, column] = totals[:, part.base]
                weight[:, column] = totals[:, part.weight]
                simple[:, column] = np.nan if part.simple is None else part.simple(totals)
            unseen = 1 - n / weight
        df = assessed.df() if reading.df is None else np.full(shape, float(reading.df))
        return cls(
            *(
                each.ravel()
                for each in (assessed.values, assessed.variances, n, base, df, simple, unseen)
            )
        )

    def without_noise(self, *, shares: bool) -> "Flat":
        """The same, where everybody answered alike and only the last bits of the sums differ."""
        least = NOTHING_VARIED if shares else (1e-13 * self.value) ** 2
        alike = self.variance <= least
        # It is a mean of squares less the square of a mean, of which more digits are lost.
        spread = alike & (self.simple <= 1e-12 * np.maximum(self.value**2, 1.0))
        return replace(
            self,
            variance=np.where(alike, 0.0, self.variance),
            simple=np.where(spread, 0.0, self.simple),
        )

    def deff(self, kind: bool | str) -> Floats:
        """Design effects; NaN where they cannot be told."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if kind == "replace":
                found = self.variance / self.simple
            elif kind:
                found = self.variance / (
                    self.simple * np.where(self.unseen > 0, self.unseen, np.nan)
                )
            else:
                found = np.full(len(self.value), np.nan)
        return np.where(np.isfinite(found), found, np.nan)


def records(
    assessed: Assessed,
    parts: Sequence[Part],
    reading: Reading,
    *,
    limits: Limits,
    methods: Sequence[str | None],
    shares: bool = False,
) -> Estimates:
    """Make the records of an assessment.

    Parameters
    ----------
    assessed, parts, reading
        Statistics, what they are, and how they are to be read.
    limits, methods
        Limits of each figure, NaN where there are none, and how they were made.
    shares : bool
        Whether the figures are proportions, whose effective size is p(1-p)/V, at most n.
    """
    flat = Flat.of(assessed, parts, reading).without_noise(shares=shares)
    deff = flat.deff(reading.deff)
    with np.errstate(divide="ignore", invalid="ignore"):
        if shares:
            size = np.minimum(flat.n, flat.value * (1 - flat.value) / flat.variance)
            size = np.where(np.isfinite(size), size, flat.n)
        else:
            size = flat.n / deff
    items = []
    for place in range(len(flat.value)):
        part = parts[place % len(parts)]
        domain = assessed.table.domains[place // len(parts)]
        items.append(
            Estimate(
                statistic=part.statistic,
                variable=part.variable,
                category=part.category,
                domain=domain,
                population=None if domain else reading.population,
                **_numbers(flat, place, reading),
                **_interval(flat, place, reading, limits, methods),
                deff=finite(deff[place]),
                n_effective=finite(size[place]),
                flags=_flags(reading),
            )
        )
    return Estimates(
        items,
        covariance=assessed.covariance,
        joint_df=assessed.joint_df if reading.df is None else _always(reading.df),
        confidence=reading.confidence,
    )


def _always(df: float) -> Any:
    return lambda _places: df


def _numbers(flat: Flat, place: int, reading: Reading) -> dict[str, Any]:
    known = np.isfinite(flat.value[place])
    error = np.sqrt(max(flat.variance[place], 0.0)) if known else np.nan
    return {
        "value": finite(flat.value[place]),
        "se": 0.0 if reading.census and known else finite(error),
        "n": round(float(flat.n[place])),
        "base": round(float(flat.base[place])),
        "df": finite(flat.df[place]),
    }


def _interval(
    flat: Flat, place: int, reading: Reading, limits: Limits, methods: Sequence[str | None]
) -> dict[str, Any]:
    low, high = float(limits[0][place]), float(limits[1][place])
    method = methods[place]
    if reading.census:
        low = high = float(flat.value[place])
    if method is None or not (np.isfinite(low) and np.isfinite(high)):
        return {}
    return {"low": low, "high": high, "confidence": reading.confidence, "method": method}


def _flags(reading: Reading) -> tuple[str, ...]:
    return (*((Flag.CENSUS,) if reading.census else ()), *reading.flags)


def finite(value: float) -> float | None:
    """A plain number, or None for what is none."""
    return float(value) if np.isfinite(value) else None


def with_t(assessed: Assessed, parts: Sequence[Part], reading: Reading) -> Estimates:
    """Figures with Student's interval."""
    flat = Flat.of(assessed, parts, reading)
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = t_limits(flat.value, flat.variance, flat.df, reading.confidence)
    return records(assessed, parts, reading, limits=limits, methods=["t"] * len(flat.value))


def with_proportion_method(
    assessed: Assessed, parts: Sequence[Part], reading: Reading, method: str
) -> Estimates:
    """Proportions with an interval of their own."""
    flat = Flat.of(assessed, parts, reading)
    variance = assessed.logit_variances().ravel() if method == "logit" else flat.variance
    low, high, methods = proportion_limits(
        method, flat.value, variance, flat.n, flat.df, reading.confidence
    )
    return records(assessed, parts, reading, limits=(low, high), methods=methods, shares=True)
