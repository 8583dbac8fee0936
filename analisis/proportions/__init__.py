"""Intervals for one proportion, a module per method."""

from analisis.proportions.clopper_pearson import clopper_pearson_interval
from analisis.proportions.dispatch import interval
from analisis.proportions.hypergeometric import hypergeometric_interval
from analisis.proportions.jeffreys import jeffreys_interval
from analisis.proportions.korn_graubard import korn_graubard_limits
from analisis.proportions.wilson import wilson_interval

__all__ = [
    "clopper_pearson_interval",
    "hypergeometric_interval",
    "interval",
    "jeffreys_interval",
    "korn_graubard_limits",
    "wilson_interval",
]
