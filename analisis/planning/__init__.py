"""Before the field work: how many, from which strata, and which ones."""

from analisis.planning.allocation import allocate
from analisis.planning.power import power, power_of_means, sample_size_to_compare
from analisis.planning.sample_size import SampleSize, margin_of_error, sample_size
from analisis.planning.selection import Sample, select

__all__ = [
    "Sample",
    "SampleSize",
    "allocate",
    "margin_of_error",
    "power",
    "power_of_means",
    "sample_size",
    "sample_size_to_compare",
    "select",
]
