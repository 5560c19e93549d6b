"""Joint test of balance: do leavers' lists differ from their colleagues' in any characteristic?"""

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats
from trajectories.caseworkers.colleagues import Candidates
from trajectories.hazards.checks.randomisation import Randomised, drawn_p_value, moments, redraw
from trajectories.hazards.description.after_changes import CHARACTERISTICS
from trajectories.survival.errors import NotEstimableError

# Directions with a smaller share of the largest variance than this are rounding error.
FLAT = 1e-9


def balance_test(
    totals: Floats, found: Candidates, *, draws: int, seed: int = 1
) -> tuple[Randomised, int]:
    """Hansen & Bowers' (2008) d²: all differences between leavers' and colleagues' lists jointly.

    The sum over leavers is compared with its exact mean and variance under random draws of whole
    lists within blocks; d² is its squared length in that metric. The p-value is the share of draws
    with a d² at least as large, because with few departures the χ² approximation is poor.

    Args:
        totals: (candidates, k) as `list_totals` returns them.
        found: the candidates.
        draws: number of draws; the observed assignment counts as one.
        seed: random seed.

    Returns:
        The test, with d² as its statistic, and the number of directions that d² sums over.

    Raises:
        NotEstimableError: no leaver has a colleague, or their lists do not differ.
    """
    blocks, left = found.blocks, found.left
    if not len(blocks):
        raise NotEstimableError("No leaver has a colleague in the same team or municipality.")
    exact = moments(totals, blocks, left)
    values, directions = np.linalg.eigh(exact.variance)
    used = values > FLAT * max(float(values.max(initial=0.0)), FLAT)
    if not used.any():
        raise NotEstimableError("The lists of a team do not differ in any characteristic.")
    scaled = directions[:, used] / np.sqrt(values[used])

    def squared(chosen: Bools) -> Floats:
        return np.asarray((((chosen @ totals - exact.mean) @ scaled) ** 2).sum(axis=-1))

    observed = float(squared(left))
    drawn = squared(redraw(blocks, left, draws=draws, seed=seed))
    return (
        Randomised(
            statistic=observed,
            p_value=drawn_p_value(observed, drawn),
            departures=int(left.sum()),
            caseworkers=len(left),
            blocks=int(blocks.max()) + 1,
        ),
        int(used.sum()),
    )


def list_totals(panel: pl.DataFrame, found: Candidates) -> Floats:
    """Sum, for each candidate, the clients' deviations from the mean of the block's clients.

    Clients are those at risk in the month after the list day. Each level of each of
    `CHARACTERISTICS` is a 0/1 column minus its mean over the block's clients, so that a long list
    alone is not an imbalance.

    Returns:
        (candidates, levels) sums.
    """
    at_risk = panel.with_columns(
        earlier_changes=pl.when(pl.col("changes") > 0)
        .then(pl.lit("some"))
        .otherwise(pl.lit("none"))
    ).select("person", "month", *(pl.col(name).cast(pl.String) for name in CHARACTERISTICS))
    rows = (
        found.clients.select("candidate", "person", month=pl.col("list_day").dt.offset_by("1d"))
        .join(at_risk, on=["person", "month"])
        .join(found.rows.select("candidate", "block"), on="candidate")
    )
    place, blocks = (rows[name].to_numpy().astype(np.int64) for name in ("candidate", "block"))
    height = found.rows.height
    size = np.maximum(np.bincount(blocks, minlength=1), 1)
    columns: list[Floats] = [np.zeros(height)]
    for name in CHARACTERISTICS:
        for level in rows[name].unique().drop_nulls().sort():
            here = (rows[name] == level).fill_null(value=False).to_numpy().astype(np.float64)
            mean = np.bincount(blocks, weights=here, minlength=1) / size
            apart = np.bincount(place, weights=here - mean[blocks], minlength=height)
            columns.append(apart.astype(np.float64))
    return np.stack(columns, axis=1)
