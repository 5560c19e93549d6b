"""How unlike two state sequences are: costs, edit distances and other measures."""

from typing import TYPE_CHECKING, Any

from trajectories.dissimilarity.channels import combine
from trajectories.dissimilarity.costs import Costs, substitution_costs
from trajectories.dissimilarity.distances import cross, pairwise
from trajectories.dissimilarity.measures import CostsWarning

if TYPE_CHECKING:
    from trajectories.dissimilarity.series import barycentre, cross_series, pairwise_series

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


def __getattr__(name: str) -> Any:
    """Import what numeric series need when it is asked for: tslearn takes a second to load."""
    if name in ("barycentre", "cross_series", "pairwise_series"):
        from trajectories.dissimilarity import series

        return getattr(series, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
