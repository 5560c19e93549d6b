"""Censoring at the first other change, with inverse-probability-of-censoring weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.survival.discrete_time.design import used_columns
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard

WEIGHT, CENSORED, ROW = "censoring_weight", "__censored_next", "__row"


@dataclass(frozen=True)
class Weighted:
    """Person-months until the first other change, weighted for censoring.

    Attributes:
        rows: the panel's rows before that change counts, with `censoring_weight` (f64).
        mean: mean weight before truncation; far from 1, the censoring model is wrong.
        largest: largest weight before truncation.
        low: lower truncation limit of the weights.
        high: upper truncation limit of the weights.
    """

    rows: pl.DataFrame
    mean: float
    largest: float
    low: float
    high: float


def until_other_change(panel: pl.DataFrame) -> pl.DataFrame:
    """The months before a change other than a departure counts.

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
    """Stabilised inverse-probability weights of having had no other change (Robins 1993).

    Two logit models of the change are fitted to the months without an exit: one on the terms of the
    outcome model, one with the further terms as well. A month's weight is the product, over the
    course's earlier months, of the first model's probability of no change over the second's.
    Weights are truncated at their quantiles `truncation` and 1 − `truncation`.

    Args:
        panel: as `risk_set` returns it.
        numerator: terms of the outcome model.
        denominator: further terms, known on the eve of the month.
        truncation: share of weights truncated at either end.

    Raises:
        NotEstimableError: nobody has another change.
    """
    terms_used = used_columns([*numerator, *denominator], panel.columns)
    needed = list(dict.fromkeys(["course", "month", "exit", "other_changes", *terms_used]))
    rows = until_other_change(panel.select(needed).with_row_index(ROW))
    staying = rows.filter(pl.col("exit").is_null())
    for name, terms in (
        ("__plain", list(numerator)),
        ("__full", list(dict.fromkeys([*numerator, *denominator]))),
    ):
        fit = fit_hazard(staying, event=CENSORED, terms=terms, link="logit", cluster=None)
        rows = _with_hazard(rows, fit, name)
    # A row's factor enters the weight of the next row: an exit is never censored afterwards.
    factor = (1 - pl.col("__plain")) / (1 - pl.col("__full"))
    rows = rows.sort("course", "month").with_columns(
        factor.cum_prod().shift(1).over("course").fill_null(1.0).alias(WEIGHT)
    )
    weights = rows[WEIGHT].to_numpy()
    low, high = (float(q) for q in np.quantile(weights, [truncation, 1 - truncation]))
    in_place = rows.select(ROW, WEIGHT).sort(ROW)[WEIGHT]
    return Weighted(
        panel.filter(pl.col("other_changes") == 0).with_columns(in_place.clip(low, high)),
        float(weights.mean()),
        float(weights.max()),
        low,
        high,
    )


def _with_hazard(rows: pl.DataFrame, fit: HazardFit, name: str) -> pl.DataFrame:
    """Add a fitted hazard; 0 in groups in which nobody is censored, which the fit drops."""
    columns = list(fit._design.columns)
    cells = fit._design.cells.select(columns).with_columns(
        pl.Series(name, fit._solution.values.hazard)
    )
    return rows.join(cells, on=columns, how="left").with_columns(pl.col(name).fill_null(0.0))
