"""Weights of not having had another change, against a loop and a planted truth."""

import numpy as np
import polars as pl
import pytest

from trajectories.hazards.designs.censoring_weights import (
    WEIGHT,
    censoring_weights,
    until_other_change,
)
from trajectories.survival.discrete_time.fit import fit_hazard

MONTHS = 24


def courses(number: int, *, effect: float) -> pl.DataFrame:
    """Courses in which a departure makes the badly off ask for another caseworker.

    The badly off find fewer jobs. A departure is random and multiplies the hazard of a job by
    exp(effect); what is seen of being badly off is the readiness of the month.
    """
    draw = np.random.default_rng(11)
    bad = draw.random(number) < 0.5
    leaves = draw.integers(0, 16, number)
    rows = []
    changed = np.zeros(number, dtype=np.int64)
    alive = np.ones(number, dtype=bool)
    for month in range(MONTHS):
        exposed = month > leaves
        hazard = 0.08 * np.where(bad, 0.25, 1.0) * np.exp(effect * exposed)
        job = alive & (draw.random(number) < hazard)
        for who in np.flatnonzero(alive):
            rows.append(
                (who, month, int(exposed[who]), changed[who], bool(bad[who]), int(job[who]))
            )
        alive &= ~job
        asks = alive & (draw.random(number) < np.where(bad & exposed, 0.25, 0.01))
        changed += asks
    names = ["course", "month", "listed_departures", "other_changes", "bad", "job"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(
        person="course",
        duration="month",
        exit=pl.when(pl.col("job") == 1).then(pl.lit("job")),
        band=pl.col("month") // 6,
    )


def ratio(rows: pl.DataFrame, weight: str | None) -> tuple[float, float]:
    fit = fit_hazard(rows, terms=["C(band)", "listed_departures"], cluster="person", weight=weight)
    return fit.table.filter(pl.col("term") == "listed_departures").select("coef", "se").row(0)


def test_weights_undo_the_selection_of_those_who_are_left():
    panel = courses(6000, effect=0.0)
    weighted = censoring_weights(
        panel,
        numerator=["C(band)", "listed_departures"],
        denominator=["C(bad)*listed_departures"],
        truncation=0.0,
    )
    plain, se = ratio(weighted.rows, None)
    assert plain > 4 * se  # the better off are left among the exposed
    coef, se = ratio(weighted.rows, WEIGHT)
    assert abs(coef) < 2 * se
    assert weighted.mean == pytest.approx(1, abs=0.03)


def test_weights_are_the_products_of_a_loop():
    panel = courses(300, effect=-0.3)
    numerator, more = ["C(band)", "listed_departures"], ["C(bad)"]
    found = censoring_weights(panel, numerator=numerator, denominator=more, truncation=0.0)
    rows = until_other_change(panel).sort("course", "month")
    staying = rows.filter(pl.col("exit").is_null())
    tables = []
    for terms in (numerator, [*numerator, *more]):
        fit = fit_hazard(staying, event="__censored_next", terms=terms, link="logit", cluster=None)
        tables.append(dict(fit.table.select("term", "coef").iter_rows()))
    expected, product, before = [], 1.0, None
    for row in rows.iter_rows(named=True):
        product = 1.0 if row["course"] != before else product
        before = row["course"]
        expected.append(product)
        stays = []
        for table in tables:
            eta = table["Intercept"] + table["listed_departures"] * row["listed_departures"]
            eta += table.get(f"C(band)[T.{row['band']}]", 0.0)
            eta += table.get("C(bad)[T.1.0]", 0.0) * row["bad"]
            stays.append(1 / (1 + np.exp(eta)))
        product *= stays[0] / stays[1]
    by_course = found.rows.sort("course", "month")
    np.testing.assert_allclose(by_course[WEIGHT], expected, rtol=1e-9)
    cut = censoring_weights(panel, numerator=numerator, denominator=more, truncation=0.05)
    assert cut.rows[WEIGHT].max() == pytest.approx(np.quantile(expected, 0.95))
    assert cut.rows[WEIGHT].min() == pytest.approx(np.quantile(expected, 0.05))
    assert (cut.largest, cut.mean) == pytest.approx((max(expected), np.mean(expected)))
