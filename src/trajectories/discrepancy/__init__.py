"""Discrepancy: dissimilarities and covariates in, what covariates explain of them out."""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.discrepancy.association import Discrepancy, discrepancy
    from trajectories.discrepancy.centres import centre_distances
    from trajectories.discrepancy.items import Metric

__all__ = [
    "Discrepancy",
    "Metric",
    "centre_distances",
    "discrepancy",
]

__getattr__, __dir__ = lazily(__name__)
