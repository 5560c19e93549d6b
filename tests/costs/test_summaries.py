"""Means by cluster and group, and of the months before an exit, against hand-made windows."""

import numpy as np
import polars as pl
import pytest

from trajectories.costs import MonthlyCosts, before_exit_table, cost_table, rate_table

STATES = np.array(
    [
        [1, 1, 1, 0],  # reaches the job after three months
        [1, 0, 1, 0],  # after one
        [1, 1, 1, 1],  # never
        [0, 1, 1, 0],  # begins there
    ]
)
AMOUNT = np.array([[1.0, 2.0, 4.0, 0.0], [8.0, 0, 16.0, 0], [1, 1, 1, 1], [0, 3, 3, 0]])
COSTS = MonthlyCosts(AMOUNT, AMOUNT / 4)
WINDOWS = pl.DataFrame(
    {"person": [1, 2, 3, 3], "cluster": [1, 1, 2, 2], "weight": [1.0, 3.0, 1.0, 1.0]}
)


def test_means_are_weighted_and_add_up():
    table = cost_table(WINDOWS, COSTS, by=["cluster"])
    assert table.columns == [
        *("cluster", "windows", "persons", "amount", "state_part", "municipal_part")
    ]
    assert table["windows"].to_list() == [2, 2]
    assert table["persons"].to_list() == [2, 1]
    assert table["amount"].to_list() == pytest.approx([(7 + 3 * 24) / 4, 5.0])
    assert table["state_part"].to_list() == pytest.approx([(7 + 3 * 24) / 16, 1.25])
    parts = table["state_part"] + table["municipal_part"]
    assert parts.to_list() == pytest.approx(table["amount"].to_list())


@pytest.mark.parametrize(("months", "windows", "amount"), [(1, [2], 7.0), (2, [1], 6.0)])
def test_only_windows_with_enough_months_before_the_exit_count(months, windows, amount):
    table = before_exit_table(WINDOWS, STATES, COSTS, exit_code=0, months=months, by=["cluster"])
    assert table["cluster"].to_list() == [1]
    assert table["windows"].to_list() == windows
    # the last month before the job costs 4 with weight 1 and 8 with weight 3, the last two 6
    assert table["amount"].to_list() == pytest.approx([amount])


def test_no_window_reaches_the_exit_in_time():
    table = before_exit_table(WINDOWS, STATES, COSTS, exit_code=0, months=4, by=["cluster"])
    assert table.is_empty()


def test_rates_and_steps_are_listed_with_their_sources():
    rates = pl.DataFrame(
        {
            "state": ["A"],
            "month": [12 * 2014 + 8],
            "amount": [5.0],
            "state_share": [0.5],
            "laddered": [True],
            "source": ["a law"],
        }
    )
    steps = pl.DataFrame(
        {
            "month": [12 * 2016],
            "from_week": [1],
            "state_share": [0.8],
            "source": ["act 1655 of 30/12, 80 %"],
        }
    )
    assert rate_table(rates, steps).rows() == [
        ("A", "2014-09", "", 5.0, 0.5, "a law"),
        ("ladder", "2016-01", "1", None, 0.8, "act … of …, … …"),
    ]
