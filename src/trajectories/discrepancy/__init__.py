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
    from trajectories.discrepancy.trees import Tree, regression_tree

__all__ = [
    "Discrepancy",
    "Metric",
    "Multifactor",
    "Tree",
    "by_position",
    "centre_distances",
    "compare_groups",
    "discrepancy",
    "multifactor",
    "regression_tree",
]

__getattr__, __dir__ = lazily(__name__)
