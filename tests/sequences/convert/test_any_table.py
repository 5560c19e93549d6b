"""What a notebook holds: read as meant, or refused in a sentence."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.sequences import as_sequences

ROWS = [["a", "b"], ["b", "b"]]
FRAME = pd.DataFrame({"t1": ["a", "b", None], "t2": ["b", np.nan, None]})
WANTED = [["a", "b"], ["b", None], [None, None]]


@pytest.mark.parametrize(
    "data",
    [
        FRAME,
        FRAME.astype("category"),
        FRAME.astype("string"),
        FRAME.astype(pd.CategoricalDtype(["b", "a"])),
        pl.DataFrame({"t1": ["a", "b", None], "t2": ["b", None, None]}),
        FRAME.to_numpy(),
        np.array([["a", "b"], ["b", np.nan], [np.nan, np.nan]]),
        [["a", "b"], ["b", ""], [" ", None]],
    ],
)
def test_missing_values_of_every_kind_are_missing(data):
    assert as_sequences(data).labels().tolist() == WANTED


def test_whole_numbers_stay_whole_beside_missing_ones():
    table = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [2.0, np.nan]})
    assert as_sequences(table).labels().tolist() == [[1, 2], [None, None]]
    assert as_sequences([[1, -9.0]], missing=-9).labels().tolist() == [[1, None]]


def test_one_value_that_means_missing_is_that_value():
    seqs = as_sequences([["NA", "N"], ["A", "N"]], missing="NA")
    assert seqs.labels().tolist() == [[None, "N"], ["A", "N"]]


def test_labels_may_be_given_by_state():
    assert as_sequences(ROWS, long_labels={"b": "Bee"}).long_labels == ("a", "Bee")


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (FRAME, {"columns": "t1"}, "columns are one text"),
        (FRAME.assign(id=[7, 8, 9]), {}, "'id' holds numbers and 't1' texts"),
        (FRAME.set_axis(["t", "t"], axis=1), {}, "the column 't' twice"),
        (ROWS, {"alphabet": {"a", "b"}}, "a set, which has no order"),
        (ROWS, {"alphabet": ["a", "b", None]}, "holds None"),
        (ROWS, {"alphabet": ["a", "b", float("nan")]}, "holds nan"),
        ([["1", "2"]], {"alphabet": [1, 2]}, "write both as texts or both as numbers"),
        ([[None, None]], {}, "every cell is missing"),
        (pl.DataFrame({"a": [["x", "y"]]}), {}, "Row 1 holds a list"),
        ([[1.5, 2]], {}, "Row 1 holds a float"),
        (ROWS, {"weights": [1, float("nan")]}, "missing or negative"),
        (ROWS, {"weights": [1, -1]}, "missing or negative"),
        (ROWS, {"weights": ["x", "y"]}, "not all numbers"),
        (FRAME["t1"], {}, "cannot be read from Series"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(data, options, sentence):
    with pytest.raises(UserError, match=sentence):
        as_sequences(data, **options)
