"""The stage against the simulator's truth: who is at risk, what changed, and why."""

from pathlib import Path

import polars as pl
import pytest

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import simulate_panel

from .conftest import SETTINGS

EXIT_NAMES = {
    "unemployment insurance": "other_benefit",
    "sickness benefit": "sickness",
    "parental leave": "parental",
    "resource course": "rehabilitation",
    "job clarification": "rehabilitation",
    "flexjob unemployment": "flexjob",
    "disability pension": "disability_pension",
    "retirement": "old_age",
    "emigrated": "emigration",
    "dead": "death",
    "self-support": "self_support",
}


@pytest.fixture(scope="module")
def beside_truth(run: Path) -> pl.DataFrame:
    """Our person-months with what the generator's hazard saw."""
    number = 12 * (pl.col("month").dt.year().cast(pl.Int32) - 2008) + pl.col("month").dt.month() - 1
    truth = simulate_panel(SimulatorConfig.model_validate(SETTINGS)).select(
        pl.col("person").alias("key"),
        pl.col("month").cast(pl.Int32).alias("number"),
        true_duration="duration",
        true_changes=pl.col("changes").cast(pl.Int16),
        true_exit=pl.col("exit").replace(EXIT_NAMES),
    )
    return (
        pl.read_parquet(run / "panel.parquet")
        .join(pl.read_parquet(run / "register" / "keys.parquet"), on="person")
        .with_columns(number=number.cast(pl.Int32))
        .join(truth, on=["key", "number"], how="left")
    )


def test_everyone_at_risk_is_at_risk_in_truth(beside_truth):
    assert beside_truth.height > 20_000
    assert beside_truth["true_duration"].null_count() <= 0.002 * beside_truth.height


def test_durations_are_the_generator_s(beside_truth):
    off = beside_truth.filter(pl.col("duration") != pl.col("true_duration"))
    assert off.height <= 0.002 * beside_truth.height


def test_counts_of_changes_are_the_generator_s(beside_truth):
    off = beside_truth.filter(pl.col("changes") != pl.col("true_changes"))
    assert off.height <= 0.005 * beside_truth.height


def test_exits_are_the_generator_s(beside_truth):
    exits = beside_truth.filter(pl.col("exit").is_not_null() | pl.col("true_exit").is_not_null())
    wrong = exits.filter(~pl.col("exit").cast(pl.String).eq_missing(pl.col("true_exit")))
    assert exits.height > 800
    assert wrong.height <= 0.01 * exits.height


def test_departures_are_found_and_nothing_else_is_taken_for_one(run):
    keys = pl.read_parquet(run / "register" / "caseworker_keys.parquet")
    truth = pl.read_parquet(run / "truth_departures.parquet").rename({"caseworker": "key"})
    truth = truth.join(keys, on="key")
    found = pl.read_parquet(run / "changes" / "departures.parquet")
    # Lists of a handful may have fewer than four clients left on their last day.
    decided = truth.filter((pl.col("date") <= pl.date(2018, 6, 30)) & (pl.col("clients") >= 6))
    assert decided.height > 20
    recall = decided.join(found, on="caseworker", how="semi").height / decided.height
    precision = found.join(truth, on="caseworker", how="semi").height / found.height
    assert recall >= 0.97
    assert precision >= 0.95


@pytest.mark.parametrize(
    ("true_cause", "cause"),
    [
        ("departure", "departure"),
        ("visitation", "visitation"),
        ("team switch", "team_switch"),
        ("municipality move", "municipality_move"),
        ("absence", "absence"),
        ("return", "return"),
    ],
)
def test_causes_are_the_generator_s(run, true_cause, cause):
    keys = pl.read_parquet(run / "register" / "keys.parquet")
    truth = pl.read_parquet(run / "truth_changes.parquet").rename({"person": "key"})
    truth = truth.join(keys, on="key").filter(pl.col("date") <= pl.date(2018, 6, 30))
    ours = pl.read_parquet(run / "changes" / "changes.parquet").select(
        "person", "date", pl.col("cause").cast(pl.String).alias("ours")
    )
    both = truth.join(ours, on=["person", "date"]).filter(pl.col("cause") == true_cause)
    assert both.height > 10
    assert (both["ours"] == cause).mean() >= 0.9
