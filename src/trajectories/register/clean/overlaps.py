"""Resolving overlapping rows of one person, merging equal rows and filling gaps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.register.clean.accounting import Rows, Step
from trajectories.register.clean.sort import own
from trajectories.register.clean.sweep_kernels import sweep

Fate = tuple[Step, str, Rows]
CONFLICTS = {"event": pl.String, "rows": pl.Int64, "persons": pl.Int64, "days": pl.Int64}


@dataclass(frozen=True)
class Resolved:
    """Non-overlapping intervals, and the fates of the rows from which they were made.

    Attributes:
        intervals: person, start, end and the payload columns, sorted by person and start.
        fates: step (used or merged), reason and the numbers of the input rows.
        conflicts: event, and the rows, persons and days concerned: days assigned to another row,
            gaps filled between equal rows (`rows` counts gaps), gaps given to the row before.
    """

    intervals: pl.DataFrame
    fates: tuple[Fate, ...]
    conflicts: pl.DataFrame


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
    """Assign each day of each person to one row.

    Args:
        frame: row (input row number), person, start, end (Date), lost (days already cut off) and
            the payload columns; sorted by person, start, end and payload; no duplicates.
        payload: columns that must be equal for two adjacent intervals to be joined.
        rank: (n,) integers; a day goes to the lowest rank, then the latest start, then the
            earliest end, then the payload's order.
        gap_days: longest gap in days that is filled between two equal intervals.
        carry_days: longest gap in days before any next interval that is given to the interval
            before it.
    """
    start, end = (own(frame[name].to_physical(), np.int32) for name in ("start", "end"))
    source, first, last, _ = sweep(
        own(frame["person"], np.uint32), start, end, own(rank, np.int64), np.zeros(len(start))
    )
    segments = _segments(frame, payload, source, first, last)
    intervals, owners, gaps = _join(segments, payload, gap_days=gap_days, carry_days=carry_days)
    shared = end - start + 1 - _held(source, first, last, frame.height)
    trimmed = (shared > 0) | (frame["lost"].to_numpy() > 0)
    return Resolved(
        intervals,
        _fates(frame["row"].to_numpy(), owners, source, trimmed, covered="covered by another row"),
        _conflicts(("days held by another row", frame["person"], shared), *gaps),
    )


def resolve_hours(frame: pl.DataFrame, *, gap_days: int = 0) -> Resolved:
    """Add up the weekly hours of parallel jobs.

    Args:
        frame: row, person, start, end (Date), lost, weekly_hours (Float64), industry (String);
            sorted by person, start, end, weekly_hours, industry; no duplicates.
        gap_days: longest gap in days that is filled between two equal intervals.

    Returns:
        Intervals with the sum of the known hours and the industry of the job with the most hours.
    """
    start, end = (own(frame[name].to_physical(), np.int32) for name in ("start", "end"))
    hours = own(frame["weekly_hours"].fill_null(float("nan")), np.float64)
    rank = np.empty(frame.height, dtype=np.int64)
    # Most hours first, unknown hours last, ties by content.
    rank[np.argsort(-hours, kind="stable")] = np.arange(frame.height)
    source, first, last, total = sweep(own(frame["person"], np.uint32), start, end, rank, hours)
    payload = ("weekly_hours", "industry")
    segments = _segments(frame, payload, source, first, last).with_columns(
        weekly_hours=pl.Series(total).fill_nan(None)
    )
    intervals, owners, gaps = _join(segments, payload, gap_days=gap_days, carry_days=0)
    trimmed = frame["lost"].to_numpy() > 0
    shared = end - start + 1 - _held(source, first, last, frame.height)
    return Resolved(
        intervals,
        _fates(frame["row"].to_numpy(), owners, source, trimmed, covered="added to a parallel job"),
        _conflicts(("days added to a parallel job", frame["person"], shared), *gaps),
    )


def _held(source: Rows, first: Rows, last: Rows, rows: int) -> Rows:
    """Count the days assigned to each row."""
    days: Rows = np.bincount(source, weights=last - first + 1, minlength=rows).astype(np.int64)
    return days


def _conflicts(*events: tuple[str, pl.Series, Rows]) -> pl.DataFrame:
    """Count rows, persons and days of events, each given as days per row (0 = no event)."""
    found = []
    for name, person, days in events:
        met = person.filter(pl.Series(days > 0))
        found.append((name, met.len(), met.n_unique(), int(days.sum())))
    return pl.DataFrame(found, schema=CONFLICTS, orient="row")


def _segments(
    frame: pl.DataFrame, payload: Sequence[str], source: Rows, first: Rows, last: Rows
) -> pl.DataFrame:
    return frame.select("person", *payload)[source].with_columns(
        start=pl.Series(first, dtype=pl.Int32).cast(pl.Date),
        end=pl.Series(last, dtype=pl.Int32).cast(pl.Date),
        source=pl.Series(source),
    )


def _join(
    segments: pl.DataFrame, payload: Sequence[str], *, gap_days: int, carry_days: int
) -> tuple[pl.DataFrame, Rows, list[tuple[str, pl.Series, Rows]]]:
    """Join equal adjacent intervals and fill gaps.

    Returns:
        The intervals, the row that each comes from, and for each kind of filled gap its name, the
        persons and the days.
    """
    person = segments["person"]
    start, end = (segments[name].to_physical().to_numpy() for name in ("start", "end"))
    gap = np.full(segments.height, -1, dtype=np.int64)
    gap[1:] = np.where(
        person.to_numpy()[1:] == person.to_numpy()[:-1], start[1:] - end[:-1] - 1, -1
    )
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in payload)
    near = (gap >= 0) & (gap <= max(gap_days, carry_days))
    joins = segments.select(equal).to_series().to_numpy() & near
    begins = np.flatnonzero(~joins)
    ends = np.append(begins[1:], segments.height) - 1 if len(begins) else begins
    # Days after an interval that go to it, because the next interval starts within `carry_days`.
    following = np.append(gap, -1)[ends + 1]
    carried = np.where(following <= carry_days, np.maximum(following, 0), 0)
    last = pl.Series(end[ends] + carried, dtype=pl.Int32).cast(pl.Date)
    joined = segments[begins].with_columns(end=last)
    owners: Rows = joined["source"].to_numpy()
    gaps = [
        ("gap between equal rows filled", person, np.where(joins, gap, 0)),
        ("gap given to the row before", joined["person"], carried),
    ]
    return joined.select("person", *payload, "start", "end"), owners, gaps


def _fates(
    rows: Rows, owners: Rows, holders: Rows, trimmed: Rows, *, covered: str
) -> tuple[Fate, ...]:
    """Return the fate of each row: the source of an interval is used, the others are merged."""
    owner, holder = (np.zeros(len(rows), dtype=bool) for _ in range(2))
    owner[owners], holder[holders] = True, True
    return (
        ("used", "as registered", rows[owner & ~trimmed]),
        ("used", "trimmed", rows[owner & trimmed]),
        ("merged", "equal to the row before it", rows[~owner & holder]),
        ("merged", covered, rows[~owner & ~holder]),
    )
