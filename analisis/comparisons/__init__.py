"""Intervals for comparisons of two proportions, a module per kind of comparison."""

from analisis.comparisons.change_rate import change_rate_interval
from analisis.comparisons.difference import difference_interval
from analisis.comparisons.paired import paired_difference_interval
from analisis.comparisons.ratio import ratio_interval

__all__ = [
    "change_rate_interval",
    "difference_interval",
    "paired_difference_interval",
    "ratio_interval",
]
