"""Common parts of the checks of the verdict: words, columns and intervals."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from trajectories.caseworkers.handovers import COUNTED
from trajectories.hazards.columns import VERDICT_ESTIMATES
from trajectories.hazards.thresholds import LEAST_P, NEAR_ONE
from trajectories.survival.verdicts import CONTRADICTED as CONTRADICTED
from trajectories.survival.verdicts import SILENT as SILENT
from trajectories.survival.verdicts import SUPPORTED as SUPPORTED

SIZES = ("persons", "events", *COUNTED)
CHANGES = ("exit_months", "exit_changes", "matched_months", "matched_changes")

VERDICT_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("check", "verdict", "reason", "subject", "untested"), pl.String),
    **dict.fromkeys(("months", *SIZES, *CHANGES), pl.Int64),
    **dict.fromkeys(VERDICT_ESTIMATES, pl.Float64),
}
MARGIN = np.log(1 + NEAR_ONE)
Judged = tuple[str, str, dict[str, Any]]
"""Verdict, reason and further columns of `VERDICT_SCHEMA`: counts and estimates."""
Row = tuple[str, str, str, dict[str, Any]]
"""A check and how it is judged."""


def family_of(designs: pl.DataFrame, family: str) -> pl.DataFrame:
    """The designs of one family."""
    return designs.filter(pl.col("family") == family)


def sizes(row: Mapping[str, Any]) -> dict[str, Any]:
    """The persons, events and caseworkers behind a row."""
    return {name: row[name] for name in SIZES}


def fewest(*rows: Mapping[str, Any] | None) -> dict[str, Any]:
    """The counts behind a judgement over several rows: the smallest of each in any row.

    This includes the difference between a design and the headline (`nested_samples`). A verdict
    that depends on a withheld row would reveal it, so every row considered counts.
    """
    counts = {
        name: [
            row[column]
            for row in rows
            if row is not None
            for column in (name, f"out_{name}")
            if row.get(column) is not None
        ]
        for name in SIZES
    }
    return {name: min(values, default=None) for name, values in counts.items()}


def interval(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's hazard ratio with its interval, and the counts behind it."""
    return {"ratio": row["hazard_ratio"], "low": row["low"], "high": row["high"], **sizes(row)}


def near_one(row: dict[str, Any]) -> Judged:
    """Judge a ratio that should be 1: different from it, within `MARGIN` of it, or neither."""
    values = interval(row)
    if row["p_value"] < LEAST_P:
        return CONTRADICTED, "near_contradicted", values
    if np.log(row["low"]) > -MARGIN and np.log(row["high"]) < MARGIN:
        return SUPPORTED, "near_supported", values
    return SILENT, "near_silent", values
