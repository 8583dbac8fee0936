"""What may be published: standards of precision, and cells that must not be recovered."""

from analisis.publication.reliability import reliability
from analisis.publication.verdict import PROPORTIONS, Action, Reason, Reliability

__all__ = ["PROPORTIONS", "Action", "Reason", "Reliability", "reliability"]
