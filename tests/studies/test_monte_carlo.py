"""The fast way through a replication against the stage's own."""

import numpy as np
import polars as pl
import pytest

from hazards.simulated import hazards, simulated_run
from trajectories.caseworkers.assignments import first_teams
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.hazards.designs.stacked_departures import event_study
from trajectories.hazards.headline.models import CLUSTER_VARIANCE, fit_models
from trajectories.io import read_parquet
from trajectories.studies.monte_carlo import by_intervention, estimates, simulated
from untyped import UNTYPED

SETTINGS = UNTYPED | {"persons": 4000, "office_persons": 4000, "seed": 1, "messy_share": 0.0}


@pytest.fixture(scope="module")
def fast():
    return simulated(SimulatorConfig.model_validate(SETTINGS), hazards())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same register through files, codes and cleaning."""
    return simulated_run(tmp_path_factory.mktemp("whole"), SETTINGS)


def test_the_risk_set_is_the_stage_s_own(fast, whole):
    counts = ["changes", "departures", "other_changes", "listed_departures", "job"]
    by = ["month", "duration", "municipality", "age_band", "sex", "cluster", "team_first"]
    ours, theirs = (
        panel.with_columns(pl.col("age_band", "sex", "cluster", "team_first").cast(pl.String))
        .group_by(by)
        .agg(pl.len(), pl.col(counts).sum())
        .sort(by)
        for panel in (fast.panel, read_parquet(whole / "panel.parquet"))
    )
    assert ours.height > 10_000
    assert ours.equals(theirs)


def test_the_estimates_are_the_report_s(fast, whole):
    ours = estimates(fast, hazards())
    rules = hazards().models.model_copy(update={"min_departures": 1, "wild_bootstrap": "never"})
    panel = read_parquet(whole / "panel.parquet")
    frames = {
        name: read_parquet(whole / "changes" / f"{name}.parquet")
        for name in ("exposures", "departures", "assignments", "changes")
    }
    models, _ = fit_models(panel, frames["exposures"], lag_months=1, rules=rules)
    chosen = models.filter(
        (pl.col("variance") == CLUSTER_VARIANCE) & (pl.col("term") != "other_changes")
    )
    names = ["headline", "companion", "association"]
    assert [ours[name] for name in names] == pytest.approx(chosen["coef"].to_list(), rel=1e-8)
    assert ours["headline_se"] == pytest.approx(chosen["se"][0], rel=1e-8)
    assert ours["clusters"] == chosen["clusters"][0]
    teams = first_teams(frames["assignments"])
    study = event_study(
        panel, frames["exposures"], frames["departures"], teams, frames["changes"], rules=rules
    )
    tests = {row["test"]: row for row in study.tests.iter_rows(named=True)}
    assert ours["leads_p"] == pytest.approx(tests["leads"]["p_value"], rel=1e-6)
    assert np.exp(ours["lead"]) == pytest.approx(tests["pooled lead"]["hazard_ratio"], rel=1e-8)
    assert np.exp(ours["after"]) == pytest.approx(tests["after"]["hazard_ratio"], rel=1e-8)
    assert ours["first_stage"] == pytest.approx(tests["first stage"]["hazard_ratio"])


def test_the_truth_of_the_null_is_one():
    settings = SimulatorConfig.model_validate(SETTINGS | {"scenario": "null"})
    assert abs(by_intervention(settings, hazards())["headline"]) < 0.02


def test_the_truth_is_nearer_to_one_than_what_is_planted_and_not_far():
    # Who is on a leaver's list need not meet the departure.
    found = by_intervention(SimulatorConfig.model_validate(SETTINGS), hazards())
    assert np.log(0.78) < found["headline"] < np.log(0.83)
    assert found["association"] == pytest.approx(np.log(0.78), abs=0.02)
