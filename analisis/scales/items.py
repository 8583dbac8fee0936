"""The items of a scale as numbers: read, checked, without the rows that cannot count."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analisis.checks import choose
from analisis.errors import AnalysisError, ErrorCode
from analisis.numeric import Floats, numeric_columns

Items = Mapping[str, ArrayLike] | ArrayLike
"""Columns by name, or respondents × items."""


@dataclass(frozen=True, slots=True)
class ItemTable:
    """Answers to the items of a scale.

    Attributes
    ----------
    names : tuple of str
        The items, k of them; the columns of an array are called ``1`` to ``k``.
    values : ndarray, shape (n, k)
        Answers; NaN where one is missing.
    rows : ndarray of bool
        Which of the rows given are in `values`.
    """

    names: tuple[str, ...]
    values: Floats
    rows: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """Respondents n and items k."""
        return self.values.shape[0], self.values.shape[1]


def read_items(
    items: Items, *, least_items: int, missing: str, usable: Mapping[str, "Missing"] | None = None
) -> ItemTable:
    """Read the items of a scale and apply the rule for missing answers.

    Parameters
    ----------
    items : mapping of columns, or array of shape (n, k)
        None and NaN are missing answers.
    least_items : int
        Items without which the figure is not defined.
    missing : str
        A name in `usable`.
    usable : mapping, optional
        The rules that the figure allows; all of `MISSING` without it.

    Returns
    -------
    ItemTable

    Raises
    ------
    AnalysisError
        If a column is not numeric, columns differ in length, items are fewer than needed, two
        rows do not remain, an item has the same answer in all of them, or the rule for missing
        answers is unknown.
    """
    rule = choose(usable or MISSING, missing, situation="for missing answers")
    names, values = numeric_columns(items, "respondent")
    if len(names) < least_items:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"the scale has {len(names)} items; this figure needs at least {least_items}",
            value=len(names),
        )
    rows = rule(names, values)
    table = ItemTable(names, values[rows], rows)
    _check_variation(table)
    return table


def _listwise(names: Sequence[str], values: Floats) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(values).any(axis=1))


def _pairwise(names: Sequence[str], values: Floats) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(values).all(axis=1))


def _error(names: Sequence[str], values: Floats) -> NDArray[np.bool_]:
    incomplete = np.isnan(values).sum(axis=0)
    for name, count in zip(names, incomplete, strict=True):
        if count:
            raise AnalysisError(
                ErrorCode.MISSING_VALUES,
                f"{name!r} lacks {count} answers; complete them, or ask for missing='listwise'",
                column=name,
                value=int(count),
            )
    return np.ones(values.shape[0], dtype=np.bool_)


Missing = Callable[[Sequence[str], Floats], NDArray[np.bool_]]
"""Which rows stay, of the names and answers given."""

COMPLETE: Mapping[str, Missing] = MappingProxyType({"listwise": _listwise, "error": _error})
MISSING: Mapping[str, Missing] = MappingProxyType({**COMPLETE, "pairwise": _pairwise})


_LARGEST = 1e100


def _check_variation(table: ItemTable) -> None:
    n, _ = table.shape
    if n < 2:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"{n} respondents answered; the items of a scale need at least 2",
            value=n,
        )
    for name, column in zip(table.names, table.values.T, strict=True):
        present = column[~np.isnan(column)]
        if present.size and np.abs(present).max() > _LARGEST:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"{name!r} has answers above {_LARGEST:g}, whose products are no numbers; give it "
                "another unit",
                column=name,
            )
        if present.size == 0 or np.all(present == present[0]):
            raise AnalysisError(
                ErrorCode.NO_VARIATION,
                f"{name!r} has the same answer from every respondent, or none; leave it out",
                column=name,
            )


def covariance_matrix(table: ItemTable) -> Floats:
    """Covariances of the items, with n − 1 below; each from the rows that answered both.

    Returns
    -------
    ndarray, shape (k, k)
        Where no answer is missing it is the usual covariance matrix.

    Raises
    ------
    AnalysisError
        If no two respondents answered both items of a pair.
    """
    present = ~np.isnan(table.values)
    if present.all():
        return np.asarray(np.cov(table.values, rowvar=False))
    k = len(table.names)
    found = np.empty((k, k))
    for i in range(k):
        for j in range(i, k):
            both = present[:, i] & present[:, j]
            if np.count_nonzero(both) < 2:
                raise AnalysisError(
                    ErrorCode.MISSING_VALUES,
                    f"fewer than two respondents answered both {table.names[i]!r} and "
                    f"{table.names[j]!r}; leave one of them out",
                    column=table.names[j],
                )
            found[i, j] = found[j, i] = np.cov(table.values[both][:, [i, j]], rowvar=False)[0, 1]
    return found
