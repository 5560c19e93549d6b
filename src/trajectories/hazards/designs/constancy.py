"""Constancy: whether one hazard ratio holds for all months since a departure and all years."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from trajectories.caseworkers.exposures import SINCE_BANDS
from trajectories.hazards.designs.rows import (
    EXPOSURE,
    Ingredients,
    Work,
    fit_design,
    jackknifed,
    joint_test,
    rows_of,
)
from trajectories.hazards.designs.support import clusters_with_exposed_events
from trajectories.survival.errors import NotEstimableError

FAMILY = "constancy"
SINCE, CALENDAR = "months since a departure", "calendar time"
LATER, ALIKE, YEARS = "after a year against after a month", "equal in all bands", "five years later"
HALF_YEARS = 10
"""Half-years in the five years of the contrast."""
ESTIMATES = ("coef", "se", "hazard_ratio", "low", "high")


def constancy(made: Ingredients) -> Iterator[Work]:
    """Tests that the hazard ratio of a departure does not change with time (headline exposure).

    Three tests by the jackknife over clusters, with degrees of freedom one less than the number of
    clusters in which an exposed person has the event: the product of the exposure with log months
    since the last departure (as in Grambsch & Therneau 1994), shown as the ratio of month 12 to
    month 1; equality of the bands of months since; and the product with calendar time in
    half-years, shown over five years.
    """
    months = pl.col("months_since_departure")
    # 0 in month 1 after the departure and 1 in month 12.
    later = ((1 + months) / 2).log() / np.log(13 / 2)
    exposed = pl.col(EXPOSURE) > 0
    half_years = pl.col("half_year").rank("dense").cast(pl.Float64)
    middle = half_years.filter(exposed).mean()
    rows = made.panel.with_columns(
        later=(later * pl.col(EXPOSURE)).fill_null(0.0),
        years_later=(half_years - middle).fill_null(0.0) / HALF_YEARS * pl.col(EXPOSURE),
    )
    clusters = clusters_with_exposed_events(rows, made.rules.event)

    def trend(column: str, design: str, term: str) -> list[dict[str, Any]]:
        fit = jackknifed(fit_design(rows, made.rules, [EXPOSURE, column]), column)
        held = {column: min(fit.clusters, clusters)}
        return rows_of(fit, rows, FAMILY, design, {column: term}, {column: exposed}, clusters=held)

    def alike() -> list[dict[str, Any]]:
        column = "since_departure"
        terms = {f"C({column})[T.{band}]": band for band in SINCE_BANDS[1:]}
        fit = jackknifed(fit_design(rows, made.rules, [f"C({column})"]), next(iter(terms)))
        bands = min(
            clusters_with_exposed_events(rows.filter(pl.col(column) == band), made.rules.event)
            for band in rows.filter(exposed)[column].unique()
        )
        known = fit.table.with_row_index().filter(
            pl.col("term").is_in(list(terms)) & pl.col("se").is_finite()
        )
        places = known["index"].to_list()
        if len(places) < 2:
            raise NotEstimableError("Departures lie in one band of months only.")
        p = joint_test(
            fit.table["coef"].to_numpy()[places],
            fit.vcov[np.ix_(places, places)],
            np.diff(np.eye(len(places)), axis=0),
            min(fit.clusters, bands),
        )
        if not np.isfinite(p):
            raise NotEstimableError("There are too few clusters to test all bands.")
        name = known["term"][0]
        held = {name: min(fit.clusters, bands)}
        first = rows_of(fit, rows, FAMILY, SINCE, {name: ALIKE}, {name: exposed}, clusters=held)[0]
        return [first | dict.fromkeys(ESTIMATES) | {"p_value": p}]

    yield SINCE, lambda: trend("later", SINCE, LATER)
    yield SINCE, alike
    yield CALENDAR, lambda: trend("years_later", CALENDAR, YEARS)
