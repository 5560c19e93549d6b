"""The same simulated persons from every format: one register, up to the weeks of a weekly one."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from register.coarsening import DAYS, daily_facts, quarter_and_its_weeks, weekly_states
from trajectories.commands.register.ingest import ingest
from trajectories.commands.register.simulate import simulate
from trajectories.commands.sequences.months import months
from trajectories.io import read_json

SETTINGS = {"persons": 400, "seed": 5, "office_persons": 200, "messy_share": 0.05}
FORMATS = ("parquet", "csv", "stata", "sas_transport", "dream")
TABLES = ("persons", "spells", "employment", "readiness", "assignments", "keys", "rejected")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The cleaned registers and person-months of one simulated register in each format."""
    return {
        name: run(tmp_path_factory.mktemp(name), {**SETTINGS, "format": name}) for name in FORMATS
    }


def run(out: Path, settings: dict) -> Path:
    config = out / "config.yaml"
    sections = {"simulator": settings, "sequences": {"month": {"rule": "thursdays"}}}
    config.write_text(yaml.safe_dump(sections))
    simulate(config=config, out=out)
    ingest(config=config, out=out / "register", raw=out / "raw")
    months(config=config, register=out / "register", out=out / "months")
    return out


@pytest.mark.parametrize("name", ["csv", "stata", "sas_transport"])
def test_a_register_is_the_same_from_each_format_of_spells(runs, name):
    for table in TABLES:
        wanted, found = (
            pl.read_parquet(runs[kind] / "register" / f"{table}.parquet").select(
                pl.exclude("raw", "file")
            )
            for kind in ("parquet", name)
        )
        assert found.equals(wanted), table
    log = read_json(runs[name] / "register" / "reading.json")
    if name == "csv":
        assert {(entry["encoding"], entry["delimiter"]) for entry in log} <= {
            ("utf-8", ";"),
            ("latin-1", ";"),
        }


def months_of(folder: Path) -> pl.DataFrame:
    """Key, month and state of a run's person-months."""
    keys = pl.read_parquet(folder / "register" / "keys.parquet")
    return (
        pl.read_parquet(folder / "months" / "person_months.parquet")
        .join(keys, on="person")
        .select("key", "month", pl.col("state").cast(pl.String))
        .sort("key", "month")
    )


def test_months_of_the_weekly_register_are_those_of_spells_coarsened_week_by_week(runs):
    """The raw spells, mess and all, through weeks as plainly as they can be made."""
    found = months_of(runs["dream"])
    sample = found["key"].unique().sort().gather_every(5)
    raw = {
        name: pl.read_parquet(runs["parquet"] / "raw" / f"{name}.parquet").filter(
            pl.col("person").is_in(sample.implode())
        )
        for name in ("persons", "spells", "employment", "readiness")
    }
    wanted = weekly_states(raw, sample.to_list())
    ours = found.filter(pl.col("key").is_in(sample.implode()))
    assert len(ours) > 7_000
    joined = ours.join(wanted, on=["key", "month"], how="left", suffix="_wanted")
    assert joined.filter(pl.col("state").ne_missing(pl.col("state_wanted"))).is_empty()


def test_a_quarter_without_change_is_the_same_in_weeks_and_in_days(tmp_path_factory):
    """Where code, readiness, job and presence are one on all days of all weeks of a quarter."""
    settings = {"persons": 400, "seed": 6, "office_persons": 400, "messy_share": 0.0}
    days, weeks = (
        run(tmp_path_factory.mktemp(name), {**settings, "format": name})
        for name in ("parquet", "dream")
    )
    both = months_of(days).join(
        months_of(weeks), on=["key", "month"], how="inner", suffix="_of_weeks"
    )
    assert len(both) == len(months_of(days))
    facts = daily_facts(days / "register")
    steady = []
    for key, month in both.select("key", "month").iter_rows():
        first, last = quarter_and_its_weeks(month)
        here = facts[key][max(first, 0) : min(last, DAYS - 1) + 1]
        steady.append(bool((here == here[0]).all()))
    same = (both["state"] == both["state_of_weeks"]).to_numpy()
    assert same[np.array(steady)].all()
    # Most months are like that, and most of the others are the same all the same.
    assert np.mean(steady) > 0.6
    assert same.mean() > 0.97
