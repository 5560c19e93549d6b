"""Balance: clients on the leavers' lists and those of their colleagues."""

import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from hazards.simulated import hazards
from trajectories.caseworkers.assignments import first_teams
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.hazards.description import after_changes as aftermath
from trajectories.hazards.designs.rows import holm
from trajectories.studies.monte_carlo import simulated
from untyped import UNTYPED


def test_balance_weighs_colleagues_clients_as_the_listed():
    """Departures are random, so that clients differ only by chance."""
    settings = UNTYPED | {"persons": 3000, "office_persons": 3000, "caseload": 12, "seed": 2}
    made = simulated(SimulatorConfig.model_validate(settings), hazards())
    lists = made.found.lists.filter(pl.col("kind").cast(pl.String) == "departure")
    teams = first_teams(made.found.assignments)
    table = aftermath.balance(made.panel, made.found.exposures, lists, teams)
    sums = table.group_by("characteristic").agg(
        pl.col("listed", "others").sum(), pl.col("listed_share", "others_share").sum()
    )
    assert (sums["listed"] > 300).all()
    assert (sums["others"] > 300).all()
    np.testing.assert_allclose(sums["listed_share"], 1)
    np.testing.assert_allclose(sums["others_share"], 1)
    assert table["standardised_difference"].abs().max() < 0.25
    assert min(holm(table["p_value"].to_list())) > 0.05
    alone = teams.with_columns(pl.col("caseworker").cast(pl.String).alias("team"))
    assert aftermath.balance(made.panel, made.found.exposures, lists, alone).is_empty()


def test_the_test_of_balance_sums_over_teams():
    """Three teams in which 2, 1 and 1 of the two listed are women, and 1, ½ and 1 by others."""
    month = date(2014, 1, 1)
    rows = [
        *[
            (team, True, sex)
            for team, sexes in (("a", "KK"), ("b", "KM"), ("c", "KM"))
            for sex in sexes
        ],
        *[
            (team, False, sex)
            for team, sexes in (("a", "KM"), ("b", "KMMM"), ("c", "KM"))
            for sex in sexes
        ],
    ]
    team, listed, sex = (list(column) for column in zip(*rows, strict=True))
    number = pl.int_range(len(rows), eager=True)
    panel = pl.DataFrame(
        {"person": number, "course": number, "team": team, "listed": listed, "sex": sex}
    ).with_columns(
        month=month,
        duration=pl.lit(0),
        municipality=pl.lit("1"),
        caseworker=pl.col("team") + pl.col("listed").cast(pl.Int8).cast(pl.String),
        changes=pl.lit(0),
        **dict.fromkeys(("age_band", "readiness_now", "duration_band"), pl.lit("one")),
    )
    leavers = panel.filter("listed").select(
        "person", list="team", list_day=pl.lit(month), month=date(2014, 3, 1)
    )
    lists = pl.DataFrame({"list": ["a", "b", "c"], "team": ["a", "b", "c"]}).with_columns(
        caseworker=pl.col("team") + "1"
    )
    teams = panel.select("caseworker", "team").unique()
    table = aftermath.balance(panel.drop("team", "listed"), leavers, lists, teams)
    women = table.row(by_predicate=pl.col("level") == "K", named=True)
    assert (women["listed_share"], women["others_share"]) == (4 / 6, 2.5 / 6)
    assert (women["from_caseworkers"], women["other_caseworkers"]) == (3, 3)
    # Differences of 1, ½ and 0 women: t = √3 with two degrees of freedom.
    assert women["p_value"] == pytest.approx(1 - math.sqrt(3 / 5))
    everybody = table.filter(pl.col("characteristic") == "age_band")
    assert everybody["standardised_difference"].to_list() == [0]
    assert everybody["p_value"].to_list() == [None]
