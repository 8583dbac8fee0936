"""Scales and coders: how consistently several items, or two people, measure one thing."""

from analisis.scales.alpha import Alpha, cronbach_alpha
from analisis.scales.item_statistics import ItemStatistics, item_statistics
from analisis.scales.kappa import Kappa, kappa
from analisis.scales.omega import FactorFit, Omega, omega

__all__ = [
    "Alpha",
    "FactorFit",
    "ItemStatistics",
    "Kappa",
    "Omega",
    "cronbach_alpha",
    "item_statistics",
    "kappa",
    "omega",
]
