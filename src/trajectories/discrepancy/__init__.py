"""Discrepancy: dissimilarities and covariates in, what covariates explain of them out."""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.discrepancy.association import Discrepancy, discrepancy
    from trajectories.discrepancy.centres import centre_distances
    from trajectories.discrepancy.comparisons import compare_groups
    from trajectories.discrepancy.factors import Multifactor, multifactor
    from trajectories.discrepancy.items import Metric
    from trajectories.discrepancy.positions import by_position

__all__ = [
    "Discrepancy",
    "Metric",
    "Multifactor",
    "by_position",
    "centre_distances",
    "compare_groups",
    "discrepancy",
    "multifactor",
]

__getattr__, __dir__ = lazily(__name__)
