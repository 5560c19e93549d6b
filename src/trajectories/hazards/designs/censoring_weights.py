"""Censoring at the first other change, with weights that put those censored back in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard

WEIGHT, CENSORED = "censoring_weight", "__censored_next"


@dataclass(frozen=True)
class Weighted:
    """Person-months until the first other change.

    Attributes:
        rows: the panel's rows before that change counts, with `censoring_weight` (f64).
        mean: mean of the weights before truncation; far from 1, the model of censoring is wrong.
        largest: the largest weight before truncation.
        low: the quantile below which weights are raised to it.
        high: the quantile above which they are cut to it.
    """

    rows: pl.DataFrame
    mean: float
    largest: float
    low: float
    high: float


def until_other_change(panel: pl.DataFrame) -> pl.DataFrame:
    """The months before another change than a departure counts, and whether it counts in the next.

    Returns:
        The panel's rows with `other_changes` 0, with `__censored_next` (i8): the course is followed
        in the next row, where the change counts.
    """
    following = pl.col("other_changes").shift(-1).over("course")
    return (
        panel.sort("course", "month")
        .with_columns((following > 0).fill_null(value=False).cast(pl.Int8).alias(CENSORED))
        .filter(pl.col("other_changes") == 0)
    )


def censoring_weights(
    panel: pl.DataFrame,
    *,
    numerator: Sequence[str],
    denominator: Sequence[str],
    truncation: float = 0.01,
) -> Weighted:
    """Stabilised inverse-probability weights of not having had another change (Robins 1993).

    Two logits of the change are fitted to the months without an exit: one on the terms of the
    outcome's model, one on these and what else goes with the change. The weight of a month is the
    product, over the course's months before it, of the first probability of no change over the
    second. Weights outside their quantiles `truncation` and 1 − `truncation` are set to these.

    Args:
        panel: as `risk_set` gives it.
        numerator: the terms of the outcome's model.
        denominator: further terms, of what is known on the month's eve.
        truncation: share of weights that is truncated at either end.

    Raises:
        NotEstimableError: nobody has another change.
    """
    rows = until_other_change(panel)
    staying = rows.filter(pl.col("exit").is_null())
    for name, terms in (
        ("__plain", list(numerator)),
        ("__full", list(dict.fromkeys([*numerator, *denominator]))),
    ):
        fit = fit_hazard(staying, event=CENSORED, terms=terms, link="logit", cluster=None)
        rows = _with_hazard(rows, fit, name)
    # The next row's weight holds this row's factor: who exits is never censored afterwards.
    factor = (1 - pl.col("__plain")) / (1 - pl.col("__full"))
    rows = rows.sort("course", "month").with_columns(
        factor.cum_prod().shift(1).over("course").fill_null(1.0).alias(WEIGHT)
    )
    weights = rows[WEIGHT].to_numpy()
    low, high = (float(q) for q in np.quantile(weights, [truncation, 1 - truncation]))
    return Weighted(
        rows.with_columns(pl.col(WEIGHT).clip(low, high)).drop("__plain", "__full", CENSORED),
        float(weights.mean()),
        float(weights.max()),
        low,
        high,
    )


def _with_hazard(rows: pl.DataFrame, fit: HazardFit, name: str) -> pl.DataFrame:
    """Add a fitted hazard; in groups in which nobody is censored, which the fit leaves out, 0."""
    columns = list(fit._design.columns)
    cells = fit._design.cells.select(columns).with_columns(
        pl.Series(name, fit._solution.values.hazard)
    )
    return rows.join(cells, on=columns, how="left").with_columns(pl.col(name).fill_null(0.0))
