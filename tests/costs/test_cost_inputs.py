"""What costs say of states, rates and windows that they cannot use."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trajectories.costs import before_exit_table, cost_table, monthly_costs, rate_table
from trajectories.errors import UserError
from trajectories.sequences import as_sequences

STATES = np.array([[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0]])
ALPHABET = ("support", "job")
FIRST = np.full(3, 12 * 2015 + 11)
RATES = pl.DataFrame(
    {
        "state": ["job", "support"],
        "month": pl.Series([12 * 2010] * 2, dtype=pl.Int32),
        "amount": [0.0, 10_000.0],
        "state_share": [0.0, 0.3],
        "laddered": [False, True],
        "source": ["law"] * 2,
    }
)
REFUNDS = pl.DataFrame(
    {
        "month": pl.Series([12 * 2016] * 2, dtype=pl.Int32),
        "from_week": pl.Series([1, 5], dtype=pl.Int32),
        "state_share": [0.8, 0.4],
        "source": ["law"] * 2,
    }
)
WINDOWS = pl.DataFrame({"person": range(3), "weight": 1.0, "group": ["a", "a", "b"]})


def price(states=STATES, alphabet=ALPHABET, first=FIRST, rates=RATES, refunds=REFUNDS):
    return monthly_costs(states, alphabet, first, rates, refunds)


def mean(windows=WINDOWS, costs=None, by=("group",)):
    return cost_table(windows, price() if costs is None else costs, by=by)


def before_exit(windows=WINDOWS, states=STATES, **more):
    given = {"exit_code": 1, "months": 1, "by": ["group"], **more}
    return before_exit_table(windows, states, price(), **given)


def pandas_of(frame):
    return pd.DataFrame(frame.to_dict(as_series=False))


def test_frames_of_pandas_and_lists_give_the_same():
    expected = price()
    for given in (
        {"states": STATES.tolist(), "first": FIRST.tolist()},
        {"rates": pandas_of(RATES), "refunds": pandas_of(REFUNDS)},
        {"rates": RATES.reverse(), "refunds": REFUNDS.reverse()},
        {"rates": RATES.with_columns(pl.col("laddered").cast(pl.Int8))},
    ):
        found = price(**given)
        assert np.array_equal(found.amount, expected.amount)
        assert np.array_equal(found.state, expected.state)
    assert mean(pandas_of(WINDOWS)).equals(mean())
    assert rate_table(pandas_of(RATES), None).equals(rate_table(RATES, None))


def test_months_of_no_state_cost_nothing():
    seqs = as_sequences([["support", "support"], ["support", None], ["support"]])
    found = monthly_costs(seqs.states, ["support"], FIRST, RATES)
    assert found.amount.tolist() == [[10_000.0, 10_000.0], [10_000.0, 0.0], [10_000.0, 0.0]]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"states": np.array(ALPHABET)[STATES]}, "must be a table of whole numbers"),
        ({"states": STATES * 1.0}, "must be a table of whole numbers"),
        ({"states": STATES[0]}, "must be a table of whole numbers"),
        ({"states": None}, "must be a table of whole numbers"),
        ({"states": STATES + 1}, "states must be below 2"),
        ({"states": np.ma.array(STATES, mask=STATES == 1)}, "states has masked values"),
        ({"states": STATES.T}, "first_month must be 4 whole numbers"),
        ({"alphabet": "support"}, "give a list, such as ['support']"),
        ({"alphabet": set(ALPHABET)}, "a list of states in their order, each once"),
        ({"alphabet": ("job", "job")}, "a list of states in their order, each once"),
        ({"first": FIRST[0]}, "first_month must be 3 whole numbers, one a window"),
        ({"first": FIRST * 1.0}, "first_month must be 3 whole numbers"),
        ({"first": np.full(3, 201507)}, "months since year 0"),
        ({"first": np.full(3, 45 * 12)}, "months since year 0"),
    ],
)
def test_states_that_cannot_be_priced(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        price(**given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"alphabet": ("suport", "jobb")}, "The rates name no state of the alphabet"),
        ({"rates": RATES.rename({"amount": "amounts"})}, "did you mean 'amounts'"),
        ({"rates": RATES.with_columns(amount=None)}, "'amount' is missing in 2 of 2 rates"),
        ({"rates": RATES.with_columns(-pl.col("amount") - 1)}, "'amount' is below 0"),
        ({"rates": RATES.with_columns(laddered=pl.lit("yes"))}, "must hold true and false"),
        ({"rates": RATES.with_columns(state_share=30.0)}, "not between 0 and 1 in 2 of 2 rates"),
        ({"rates": pl.concat([RATES, RATES])}, "share their state and month"),
        ({"refunds": REFUNDS.with_columns(state_share=-0.1)}, "not between 0 and 1 in 2 of 2 ref"),
        ({"refunds": REFUNDS.tail(1)}, "a ladder without a step from week 1"),
        ({"refunds": pl.concat([REFUNDS, REFUNDS])}, "share their month and from_week"),
    ],
)
def test_rates_that_cannot_be_used(given, said):
    with pytest.raises(UserError, match=re.escape(said)):
        price(**given)


@pytest.mark.parametrize("table", [mean, before_exit])
@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"windows": WINDOWS.drop("group")}, UserError, "no column 'group'"),
        ({"windows": WINDOWS.with_columns(weight=-1.0)}, UserError, "'weight' is below 0"),
        ({"windows": WINDOWS.with_columns(weight=None)}, UserError, "'weight' is missing"),
        ({"windows": WINDOWS.head(2)}, ValueError, "MonthlyCosts of the same 2 windows"),
        ({"by": "group"}, ValueError, "give a list, such as ['group']"),
        ({"by": ["amount"]}, ValueError, "by names 'amount'"),
    ],
)
def test_windows_that_cannot_be_averaged(table, given, error, said):
    with pytest.raises(error, match=re.escape(said)):
        table(**given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"exit_code": "job"}, "exit_code is 'job': give a whole number from 0 on"),
        ({"exit_code": None}, "exit_code is None"),
        ({"months": 0}, "months is 0: give a whole number from 1 on"),
        ({"months": -1}, "months is -1"),
        ({"states": STATES[:, :3]}, "states have the shape (3, 3) and costs (3, 4)"),
    ],
)
def test_exits_that_cannot_be_found(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        before_exit(**given)


def test_costs_of_something_else():
    with pytest.raises(ValueError, match="costs must be the MonthlyCosts of the same 3 windows"):
        mean(costs=price().amount)
