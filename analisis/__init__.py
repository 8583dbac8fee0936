"""Statistics for surveys: figures that carry their interval, method, base and warnings.

Usable without the rest of Cabildo: it takes numbers and gives records, and touches no file,
database or network.
"""

from analisis.comparisons import (
    change_rate_interval,
    difference_interval,
    paired_difference_interval,
    ratio_interval,
)
from analisis.design import LonelyPSU, ReplicateDesign, SurveyDesign
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import OF_THE_LIST, Estimate, Flag, Selection, Statistic
from analisis.estimates import Estimates
from analisis.estimators.crosstabs import Crosstab
from analisis.estimators.regressions import Regression
from analisis.means import Moments, mean_interval
from analisis.measures import measure_estimates
from analisis.multiple import adjust_p
from analisis.net import net_interval
from analisis.nonresponse import bounds
from analisis.planning import (
    Sample,
    SampleSize,
    allocate,
    margin_of_error,
    power,
    power_of_means,
    sample_size,
    sample_size_to_compare,
    select,
)
from analisis.proportions import interval
from analisis.publication import (
    Action,
    Cell,
    Reason,
    Recovery,
    Reliability,
    Suppressed,
    Suppression,
    Table,
    audit,
    audit_kinds,
    counts_behind,
    protect,
    protect_kinds,
    reliability,
    suppress,
)
from analisis.response_rates import Disposition, ResponseRates, response_rates
from analisis.result import Bounds, Interval
from analisis.scales import (
    Alpha,
    FactorFit,
    ItemStatistics,
    Kappa,
    Omega,
    cronbach_alpha,
    item_statistics,
    kappa,
    omega,
)
from analisis.scores import answer_estimates, mean_estimates, rank_estimates
from analisis.small_area import AreaEstimate, AreaFlag, SmallAreas, small_area

__all__ = [
    "OF_THE_LIST",
    "Action",
    "Alpha",
    "AnalysisError",
    "AreaEstimate",
    "AreaFlag",
    "Bounds",
    "Cell",
    "Crosstab",
    "Disposition",
    "ErrorCode",
    "Estimate",
    "Estimates",
    "FactorFit",
    "Flag",
    "Interval",
    "ItemStatistics",
    "Kappa",
    "LonelyPSU",
    "Moments",
    "Omega",
    "Reason",
    "Recovery",
    "Regression",
    "Reliability",
    "ReplicateDesign",
    "ResponseRates",
    "Sample",
    "SampleSize",
    "Selection",
    "SmallAreas",
    "Statistic",
    "Suppressed",
    "Suppression",
    "SurveyDesign",
    "Table",
    "adjust_p",
    "allocate",
    "answer_estimates",
    "audit",
    "audit_kinds",
    "bounds",
    "change_rate_interval",
    "counts_behind",
    "cronbach_alpha",
    "difference_interval",
    "interval",
    "item_statistics",
    "kappa",
    "margin_of_error",
    "mean_estimates",
    "mean_interval",
    "measure_estimates",
    "net_interval",
    "omega",
    "paired_difference_interval",
    "power",
    "power_of_means",
    "protect",
    "protect_kinds",
    "rank_estimates",
    "ratio_interval",
    "reliability",
    "response_rates",
    "sample_size",
    "sample_size_to_compare",
    "select",
    "small_area",
    "suppress",
]
