"""Finding rows in the released table of models."""

from typing import Any

import polars as pl

# The exposures whose hazard ratios are headlines; other terms are covariates.
EXPOSURES = ("departures", "other_changes", "changes")
MODELS = ("departures_total", "departures_given_other", "association")


def headline_rows(models: pl.DataFrame) -> pl.DataFrame:
    """Give one row a model and exposure, with the variance that the stage put first.

    Where no model has such an exposure (durations alone), all terms but the baseline's dummies
    and the constant are given.
    """
    first = models.unique(["model", "label", "term"], keep="first", maintain_order=True)
    exposures = first.filter(pl.col("term").is_in(EXPOSURES))
    if exposures.height:
        return exposures
    return first.filter(~pl.col("term").str.starts_with("C(") & (pl.col("term") != "Intercept"))


def find(models: pl.DataFrame, model: str, term: str) -> dict[str, Any] | None:
    """Find a model's term, with the variance that the stage put first."""
    rows = models.filter((pl.col("model") == model) & (pl.col("term") == term))
    return rows.row(0, named=True) if rows.height else None
