"""The weekly register of simulated persons: one row a person, one column a week, as in DREAM."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.register.week_calendar import week_of

STRONG: Final = ("11", "12", "89")
"""Codes that begin so outrank others of their week: unemployment benefit and sickness benefit."""


def wide_register(
    persons: pl.Series,
    *,
    spells: pl.DataFrame,
    employment: pl.DataFrame,
    readiness: pl.DataFrame,
    first_day: date,
    last_day: date,
) -> pl.DataFrame:
    """Write spells as a weekly register.

    One day on a benefit sets the week's code; where several claim a week, unemployment benefit
    and sickness benefit outrank the others, then the spell that starts last holds it, then the
    lower code. A month has the industry of a job that holds any of its days, and the municipality
    of a benefit spell that does; a quarter has the visitation group that holds any of its days:
    of several the one that starts last, then the lowest. Rows without a person, without days, or
    that end before they start cannot be written and are left out; an empty end runs on.

    Args:
        persons: keys (text), one row each in this order; then come the keys of rows of others.
        spells: person, code, start, end, municipality.
        employment: person, start, end, industry.
        readiness: person, readiness, start, end.
        first_day: first day of the register; weeks are those whose Thursday it holds.
        last_day: the last one.

    Returns:
        person, `y_YYWW`, `branche_YYYY_MM`, `nykom_YYYY_MM`, `visit_QkvYYYY`, all text.
    """
    strong = pl.col("code").str.head(2).is_in(STRONG).cast(pl.Int8)
    tables = {
        "code": _usable(spells, last_day).sort("person", strong, "start", "code", descending=_LOW),
        "industry": _usable(employment, last_day).sort(
            "person", pl.lit(0), "start", "industry", descending=_LOW
        ),
        "municipality": _usable(spells, last_day)
        .drop_nulls("municipality")
        .with_columns(pl.col("municipality").cast(pl.String))
        .sort("person", pl.lit(0), "start", "municipality", descending=_LOW),
        "readiness": _usable(readiness, last_day).sort(
            "person", pl.lit(0), "start", "readiness", descending=_LOW
        ),
    }
    keys = pl.concat([persons.drop_nulls(), *(frame["person"] for frame in tables.values())])
    rows = keys.unique(maintain_order=True).alias("person")
    columns: list[pl.Series] = [rows]
    for value, frame in tables.items():
        period_of, name_of = _PERIODS[value]
        first, last = (period_of(day) for day in (first_day, last_day))
        if value == "code":
            first += first_day.isoweekday() > _THURSDAY
            last -= last_day.isoweekday() < _THURSDAY
        columns += _painted(
            rows, frame, value, period_of, [name_of(n) for n in range(first, last + 1)], first
        )
    return pl.DataFrame(columns)


_LOW: Final = [False, False, False, True]
_THURSDAY: Final = 4
_FAR: Final = 2**31


def _usable(frame: pl.DataFrame, last_day: date) -> pl.DataFrame:
    return (
        frame.drop_nulls(["person", "start"])
        .with_columns(pl.col("end").fill_null(last_day))
        .filter(pl.col("end") >= pl.col("start"))
    )


def _painted(
    rows: pl.Series,
    frame: pl.DataFrame,
    value: str,
    period_of: Callable[[date], int],
    names: list[str],
    first: int,
) -> list[pl.Series]:
    """Paint each row's periods with its value, later rows over earlier ones."""
    texts = frame[value].drop_nulls().unique().sort()
    codes = pl.concat([pl.Series([None], dtype=pl.String), texts])
    paint = frame[value].cast(pl.Enum(texts)).to_physical().cast(pl.Int64).fill_null(-1) + 1
    places = pl.DataFrame({"person": rows}).with_row_index("place")
    row = frame.select("person").join(places, on="person", how="left", maintain_order="left")
    table: NDArray[np.uint16] = np.zeros((len(rows), len(names)), np.uint16)
    begin, end = (_periods(frame[name], period_of) - first for name in ("start", "end"))
    claims = zip(
        row["place"].to_list(),
        np.maximum(begin, 0).tolist(),
        (np.minimum(end, len(names) - 1) + 1).tolist(),
        paint.to_list(),
        strict=True,
    )
    for person, here, there, colour in claims:
        table[person, here : max(here, there)] = colour
    return [codes.gather(table[:, place]).alias(name) for place, name in enumerate(names)]


def _periods(days: pl.Series, period_of: Callable[[date], int]) -> NDArray[np.int64]:
    distinct: list[Any] = days.unique().to_list()
    numbers = {day: period_of(day) for day in distinct}
    return np.array([numbers[day] for day in days.to_list()], np.int64)


def _week(day: date) -> int:
    year, week, _ = day.isocalendar()
    return week_of(year, week)


def _week_name(number: int) -> str:
    year, week, _ = (date(1970, 1, 1) + timedelta(days=7 * number)).isocalendar()
    return f"y_{year % 100:02d}{week:02d}"


_PERIODS: Final[dict[str, tuple[Callable[[date], int], Callable[[int], str]]]] = {
    "code": (_week, _week_name),
    "industry": (
        lambda day: 12 * day.year + day.month - 1,
        lambda number: f"branche_{number // 12}_{number % 12 + 1:02d}",
    ),
    "municipality": (
        lambda day: 12 * day.year + day.month - 1,
        lambda number: f"nykom_{number // 12}_{number % 12 + 1:02d}",
    ),
    "readiness": (
        lambda day: 4 * day.year + (day.month - 1) // 3,
        lambda number: f"visit_{number % 4 + 1}kv{number // 4}",
    ),
}
