"""Tables, recoded states, and distinct states read back."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sequences.samples import random_sequences
from trajectories.sequences import (
    VOID,
    StateSequences,
    distinct_states,
    from_distinct_states,
    from_frame,
    recoded,
    to_frame,
)

TABLE = pl.DataFrame(
    {"id": [7, 8], "w": [1.5, 2.0], "y1": ["b", "?"], "y2": ["a", None], "y3": [None, "b"]}
)


def test_a_wide_table():
    seqs = from_frame(TABLE, ["y1", "y2", "y3"], weights="w", missing=["?"], right="drop")
    assert seqs.alphabet == ("a", "b")
    assert seqs.labels().tolist() == [["b", "a", None], [None, None, "b"]]
    assert seqs.lengths.tolist() == [2, 3]
    assert seqs.weights.tolist() == [1.5, 2.0]
    named = from_frame(TABLE, ["y2"], alphabet=["b", "a"], long_labels=["Bee", "Ay"])
    assert named.long_labels == ("Bee", "Ay")
    assert named.labels().tolist() == [["a"], [None]]


def test_a_table_of_numbers_sorts_them_as_numbers():
    table = pl.DataFrame({"t1": [10, 2], "t2": [2.0, math.nan]})
    seqs = from_frame(table, ["t1", "t2"])
    assert seqs.alphabet == (2, 10)
    assert seqs.labels().tolist() == [[10, 2], [2, None]]


def test_a_table_reads_back():
    seqs = random_sequences(12, 7, 3, seed=2)
    frame = to_frame(seqs)
    assert frame.columns == [f"t{place}" for place in range(1, 8)]
    again = from_frame(frame, frame.columns, alphabet=seqs.alphabet)
    assert again.labels().tolist() == seqs.labels().tolist()


def test_a_table_of_pandas():
    table = pd.DataFrame({"a": ["x", None], "b": pd.Categorical(["y", "x"]), "w": [1, 2]})
    seqs = from_frame(table, ["a", "b"], weights="w")
    assert seqs.labels().tolist() == [["x", "y"], [None, "x"]]
    assert seqs.weights.tolist() == [1, 2]


def test_recoded_states_are_merged_and_ordered():
    seqs = StateSequences.from_array([["a", "b", None], ["c", "c", "a"]], "abc", [1, 2])
    merged = recoded(seqs, {"a": "x", "c": "x"})
    assert merged.alphabet == ("x", "b")
    assert merged.labels().tolist() == [["x", "b", None], ["x", "x", "x"]]
    assert merged.weights.tolist() == [1, 2]
    assert recoded(seqs, {"a": "x"}, alphabet=["c", "b", "x"]).states[0, 0] == 2


def test_distinct_states_read_back():
    seqs = random_sequences(30, 9, 3, seed=5).treat_missing(left="drop", gaps="drop", right="drop")
    again = from_distinct_states(*distinct_states(seqs))
    longest = again.length
    np.testing.assert_array_equal(again.states, seqs.states[:, :longest])
    assert (seqs.states[:, longest:] == VOID).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: from_frame(TABLE, ["y9"]), "no column 'y9'"),
        (lambda s: from_frame(TABLE, ["y1"], weights="v"), "no column 'v'"),
        (lambda s: from_frame(TABLE, ["y1"], alphabet="ab"), r"'\?' is not in the alphabet"),
        (lambda s: recoded(s, {"z": "a"}), "'z' is not in the alphabet"),
        (lambda s: recoded(s, {"a": "z"}, alphabet="ab"), "'z' is not in the new alphabet"),
        (lambda s: from_distinct_states(s, np.ones((1, 1), int)), "do not fit"),
        (lambda s: from_distinct_states(s, np.zeros((1, 2), int)), "at least one position"),
        (lambda s: from_distinct_states(s, np.ones((1, 2))), "whole numbers, not float64"),
        (lambda s: from_distinct_states(s, np.full((1, 2), 10**18)), "1,000,000 is the most"),
        (lambda s: from_frame(TABLE, ["y1"], weights="y2"), "weights are not all numbers"),
        (lambda s: from_frame(TABLE, ["y1"], alphabet=["b", "?", None]), "holds None"),
        (lambda s: from_frame(TABLE, ["id"], alphabet=["7", "8"]), "write both as texts"),
    ],
)
def test_mistakes_get_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call(StateSequences.from_array([["a", "b"]], "ab"))
