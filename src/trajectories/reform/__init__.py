"""The reform: clusters and person-months in, shares by period and checks of relabelling out.

It says whether a shift is more than a new label, how much of it is composition, and what a
comparison group says of it.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.reform.balancing.common_composition import Weights, composition_weights
    from trajectories.reform.balancing.kitagawa import decomposition
    from trajectories.reform.composition import cluster_shares, group_order, share_differences
    from trajectories.reform.design.calendar import Calendar
    from trajectories.reform.design.contrasts import Trends, difference_in_differences, trends
    from trajectories.reform.municipalities.funnels import funnel_limits
    from trajectories.reform.municipalities.pooling import PooledRates, pooled_rates
    from trajectories.reform.municipalities.quarters import municipality_quarters
    from trajectories.reform.packages import load_reform
    from trajectories.reform.relabelled import reassigned, relabelling_contrast, relabelling_table
    from trajectories.reform.seam import seam_table

__all__ = [
    "Calendar",
    "PooledRates",
    "Trends",
    "Weights",
    "cluster_shares",
    "composition_weights",
    "decomposition",
    "difference_in_differences",
    "funnel_limits",
    "group_order",
    "load_reform",
    "municipality_quarters",
    "pooled_rates",
    "reassigned",
    "relabelling_contrast",
    "relabelling_table",
    "seam_table",
    "share_differences",
    "trends",
]

__getattr__, __dir__ = lazily(__name__)
