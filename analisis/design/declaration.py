"""What somebody says of how a sample was drawn, checked against the columns that there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from analisis.checks import is_number
from analisis.design.stages import LonelyPSU
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Kind, Source

Population = str | float | Mapping[object, float]
"""Units in the population: a column, a number for each stratum alike, or a number by stratum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Columns of the design, with the rules that go with them.

    Attributes
    ----------
    weights, strata : str or None
        Columns.
    clusters : tuple of str
        A column per stage, the first stage first; empty where the rows are the units.
    population : tuple
        Per stage, what says how many units there are; may be shorter than the stages.
    nest : bool
        Whether ids of the first stage are used again in other strata.
    lonely_psu : LonelyPSU
        The rule for strata with a single unit.
    cells : tuple of str
        Columns whose combinations share one calibration factor.
    """

    weights: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    population: tuple[Population, ...] = ()
    nest: bool = False
    lonely_psu: LonelyPSU = LonelyPSU.ERROR
    cells: tuple[str, ...] = ()

    @property
    def rows_are_units(self) -> bool:
        """Whether each row is a unit of its own."""
        return not self.clusters

    @property
    def population_columns(self) -> tuple[str, ...]:
        """Those of the population that are columns."""
        return tuple(each for each in self.population if isinstance(each, str))

    @property
    def stages(self) -> tuple[str, ...]:
        """Columns of the stages that add to the variance.

        Where nothing is known of the population, the first stage holds all of it: it is taken as
        drawn with replacement.
        """
        return self.clusters if self.population else self.clusters[:1]

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that tell the units and cells of the design apart."""
        strata = (self.strata,) if self.strata else ()
        return tuple(dict.fromkeys((*strata, *self.stages, *self.cells)))

    def with_cells(self, columns: Sequence[str]) -> "Declaration":
        """The same with more columns that calibration depends on."""
        return replace(self, cells=tuple(dict.fromkeys((*self.cells, *columns))))

    @classmethod
    def of(
        cls,
        source: Source,
        *,
        weights: str | None,
        strata: str | None,
        clusters: str | Sequence[str] | None,
        population: Population | Sequence[Population] | None,
        nest: bool,
        lonely_psu: LonelyPSU | str,
    ) -> "Declaration":
        """Take the arguments of a design in the forms that they may have.

        Raises
        ------
        AnalysisError
            If a column is not there or holds no numbers, there are more populations than stages,
            or the rule for lonely units is none.
        """
        declared = cls(
            weights=weights,
            strata=strata,
            clusters=several(clusters),
            population=_populations(population),
            nest=nest,
            lonely_psu=_rule(lonely_psu),
        )
        for name in (strata, *declared.clusters):
            if name is not None:
                require_column(source, name)
        for name in (weights, *declared.population_columns):
            if name is not None:
                require_numbers(source, name)
        if len(declared.population) > max(1, len(declared.clusters)):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"population has {len(declared.population)} stages and clusters "
                f"{len(declared.clusters)}; give a column of clusters for each stage",
            )
        return declared


def several(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """A column or several as a tuple."""
    if names is None:
        return ()
    if isinstance(names, str) or not isinstance(names, Iterable):
        return (names,)
    return tuple(names)


def _populations(given: object) -> tuple[Population, ...]:
    if given is None:
        return ()
    if isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(_population(each) for each in given)
    return (_population(given),)


def _population(given: object) -> Population:
    """A column, a number, or numbers by stratum."""
    numbers = list(given.values()) if isinstance(given, Mapping) else [given]
    if isinstance(given, str) or all(is_number(each) for each in numbers):
        return cast(Population, given)
    raise AnalysisError(
        ErrorCode.INVALID_ARGUMENT,
        f"population is {given!r}; give for each stage the name of a column, a number, or a "
        "mapping from each stratum to its number",
        value=given,
    )


def _rule(lonely_psu: LonelyPSU | str) -> LonelyPSU:
    try:
        return LonelyPSU(lonely_psu)
    except ValueError:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"lonely_psu is {lonely_psu!r}; choose one of: {', '.join(LonelyPSU)}",
            value=lonely_psu,
        ) from None


def require_column(source: Source, name: str) -> Kind:
    """Refuse a column that is not there; tell what one holds that is.

    Raises
    ------
    AnalysisError
        If there is no such column.
    """
    if not isinstance(name, str) or name not in source.kinds:
        shown = repr(name) if isinstance(name, str) else f"of a {type(name).__name__}"
        raise AnalysisError(
            ErrorCode.UNKNOWN_COLUMN,
            f"there is no column {shown}; the columns are: {', '.join(source.kinds)}",
            column=name if isinstance(name, str) else None,
            value=name,
        )
    kind = source.kinds[name]
    if kind is Kind.MIXED:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"column {name!r} holds {kind}; turn all of it into numbers, or all into text",
            column=name,
        )
    return kind


def require_numbers(source: Source, name: str) -> None:
    """Refuse a column without numbers.

    Raises
    ------
    AnalysisError
        If there is no such column, or it holds something else.
    """
    if require_column(source, name) not in {Kind.NUMBER, Kind.BOOLEAN}:
        raise AnalysisError(
            ErrorCode.NOT_NUMERIC,
            f"column {name!r} holds no numbers; give one that does, or count its categories with "
            "proportion",
            column=name,
        )


def plain(value: object) -> object:
    """A value of an array as Python has it."""
    return value.item() if isinstance(value, np.generic) else value
