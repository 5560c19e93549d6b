"""What costs say of tables, features and sequences that they cannot use."""

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trajectories.dissimilarity import Costs, combine, substitution_costs
from trajectories.sequences import as_sequences

SEQS = as_sequences([list("aab"), list("abb"), list("bbc"), list("aca")])
TABLE = 2 * (1 - np.eye(3))
COSTS = Costs(TABLE, 1)


def test_tables_of_any_kind_give_the_same():
    for table in (TABLE.tolist(), pl.DataFrame(TABLE), pd.DataFrame(TABLE), TABLE.astype(object)):
        assert Costs(table, 1).equals(COSTS)


@pytest.mark.parametrize(
    ("substitution", "indel", "said"),
    [
        ("abc", 1, "substitution costs must be numbers"),
        (None, 1, "substitution costs must have the shape (a, a)"),
        ({("a", "b"): 1}, 1, "substitution costs must be numbers"),
        (TABLE.astype(str), 1, "substitution costs must be numbers"),
        (TABLE * 1j, 1, "substitution costs must be numbers"),
        ([[0, 1], [1]], 1, "rows of different lengths"),
        (np.ma.array(TABLE, mask=TABLE > 0), 1, "substitution costs has masked values"),
        (pd.DataFrame(TABLE, list("cba"), list("cba")), 1, "substitution costs are labelled"),
        (TABLE, pd.Series([1, 2, 3], list("cba")), "indel costs are labelled"),
        (TABLE, {"a": 1}, "indel costs must be numbers"),
        (TABLE, "1", "indel costs must be numbers"),
    ],
)
def test_tables_that_are_no_costs(substitution, indel, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Costs(substitution, indel)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lag": 0}, "lag is 0: give a whole number from 1 on"),
        ({"lag": "1"}, "lag is '1'"),
        ({"lag": True}, "lag is True"),
        ({"cval": -1}, "cval is -1: give a number from 0 on"),
        ({"cval": "2"}, "cval is '2'"),
        ({"miss_cost": -1, "missing_state": "a"}, "miss_cost is -1"),
        ({"transition": "prev"}, "unknown transition 'prev'"),
    ],
)
def test_options_that_cannot_be_used(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        substitution_costs(SEQS, "trate", **given)


@pytest.mark.parametrize("seqs", [np.eye(2, dtype=int), [list("ab")], None])
def test_costs_come_from_sequences(seqs):
    with pytest.raises(ValueError, match="costs come from StateSequences"):
        substitution_costs(seqs, "trate")


@pytest.mark.parametrize(
    ("features", "weights", "said"),
    [
        ([["x"], ["y"], ["z"]], None, "state_features must be numbers"),
        ([[np.nan], [1], [2]], None, "state_features must be finite"),
        ([[]] * 3, None, "one row for each of the 3 states"),
        (pd.DataFrame({"f": [1, 2, 3]}, list("cba")), None, "state_features are labelled"),
        ([[1], [2], [3]], [-1], "1 numbers from 0 on, one a feature"),
        ([[1], [2], [3]], [1, 2], "1 numbers from 0 on, one a feature"),
        ([[1], [2], [3]], [0], "feature_weights are all 0"),
        ([[1], [2], [3]], ["x"], "feature_weights must be numbers"),
    ],
)
def test_features_that_cannot_be_used(features, weights, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        substitution_costs(SEQS, "features", state_features=features, feature_weights=weights)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((SEQS, [COSTS]), "channels must be a list of StateSequences"),
        (([np.eye(2)], [COSTS]), "channels must be a list of StateSequences"),
        (([SEQS], [TABLE]), "costs must be a list of Costs"),
        (([SEQS], None), "costs must be a list of Costs"),
        (([SEQS], [COSTS], ["a"]), "weights of channels must be numbers"),
        (([SEQS], [COSTS], [None]), "weights of channels must be numbers"),
    ],
)
def test_channels_that_cannot_be_combined(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        combine(*given)
