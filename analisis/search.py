"""A search for the place where a condition begins to hold, for limits without a formula."""

from collections.abc import Callable


def bisect(outside: Callable[[float], bool], inner: float, outer: float) -> float:
    """Find the limit between a value that is inside and one that is outside an interval.

    Parameters
    ----------
    outside : callable
        Whether a value is rejected. Not asked about `inner` and `outer` themselves, where the
        statistic may be 0/0; once true on the way from `inner` to `outer`, it stays true.
    inner, outer : float
        A value inside, as the estimate, and the end of the possible values.

    Returns
    -------
    float
        The limit, to the last bit or so.
    """
    while True:
        middle = (inner + outer) / 2
        if middle in (inner, outer):
            return middle
        if outside(middle):
            outer = middle
        else:
            inner = middle
