"""The weekly register of simulated persons: a row per person, a column per week, as in DREAM."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Ints
from trajectories.register.weekly.calendar import week_of

STRONG: Final = ("11", "12", "89")
"""First digits of codes with precedence in a week: unemployment benefit and sickness benefit."""
_THURSDAY: Final = 4


def wide_register(
    persons: pl.Series,
    *,
    spells: pl.DataFrame,
    employment: pl.DataFrame,
    readiness: pl.DataFrame,
    first_day: date,
    last_day: date,
) -> pl.DataFrame:
    """Convert spells to a weekly register.

    One day on a benefit sets the week's code; among several, unemployment benefit and sickness
    benefit take precedence, then the spell that starts last, then the lower code. A month has the
    industry of a job, and the municipality of a benefit spell, on any of its days; a quarter has
    the visitation group on any of its days; among several the one that starts last, then the
    lowest. Rows without a person, without days or with an end before their start are dropped; an
    empty end means still running.

    Args:
        persons: keys (text), one row each in this order, followed by keys that only other tables
            have.
        spells: person, code, start, end, municipality.
        employment: person, start, end, industry.
        readiness: person, readiness, start, end.
        first_day: first day of the register; it has the weeks whose Thursday it covers.
        last_day: last day of the register.

    Returns:
        person, `y_YYWW`, `branche_YYYY_MM`, `nykom_YYYY_MM`, `visit_QkvYYYY`, all text.
    """
    places = spells.drop_nulls("municipality").cast({"municipality": pl.String})
    tables = {
        "code": _by_claim(spells, "code", last_day),
        "industry": _by_claim(employment, "industry", last_day),
        "municipality": _by_claim(places, "municipality", last_day),
        "readiness": _by_claim(readiness, "readiness", last_day),
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
        names = [name_of(number) for number in range(first, last + 1)]
        columns += _painted(rows, frame, value, period_of, names, first)
    return pl.DataFrame(columns)


def _by_claim(frame: pl.DataFrame, value: str, last_day: date) -> pl.DataFrame:
    """Return the usable rows in ascending order of precedence."""
    strong = pl.col(value).str.head(2).is_in(STRONG if value == "code" else ())
    return (
        frame.drop_nulls(["person", "start", value])
        .with_columns(pl.col("end").fill_null(last_day), strong=strong)
        .filter(pl.col("end") >= pl.col("start"))
        .sort("person", "strong", "start", value, descending=[False, False, False, True])
    )


def _painted(
    rows: pl.Series,
    frame: pl.DataFrame,
    value: str,
    period_of: Callable[[date], int],
    names: list[str],
    first: int,
) -> list[pl.Series]:
    """Fill each row's periods with its value; later rows overwrite earlier ones."""
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


def _periods(days: pl.Series, period_of: Callable[[date], int]) -> Ints:
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
