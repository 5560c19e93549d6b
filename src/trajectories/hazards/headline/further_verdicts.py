"""Verdicts of the randomisation tests, of constancy in time and of the lead bounds."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from trajectories.hazards.checks.lead_bounds import AS_LARGE, BREAKDOWN
from trajectories.hazards.checks.randomised_checks import BALANCE, HEADLINE, UNRELATED
from trajectories.hazards.designs.constancy import FAMILY, LATER
from trajectories.hazards.designs.stacked_departures import AGAINST_OTHERS
from trajectories.hazards.headline.verdict_rows import (
    CONTRADICTED,
    MARGIN,
    SILENT,
    SUPPORTED,
    Row,
    family_of,
    fewest,
    interval,
)
from trajectories.hazards.thresholds import LEAST_P, SMALL_DIFFERENCE


def randomisation(randomised: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    """Whether the randomisation test supports the headline's difference."""
    if headline is None:
        return
    for row in randomised.filter(pl.col("kind") == HEADLINE).iter_rows(named=True):
        same = (row["statistic"] < 0) == (headline["hazard_ratio"] < 1)
        if row["p_value"] >= LEAST_P:
            word, reason = SILENT, "randomisation_silent"
        elif same:
            word, reason = SUPPORTED, "randomisation_supported"
        else:
            word, reason = CONTRADICTED, "randomisation_contradicted"
        yield "randomisation", word, reason, {"p_value": row["p_value"], **fewest(row, headline)}


def unrelated_exits(randomised: pl.DataFrame) -> Iterator[Row]:
    """Whether the randomisation tests show differences in exits that should be unrelated."""
    rows = randomised.filter(pl.col("kind") == UNRELATED)
    if rows.is_empty():
        return
    least = rows.sort("p_corrected", "p_value").row(0, named=True)
    apart = least["p_corrected"] < LEAST_P
    yield (
        "unrelated_exits",
        CONTRADICTED if apart else SILENT,
        "exits_apart" if apart else "exits_alike",
        {
            "p_value": least["p_corrected"],
            "subject": least["test"].replace("_", " "),
            **fewest(*rows.to_dicts()),
        },
    )


def balance_jointly(randomised: pl.DataFrame, balanced: pl.DataFrame) -> Iterator[Row]:
    """All differences between leavers' and other clients jointly.

    In a large register the smallest difference is significant: the check is contradicted only if
    one exceeds `SMALL_DIFFERENCE` as well.
    """
    if balanced.is_empty():
        return
    largest = float(np.abs(balanced["standardised_difference"].to_numpy()).max())
    for row in randomised.filter(pl.col("kind") == BALANCE).iter_rows(named=True):
        apart = row["p_value"] < LEAST_P
        if apart == (largest > SMALL_DIFFERENCE):
            word = CONTRADICTED if apart else SUPPORTED
        else:
            word = SILENT
        levels = [
            {
                "persons": min(level["listed"], level["others"]),
                "from_caseworkers": level["from_caseworkers"],
                "to_caseworkers": level["other_caseworkers"],
            }
            for level in balanced.iter_rows(named=True)
        ]
        values = {"p_value": row["p_value"], "difference": largest}
        yield "balance_jointly", word, "balance_jointly", values | fewest(row, *levels)


def constancy(designs: pl.DataFrame) -> Iterator[Row]:
    """Whether one ratio holds for all months since a departure and all years."""
    rows = family_of(designs, FAMILY)
    if rows.is_empty():
        return
    least = rows.sort("p_corrected", "p_value").row(0, named=True)
    rests_on = fewest(*rows.to_dicts())
    if least["p_corrected"] < LEAST_P:
        subject = f"{least['design']}, {least['term']}"
        values = {"p_value": least["p_corrected"], "subject": subject, **rests_on}
        yield "constancy", CONTRADICTED, "constancy_contradicted", values
        return
    since = rows.filter(pl.col("term") == LATER)
    if since.is_empty():
        return
    trends = rows.drop_nulls("hazard_ratio")
    low, high = np.log(trends["low"].to_numpy()), np.log(trends["high"].to_numpy())
    near = low.min() > -MARGIN and high.max() < MARGIN
    word, reason = (SUPPORTED, "constancy_supported") if near else (SILENT, "constancy_silent")
    values = {"p_value": least["p_corrected"], **interval(since.row(0, named=True)), **rests_on}
    yield "constancy", word, reason, values


def lead_bounds(bounds: pl.DataFrame, headline: dict[str, Any] | None) -> Iterator[Row]:
    """Whether differences as large as before the departure could explain that after it."""
    rows = bounds.filter(pl.col("contrast") == AGAINST_OTHERS) if bounds.height else bounds
    if headline is None or rows.is_empty():
        return
    by_bound = {row["bound"]: row for row in rows.iter_rows(named=True)}
    row = by_bound[AS_LARGE]
    breakdown = by_bound[BREAKDOWN]["relative"] if BREAKDOWN in by_bound else None
    values = {"low": row["low"], "high": row["high"], "relative": breakdown}
    values |= fewest(*rows.to_dicts(), headline)
    if row["low"] <= 1 <= row["high"]:
        reason = "bounds_silent" if breakdown else "bounds_wide"
        yield "lead_bounds", SILENT, reason, values
    elif (row["high"] < 1) == (headline["hazard_ratio"] < 1):
        yield "lead_bounds", SUPPORTED, "bounds_supported", values
    else:
        yield "lead_bounds", CONTRADICTED, "bounds_contradicted", values
