"""Rows without a value, where they are not to be left out."""

from collections.abc import Sequence

from analisis.errors import AnalysisError, ErrorCode


def require_complete(absent: float, columns: Sequence[str]) -> None:
    """Refuse rows that lack a value.

    Parameters
    ----------
    absent : float
        How many do.
    columns : sequence of str
        The columns that are looked at.

    Raises
    ------
    AnalysisError
        If there are any.
    """
    if absent > 0.5:
        named = " or ".join(repr(name) for name in columns)
        raise AnalysisError(
            ErrorCode.MISSING_VALUES,
            f"{round(absent)} rows have no value for {named}; say na='drop' to leave them out of "
            "the figure, or fill them",
            column=columns[0] if len(columns) == 1 else None,
        )
