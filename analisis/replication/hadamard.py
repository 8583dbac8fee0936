"""Hadamard matrices: rows of signs that are orthogonal to each other."""

from functools import cache

import numpy as np

from analisis.sums import Floats


def hadamard(least: int) -> Floats:
    """A Hadamard matrix of the smallest order that is known how to build.

    Parameters
    ----------
    least : int
        Rows that are needed at the least.

    Returns
    -------
    array of 1 and -1, shape (order, order)
        With ones in the first row, so that every other row adds to zero.

    References
    ----------
    Paley, R. E. A. C. (1933). On orthogonal matrices. Journal of Mathematics and Physics 12,
    311-320.
    """
    order = least
    while (found := _built(order)) is None:
        order += 1
    return np.asarray(found * found[0])


@cache
def _built(order: int) -> Floats | None:
    if order in {1, 2}:
        return np.array([[1.0, 1.0], [1.0, -1.0]])[:order, :order]
    if order % 4:
        return None
    half = _built(order // 2)
    if half is not None:
        return np.block([[half, half], [half, -half]])
    if _is_prime(order - 1) and (order - 1) % 4 == 3:
        return _paley_one(order - 1)
    if _is_prime(order // 2 - 1) and (order // 2 - 1) % 4 == 1:
        return _paley_two(order // 2 - 1)
    return None


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % each for each in range(2, int(number**0.5) + 1))


def _residues(prime: int) -> Floats:
    """Whether i - j is a square modulo the prime, as 1, -1, and 0 on the diagonal."""
    squares = {each * each % prime for each in range(1, prime)}
    sign = np.array([0.0] + [1.0 if each in squares else -1.0 for each in range(1, prime)])
    places = np.arange(prime)
    return np.asarray(sign[(places[:, np.newaxis] - places) % prime])


def _paley_one(prime: int) -> Floats:
    skew = np.zeros((prime + 1, prime + 1))
    skew[0, 1:], skew[1:, 0] = 1, -1
    skew[1:, 1:] = _residues(prime)
    return np.eye(prime + 1) + skew


def _paley_two(prime: int) -> Floats:
    symmetric = np.ones((prime + 1, prime + 1))
    symmetric[0, 0] = 0
    symmetric[1:, 1:] = _residues(prime)
    same = np.array([[1.0, 1.0], [1.0, -1.0]])
    diagonal = np.array([[1.0, -1.0], [-1.0, -1.0]])
    return np.kron(symmetric, same) + np.kron(np.eye(prime + 1), diagonal)
