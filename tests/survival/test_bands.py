"""Bands of integers."""

import polars as pl

from trajectories.survival.bands import UNKNOWN, band, band_labels


def test_labels_say_first_and_last():
    assert band_labels((0, 1, 3, 6)) == ["0", "1-2", "3-5", "6+"]
    assert band_labels((0,)) == ["0+"]


def test_numbers_fall_into_their_bands():
    frame = pl.DataFrame({"x": [-1, 0, 2, 3, 5, 6, 99, None]})
    banded = frame.select(band(pl.col("x"), (0, 3, 6))).to_series()
    assert banded.to_list() == ["0-2", "0-2", "0-2", "3-5", "3-5", "6+", "6+", UNKNOWN]
    assert banded.dtype == pl.Enum(["0-2", "3-5", "6+", UNKNOWN])
