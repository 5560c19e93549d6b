"""Descriptions that follow from released shares: entropy and mean time in states."""

import math

import polars as pl


def entropy_by_month(table: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Compute the transversal entropy of a released state distribution.

    −Σ p log p over the shares of a month, scaled to sum to one, divided by the log of the
    alphabet's size, so that 1 means that all states are equally frequent.

    Args:
        table: columns `by`, position, state, share.
        by: the dimension that makes separate distributions.

    Returns:
        `by`, position, entropy; in the order of `by` and position, two decimals.
    """
    size = max(2, table["state"].n_unique())
    rows = []
    for part in table.partition_by([by, "position"], maintain_order=True):
        shares = [share for share in part["share"].to_list() if share]
        total = math.fsum(shares)
        value = -math.fsum(p / total * math.log(p / total) for p in shares) / math.log(size)
        rows.append((part[by][0], part["position"][0], round(max(0.0, value), 2)))
    return pl.DataFrame(rows, schema=[by, "position", "entropy"], orient="row")


def mean_time(table: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Compute the mean months in each state from a released state distribution.

    Args:
        table: columns `by`, position, state, share.
        by: the dimension that makes separate distributions.

    Returns:
        `by`, state, months (the sum of shares over the window, one decimal).
    """
    rows = [
        (part[by][0], part["state"][0], round(math.fsum(s for s in part["share"] if s), 1))
        for part in table.partition_by([by, "state"], maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=[by, "state", "months"], orient="row")
