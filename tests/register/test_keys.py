"""Keys become numbers; CPR numbers are refused without being shown."""

import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.register.keys import looks_like_cpr, number_keys, refuse_cpr


@pytest.mark.parametrize(
    ("key", "count"),
    [
        ("010190-1234", 1),
        ("0101901234", 1),
        ("2902001234", 1),
        (" 311299-0000 ", 1),
        ("3102901234", 0),
        ("9901901234", 0),
        ("P000123", 0),
        ("123", 0),
        ("01019012345", 0),
        (None, 0),
    ],
)
def test_a_cpr_number_is_a_date_and_four_digits(key, count):
    assert looks_like_cpr(pl.Series([key], dtype=pl.String)) == count


def test_a_refusal_counts_and_never_shows_a_key():
    keys = pl.Series(["0101901234", "x", "020290-4321"])
    with pytest.raises(UserError, match=r"spells.csv: 2 values of column 'person'") as caught:
        refuse_cpr(keys, file="spells.csv", column="person", allowed=False)
    assert "0101" not in str(caught.value)
    refuse_cpr(keys, file="spells.csv", column="person", allowed=True)


def test_numbers_are_a_permutation_that_depends_on_the_keys_and_the_seed_alone():
    keys = pl.Series([f"k{i}" for i in range(50)])
    first = number_keys(keys, seed=1, name="person")
    again = number_keys(keys.reverse(), seed=1, name="person")
    assert first.equals(again)
    assert sorted(first["person"]) == list(range(50))
    assert first["person"].dtype == pl.UInt32
    assert not first.equals(number_keys(keys, seed=2, name="person"))
