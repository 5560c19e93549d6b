"""Dissimilarities of state sequences: sequences and costs in, condensed distances out.

The measures are TraMineR's, with its options and defaults; numeric series have others.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.dissimilarity.channels import combine
    from trajectories.dissimilarity.costs import Costs, substitution_costs
    from trajectories.dissimilarity.distances import cross, pairwise
    from trajectories.dissimilarity.measures import CostsWarning
    from trajectories.dissimilarity.series.warping import barycentre, cross_series, pairwise_series

__all__ = [
    "Costs",
    "CostsWarning",
    "barycentre",
    "combine",
    "cross",
    "cross_series",
    "pairwise",
    "pairwise_series",
    "substitution_costs",
]

__getattr__, __dir__ = lazily(__name__)
