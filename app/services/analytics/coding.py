"""A column of texts as the place of each among those that there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Coded:
    """``places``: of each row, in as few bytes as do; -1 where there is none of the ``words``."""

    places: NDArray[Any]
    words: Sequence[str]

    @classmethod
    def of(cls, texts: pa.Array) -> Coded:
        found = texts.dictionary_encode()
        words = found.dictionary.to_pylist()
        places = found.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return cls(places.astype(np.min_scalar_type(-len(words) - 1)), words)

    @property
    def nbytes(self) -> int:
        # A text of Python's takes some 50 bytes besides its letters.
        return self.places.nbytes + sum(50 + len(word) for word in self.words)


def together(pieces: Sequence[Coded]) -> pa.DictionaryArray:
    """All rows, with the words in the order in which they are met."""
    known: dict[str, int] = {}
    rows = [np.empty(0, dtype=np.int32)]
    for piece in pieces:
        places = [known.setdefault(word, len(known)) for word in piece.words]
        rows.append(np.array([*places, -1], dtype=np.int32)[piece.places])
    every = np.concatenate(rows)
    indices = pa.array(every, mask=every < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array([*known], pa.string()))
