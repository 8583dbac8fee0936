"""Figures and downloads of collections, a module per theme; all of them share one blueprint."""

from app.analytics import asking, crossing, downloads, drawn, going, open_texts, over_time
from app.analytics.views import analytics

__all__ = [
    "analytics",
    "asking",
    "crossing",
    "downloads",
    "drawn",
    "going",
    "open_texts",
    "over_time",
]
