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
    from trajectories.reform.relabelled import reassigned, relabelling_contrast, relabelling_table
    from trajectories.reform.seam import seam_table

__all__ = [
    "Weights",
    "cluster_shares",
    "composition_weights",
    "decomposition",
    "group_order",
    "reassigned",
    "relabelling_contrast",
    "relabelling_table",
    "seam_table",
    "share_differences",
]

__getattr__, __dir__ = lazily(__name__)
