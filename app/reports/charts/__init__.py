"""Pictures of figures: each function takes records as `Estimate.to_dict` gives them, and words.

They are drawn on a narrow sheet with large letters, because the same picture is read on a phone,
on a wide page and in print. Each gives a `Picture`: `svg`, `png`, `spec`, and in words and as a
table what it shows.
"""

from app.reports.charts.diverging import diverging_chart
from app.reports.charts.dots import choices_chart, comparison_chart, dots_chart
from app.reports.charts.frame import Axis, Heading
from app.reports.charts.measure import measure_chart
from app.reports.charts.picture import Picture
from app.reports.charts.rates import rates_chart
from app.reports.charts.tiles import Place, map_chart, place_order
from app.reports.charts.trend import trend_chart

__all__ = [
    "Axis",
    "Heading",
    "Picture",
    "Place",
    "choices_chart",
    "comparison_chart",
    "diverging_chart",
    "dots_chart",
    "map_chart",
    "measure_chart",
    "place_order",
    "rates_chart",
    "trend_chart",
]
