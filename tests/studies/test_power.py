"""Power by simulation: what is planted comes back, and sizes are as asked for."""

import json

import numpy as np
import polars as pl
import pytest

from trajectories.commands.studies.plan import plan
from trajectories.commands.studies.power import power as power_command
from trajectories.errors import UserError
from trajectories.studies.power import POWER_SCHEMA, Study, power, simulate

STUDY = Study(persons=2_000, municipalities=4, departures=60, months=24, caseload=20)


def test_a_study_has_the_planted_hazards():
    study = Study(
        persons=60_000,
        municipalities=2,
        departures=1,
        months=24,
        cluster_sd=0,
        caseworker_sd=0,
        job_hazard=0.02,
        other_hazard=0.01,
    )
    cells = simulate(study, 0.8, seed=[1])
    first = cells.filter((pl.col("band") == 0) & (pl.col("exposed") == 0))
    jobs = first.filter(pl.col("event") == 1)["n"].sum()
    assert jobs / first["n"].sum() == pytest.approx(1 - np.exp(-0.02), rel=0.05)
    entered = cells.filter(pl.col("band") == 0)["n"].sum()
    # Three months each, but for those who leave or enter late.
    assert 2.6 * 60_000 < entered < 3 * 60_000
    assert simulate(study, 0.8, seed=[1]).equals(cells)


def test_the_planted_hazard_ratio_is_found():
    found = power(STUDY, 0.3, replications=8, seed=2)
    assert set(found) == set(POWER_SCHEMA)
    assert abs(np.log(found["mean_estimate"] / 0.3)) < 4 * found["standard_error"] / 8**0.5
    assert found["power"] >= 0.75
    assert found["clusters"] == 12
    assert found["detectable"] < 1
    again = power(STUDY, 0.3, replications=8, seed=2)
    assert found == again


def test_more_departures_show_more():
    few = power(Study(2_000, 4, 15, months=24, caseload=20), 0.8, replications=3, seed=1)
    many = power(Study(2_000, 4, 120, months=24, caseload=20), 0.8, replications=3, seed=1)
    assert many["standard_error"] < few["standard_error"]
    assert many["detectable"] > few["detectable"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"persons": 0}, "persons must be 1 or more"),
        ({"job_hazard": 1.0}, "job_hazard must lie between 0 and 1"),
        ({"cluster_sd": -1.0}, "cluster_sd must not be negative"),
        ({"municipalities": 1, "teams": 1}, "two teams or more"),
    ],
)
def test_impossible_studies_get_a_sentence(changed, words):
    with pytest.raises(UserError, match=words):
        Study(**{"persons": 100, "municipalities": 2, "departures": 3} | changed)


def test_a_study_that_shows_nothing_gets_a_sentence():
    with pytest.raises(UserError, match="No simulated study could be estimated"):
        power(Study(5, 2, 1, months=6), 0.8, replications=2, seed=1)
    with pytest.raises(UserError, match="hazard ratio must be above 0"):
        power(STUDY, 0.0, replications=2, seed=1)


def test_the_command_prints_a_table_or_json():
    asked = {"persons": 2000, "departures": 60, "months": 24, "replications": 3, "caseload": 20}
    table = "\n".join(power_command(**asked, hazard_ratio=[0.7]))
    assert "2,000 persons, 6 municipalities, 60 departures in 24 months" in table
    assert "0.70" in table
    document = json.loads("".join(power_command(**asked, hazard_ratio=[0.7], as_json=True)))
    assert document["study"]["departures"] == 60
    assert document["results"][0]["hazard_ratio"] == 0.7


def test_a_plan_is_filled_from_the_configuration(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(
        "hazards: {models: {min_departures: 44}, risk: {lag_months: 2, job_days: 35}}\n",
        encoding="utf-8",
    )
    out = tmp_path / "plan.md"
    plan(overlay=config, out=out)
    text = out.read_text(encoding="utf-8")
    assert "With fewer than 44 departures no estimate is given." in text
    assert "lag of 2 months" in text
    assert "35 consecutive days" in text
    assert "None" not in text
    assert text.count("\n## ") == 12
