"""Overlapping rows of one person: which holds a day, which are merged, how gaps are filled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.register._kernels import sweep
from trajectories.register.accounting import Rows, Step

Fate = tuple[Step, str, Rows]


@dataclass(frozen=True)
class Resolved:
    """Intervals that do not overlap, and what became of the rows they were made from.

    Attributes:
        intervals: person, start, end and the payload columns, sorted by person and start.
        fates: step (used or merged), reason and the numbers of the input rows.
    """

    intervals: pl.DataFrame
    fates: tuple[Fate, ...]


def overlapping_rows(frame: pl.DataFrame) -> int:
    """Count the rows that start before an earlier row of the same person has ended.

    Args:
        frame: person, start, end, sorted by person and start.
    """
    latest = pl.col("end").cum_max().shift(1).over("person")
    return int(frame.select((pl.col("start") <= latest).fill_null(False).sum()).item())


def resolve(
    frame: pl.DataFrame,
    *,
    payload: Sequence[str],
    rank: Rows,
    gap_days: int = 0,
    carry_days: int = 0,
) -> Resolved:
    """Give each day of each person to one row.

    Args:
        frame: row (input row number), person, start, end (Date), lost (days already cut off) and
            the payload columns; sorted by person, start, end and payload; no duplicates.
        payload: columns that must be equal for two neighbouring intervals to become one.
        rank: (n,) integers; the lowest rank holds the day, then the latest start, then the
            earliest end, then the payload's order.
        gap_days: a gap of at most so many days between two equal intervals is filled.
        carry_days: a gap of at most so many days before any next interval is given to the
            interval before it.
    """
    start, end = (_own(frame[name].to_physical(), np.int32) for name in ("start", "end"))
    source, first, last, _ = sweep(
        _own(frame["person"], np.uint32), start, end, _own(rank, np.int64), np.zeros(len(start))
    )
    held = np.bincount(source, weights=last - first + 1, minlength=frame.height).astype(np.int64)
    segments = _segments(frame, payload, source, first, last)
    intervals, owners = _join(segments, payload, gap_days=gap_days, carry_days=carry_days)
    trimmed = (held < end - start + 1) | (frame["lost"].to_numpy() > 0)
    return Resolved(
        intervals,
        _fates(frame["row"].to_numpy(), owners, source, trimmed, covered="covered by another row"),
    )


def resolve_hours(frame: pl.DataFrame) -> Resolved:
    """Add up the weekly hours of parallel jobs.

    Args:
        frame: row, person, start, end (Date), lost, weekly_hours (Float64), industry (String);
            sorted by person, start, end, weekly_hours, industry; no duplicates.

    Returns:
        Intervals with the sum of the known hours and the industry of the job with most hours.
    """
    start, end = (_own(frame[name].to_physical(), np.int32) for name in ("start", "end"))
    hours = _own(frame["weekly_hours"].fill_null(float("nan")), np.float64)
    rank = np.empty(frame.height, dtype=np.int64)
    # Most hours first, unknown hours last, ties by content.
    rank[np.argsort(-hours, kind="stable")] = np.arange(frame.height)
    source, first, last, total = sweep(_own(frame["person"], np.uint32), start, end, rank, hours)
    payload = ("weekly_hours", "industry")
    segments = _segments(frame, payload, source, first, last).with_columns(
        weekly_hours=pl.Series(total).fill_nan(None)
    )
    intervals, owners = _join(segments, payload, gap_days=0, carry_days=0)
    trimmed = frame["lost"].to_numpy() > 0
    return Resolved(
        intervals,
        _fates(frame["row"].to_numpy(), owners, source, trimmed, covered="added to a parallel job"),
    )


def _own(values: pl.Series | Rows, dtype: type[np.generic]) -> Rows:
    """Copy values into a writable array, so that the kernel is compiled for one kind of array."""
    return np.array(values, dtype=dtype)


def _segments(
    frame: pl.DataFrame,
    payload: Sequence[str],
    source: Rows,
    first: Rows,
    last: Rows,
) -> pl.DataFrame:
    return frame.select("person", *payload)[source].with_columns(
        start=pl.Series(first, dtype=pl.Int32).cast(pl.Date),
        end=pl.Series(last, dtype=pl.Int32).cast(pl.Date),
        source=pl.Series(source),
    )


def _join(
    segments: pl.DataFrame, payload: Sequence[str], *, gap_days: int, carry_days: int
) -> tuple[pl.DataFrame, Rows]:
    """Join equal neighbours and fill gaps; return the intervals and the owners of each."""
    same = pl.col("person") == pl.col("person").shift(1)
    for column in payload:
        same &= pl.col(column).eq_missing(pl.col(column).shift(1))
    gap = (pl.col("start") - pl.col("end").shift(1)).dt.total_days() - 1
    fresh = ~(same & (gap <= max(gap_days, carry_days))).fill_null(False)
    opens = segments.select(fresh).to_series().to_numpy()
    begins = np.flatnonzero(opens)
    ends = np.append(begins[1:], segments.height) - 1 if len(begins) else begins
    joined = segments[begins].with_columns(end=segments["end"].gather(ends))
    following = pl.col("start").shift(-1)
    near = (pl.col("person") == pl.col("person").shift(-1)) & (
        (following - pl.col("end")).dt.total_days() - 1 <= carry_days
    )
    carried = pl.when(near).then(following.dt.offset_by("-1d")).otherwise("end")
    columns = ["person", *payload, "start", "end"]
    owners: Rows = joined["source"].to_numpy()
    return (joined.with_columns(end=carried) if carry_days else joined).select(columns), owners


def _fates(
    rows: Rows, owners: Rows, holders: Rows, trimmed: Rows, *, covered: str
) -> tuple[Fate, ...]:
    """Name the fate of each row: the owner of an interval is used, the others are merged."""
    owner, holder = (np.zeros(len(rows), dtype=bool) for _ in range(2))
    owner[owners], holder[holders] = True, True
    return (
        ("used", "as registered", rows[owner & ~trimmed]),
        ("used", "trimmed", rows[owner & trimmed]),
        ("merged", "equal to the row before it", rows[~owner & holder]),
        ("merged", covered, rows[~owner & ~holder]),
    )
