"""The register's months follow from two settings, and the default register stays what it was."""

import datetime as dt
import hashlib
import json

import polars as pl
import pytest
from pydantic import ValidationError

from simulator import oracles
from trajectories.config.sections.simulator import SimulatorConfig, TypesConfig
from trajectories.simulator import RAW_TABLES, TRUTH_TABLES, simulate, truth_of
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.courses.courses import live_block
from trajectories.simulator.random_kernels import uniforms
from trajectories.simulator.truth import panel_of

AROUND_2025 = {
    "first_month": dt.date(2020, 1, 1),
    "last_month": dt.date(2027, 12, 1),
    "relabelling_2014": False,
    "reform": {"in_force": dt.date(2025, 7, 1)},
}
SMALL = {"persons": 600, "office_persons": 600, "caseload": 20, "seed": 6}


def settings(**more: object) -> SimulatorConfig:
    return SimulatorConfig.model_validate(SMALL | AROUND_2025 | more)


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [("A", "bbfafaae4a2c8002"), ("H17", "dd702bd3e072162c")],
)
def test_the_default_register_is_that_of_before_there_was_a_choice(scenario, expected):
    chosen = SimulatorConfig(
        persons=300, office_persons=150, seed=3, visitation_2014=scenario == "A", scenario=scenario
    )
    made = simulate(chosen)
    told = truth_of(chosen, made.tallies, made.truth_departures)
    # What is told of the reform may grow; the register does not change by it.
    del told["settings"], told["reform"]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name in (*RAW_TABLES, *TRUTH_TABLES):
        digest.update(str(getattr(made, name).rows()).encode())
    assert digest.hexdigest()[:16] == expected


@pytest.mark.parametrize("opens", [dt.date(2011, 11, 1), dt.date(2020, 1, 1)])
def test_season_and_trend_follow_the_calendar(opens):
    last = dt.date(opens.year + 5, 12, 1)
    reform = {"in_force": last, "enabled": False}
    chosen = settings(
        first_month=opens, last_month=last, reform=reform, types=TypesConfig(separation=0)
    )
    block = live_block(chosen, 0)
    panel = panel_of(block).filter(
        ~pl.col("exit").is_in(("dead", "emigrated", "retirement")).fill_null(value=False)
    )
    month = panel["month"].cast(pl.Int64).to_numpy()
    index = block.people["index"][panel["who"].to_numpy()]
    draws = uniforms(chosen.seed, index, purposes.JOB_EXIT, month)
    # The oracle numbers months from January 2008.
    since = 12 * (opens.year - 2008) + opens.month - 1
    dated = panel.with_columns(pl.col("month").cast(pl.Int64) + since)
    planted = [
        u < oracles.job_hazard(row, 0.78)
        for row, u in zip(dated.iter_rows(named=True), draws, strict=True)
    ]
    job = (panel["exit"] == "job").fill_null(value=False).to_list()
    assert sum(job) > 50
    assert job == planted


def test_extracts_cover_the_register_s_days_and_use_codes_of_their_time():
    made = simulate(settings(messy_share=0.0))
    spells = made.spells
    assert spells["start"].min() == dt.date(2020, 1, 1)
    assert spells["end"].max() == dt.date(2027, 12, 31)
    assert made.employment["end"].max() == dt.date(2027, 12, 31)
    codes = set(spells["code"])
    # Guidance has the newer digit, and measures that began in 2013 and 2014 are there throughout.
    assert not codes & {"131", "731"}
    assert codes & {"133", "733"}
    early = set(spells.filter(pl.col("start") < dt.date(2021, 1, 1))["code"])
    assert any(code.startswith("81") for code in early)
    assert "785" in early
    # A reform's assignment of caseworkers happened in 2014 alone.
    assert "reform assignment" not in set(made.truth_changes["cause"])


def test_codes_of_the_young_end_with_the_reform_of_2025_and_nothing_else_does():
    renamed = simulate(settings(relabelling_2025=True))
    same = simulate(settings())
    youth = pl.col("code").str.contains("^(14|72)")
    helped = renamed.spells.filter(youth)
    assert helped.height > 30
    assert helped.filter(pl.col("start") < dt.date(2025, 1, 1)).height > 30
    assert helped["start"].max() < dt.date(2025, 7, 1)
    assert helped["end"].max() == dt.date(2025, 6, 30)
    assert same.spells.filter(youth).is_empty()
    for name in ("persons", "employment", "assignments", "readiness"):
        assert getattr(renamed, name).equals(getattr(same, name))


def test_the_planted_reform_is_dated_by_its_own_month():
    chosen = settings(persons=2_000, office_persons=2_000)
    made = simulate(chosen)
    told = truth_of(chosen, made.tallies, made.truth_departures)
    assert (told["first_month"], told["months"]) == ("2020-01", 96)
    exits = told["reform"]["exits to education"]
    assert exits["with"]["touched"]["before"] == exits["without"]["touched"]["before"]
    assert exits["effect"]["touched"] > 0
    assert exits["effect"]["others"] == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"first_month": dt.date(2020, 1, 2)}, "first day of a month, as 2020-01-01"),
        ({"first_month": dt.date(1999, 1, 1)}, "a year from 2000 to 2090"),
        ({"last_month": dt.date(2022, 12, 1)}, "less than three years after first_month"),
        ({"reform": {"in_force": dt.date(2020, 12, 1)}}, "at least a year after first_month"),
        ({"reform": {"in_force": dt.date(2028, 1, 1)}}, "not after last_month"),
        ({"relabelling_2014": True, "relabelling_2025": True}, "set one of them to false"),
        ({"scenario": "H12", "last_month": dt.date(2026, 12, 1)}, "needs a register of 92 months"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValidationError, match=message):
        settings(**wrong)
