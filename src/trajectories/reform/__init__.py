"""Comparison of periods, and the checks that tell a relabelled benefit from a shift."""

from trajectories.reform.composition import cluster_shares, group_order, share_differences
from trajectories.reform.relabelled import reassigned, relabelling_contrast, relabelling_table
from trajectories.reform.seam import seam_table

__all__ = [
    "cluster_shares",
    "group_order",
    "reassigned",
    "relabelling_contrast",
    "relabelling_table",
    "seam_table",
    "share_differences",
]
