"""Windows and medoids in other states, against a search row by row."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from trajectories.reform.without_readiness import recoded_medoids, states_of

FIRST = dt.date(2020, 1, 1)


def months(*lengths: int) -> pl.DataFrame:
    """Person-months whose state tells person and month: state = 10 * person + month."""
    names = [f"s{n}" for n in range(100)]
    rows = [
        (person, dt.date(2020 + t // 12, t % 12 + 1, 1), f"s{10 * person + t}")
        for person, length in enumerate(lengths)
        for t in range(length)
    ]
    schema = {"person": pl.UInt32, "month": pl.Date, "state": pl.Enum(names)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def windows(*rows: tuple[int, int]) -> pl.DataFrame:
    found = [(person, dt.date(2020, month + 1, 1)) for person, month in rows]
    return pl.DataFrame(found, schema={"person": pl.UInt32, "origin": pl.Date}, orient="row")


def test_states_are_those_of_the_window_s_months() -> None:
    found = states_of(months(9, 5, 9), windows((2, 3), (0, 0), (1, 2)), 3)
    assert found.tolist() == [[23, 24, 25], [0, 1, 2], [12, 13, 14]]
    assert found.dtype == np.uint8


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((1, 6), "begins in a month"),
        ((1, 3), "ends after the person-months of its person"),
        ((2, 7), "ends after the person-months"),
    ],
)
def test_windows_that_the_person_months_do_not_hold_are_refused(row, message) -> None:
    with pytest.raises(ValueError, match=message):
        states_of(months(9, 5, 9), windows(row), 3)


def test_a_medoid_takes_the_commonest_of_its_windows_other_sequences() -> None:
    registered = np.array([[1, 1], [1, 1], [1, 1], [2, 2], [2, 2]], dtype=np.uint8)
    other = np.array([[5, 5], [4, 5], [5, 5], [7, 7], [6, 7]], dtype=np.uint8)
    medoids = np.array([[2, 2], [1, 1]], dtype=np.uint8)
    assert recoded_medoids(registered, medoids, other).tolist() == [[6, 7], [5, 5]]
    with pytest.raises(ValueError, match="no window has the sequence of a medoid"):
        recoded_medoids(registered, np.array([[3, 3]], dtype=np.uint8), other)
