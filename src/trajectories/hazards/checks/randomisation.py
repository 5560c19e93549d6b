"""Randomisation tests of departures: leavers redrawn within team and month."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.caseworkers.colleagues import Candidates
from trajectories.caseworkers.exposures import listed_months
from trajectories.caseworkers.responsible_on import last_begun
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.errors import NotEstimableError

# Sums of the same numbers in another order differ by rounding error and do not count as larger.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Moments:
    """Expectation and variance of a sum over those drawn.

    Attributes:
        mean: (k,) expectations.
        variance: (k, k) variance.
    """

    mean: Floats
    variance: Floats


def moments(values: Floats, blocks: Ints, left: Bools) -> Moments:
    """Expectation and variance of Σ values over leavers drawn without replacement in each block.

    Args:
        values: (candidates, k).
        blocks: (candidates,) block numbers, ascending from 0.
        left: (candidates,) who left; each block draws as many.
    """
    size = np.bincount(blocks).astype(np.float64)
    drawn = np.bincount(blocks, weights=left)
    average = np.stack(
        [np.bincount(blocks, weights=column) / size for column in values.T], axis=1
    ).reshape(len(size), values.shape[1])
    apart = values - average[blocks]
    factor = drawn * (size - drawn) / (size * np.maximum(size - 1, 1))
    return Moments(drawn @ average, (apart * factor[blocks, None]).T @ apart)


def redraw(blocks: Ints, left: Bools, *, draws: int, seed: int) -> Bools:
    """Draw in each block as many leavers as observed, all sets equally likely.

    Args:
        blocks: (candidates,) block numbers, ascending from 0.
        left: (candidates,) who left.
        draws: number of draws.
        seed: random seed.

    Returns:
        (draws, candidates) who leaves.
    """
    keys = np.random.default_rng(seed).random((draws, len(blocks)))
    chosen = np.zeros(keys.shape, dtype=bool)
    starts = np.flatnonzero(np.diff(blocks, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        count = int(left[start:end].sum())
        first = np.argsort(keys[:, start:end], axis=1)[:, :count] + start
        np.put_along_axis(chosen, first, values=True, axis=1)
    return chosen


def drawn_p_value(observed: float, drawn: Floats) -> float:
    """Share of draws, including the observed assignment, with a statistic at least as large."""
    at_least = drawn >= observed - ROUNDING * max(abs(observed), 1.0)
    return float((1 + np.count_nonzero(at_least)) / (1 + len(drawn)))


@dataclass(frozen=True)
class Randomised:
    """A randomisation test of no effect.

    Attributes:
        statistic: the sum over leavers minus its expectation, in standard deviations.
        p_value: two-sided.
        departures: departures that are redrawn.
        caseworkers: candidates, counted once per block.
        blocks: blocks (teams and months).
    """

    statistic: float
    p_value: float
    departures: int
    caseworkers: int
    blocks: int


def randomisation_test(
    scores: Floats, found: Candidates, *, draws: int, seed: int = 1
) -> Randomised:
    """Test that it makes no difference who left (Fisher 1935; Imbens & Rubin 2015, chapter 5).

    Args:
        scores: (candidates,) what each would add to the statistic by leaving.
        found: the candidates.
        draws: number of draws; the observed assignment counts as one.
        seed: random seed.

    Raises:
        NotEstimableError: no leaver has a colleague, or all would add the same.
    """
    blocks, left = found.blocks, found.left
    if not len(blocks):
        raise NotEstimableError("No leaver has a colleague in the same team or municipality.")
    exact = moments(scores[:, None], blocks, left)
    spread = float(np.sqrt(exact.variance[0, 0]))
    if spread <= ROUNDING * max(float(np.abs(scores).max()), 1.0):
        raise NotEstimableError("It makes no difference who of a team leaves.")
    observed = float(scores[left].sum() - exact.mean[0])
    drawn = redraw(blocks, left, draws=draws, seed=seed) @ scores - exact.mean[0]
    return Randomised(
        statistic=observed / spread,
        p_value=drawn_p_value(abs(observed), np.abs(drawn)),
        departures=int(left.sum()),
        caseworkers=len(left),
        blocks=int(blocks.max()) + 1,
    )


def departure_scores(
    panel: pl.DataFrame, found: Candidates, *, rules: ModelsConfig, lag_months: int
) -> Floats:
    """What each candidate would add, by leaving, to the score of the headline's exposure.

    The model is fitted without the exposure; the residual of a person-month is the derivative of
    its log-likelihood in the linear predictor. At coefficient 0 the score of a count of departures
    is the sum of residuals over the months that count a departure. It is therefore a sum over
    lists, and a candidate's part is the sum over the clients' months from the departure to the end
    of their course.

    Returns:
        (candidates,) parts of the score.
    """
    residuals = residual_months(panel, rules)
    steps = (
        residuals.sort("course", "month", descending=[False, True])
        .with_columns(ahead=pl.col("residual").cum_sum().over("course"))
        .sort("course", "month")
    )
    ahead = steps.with_columns(
        # The first month of the course on or after a day is the one following the last before it.
        before=pl.col("ahead").shift(-1, fill_value=0.0).over("course")
    )
    lists = found.clients.rename({"candidate": "list"})
    counted = listed_months(panel, lists).with_columns(
        eve=pl.col("month").dt.offset_by(f"{lag_months}mo").dt.offset_by("-1d")
    )
    row = last_begun(counted["course"], counted["eve"], ahead, by="course", start="month")
    whole = residuals.group_by("course").agg(whole=pl.col("residual").sum())
    parts = (
        counted.with_columns(after=ahead["before"].gather(row))
        .join(whole, on="course", how="left", maintain_order="left")
        .with_columns(part=pl.coalesce("after", "whole").fill_null(0.0))
    )
    scores = np.zeros(found.rows.height)
    np.add.at(scores, parts["list"].to_numpy(), parts["part"].to_numpy())
    return scores


def residual_months(panel: pl.DataFrame, rules: ModelsConfig) -> pl.DataFrame:
    """The residuals of the model without the exposure: course, month, residual.

    Person-months that the model drops (their groups have no event) have residual 0.
    """
    fit = fit_hazard(
        panel, event=rules.event, terms=rules.adjustment, link=rules.link, cluster=None
    )
    columns, values = list(fit._design.columns), fit._solution.values
    cells = fit._design.cells.select(columns).with_columns(
        ratio=pl.Series(values.ratio), hazard=pl.Series(values.hazard)
    )
    event = pl.col(rules.event).cast(pl.Float64)
    return (
        panel.select("course", "month", rules.event, *columns)
        .join(cells, on=columns, how="left", maintain_order="left")
        .select(
            "course",
            "month",
            residual=(pl.col("ratio") * (event - pl.col("hazard"))).fill_null(0.0),
        )
    )
