"""What may be published: standards of precision, and cells that must not be recovered."""

from analisis.publication.auditor import Recovery, audit
from analisis.publication.kinds import Trait, audit_kinds, protect_kinds
from analisis.publication.reliability import reliability
from analisis.publication.suppression import (
    Suppressed,
    SuppressedTable,
    Suppression,
    counts_behind,
    protect,
    suppress,
)
from analisis.publication.tables import Cell, Table
from analisis.publication.verdict import PROPORTIONS, Action, Reason, Reliability

__all__ = [
    "PROPORTIONS",
    "Action",
    "Cell",
    "Reason",
    "Recovery",
    "Reliability",
    "Suppressed",
    "SuppressedTable",
    "Suppression",
    "Table",
    "Trait",
    "audit",
    "audit_kinds",
    "counts_behind",
    "protect",
    "protect_kinds",
    "reliability",
    "suppress",
]
