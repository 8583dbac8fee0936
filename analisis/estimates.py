"""Figures of one call together: a sequence of records with their covariance."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from analisis.checks import is_number
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Statistic
from analisis.sums import Floats

if TYPE_CHECKING:
    from analisis.comparing import Comparison

Reference = int | object


class Estimates(Sequence[Estimate]):
    """An immutable sequence of figures from the same design.

    Parameters
    ----------
    items : sequence of Estimate
        The figures.
    covariance : function
        Works out their covariance, shape (figures, figures), in the same order.
    joint_df : function
        From places of figures to the degrees of freedom of what they say together.
    confidence : float
        Level for the figures that are made of these.

    Examples
    --------
    >>> from analisis import SurveyDesign
    >>> design = SurveyDesign({"year": [1, 1, 1, 2, 2, 2], "mark": [4, 5, 6, 5, 7, 7]})
    >>> means = design.mean("mark", by="year")
    >>> change = means.difference(1, 0)
    >>> round(change.value, 3), round(change.low, 3), round(change.high, 3)
    (1.333, -0.694, 3.361)
    """

    def __init__(
        self,
        items: Sequence[Estimate],
        *,
        covariance: Callable[[], Floats],
        joint_df: Callable[[Sequence[int]], float],
        confidence: float = 0.95,
    ) -> None:
        self._items = tuple(items)
        self._covariance = covariance
        self._joint_df = joint_df
        self.confidence = confidence

    @overload
    def __getitem__(self, place: int) -> Estimate: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Estimate, ...]: ...

    def __getitem__(self, place: int | slice) -> Estimate | tuple[Estimate, ...]:
        return self._items[place]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"Estimates({list(self._items)!r})"

    @cached_property
    def covariance(self) -> Floats:
        """Covariance of the figures, shape (figures, figures), in their order."""
        found = self._covariance()
        found.setflags(write=False)
        return found

    def to_dicts(self) -> list[dict[str, object]]:
        """Each figure as JSON can carry it."""
        return [each.to_dict() for each in self._items]

    def to_arrow(self) -> Any:
        """The figures as an Arrow table, a row each; the domain is a column of JSON text.

        Raises
        ------
        AnalysisError
            If pyarrow is not installed.
        """
        from analisis.io.frames import arrow_of_figures

        return arrow_of_figures(self.to_dicts())

    def contrast(
        self, coefficients: Mapping[Reference, float], *, confidence: float | None = None
    ) -> Estimate:
        r"""A linear combination of the figures.

        Parameters
        ----------
        coefficients : mapping of index or domain to number
            Figures by their place, or by their domain where each has one: the value of the single
            column of `by`, or a tuple of the values of several. A whole number that can be a place
            is one: write a domain 1 as ``(1,)``.
        confidence : float, optional
            Level; that of the figures if it is not given.

        Returns
        -------
        Estimate
            Value, standard error :math:`\sqrt{c'Vc}` and Student's interval, with the degrees of
            freedom of all that it is made of.

        Raises
        ------
        AnalysisError
            If a figure is not there or has no value.
        """
        from analisis.comparing import contrast

        places = self._coefficients(coefficients)
        return contrast(self, places, confidence=self._level(confidence))

    def difference(
        self, a: Reference, b: Reference, *, confidence: float | None = None
    ) -> Estimate:
        """Figure a less figure b, with their covariance.

        Student's interval; where one of two proportions is 0 or 1 their own limits are combined
        (MOVER). See `contrast` for how figures are named.
        """
        from analisis.comparing import difference

        return difference(self, self.place(a), self.place(b), confidence=self._level(confidence))

    def change_rate(
        self,
        base: Reference,
        now: Reference,
        method: str = "log",
        *,
        confidence: float | None = None,
    ) -> Estimate:
        r"""The change from a base, now/base - 1.

        Parameters
        ----------
        base, now : index or domain
            As in `contrast`.
        method : str
            ``log`` (default): Student's interval of the logarithm of the ratio, turned back.
            ``wald``: Student's interval of the ratio itself.
        confidence : float, optional
            Level; that of the figures if it is not given.

        Raises
        ------
        AnalysisError
            If the base is not well above zero, or there is no such method.
        """
        from analisis.comparing import change_rate

        return change_rate(
            self,
            self.place(base),
            self.place(now),
            method=method,
            confidence=self._level(confidence),
        )

    def pairwise(self, adjust: str | None = "holm") -> tuple["Comparison", ...]:
        """Every difference of two figures, tested, with the p-values adjusted for their number.

        Parameters
        ----------
        adjust : str or None
            ``holm``, ``bh``, or another method of `adjust_p`; None leaves the p-values as they are.

        Returns
        -------
        tuple of Comparison
            The pairs in their order: the later figure less the earlier one.
        """
        from analisis.comparing import pairwise

        return pairwise(self, adjust)

    def _level(self, confidence: float | None) -> float:
        return self.confidence if confidence is None else confidence

    def _coefficients(self, given: Mapping[Reference, float]) -> dict[int, float]:
        """Coefficients by place; those of one figure that is named twice are added."""
        found: dict[int, float] = {}
        for reference, value in given.items() if isinstance(given, Mapping) else [(None, given)]:
            if not (is_number(value) and math.isfinite(value)):
                raise AnalysisError(
                    ErrorCode.INVALID_ARGUMENT,
                    f"the coefficient of {reference!r} is {value!r}; give a mapping from figures, "
                    "by place or domain, to numbers",
                    value=value,
                )
            place = self.place(reference)
            found[place] = found.get(place, 0.0) + float(value)
        return found

    def joint_df(self, places: Sequence[int]) -> float:
        """Degrees of freedom of what the figures at these places say together."""
        return self._joint_df(places)

    def place(self, reference: Reference) -> int:
        """The place of a figure that is named by its place or its domain.

        Raises
        ------
        AnalysisError
            If there is no such figure, or more than one.
        """
        if isinstance(reference, int | np.integer) and not isinstance(reference, bool):
            whole = int(reference)
            if -len(self) <= whole < len(self):
                return whole % len(self)
        found = [place for place, each in enumerate(self._items) if _names(each.domain, reference)]
        if len(found) == 1:
            return found[0]
        problem = "several figures have" if found else "no figure has"
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"{problem} the domain {reference!r}; name one of the {len(self)} by its place, or by "
            "its domain where each domain has one figure",
            value=reference,
        )


def _names(domain: Mapping[str, object], reference: Reference) -> bool:
    values = tuple(domain.values())
    if not values:
        return False
    wanted = reference if isinstance(reference, tuple) else (reference,)
    return values == wanted


def combined(items: Sequence[Estimate], statistic: Statistic, **fields: Any) -> Estimate:
    """A figure made of others: what they have in common stays."""
    first = items[0]
    same = [
        name
        for name in first.domain
        if all(e.domain.get(name) == first.domain[name] for e in items)
    ]
    flags = tuple(dict.fromkeys(flag for each in items for flag in each.flags))
    variables = tuple(dict.fromkeys(each.variable for each in items))
    categories = {each.category for each in items}
    return Estimate(
        statistic=statistic,
        variable=", ".join(variables),
        category=first.category if len(categories) == 1 else None,
        domain={name: first.domain[name] for name in same},
        n=sum(each.n for each in items),
        base=sum(each.base for each in items),
        flags=flags,
        **{name: _finite(value) for name, value in fields.items()},
    )


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
