"""The whole register: schemas, streams per person, chunks, and the planted effect recovered."""

import json

import numpy as np
import polars as pl
import pytest

from simulator import oracles
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import (
    RAW_TABLES,
    TRUTH_TABLES,
    simulate,
    simulate_chunks,
    simulate_panel,
    truth_of,
)

DATE, TEXT, CODE = pl.Date, pl.String, pl.Int16
SCHEMAS = {
    "persons": {
        "person": TEXT,
        "birth_date": DATE,
        "sex": TEXT,
        "municipality": CODE,
        "died": DATE,
        "emigrated": DATE,
    },
    "spells": {"person": TEXT, "code": TEXT, "start": DATE, "end": DATE, "municipality": CODE},
    "employment": {
        "person": TEXT,
        "start": DATE,
        "end": DATE,
        "weekly_hours": pl.Float64,
        "industry": TEXT,
    },
    "assignments": {
        "person": TEXT,
        "caseworker": TEXT,
        "start": DATE,
        "end": DATE,
        "team": TEXT,
        "municipality": CODE,
        "reason": TEXT,
    },
    "readiness": {"person": TEXT, "readiness": TEXT, "start": DATE, "end": DATE},
    "truth_departures": {
        "caseworker": TEXT,
        "date": DATE,
        "mode": TEXT,
        "clients": pl.Int64,
        "municipality": CODE,
    },
    "truth_changes": {"person": TEXT, "date": DATE, "cause": TEXT, "caseworker": TEXT},
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_tables_have_their_columns(register, name):
    assert dict(getattr(register, name).schema) == SCHEMAS[name]


def test_open_ends_stand_where_they_are_documented(register):
    assert register.employment["end"].null_count() == 0
    assert register.assignments["end"].max().isoformat() < "2018-12-31"
    running = register.spells.filter(pl.col("end").is_null())
    closed = register.spells.filter(pl.col("end") == pl.date(2018, 12, 31))
    assert 0.3 < running.height / (running.height + closed.height) < 0.7
    assert not set(running["person"]) & set(closed["person"])


def test_the_dead_and_emigrated_leave_no_days_behind(settings):
    register = simulate(settings.model_copy(update={"messy_share": 0.0}))
    left = register.persons.select("person", gone=pl.coalesce("died", "emigrated")).drop_nulls()
    assert register.persons["died"].count() > 10
    assert register.persons["emigrated"].count() > 10
    for name in ("spells", "employment", "readiness"):
        rows = getattr(register, name).join(left, on="person")
        assert rows.height > 30
        assert rows["end"].null_count() == 0
        assert (rows["end"] < rows["gone"]).all()


@pytest.mark.parametrize("scenario", ["A", "C2", "E", "G"])
def test_size_changes_nobodys_course(scenario):
    plan = {"seed": 7, "office_persons": 1_000, "caseload": 25, "scenario": scenario}
    small = simulate(SimulatorConfig(persons=400, **plan))
    large = simulate(SimulatorConfig(persons=1_500, **plan))
    known = small.persons["person"].drop_nulls().unique()
    first = small.persons.height
    assert large.persons[:first].equals(small.persons)
    for name in (*RAW_TABLES[1:], "truth_changes"):
        own = getattr(small, name)
        assert own.height > 200
        assert getattr(large, name)[: own.height].equals(own)
    departures = pl.concat([small.truth_departures, large.truth_departures]).drop("clients")
    assert departures.is_duplicated().sum() == 2 * small.truth_departures.height
    assert large.truth_changes["person"].is_in(known.implode()).sum() == small.truth_changes.height


def test_chunks_are_the_rows_of_the_whole_in_order():
    settings = SimulatorConfig(persons=350, seed=3, office_persons=150)
    chunks = list(simulate_chunks(settings))
    whole = simulate(settings)
    assert len(chunks) == 3
    for name in (*RAW_TABLES, *TRUTH_TABLES):
        parts = [getattr(chunk, name) for chunk in chunks]
        assert pl.concat(parts).equals(getattr(whole, name))
    persons = [chunk.tallies["persons"] for chunk in chunks]
    assert persons == [150, 150, 50]
    assert whole.tallies["persons"] == 350


def test_seeds_differ_and_repeat():
    plan = {"persons": 60, "office_persons": 100}
    one, again = (simulate(SimulatorConfig(seed=1, **plan)) for _ in range(2))
    other = simulate(SimulatorConfig(seed=2, **plan))
    assert one.spells.equals(again.spells)
    assert not one.spells.equals(other.spells)
    assert not set(one.persons["person"].drop_nulls()) & set(other.persons["person"].drop_nulls())


def test_truth_counts_what_happened(settings, register):
    truth = truth_of(settings, register.tallies, register.truth_departures)
    assert truth["hazard_ratio"] == 0.78
    assert set(truth["hazard_ratio_by_cause"].values()) == {0.78}
    assert truth["departures"] == register.truth_departures.height
    assert truth["changes_by_cause"] == {
        **dict.fromkeys(truth["changes_by_cause"], 0),
        **dict(register.truth_changes["cause"].value_counts().iter_rows()),
    }
    panel = simulate_panel(settings)
    ready = panel.filter(pl.col("readiness") == 2)
    assert truth["person_months_at_risk"] == panel.height
    assert truth["activity_ready_persons"] == ready["person"].n_unique()
    jobs = (ready["exit"] == "job").sum()
    assert truth["activity_ready_job_hazard"] == jobs / ready.height
    assert 0.008 < truth["activity_ready_job_hazard"] < 0.014
    assert json.loads(json.dumps(truth)) == truth
    lists = register.truth_departures["clients"]
    assert truth["departures_with_clients"] == (lists > 0).sum() > 0.9 * len(lists)


@pytest.mark.parametrize(("scenario", "ratio"), [("null", 1.0), ("transitory", 0.6), ("B", 0.5)])
def test_truth_tells_the_planted_ratio(scenario, ratio):
    settings = SimulatorConfig(persons=30, scenario=scenario, hazard_ratio=0.5)
    register = simulate(settings)
    truth = truth_of(settings, register.tallies, register.truth_departures)
    assert truth["hazard_ratio"] == ratio
    assert truth["effect"] == ("transitory" if scenario == "transitory" else "cumulative")


def test_a_departed_caseworker_has_no_client_after(settings, register):
    changes = register.truth_changes.filter(pl.col("cause") == "departure")
    assert changes.height > 300
    rows = register.assignments.join(register.truth_departures, on="caseworker", how="inner")
    late = rows.filter(pl.col("start") > pl.col("date"))
    assert late.is_empty()
    still = rows.filter(pl.col("end") > pl.col("date") + pl.duration(days=16))
    assert still.is_empty()


@pytest.mark.untraced
@pytest.mark.parametrize(("scenario", "ratio"), [("A", 0.78), ("null", 1.0)])
def test_the_planted_hazard_ratio_is_recovered(scenario, ratio):
    settings = SimulatorConfig(
        persons=6_000, seed=21, scenario=scenario, office_persons=6_000, caseload=40
    )
    panel = simulate_panel(settings).with_columns(
        duration=sum((pl.col("duration") >= start).cast(pl.Int8) for start in (3, 6, 12, 24, 36)),
        age=sum((pl.col("age_months") >= 12 * start).cast(pl.Int8) for start in (30, 40, 50)),
        reform=sum((pl.col("month") >= start).cast(pl.Int8) for start in (72, 105)),
        quarter=pl.col("month") % 12 // 3,
        job=(pl.col("exit") == "job").fill_null(value=False),
    )
    factors = ["duration", "age", "reform", "quarter", "least_ready", "female", "municipality"]
    cells = panel.group_by(*factors, "changes").agg(pl.len().alias("n"), pl.col("job").sum())
    dummies = cells.select(pl.col(factors).cast(pl.String)).to_dummies(drop_first=True)
    design = np.column_stack([np.ones(cells.height), cells["changes"], dummies.to_numpy()])
    beta, error = oracles.cloglog(
        design.astype(float), cells["n"].cast(float).to_numpy(), cells["job"].cast(float).to_numpy()
    )
    assert abs(beta[1] - np.log(ratio)) < 3 * error[1]
    assert error[1] < 0.06
