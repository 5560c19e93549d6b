"""Monthly hours of work against counting day by day."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.sequences import window_hours
from trajectories.typology.hours import hours_table

DAY = dt.timedelta(days=1)


def naive_hours(windows: pl.DataFrame, employment: pl.DataFrame, length: int) -> np.ndarray:
    out = np.zeros((windows.height, length))
    for row, (person, origin) in enumerate(windows.select("person", "origin").iter_rows()):
        for who, start, end, weekly in employment.iter_rows():
            day = start
            while day <= end and who == person:
                month = (day.year - origin.year) * 12 + day.month - origin.month
                if 0 <= month < length:
                    out[row, month] += (37.0 if weekly is None else weekly) / 7
                day += DAY
    return out


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_hours_equal_counting_day_by_day(seed: int) -> None:
    stream = np.random.default_rng(seed)
    origins = [dt.date(2012 + int(y), int(m), 1) for y, m in stream.integers(1, 3, (5, 2))]
    windows = pl.DataFrame({"person": [1, 1, 2, 3, 9], "origin": origins})
    starts = [dt.date(2012, 6, 1) + int(s) * DAY for s in stream.integers(0, 900, 12)]
    employment = pl.DataFrame(
        {
            "person": stream.integers(1, 4, 12),
            "start": starts,
            "end": [
                s + int(e) * DAY for s, e in zip(starts, stream.integers(0, 400, 12), strict=True)
            ],
            "weekly_hours": [None if w < 3 else float(w) for w in stream.integers(0, 40, 12)],
        }
    )
    found = window_hours(windows, employment, 6)
    np.testing.assert_allclose(found, naive_hours(windows, employment, 6), rtol=1e-12)


def test_a_person_with_two_windows_counts_once_with_the_mean() -> None:
    hours = np.array([[10.0, 0.0], [30.0, 0.0], [40.0, 0.0], [5.0, 7.0]])
    table = hours_table(hours, np.array([1, 1, 2, 3]), np.array([0, 0, 0, 1]), 3)
    first = table.filter(cluster=1, position=1).row(0, named=True)
    assert first["persons"] == 2
    assert first["hours_sum"] == 60
    assert first["mean_hours"] == 30
    assert first["top_two_share"] == 1
    assert table.filter(cluster=1, position=2)["top_two_share"].to_list() == [None]
    assert table.filter(cluster=2)["mean_hours"].to_list() == [5, 7]
    assert table["cluster"].unique().sort().to_list() == [1, 2]  # the third has no window


def test_the_two_largest_contributors_are_told() -> None:
    hours = np.array([[10.0], [20.0], [30.0], [40.0]])
    table = hours_table(hours, np.arange(4), np.zeros(4, int), 1)
    assert table["top_two_share"].item() == pytest.approx(0.7)


def test_a_barycentre_lines_up_what_the_mean_blurs() -> None:
    start = np.array([4, 6, 8, 10, 12])
    hours = np.where(np.arange(16) >= start[:, np.newaxis], 160.0, 0.0)
    table = hours_table(hours, np.arange(5), np.zeros(5, int), 1, gamma=500.0)
    jump = np.abs(np.diff(table["softdtw_hours"].to_numpy())[1:-1]).max()
    assert jump > 2 * np.abs(np.diff(table["mean_hours"].to_numpy())).max()


def test_a_cluster_without_work_has_a_barycentre_of_zero() -> None:
    table = hours_table(np.zeros((3, 4)), np.arange(3), np.zeros(3, int), 1)
    assert table["softdtw_hours"].to_list() == [0.0] * 4
    assert table["mean_hours"].to_list() == [0.0] * 4


def test_samples_depend_on_the_seed_alone_not_on_the_order_of_rows() -> None:
    stream = np.random.default_rng(3)
    hours = stream.choice([0.0, 80.0, 160.0], (40, 5))
    shuffle = stream.permutation(40)
    kept = {"sample": 10, "gamma": 1000.0}
    one = hours_table(hours, np.arange(40), np.zeros(40, int), 1, seed=1, **kept)
    two = hours_table(hours[shuffle], shuffle, np.zeros(40, int), 1, seed=1, **kept)
    other = hours_table(hours, np.arange(40), np.zeros(40, int), 1, seed=2, **kept)
    assert one["softdtw_hours"].equals(two["softdtw_hours"])
    assert not one["softdtw_hours"].equals(other["softdtw_hours"])
