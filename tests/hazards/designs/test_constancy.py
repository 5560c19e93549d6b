"""Constancy in time and corrected p-values: against models written out, planted trends, nulls."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy import stats

from trajectories.caseworkers.exposures import with_bands
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.designs.constancy import ALIKE, LATER, YEARS, constancy
from trajectories.hazards.designs.families import cause_specific, fit_designs
from trajectories.hazards.designs.rows import Ingredients, corrected, prepare
from trajectories.hazards.parts import Parts
from trajectories.survival.discrete_time.fit import fit_hazard


def holding(panel: pl.DataFrame, event: str) -> int:
    """The clusters in which the event occurs."""
    return panel.filter(pl.col(event) == 1)["cluster"].n_unique()


MODELS = ModelsConfig(adjustment=("C(duration_band)", "C(municipality)"))
PLAIN = ModelsConfig(adjustment=("C(half_year)",))


@pytest.fixture(scope="module")
def made(inputs: dict[str, pl.DataFrame]) -> Ingredients:
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    first = (inputs[name] for name in ("panel", "changes", "exposures"))
    return prepare(*first, departures, rules=MODELS, lag_months=1)


def results(made: Ingredients) -> dict[str, dict[str, float]]:
    return {row["term"]: row for _, one in constancy(made) for row in one()}


def test_trends_are_the_products_with_the_exposure(made):
    found = results(made)
    since = pl.col("months_since_departure")
    exposed = made.panel["listed_departures"] > 0
    step = made.panel["half_year"].to_physical().cast(pl.Float64)
    rows = made.panel.with_columns(
        x=((1 + since).log() * pl.col("listed_departures")).fill_null(0.0),
        y=(step - step.filter(exposed).mean()) * pl.col("listed_departures"),
    )
    clusters = holding(made.panel.filter(exposed), "job")
    for column, term, unit in (("x", LATER, np.log(13 / 2)), ("y", YEARS, 10)):
        fit = fit_hazard(
            rows,
            terms=[*MODELS.adjustment, "listed_departures", column],
            cluster="cluster",
            variance="crv3",
        )
        own = fit.table.filter(pl.col("term") == column)
        row = found[term]
        # The scale of the product moves a level to the exposure, not the trend.
        assert row["coef"] == pytest.approx(unit * own["coef"].item(), rel=1e-6)
        assert row["se"] == pytest.approx(unit * own["se"].item(), rel=1e-6)
        t = own["coef"].item() / own["se"].item()
        assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(t), clusters - 1), rel=1e-5)
        assert (row["clusters"], row["events"]) == (
            clusters,
            made.panel.filter(exposed)["job"].sum(),
        )


def test_bands_are_tested_alike_by_the_clusters_of_the_fewest(made):
    fit = fit_hazard(
        made.panel,
        terms=[*MODELS.adjustment, "C(since_departure)"],
        cluster="cluster",
        variance="crv3",
    )
    places = [i for i, name in enumerate(fit.table["term"]) if "since_departure" in name]
    assert len(places) == 3
    coef, vcov = fit.table["coef"].to_numpy()[places], fit.vcov[np.ix_(places, places)]
    contrast = np.array([[1, -1, 0], [0, 1, -1]])
    wald = contrast @ coef @ np.linalg.inv(contrast @ vcov @ contrast.T) @ contrast @ coef
    bands = made.panel.filter(pl.col("since_departure") != "none")["since_departure"].unique()
    g = min(holding(made.panel.filter(since_departure=band), "job") for band in bands)
    p = stats.f.sf(wald * (g - 2) / (2 * (g - 1)), 2, g - 2)
    row = results(made)[ALIKE]
    assert row["p_value"] == pytest.approx(p)
    assert row["hazard_ratio"] is None


def planted(seed: int, trend: float) -> Ingredients:
    """Person-months in 30 clusters whose ratio of a departure moves with log months since."""
    rng = np.random.default_rng(seed)
    persons, months = 1200, 30
    left = np.where(rng.random(persons) < 0.6, rng.integers(1, 12, persons), 10_000)
    month = np.tile(np.arange(months), persons)
    person = np.repeat(np.arange(persons), months)
    since = month - left[person]
    exposed = since >= 1
    cluster = person % 30
    later = np.where(exposed, np.log((1 + np.maximum(since, 1)) / 2) / np.log(6.5), 0)
    shared = rng.normal(0, 0.2, 30)[cluster]
    eta = -3 + shared + exposed * -0.2 + trend * later
    job = rng.random(len(eta)) < -np.expm1(-np.exp(eta))
    panel = pl.DataFrame(
        {
            "person": person,
            "course": person,
            "month": [dt.date(2010 + m // 12, m % 12 + 1, 1) for m in range(months)] * persons,
            "half_year": month // 6,
            "cluster": cluster,
            "listed_departures": exposed.astype(np.int16),
            "months_since_departure": np.where(exposed, since, 0),
            "changes": 0,
            "job": job.astype(np.int8),
        }
    ).with_columns(
        months_since_departure=pl.when(pl.col("listed_departures") > 0).then(
            pl.col("months_since_departure")
        )
    )
    alive = panel.filter(pl.col("job").cum_sum().over("person") - pl.col("job") == 0)
    return Ingredients(with_bands(alive), alive.head(0), PLAIN, 1)


def test_a_planted_trend_is_found():
    found = results(planted(1, -1.0))
    assert found[LATER]["coef"] == pytest.approx(-1.0, abs=3 * found[LATER]["se"])
    assert found[LATER]["p_value"] < 0.001
    assert found[ALIKE]["p_value"] < 0.01


@pytest.mark.untraced
def test_a_constant_ratio_is_rejected_at_the_nominal_size():
    """20 planted nulls with three tests each, corrected: 5 or more of 5 % come once in 400."""
    least = []
    for seed in range(20):
        rows = [row for _, one in constancy(planted(seed, 0.0)) for row in one()]
        least.append(min(row["p_corrected"] for row in corrected(rows, "constancy")))
    assert np.count_nonzero(np.array(least) < 0.05) < 5


def test_exits_are_corrected_for_their_number(inputs, made):
    rules = MODELS.model_copy(update={"adjustment": ("C(duration_band)",)})
    small = Ingredients(made.panel, made.exposures, rules, 1)
    rows = [row for _, one in cause_specific(small) for row in one()]
    table = pl.DataFrame(corrected(rows, "exits", but="job"), infer_schema_length=None)
    assert table.filter(design="job")["p_corrected"].item() is None
    others = table.filter(pl.col("design") != "job").sort("p_value")
    assert others.height > 2
    p, found = others["p_value"].to_list(), others["p_corrected"].to_list()
    # Holm, step by step from the smallest.
    highest = 0.0
    for rank, (one, step) in enumerate(zip(p, found, strict=True)):
        highest = max(highest, min(1.0, (len(p) - rank) * one))
        assert step == pytest.approx(highest)
    for row in others.iter_rows(named=True):
        hit = made.panel.filter(pl.col("listed_departures") > 0, pl.col(row["design"]) == 1)
        assert row["clusters"] == hit["cluster"].n_unique()
        assert row["events"] == hit.height


def test_the_designs_hold_the_corrections(made):
    table = fit_designs(made, Parts())
    given = table.filter(pl.col("p_corrected").is_not_null())
    assert set(given["family"]) == {"exits", "constancy"}
    assert set(table.filter(family="constancy")["term"]) == {LATER, ALIKE, YEARS}
    assert (given["p_corrected"] >= given["p_value"]).all()
