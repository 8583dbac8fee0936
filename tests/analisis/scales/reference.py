"""What R printed, beside the scripts that it printed it from."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

R = Path(__file__).parents[1] / "r"


@cache
def printed(name: str) -> Any:
    return json.loads((R / f"{name}.json").read_text(encoding="utf-8"))


def far(found: object, expected: object) -> float:
    """The largest relative difference."""
    a, b = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (found, expected))
    assert a.shape == b.shape
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-12)))
