"""Indicators in moving windows, against those of the windows' own sequences."""

import numpy as np
import polars as pl
import pytest

from sequences.samples import random_sequences
from trajectories.sequences import cut, indicators, moving_indicators

SEQS = random_sequences(7, 9, 3, seed=4)


@pytest.mark.parametrize("growing", [False, True])
@pytest.mark.parametrize("with_missing", [False, True])
def test_each_window_is_described_as_sequences_of_its_own(growing, with_missing):
    moving = moving_indicators(SEQS, window=4, step=2, growing=growing, with_missing=with_missing)
    assert moving["last"].unique().sort().to_list() == [4, 6, 8]
    for (first, last), part in moving.group_by("first", "last"):
        assert first == (1 if growing else last - 3)
        own = indicators(
            cut(SEQS, first, last), with_missing=with_missing, longest=last - first + 1
        )
        assert part.sort("sequence").drop("sequence", "first", "last").equals(own)


def test_one_window_of_the_whole_length_is_the_whole():
    moving = moving_indicators(SEQS, window=9)
    assert moving["sequence"].to_list() == list(range(7))
    assert moving.schema["sequence"] == pl.UInt32
    whole = indicators(SEQS, longest=9)
    assert np.array_equal(moving["complexity"], whole["complexity"], equal_nan=True)


@pytest.mark.parametrize(
    ("window", "step", "said"), [(0, 1, "fit"), (10, 1, "fit"), (3, 0, "apart")]
)
def test_windows_that_do_not_fit_are_refused(window, step, said):
    with pytest.raises(ValueError, match=said):
        moving_indicators(SEQS, window=window, step=step)
