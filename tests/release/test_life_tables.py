import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.release import EXACT, PRESETS, protect
from trajectories.release.gate.life_tables import Steps, aalen_johansen, wait_for_events
from trajectories.release.outputs.registry import SPECS

from .fakes import life_table

DEFAULT = PRESETS["default"]


def kaplan_meier(at_risk: list[int], events: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "group": "all",
            "time": range(1, len(at_risk) + 1),
            "at_risk": at_risk,
            "events": events,
            "censored": 0,
        }
    )


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_steps_are_multiples_of_five_with_five_events_each(events):
    published = wait_for_events(np.array(events, dtype=float), DEFAULT)
    made = published[published > 0]
    assert np.all(made % 5 == 0)
    waited, last = np.cumsum(events), 0
    for step in np.flatnonzero(published):
        assert waited[step] - last >= 5
        last = waited[step]
    assert abs(published.sum() - last) <= 2


def test_rounding_errors_do_not_add_up():
    # seven events a month are rounded to five each month, but to seventy in ten months
    published = wait_for_events(np.full(10, 7.0), DEFAULT)
    assert published.sum() == 70


def test_kaplan_meier_of_large_numbers_is_close_to_the_exact_curve():
    at_risk, events = [3343, 3049, 2709, 2381], [294, 190, 106, 65]
    exact, _ = protect(kaplan_meier(at_risk, events), SPECS["kaplan_meier"], EXACT)
    survival = np.cumprod(1 - np.array(events) / np.array(at_risk))
    np.testing.assert_allclose(exact["estimate"], survival, rtol=1e-12)
    published, _ = protect(kaplan_meier(at_risk, events), SPECS["kaplan_meier"], DEFAULT)
    np.testing.assert_allclose(published["estimate"], survival, atol=2e-3)
    assert published["at_risk"].to_list() == [3345, 3050, 2710, 2380]


def test_greenwood_is_the_standard_error_where_one_exit_is_all():
    n, d = np.array([60.0, 50.0, 41.0]), np.array([6.0, 5.0, 4.0])
    incidence, errors = aalen_johansen(Steps(d[:, None], n))
    survival = np.cumprod(1 - d / n)
    greenwood = survival * np.sqrt(np.cumsum(d / (n * (n - d))))
    np.testing.assert_allclose(1 - incidence[:, 0], survival, rtol=1e-12)
    np.testing.assert_allclose(errors[:, 0], greenwood, rtol=1e-9)


def test_competing_exits_add_up_to_one_minus_survival():
    table = life_table(4000, {"job": 0.02, "education": 0.01}, 30, seed=4)
    exact, _ = protect(
        table.select(pl.lit("all").alias("group"), pl.all()), SPECS["cumulative_incidence"], EXACT
    )
    last = exact.filter(pl.col("time") == 30)["estimate"].sum()
    wide = table.group_by("time", maintain_order=True).agg(
        pl.col("at_risk").first(), pl.col("events").sum()
    )
    survival = np.prod(1 - wide["events"].to_numpy() / wide["at_risk"].to_numpy())
    assert math.isclose(last, 1 - survival, rel_tol=1e-12)


def test_a_rare_exit_waits_until_five_have_taken_it():
    rows = [
        ("all", time, name, 1000 - 10 * time, events, 0)
        for time in range(1, 9)
        for name, events in (("job", 9), ("death", 1))
    ]
    schema = ["group", "time", "exit", "at_risk", "events", "censored"]
    exact = pl.DataFrame(rows, schema=schema, orient="row")
    published, log = protect(exact, SPECS["cumulative_incidence"], DEFAULT)
    death = published.filter(pl.col("exit") == "death")
    assert death.select("time", "events").rows() == [(5, 5), (8, None)]
    assert death["estimate"].n_unique() == 1
    assert log.withheld > 0


def test_the_curve_ends_where_too_few_are_left():
    published, _ = protect(
        kaplan_meier([40, 20, 8, 4], [20, 12, 4, 4]), SPECS["kaplan_meier"], DEFAULT
    )
    assert published["time"].max() == 3
    assert published["at_risk"].to_list() == [40, 20, 10]


def test_nobody_at_risk_gives_no_row():
    published, _ = protect(kaplan_meier([4, 2], [2, 1]), SPECS["kaplan_meier"], DEFAULT)
    assert published.height == 0


def test_events_never_exceed_those_at_risk():
    published, _ = protect(kaplan_meier([8, 8], [0, 8]), SPECS["kaplan_meier"], DEFAULT)
    assert published["estimate"].to_list() == [0]
    assert (published["events"].fill_null(0) <= published["at_risk"]).all()


@pytest.mark.parametrize("preset", ["default", "strict"])
def test_curves_stay_between_zero_and_one(preset):
    table = life_table(300, {"job": 0.05, "education": 0.02}, 40, seed=9)
    published, _ = protect(
        table.select(pl.lit("all").alias("group"), pl.all()),
        SPECS["cumulative_incidence"],
        PRESETS[preset],
    )
    for column in ("estimate", "low", "high"):
        assert published[column].is_between(0, 1).all()
