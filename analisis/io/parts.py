"""Rows in several parts, each wherever it is: their sums are added up."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import GroupBy, Groups, Kind, Source, merge


class PartsSource:
    """Several sources with the same columns as one.

    Parameters
    ----------
    parts : sequence of Source
        Parts of the data that share no rows.

    Raises
    ------
    AnalysisError
        If there is no part, or a column is not in all of them with the same kind of values.
    """

    def __init__(self, parts: Sequence[Source]) -> None:
        if not parts:
            raise AnalysisError(ErrorCode.UNREADABLE_DATA, "there are no parts; give at least one")
        for part in parts[1:]:
            for name in parts[0].kinds.keys() ^ part.kinds.keys():
                raise AnalysisError(
                    ErrorCode.UNKNOWN_COLUMN,
                    f"column {name!r} is not in all parts of the data; give each the same columns",
                    column=name,
                )
            for name, kind in parts[0].kinds.items():
                if part.kinds[name] is not kind:
                    raise AnalysisError(
                        ErrorCode.UNREADABLE_DATA,
                        f"column {name!r} holds {kind} in one part and {part.kinds[name]} in "
                        "another; give it the same type in all",
                        column=name,
                    )
        self._parts = tuple(parts)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Every column with what it holds."""
        return self._parts[0].kinds

    @cached_property
    def size(self) -> int:
        """Number of rows."""
        return sum(part.size for part in self._parts)

    @property
    def in_memory(self) -> bool:
        """Whether handing out rows costs nothing."""
        return all(part.in_memory for part in self._parts)

    def group(self, wanted: GroupBy) -> Groups:
        """Run one aggregation on every part, and add up."""
        found = [groups for part in self._parts if (groups := part.group(wanted)).size]
        return merge(found) if found else self._parts[0].group(wanted)

    def centres(self, names: Sequence[str]) -> Mapping[str, float]:
        """A value near the mean of each column of numbers."""
        return self._parts[0].centres(names)

    def levels(self, name: str) -> NDArray[np.generic]:
        """The distinct values of a column, in order."""
        return np.unique(np.concatenate([part.levels(name) for part in self._parts]))

    def column(self, name: str) -> NDArray[np.generic]:
        """One column in row order, part after part."""
        return np.concatenate([part.column(name) for part in self._parts])
