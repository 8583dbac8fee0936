"""Weighted least squares, once or again and again: coefficients of linear and logistic models."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import expit

from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Floats

_ALIKE = 1e-10
_STILL = 1e-9
_LONG = 25
_MOST = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """Columns of a model.

    Attributes
    ----------
    matrix : array, shape (rows, terms)
        Their values.
    names : tuple of str
        What each term is called.
    columns : tuple of str
        The column of data that each comes from; of the intercept, its own name.
    """

    matrix: Floats
    names: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients, the inverse of the information, expected responses, and steps that it took."""

    coefficients: Floats
    inverse: Floats
    expected: Floats
    iterations: int


def _solve(terms: Terms, weights: Floats, response: Floats) -> tuple[Floats, Floats]:
    """Coefficients of weighted least squares, and the inverse of X'WX.

    Raises
    ------
    AnalysisError
        If a term is a combination of those before it.
    """
    root = np.sqrt(weights)
    scaled = terms.matrix * root[:, np.newaxis]
    if len(scaled) < len(terms.names):
        raise _singular(terms, len(scaled))
    basis, triangle = np.linalg.qr(scaled)
    lengths = np.sqrt((scaled**2).sum(axis=0))
    alike = np.flatnonzero(np.abs(np.diag(triangle)) <= _ALIKE * lengths)
    if len(alike):
        raise _singular(terms, int(alike[0]))
    coefficients = solve_triangular(triangle, basis.T @ (response * root))
    inverse = solve_triangular(triangle, np.eye(len(triangle)))
    return coefficients, inverse @ inverse.T


def _singular(terms: Terms, place: int) -> AnalysisError:
    return AnalysisError(
        ErrorCode.SINGULAR,
        f"term {terms.names[place]!r} is told by those before it, among the rows that count; leave "
        f"column {terms.columns[place]!r} out, or one that says the same",
        column=terms.columns[place],
    )


def _linear(terms: Terms, response: Floats, weights: Floats, start: Floats | None) -> Fit:
    coefficients, inverse = _solve(terms, weights, response)
    return Fit(coefficients, inverse, terms.matrix @ coefficients, 1)


def _logistic(terms: Terms, response: Floats, weights: Floats, start: Floats | None) -> Fit:
    """Newton's steps from the logits of the responses, drawn to the middle."""
    if start is None:
        _solve(terms, weights, response)  # what other terms tell is told apart from separation
        share = (weights * response + 0.5) / (weights + 1)
        coefficients, _inverse = _solve(
            terms, weights * share * (1 - share), np.log(share / (1 - share))
        )
    else:
        coefficients = start
    matrix = terms.matrix
    linear = matrix @ coefficients
    for iteration in range(1, _MOST + 1):
        expected = expit(linear)
        information = matrix.T @ (matrix * (weights * expected * expit(-linear))[:, np.newaxis])
        step = _step(information, matrix.T @ (weights * (response - expected)))
        if step is None:
            raise _separated(terms, coefficients)
        coefficients = coefficients + step
        before, linear = linear, matrix @ coefficients
        moved = np.max(np.abs(linear - before))
        if moved <= _STILL * (1 + np.max(np.abs(linear))):
            expected = expit(linear)
            _same, inverse = _solve(terms, weights * expected * expit(-linear), linear)
            return Fit(coefficients, inverse, expected, iteration)
        if iteration >= _LONG and moved > 0.1:
            raise _separated(terms, step)
    raise AnalysisError(
        ErrorCode.NOT_CONVERGED,
        f"the coefficients do not settle in {_MOST} steps; leave out columns, or join categories",
    )


def _step(information: Floats, score: Floats) -> Floats | None:
    """Newton's step; none where the information has run out."""
    scale = np.sqrt(np.diag(information))
    if not scale.min() > 0:
        return None
    try:
        found = np.linalg.solve(information / np.outer(scale, scale), score / scale)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(found / scale)


def _separated(terms: Terms, moves: Floats) -> AnalysisError:
    moved = np.abs(moves) * np.sqrt(np.mean(terms.matrix**2, axis=0))
    moved[[name == INTERCEPT for name in terms.names]] = -1.0
    place = int(np.argmax(moved))
    return AnalysisError(
        ErrorCode.NOT_CONVERGED,
        f"the coefficients grow without end: term {terms.names[place]!r}, or others with it, tells "
        f"some responses without a doubt; leave column {terms.columns[place]!r} out, or join its "
        "categories",
        column=terms.columns[place],
    )


INTERCEPT = "(Intercept)"

Family = Callable[[Terms, Floats, Floats, Floats | None], Fit]

FAMILIES: Mapping[str, Family] = MappingProxyType({"linear": _linear, "logistic": _logistic})


def treatment(codes: np.ndarray, levels: Sequence[str], *, whole: bool) -> Floats:
    """Columns of 0 and 1 for the levels: all of them, or all but the first."""
    first = 0 if whole else 1
    return np.asarray(codes[:, np.newaxis] == np.arange(first, len(levels)), dtype=np.float64)
