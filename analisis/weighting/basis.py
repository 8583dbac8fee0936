"""Calibration variables in a form with which equations are well conditioned."""

import numpy as np

from analisis.sums import Floats

_NEGLIGIBLE = 1e-10


def orthonormal(matrix: Floats, weight: Floats) -> tuple[Floats, Floats]:
    r"""Change variables so that their weighted squares are one and their products nothing.

    Parameters
    ----------
    matrix : array, shape (cells, columns)
        The variables.
    weight : array, shape (cells,)
        Weights; of negative ones the size counts.

    Returns
    -------
    changed : array, shape (cells, rank)
        X C with :math:`C'X'|W|XC = I`; what the others already say is left out.
    change : array, shape (columns, rank)
        C.
    """
    root = np.sqrt(np.abs(weight))[:, np.newaxis]
    scaled = matrix * root
    size = np.sqrt((scaled**2).sum(axis=0))
    size = np.where(size > 0, size, 1.0)
    _left, length, right = np.linalg.svd(scaled / size, full_matrices=False)
    kept = length > _NEGLIGIBLE * max(float(length.max(initial=0.0)), 1e-300)
    change = (right[kept].T / length[kept]) / size[:, np.newaxis]
    return matrix @ change, change
