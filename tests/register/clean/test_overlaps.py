"""Overlap rules, held against a day-by-day reference that knows nothing of sweeps."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from trajectories.register.clean.overlaps import overlapping_rows, resolve, resolve_hours
from trajectories.register.clean.sweep_kernels import sweep

ORIGIN = date(2010, 1, 1)


def random_intervals(seed: int, *, persons: int = 60, most: int = 9) -> pl.DataFrame:
    """Draw short overlapping intervals with few different payloads, sorted, without duplicates."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(persons):
        for _ in range(int(rng.integers(1, most))):
            start = int(rng.integers(0, 40))
            end = start + int(rng.integers(0, 15))
            rows.append((person, start, end, str(rng.choice(["a", "b", "c"]))))
    rows = sorted(set(rows))
    frame = pl.DataFrame(rows, schema=["person", "start", "end", "code"], orient="row")
    days = (pl.lit(ORIGIN) + pl.duration(days=pl.col(name)) for name in ("start", "end"))
    return frame.with_columns(
        *(day.cast(pl.Date).alias(name) for name, day in zip(("start", "end"), days, strict=True)),
        pl.col("person").cast(pl.UInt32),
        lost=pl.lit(0),
    ).with_row_index("row")


def by_day(frame: pl.DataFrame, column: str) -> dict[tuple[int, date], object]:
    """List who holds what on each day; a day may occur once only."""
    held: dict[tuple[int, date], object] = {}
    for person, start, end, value in frame.select("person", "start", "end", column).iter_rows():
        for offset in range((end - start).days + 1):
            key = (person, start + timedelta(offset))
            assert key not in held
            held[key] = value
    return held


def naive_days(frame: pl.DataFrame, rank: np.ndarray) -> dict[tuple[int, date], tuple[int, str]]:
    """Give each day to the best row by looking at every row of the person."""
    held: dict[tuple[int, date], tuple[int, str]] = {}
    rows = list(frame.select("person", "start", "end", "code").iter_rows())
    for person in {row[0] for row in rows}:
        own = [(i, row) for i, row in enumerate(rows) if row[0] == person]
        for offset in range(60):
            day = ORIGIN + timedelta(offset)
            claims = [(int(rank[i]), -(r[1].toordinal()), i) for i, r in own if r[1] <= day <= r[2]]
            if claims:
                best = min(claims)[2]
                held[person, day] = (best, rows[best][3])
    return held


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rule", ["latest_start", "longest", "priority"])
def test_each_day_goes_to_the_row_that_a_look_at_all_rows_gives_it(seed, rule):
    frame = random_intervals(seed)
    rank = {
        "latest_start": np.zeros(frame.height, dtype=np.int64),
        "longest": -frame.select((pl.col("end") - pl.col("start")).dt.total_days())
        .to_series()
        .to_numpy(),
        "priority": frame["code"].replace_strict({"c": 0, "a": 1, "b": 2}).to_numpy(),
    }[rule]
    expected = naive_days(frame, rank)
    resolved = resolve(frame, payload=["code"], rank=rank)
    assert by_day(resolved.intervals, "code") == {key: code for key, (_, code) in expected.items()}

    fates = {int(row): (step, reason) for step, reason, rows in resolved.fates for row in rows}
    assert sorted(fates) == list(range(frame.height))
    holders = {best for best, _ in expected.values()}
    covered = {row for row, fate in fates.items() if fate == ("merged", "covered by another row")}
    assert covered == set(range(frame.height)) - holders


@pytest.mark.parametrize("seed", range(4))
def test_neighbours_are_never_equal_and_rows_used_are_the_intervals_first_holders(seed):
    frame = random_intervals(seed)
    resolved = resolve(frame, payload=["code"], rank=np.zeros(frame.height, dtype=np.int64))
    adjacent = resolved.intervals.filter(
        (pl.col("person") == pl.col("person").shift(1))
        & (pl.col("code") == pl.col("code").shift(1))
        & ((pl.col("start") - pl.col("end").shift(1)).dt.total_days() == 1)
    )
    assert adjacent.is_empty()
    used = sum(len(rows) for step, _, rows in resolved.fates if step == "used")
    assert used <= resolved.intervals.height


def intervals(*rows: tuple[int, str, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["person", "start", "end", "code"], orient="row")
    return frame.with_columns(
        pl.col("person").cast(pl.UInt32), pl.col("start", "end").str.to_date(), lost=pl.lit(0)
    ).with_row_index("row")


def zero(frame: pl.DataFrame) -> np.ndarray:
    return np.zeros(frame.height, dtype=np.int64)


def test_a_row_inside_another_cuts_it_in_two_and_both_are_used():
    frame = intervals((0, "2010-01-01", "2010-12-31", "a"), (0, "2010-03-01", "2010-03-31", "b"))
    resolved = resolve(frame, payload=["code"], rank=zero(frame))
    assert resolved.intervals["code"].to_list() == ["a", "b", "a"]
    assert [(step, reason, list(rows)) for step, reason, rows in resolved.fates if len(rows)] == [
        ("used", "as registered", [1]),
        ("used", "trimmed", [0]),
    ]


def test_the_shorter_of_two_rows_with_one_start_holds_its_days():
    frame = intervals((0, "2010-01-01", "2010-01-10", "z"), (0, "2010-01-01", "2010-02-10", "a"))
    resolved = resolve(frame, payload=["code"], rank=zero(frame))
    assert resolved.intervals.rows() == [
        (0, "z", date(2010, 1, 1), date(2010, 1, 10)),
        (0, "a", date(2010, 1, 11), date(2010, 2, 10)),
    ]


def test_gaps_are_filled_between_equal_rows_up_to_the_limit_and_not_beyond():
    frame = intervals(
        (0, "2010-01-01", "2010-01-10", "a"),
        (0, "2010-01-14", "2010-01-20", "a"),
        (0, "2010-01-25", "2010-01-31", "a"),
        (0, "2010-02-03", "2010-02-09", "b"),
    )
    found = resolve(frame, payload=["code"], rank=zero(frame), gap_days=3).intervals
    assert found["start"].to_list() == [date(2010, 1, 1), date(2010, 1, 25), date(2010, 2, 3)]
    assert found["end"].to_list() == [date(2010, 1, 20), date(2010, 1, 31), date(2010, 2, 9)]


def test_carried_gaps_go_to_the_row_before_whatever_follows():
    frame = intervals(
        (0, "2010-01-01", "2010-01-10", "a"),
        (0, "2010-01-14", "2010-01-20", "b"),
        (0, "2010-01-25", "2010-01-31", "a"),
        (1, "2010-02-01", "2010-02-09", "b"),
    )
    found = resolve(frame, payload=["code"], rank=zero(frame), carry_days=3).intervals
    assert found["end"].to_list() == [
        date(2010, 1, 13),
        date(2010, 1, 20),
        date(2010, 1, 31),
        date(2010, 2, 9),
    ]


def jobs(*rows: tuple[int, str, str, float | None, str | None]) -> pl.DataFrame:
    columns = {
        "person": pl.UInt32,
        "start": pl.String,
        "end": pl.String,
        "weekly_hours": pl.Float64,
        "industry": pl.String,
    }
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    content = ["person", "start", "end", "weekly_hours", "industry"]
    return (
        frame.with_columns(pl.col("start", "end").str.to_date(), lost=pl.lit(0))
        .sort(content)
        .with_row_index("row")
    )


def test_parallel_jobs_add_up_their_hours_under_the_larger_jobs_industry():
    frame = jobs(
        (0, "2010-01-01", "2010-01-31", 20.0, "shop"),
        (0, "2010-01-11", "2010-01-20", 10.5, "farm"),
        (0, "2010-01-11", "2010-02-10", None, "club"),
    )
    resolved = resolve_hours(frame)
    assert resolved.intervals.select("start", "end", "weekly_hours", "industry").rows() == [
        (date(2010, 1, 1), date(2010, 1, 10), 20.0, "shop"),
        (date(2010, 1, 11), date(2010, 1, 20), 30.5, "shop"),
        (date(2010, 1, 21), date(2010, 1, 31), 20.0, "shop"),
        (date(2010, 2, 1), date(2010, 2, 10), None, "club"),
    ]
    fates = {reason: list(rows) for _, reason, rows in resolved.fates if len(rows)}
    assert fates == {"as registered": [0, 2], "added to a parallel job": [1]}


@pytest.mark.parametrize("seed", range(4))
def test_hours_of_each_day_equal_the_sum_over_the_jobs_of_that_day(seed):
    rng = np.random.default_rng(seed)
    drawn = random_intervals(seed)
    hours = [None if x > 40 else float(x) for x in rng.integers(1, 45, drawn.height)]
    frame = (
        drawn.with_columns(weekly_hours=pl.Series(hours), industry=pl.col("code"))
        .drop("row", "code")
        .sort("person", "start", "end", "weekly_hours", "industry")
        .with_row_index("row")
    )
    expected: dict[tuple[int, date], list[float]] = {}
    columns = frame.select("person", "start", "end", "weekly_hours")
    for person, start, end, value in columns.iter_rows():
        for offset in range((end - start).days + 1):
            day = expected.setdefault((person, start + timedelta(offset)), [])
            day += [value] if value is not None else []
    sums = {key: sum(values) if values else None for key, values in expected.items()}
    assert by_day(resolve_hours(frame).intervals, "weekly_hours") == sums


def test_overlapping_rows_counts_rows_that_start_before_an_earlier_one_has_ended():
    frame = intervals(
        (0, "2010-01-01", "2010-12-31", "a"),
        (0, "2010-02-01", "2010-02-02", "a"),
        (0, "2010-03-01", "2010-03-02", "a"),
        (1, "2010-01-01", "2010-01-31", "a"),
        (1, "2010-02-01", "2010-02-02", "a"),
    )
    assert overlapping_rows(frame) == 2


def test_nothing_comes_of_nothing():
    frame = intervals((0, "2010-01-01", "2010-01-02", "a")).clear()
    resolved = resolve(frame, payload=["code"], rank=zero(frame))
    assert resolved.intervals.is_empty()
    assert all(len(rows) == 0 for _, _, rows in resolved.fates)
    assert resolve_hours(jobs()).intervals.is_empty()


def test_compiled_and_interpreted_sweeps_agree():
    frame = random_intervals(11)
    rank = frame["row"].to_numpy().astype(np.int64) % 3
    arguments = (
        np.array(frame["person"]),
        *(np.array(frame[name].to_physical()) for name in ("start", "end")),
        rank,
        np.where(rank == 0, np.nan, rank.astype(float)),
    )
    for one, other in zip(sweep(*arguments), sweep.py_func(*arguments), strict=True):
        np.testing.assert_array_equal(one, other)
