"""What each item adds to its scale."""

from dataclasses import dataclass

import numpy as np

from analisis.errors import AnalysisError, ErrorCode
from analisis.numeric import Floats
from analisis.scales.alpha import alpha_of
from analisis.scales.items import Items, covariance_matrix, read_items


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatistics:
    """One item beside the others of its scale.

    Attributes
    ----------
    item : str
        Its name; the columns of an array are called ``1`` to ``k``.
    n : int
        Respondents whose answer to it counts.
    mean, sd : float
        In the unit of the item; the standard deviation has n − 1 below.
    r_drop : float
        Correlation with the sum of the other items; negative for an item to be reversed.
    alpha_if_dropped : float or None
        Alpha of the other items; None where only one is left.
    """

    item: str
    n: int
    mean: float
    sd: float
    r_drop: float
    alpha_if_dropped: float | None


def item_statistics(items: Items, *, missing: str = "listwise") -> tuple[ItemStatistics, ...]:
    r"""Describe each item of a scale and what the scale would be without it.

    Parameters
    ----------
    items : mapping of columns, data frame, or array of shape (n, k)
        At least two items; None and NaN are missing answers.
    missing : str
        ``listwise`` (default): a respondent who left out an item leaves. ``pairwise``: means and
        covariances from those who answered the item or the pair. ``error``: refuse.

    Returns
    -------
    tuple of ItemStatistics
        One per item, in their order.

    Raises
    ------
    AnalysisError
        If an item is not numeric or has one answer only, fewer than two items or respondents
        remain, or the sum of the other items does not vary.

    Notes
    -----
    With :math:`s_{ij}` the covariances of the items,

    .. math::

        r_{drop,i} = \frac{\sum_{j \ne i} s_{ij}}
        {\sqrt{s_{ii} \sum_{j \ne i} \sum_{l \ne i} s_{jl}}}

    References
    ----------
    Nunnally, J. C. and Bernstein, I. H. (1994). Psychometric Theory. 3rd edition. McGraw-Hill,
    New York.

    Examples
    --------
    >>> for found in item_statistics({"a": [1, 2, 3, 4], "b": [1, 3, 3, 4], "c": [4, 1, 2, 3]}):
    ...     print(found.item, round(found.r_drop, 3), round(found.alpha_if_dropped, 3))
    a 0.718 -2.105
    b 0.324 -0.5
    c -0.361 0.96
    """
    table = read_items(items, least_items=2, missing=missing)
    covariance = covariance_matrix(table)
    means, present = np.nanmean(table.values, axis=0), ~np.isnan(table.values)
    found = []
    for place, name in enumerate(table.names):
        others = np.delete(np.delete(covariance, place, axis=0), place, axis=1)
        found.append(
            ItemStatistics(
                item=name,
                n=int(np.count_nonzero(present[:, place])),
                mean=float(means[place]),
                sd=float(np.sqrt(covariance[place, place])),
                r_drop=_rest_correlation(covariance, others, place, name),
                alpha_if_dropped=alpha_of(others, without=name) if len(others) > 1 else None,
            )
        )
    return tuple(found)


def _rest_correlation(covariance: Floats, others: Floats, place: int, name: str) -> float:
    own, rest = float(covariance[place, place]), float(np.sum(others))
    if rest <= 1e-12 * float(np.trace(others)):
        raise AnalysisError(
            ErrorCode.NO_VARIATION,
            f"the sum of the items other than {name!r} is the same for every respondent; reverse "
            "the items that are worded the other way",
            column=name,
        )
    return (float(np.sum(covariance[place])) - own) / float(np.sqrt(own * rest))
