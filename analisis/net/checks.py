"""What counts for and against must satisfy together."""

from analisis.checks import check_counts
from analisis.errors import AnalysisError, ErrorCode


def check_net(top: int, bottom: int, n: int, *, population: int | None) -> None:
    """Refuse counts for and against that overlap or cannot have happened.

    Raises
    ------
    AnalysisError
        If a count is impossible, or both together exceed `n`.
    """
    check_counts(top, n, population=population)
    check_counts(bottom, n)
    if top + bottom > n:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"top is {top} and bottom {bottom} of {n} answers; no answer can count for both",
        )
