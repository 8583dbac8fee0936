"""What replicates multiply the weights of each first-stage unit by: a function per kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analisis.design.declaration import plain
from analisis.design.stages import LonelyPSU
from analisis.errors import AnalysisError, ErrorCode
from analisis.replication.hadamard import hadamard
from analisis.sums import Codes, Floats

Seed = int | np.random.Generator | None

_REPLICATES = 500
_CELLS = 200_000_000
"""More factors than this do not fit: 1.6 GB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """First-stage units as replicates need them.

    Attributes
    ----------
    stratum : array of int, shape (units,)
        The stratum of each unit.
    drawn, size : arrays, shape (strata,)
        Units drawn and units there are (infinite where drawn with replacement).
    names : array, shape (strata,)
        What each stratum is called.
    lonely : LonelyPSU
        The rule for strata with a single unit.
    """

    stratum: Codes
    drawn: Floats
    size: Floats
    names: NDArray[np.generic]
    lonely: LonelyPSU

    @property
    def count(self) -> int:
        """Number of units."""
        return len(self.stratum)

    @property
    def alone(self) -> NDArray[np.bool_]:
        """Strata with one unit drawn out of several."""
        return np.asarray((self.drawn == 1) & (self.size > 1))

    def unseen(self) -> Floats:
        """The share of each stratum's units that was not drawn."""
        return np.where(np.isinf(self.size), 1.0, 1 - self.drawn / self.size)

    def members(self, stratum: int) -> Codes:
        """The units of a stratum."""
        return np.flatnonzero(self.stratum == stratum)

    def name(self, stratum: int) -> object:
        """What a stratum is called."""
        return plain(self.names[stratum])

    def require_company(self) -> None:
        """Refuse a lonely unit, if that is the rule."""
        if self.lonely is LonelyPSU.ERROR and self.alone.any():
            stratum = self.name(int(np.flatnonzero(self.alone)[0]))
            raise AnalysisError(
                ErrorCode.LONELY_PSU,
                f"stratum {stratum!s} has only one primary sampling unit, so that its replicates "
                "cannot vary; join it to a similar stratum, or choose another lonely_psu",
                stratum=stratum,
            )

    def require_room(self, replicates: int) -> None:
        """Refuse more factors than can be kept."""
        if self.count * replicates > _CELLS:
            raise AnalysisError(
                ErrorCode.NOT_SUPPORTED,
                f"{self.count} units times {replicates} replicates are too many factors; choose "
                "kind='bootstrap' with a smaller n, or estimate without replicates",
                value=replicates,
            )


@dataclass(frozen=True, slots=True)
class Factors:
    """Replicates of the units.

    Attributes
    ----------
    values : array, shape (units, replicates)
        What each replicate multiplies the weights by.
    scale : float
    rscales : array, shape (replicates,)
        The variance is scale times the sum over replicates r of rscales_r (θ_r - centre)².
    """

    values: Floats
    scale: float
    rscales: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How replicates are to be made.

    Attributes
    ----------
    n : int or None
        How many, where chance makes them.
    rng : Generator
        Chance.
    rho : float or None
        Fay's coefficient.
    """

    n: int | None
    rng: np.random.Generator
    rho: float | None

    @property
    def count(self) -> int:
        """How many replicates chance makes.

        Raises
        ------
        AnalysisError
            If there are fewer than two.
        """
        found = _REPLICATES if self.n is None else self.n
        if found < 2:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"n is {found}; a bootstrap needs two replicates at the least, better 500",
                value=found,
            )
        return found


def _jk1(units: Units, wanted: Wanted) -> Factors:
    """Leave each unit out in turn, in a sample without strata (Quenouille; Tukey)."""
    if len(units.drawn) > 1:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "JK1 leaves out one unit of a sample without strata and this one has "
            f"{len(units.drawn)}; choose kind='JKn'",
        )
    found = _jkn(units, wanted)
    n = units.count
    if found.values.shape[1] == 0:
        return found
    return Factors(found.values, float(units.unseen()[0]) * (n - 1) / n, np.ones(n))


def _jkn(units: Units, wanted: Wanted) -> Factors:
    """Leave each unit out in turn; the others of its stratum take over its weight."""
    units.require_company()
    units.require_room(units.count)
    unseen, strata = units.unseen(), len(units.drawn)
    columns, rscales = [], []
    for stratum in range(strata):
        members = units.members(stratum)
        n = len(members)
        if n > 1:
            block = np.ones((units.count, n))
            block[members] = n / (n - 1)
            block[members, np.arange(n)] = 0
            columns.append(block)
            rscales.append(np.full(n, unseen[stratum] * (n - 1) / n))
        elif units.alone[stratum] and units.lonely is LonelyPSU.ADJUST and strata > 1:
            block = np.full((units.count, 1), strata / (strata - 1))
            block[members] = 0
            columns.append(block)
            rscales.append(np.full(1, (strata - 1) / strata))
    values = np.concatenate([np.ones((units.count, 0)), *columns], axis=1)
    average = units.lonely is LonelyPSU.AVERAGE and values.shape[1] > 0
    scale = units.count / values.shape[1] if average else 1.0
    return Factors(values, scale, np.concatenate([np.ones(0), *rscales]))


def _half_samples(units: Units, rho: float) -> Factors:
    """One of each two units counts twice, by the signs of a Hadamard matrix."""
    pairs = []
    for stratum in range(len(units.drawn)):
        members = units.members(stratum)
        if len(members) % 2:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"stratum {units.name(stratum)!s} has {len(members)} units and half samples need "
                "pairs; choose kind='JKn' or 'bootstrap'",
                stratum=units.name(stratum),
            )
        pairs += list(members.reshape(-1, 2))
    units.require_room(len(pairs) + 1)
    # The first row, all ones, is left out: then every unit is in half of the replicates.
    signs = hadamard(len(pairs) + 1)[1 : len(pairs) + 1]
    values = np.empty((units.count, signs.shape[1]))
    places = np.array(pairs)
    values[places[:, 0]] = 1 + (1 - rho) * signs
    values[places[:, 1]] = 1 - (1 - rho) * signs
    replicates = signs.shape[1]
    return Factors(values, 1 / (replicates * (1 - rho) ** 2), np.ones(replicates))


def _brr(units: Units, wanted: Wanted) -> Factors:
    return _half_samples(units, 0.0)


def _fay(units: Units, wanted: Wanted) -> Factors:
    return _half_samples(units, check_rho(wanted.rho))


def check_rho(rho: float | None) -> float:
    """Fay's coefficient.

    Raises
    ------
    AnalysisError
        If it is not given or not between 0 and 1.
    """
    if rho is None or not 0 <= rho < 1:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"rho is {rho}; Fay's replicates need what the lesser half counts, as rho=0.3",
            value=rho,
        )
    return float(rho)


def _bootstrap(units: Units, wanted: Wanted) -> Factors:
    """As many units as were drawn, out of them or of a population of their copies."""
    units.require_company()
    units.require_room(wanted.count)
    values = np.ones((units.count, wanted.count))
    for stratum in range(len(units.drawn)):
        members = units.members(stratum)
        n, size = len(members), units.size[stratum]
        if n == 1:
            continue
        if np.isinf(size):
            chosen = wanted.rng.multinomial(n, np.full(n, 1 / n), size=wanted.count)
        else:
            copies = np.full(n, round(float(size)) // n)
            copies[wanted.rng.permutation(n)[: round(float(size)) % n]] += 1
            chosen = wanted.rng.multivariate_hypergeometric(copies, n, size=wanted.count)
        values[members] = chosen.T
    # Canty and Davison's draws vary (n - 1)/n too little: put right by the mean size of strata.
    mean = 1 / float(np.mean(1 / units.drawn))
    scale = mean / ((mean - 1) * (wanted.count - 1)) if mean > 1 else 0.0
    return Factors(values, scale, np.ones(wanted.count))


def _subbootstrap(units: Units, wanted: Wanted) -> Factors:
    """One unit less than was drawn, with replacement (Rao and Wu)."""
    units.require_company()
    units.require_room(wanted.count)
    values = np.ones((units.count, wanted.count))
    for stratum in range(len(units.drawn)):
        members = units.members(stratum)
        n = len(members)
        if n > 1:
            chosen = wanted.rng.multinomial(n - 1, np.full(n, 1 / n), size=wanted.count)
            values[members] = chosen.T * (n / (n - 1))
    return Factors(values, 1 / (wanted.count - 1), np.ones(wanted.count))


_KINDS: Mapping[str, Callable[[Units, Wanted], Factors]] = MappingProxyType(
    {
        "JK1": _jk1,
        "JKn": _jkn,
        "BRR": _brr,
        "Fay": _fay,
        "bootstrap": _bootstrap,
        "subbootstrap": _subbootstrap,
    }
)


def make_factors(
    units: Units, kind: str, *, n: int | None, rng: Seed, rho: float | None
) -> Factors:
    """Make replicates of the units.

    Raises
    ------
    AnalysisError
        If there is no such kind, or it does not go with the sample; if the whole population was
        drawn.
    """
    if kind not in _KINDS:
        raise AnalysisError(
            ErrorCode.UNKNOWN_METHOD,
            f"no kind {kind!r} of replicates; choose one of: {', '.join(_KINDS)}",
            value=kind,
        )
    chance = np.random.default_rng(0 if rng is None else rng)
    found = _KINDS[kind](units, Wanted(n=n, rng=chance, rho=rho))
    if found.values.shape[1] == 0:
        raise AnalysisError(
            ErrorCode.NOT_SUPPORTED,
            "no stratum has two units to vary, so that there are no replicates; estimate from the "
            "design itself",
        )
    return found
