"""Attrition: whether clients are lost to follow-up more often after their caseworker leaves."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from trajectories.hazards.designs.rows import (
    EXPOSURE,
    Ingredients,
    Work,
    fit_design,
    jackknifed,
    rows_of,
)


def with_loss(panel: pl.DataFrame) -> pl.DataFrame:
    """Add `lost` (i8): the course's last month, without an exit and before the end of the data."""
    gone = (
        (pl.col("month") == pl.col("month").max().over("course"))
        & pl.col("exit").is_null()
        & (pl.col("month") < pl.col("month").max())
    )
    return panel.with_columns(lost=gone.cast(pl.Int8))


def attrition(made: Ingredients) -> Iterator[Work]:
    """The departure's hazard ratio for loss to follow-up, if anybody is lost."""
    rows = with_loss(made.panel)
    if rows["lost"].sum() == 0:
        return

    def one() -> list[dict[str, Any]]:
        fit = jackknifed(fit_design(rows, made.rules, [EXPOSURE], event="lost"), EXPOSURE)
        return rows_of(fit, rows, "attrition", "lost from sight", {EXPOSURE: "departures"})

    yield "attrition", one
