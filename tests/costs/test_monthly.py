"""Amounts month by month, against a loop over days of the law's own words."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.costs import monthly_costs
from trajectories.costs.monthly import WEEKS_A_MONTH, refund_by_month
from trajectories.errors import UserError

ALPHABET = ("JOB", "HELP", "SICK")
JANUARY_2016 = 12 * 2016


def rates(*rows: tuple[str, int, float, float, bool]) -> pl.DataFrame:
    names = ["state", "month", "amount", "state_share", "laddered"]
    types = [pl.String, pl.Int32, pl.Float64, pl.Float64, pl.Boolean]
    schema = dict(zip(names, types, strict=True))
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    return frame.with_columns(source=pl.lit("x")).sort("state", "month")


def ladder(month: int, *steps: tuple[int, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [(month, *step) for step in steps],
        schema={"month": pl.Int32, "from_week": pl.Int32, "state_share": pl.Float64},
        orient="row",
    )


STEPS = ladder(JANUARY_2016, (1, 0.8), (5, 0.4), (27, 0.3), (53, 0.2))
FLAT = rates(("HELP", 0, 1000.0, 0.5, True), ("SICK", 0, 2000.0, 0.4, False))


def test_states_without_a_rate_and_unknown_months_cost_nothing():
    states = np.array([[0, -1, 1, 2]])
    costs = monthly_costs(states, ALPHABET, np.array([JANUARY_2016]), FLAT)
    assert costs.amount.tolist() == [[0, 0, 1000, 2000]]
    assert costs.state.tolist() == [[0, 0, 500, 800]]
    assert costs.municipal.tolist() == [[0, 0, 500, 1200]]


def test_the_rate_of_a_month_is_the_latest_that_begins_no_later():
    own = rates(("HELP", 0, 10.0, 0.5, False), ("HELP", JANUARY_2016, 20.0, 0.25, False))
    states = np.ones((1, 3), dtype=np.int8)
    costs = monthly_costs(states, ALPHABET, np.array([JANUARY_2016 - 1]), own)
    assert costs.amount.tolist() == [[10, 20, 20]]
    assert costs.state.tolist() == [[5, 5, 5]]


def test_a_month_before_the_first_rate_is_named():
    own = rates(("HELP", JANUARY_2016, 20.0, 0.25, False))
    with pytest.raises(UserError, match="The rates of HELP begin in 2016-01"):
        monthly_costs(np.ones((1, 2), dtype=np.int8), ALPHABET, np.array([12 * 2015]), own)


def test_the_ladder_falls_over_the_first_year_as_the_steps_say():
    shares = refund_by_month(STEPS.filter(pl.col("month") == JANUARY_2016), 14)
    # the first month is four weeks at 80 % and a third of a week at 40 %
    assert shares[0] == pytest.approx((4 * 0.8 + (WEEKS_A_MONTH - 4) * 0.4) / WEEKS_A_MONTH)
    assert shares[2] == pytest.approx(0.4)
    assert shares[6] == pytest.approx(0.3)
    assert shares[12] == pytest.approx(0.2)
    # a whole year: 4 weeks at 80, 22 at 40 and 26 at 30 per cent
    assert shares[:12].mean() == pytest.approx((4 * 0.8 + 22 * 0.4 + 26 * 0.3) / 52)


def test_the_ladder_counts_months_on_support_and_waits_for_its_first_month():
    states = np.array([[1, 0, 1, 1, 2]])
    costs = monthly_costs(states, ALPHABET, np.array([JANUARY_2016 - 2]), FLAT, STEPS)
    share = refund_by_month(STEPS, 3)
    # November 2015 at the rate's own share, then the second and third month on support
    expected = [500, 0, 1000 * share[1], 1000 * share[2], 800]
    assert costs.state[0] == pytest.approx(expected)


@given(
    st.lists(st.integers(-1, 2), min_size=1, max_size=30),
    st.integers(JANUARY_2016 - 24, JANUARY_2016 + 6),
)
def test_against_a_loop_over_weeks(course, first):
    states = np.array([course])
    costs = monthly_costs(states, ALPHABET, np.array([first]), FLAT, STEPS)
    weeks_before, amount, state = 0.0, [], []
    for place, code in enumerate(course):
        paid = {1: 1000.0, 2: 2000.0}.get(code, 0.0)
        borne = {1: 0.5, 2: 0.4}.get(code, 0.0)
        if code == 1:
            if first + place >= JANUARY_2016:
                # two thousand slices of the month, each at the share of its week
                slices = weeks_before + (np.arange(2000) + 0.5) / 2000 * WEEKS_A_MONTH
                steps = np.select([slices < 4, slices < 26, slices < 52], [0.8, 0.4, 0.3], 0.2)
                borne = float(steps.mean())
            weeks_before += WEEKS_A_MONTH
        amount.append(paid)
        state.append(paid * borne)
    assert costs.amount[0] == pytest.approx(amount)
    assert costs.state[0] == pytest.approx(state, abs=0.5)
    assert ((costs.state >= 0) & (costs.state <= costs.amount)).all()
    assert np.allclose(costs.state + costs.municipal, costs.amount)
