"""Keys become row numbers."""

import polars as pl

from trajectories.register.clean.keys import number_keys


def test_numbers_are_a_permutation_that_depends_on_the_keys_and_the_seed_alone():
    keys = pl.Series([f"k{i}" for i in range(50)])
    first = number_keys(keys, seed=1, name="person")
    again = number_keys(keys.reverse(), seed=1, name="person")
    assert first.equals(again)
    assert sorted(first["person"]) == list(range(50))
    assert first["person"].dtype == pl.UInt32
    assert not first.equals(number_keys(keys, seed=2, name="person"))
