"""Intervals for one proportion, a module per method or family of methods."""

from analisis.proportions.clopper_pearson import clopper_pearson_interval
from analisis.proportions.dispatch import interval
from analisis.proportions.hypergeometric import hypergeometric_interval
from analisis.proportions.jeffreys import jeffreys_interval
from analisis.proportions.korn_graubard import korn_graubard_limits
from analisis.proportions.mid_p import mid_p_finite_interval, mid_p_interval
from analisis.proportions.normal import agresti_coull_interval, wald_interval
from analisis.proportions.optimal import optimal_interval
from analisis.proportions.wilson import (
    wilson_cc_interval,
    wilson_fpc_interval,
    wilson_interval,
)

__all__ = [
    "agresti_coull_interval",
    "clopper_pearson_interval",
    "hypergeometric_interval",
    "interval",
    "jeffreys_interval",
    "korn_graubard_limits",
    "mid_p_finite_interval",
    "mid_p_interval",
    "optimal_interval",
    "wald_interval",
    "wilson_cc_interval",
    "wilson_fpc_interval",
    "wilson_interval",
]
