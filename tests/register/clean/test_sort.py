"""Rows are ordered by content, held against a sort of all columns."""

import numpy as np
import polars as pl
import pytest

from trajectories.register.clean.sort import own, sort_by_content
from trajectories.register.clean.sweep_kernels import order_by_days


def rows(seed: int, *, n: int, persons: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 12, n)
    return pl.DataFrame(
        {
            "person": rng.integers(0, persons, n).astype(np.uint32),
            "start": pl.Series(start, dtype=pl.Int32).cast(pl.Date),
            "end": pl.Series(start + rng.integers(0, 4, n), dtype=pl.Int32).cast(pl.Date),
            "code": [None if x == 0 else f"c{x}" for x in rng.integers(0, 4, n)],
            "lost": rng.integers(0, 2, n),
        }
    ).with_row_index("row")


@pytest.mark.parametrize(("n", "persons"), [(0, 1), (1, 1), (300, 20), (400, 3), (400, 400)])
def test_rows_stand_in_the_order_of_all_their_columns(n, persons):
    frame = rows(n + persons, n=n, persons=persons)
    content = ("person", "start", "end", "code", "lost")
    found = sort_by_content(frame, ("code", "lost"), persons=persons)
    expected = frame.sort(content, nulls_last=False)
    assert found.select(content).equals(expected.select(content))
    assert sorted(found["row"]) == list(range(n))


@pytest.mark.parametrize("persons", [2, 60])
def test_compiled_and_interpreted_orders_are_stable_lexical_sorts(persons):
    frame = rows(5, n=200, persons=persons)
    person = own(frame["person"], np.uint32)
    start, end = (own(frame[name].to_physical(), np.int32) for name in ("start", "end"))
    expected = np.lexsort((end, start, person))
    for order in (order_by_days, order_by_days.py_func):
        np.testing.assert_array_equal(order(person, start, end, persons), expected)
