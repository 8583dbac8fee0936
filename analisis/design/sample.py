"""What every design offers to its estimators."""

from collections.abc import Sequence
from enum import StrEnum

from analisis.design.assessed import Assessed, Smooth
from analisis.design.declaration import several
from analisis.design.table import Request, Table
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Floats, Source

Names = str | Sequence[str]


class Gaps(StrEnum):
    """What to do with rows that have no value."""

    DROP = "drop"
    LISTWISE = "listwise"
    ERROR = "error"

    @classmethod
    def of(cls, na: str) -> "Gaps":
        """The rule of that name.

        Raises
        ------
        AnalysisError
            If there is none.
        """
        try:
            return cls(na)
        except ValueError:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"na is {na!r}; choose one of: {', '.join(cls)}",
                value=na,
            ) from None


def names(given: Names | None) -> tuple[str, ...]:
    """A column or several as a tuple; whether they are there is for the source to say."""
    return several(given)


def require_t(method: str) -> None:
    """Refuse methods for figures that have one interval.

    Raises
    ------
    AnalysisError
        If it is neither ``auto`` nor ``t``.
    """
    if method not in ("auto", "t"):
        raise AnalysisError(
            ErrorCode.UNKNOWN_METHOD,
            f"no method {method!r} for this figure; choose one of: auto, t",
            value=method,
        )


class Sample:
    """A sample of which figures can be made."""

    source: Source

    @property
    def weight_column(self) -> str | None:
        """The column whose rows above zero count as answers."""
        raise NotImplementedError

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader must know of every figure."""
        return ()

    @property
    def is_census(self) -> bool:
        """Whether everybody was asked."""
        raise NotImplementedError

    @property
    def population(self) -> int | None:
        """Units in the population, where known."""
        raise NotImplementedError

    def assess(
        self, smooth: Smooth, *, by: Sequence[str] = (), where: str | None = None
    ) -> Assessed:
        """Values of a smooth function of totals with their variances."""
        raise NotImplementedError

    def assess_table(self, table: Table, smooth: Smooth) -> Assessed:
        """Values of a smooth function of the sums of a table, with their variances."""
        raise NotImplementedError

    def collect(self, request: Request, *, apart: bool = False) -> Table:
        """The sums of a request, by domain and unit."""
        raise NotImplementedError

    def replicate_factors(self, table: Table) -> Floats | None:
        """What replicates multiply the weights of each group by, shape (groups, replicates).

        None where variances are linearised.
        """
        return None

    def replicate_deviations(self, values: Floats, full: Floats) -> Floats:
        """Deviations of statistics by replicate, whose products add up to the covariance.

        From values of shape (replicates, statistics), NaN where a replicate has none, and those of
        the full sample.
        """
        raise NotImplementedError
