"""Intervals for a net: the share of one answer less the share of another, from the same people."""

from analisis.net.bonett_price import bonett_price_interval
from analisis.net.dispatch import net_interval
from analisis.net.mover_exact import mover_exact_interval
from analisis.net.tango import tango_interval
from analisis.net.wald import wald_interval

__all__ = [
    "bonett_price_interval",
    "mover_exact_interval",
    "net_interval",
    "tango_interval",
    "wald_interval",
]
