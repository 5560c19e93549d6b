"""Tables by municipality, year and quarter, whose rows `all` are the sums of the others."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import product

import polars as pl

from trajectories.reform.municipalities.support_events import SupportEvents

ALL = "all"
UNKNOWN = "unknown municipality"
QUARTERS = ("first", "second", "third", "fourth")
"""Quarters of a year, the year beginning with the quarter of the reform."""
PLACE = ("municipality", "year", "quarter")


def years_around(start: dt.date, first: dt.date, last: dt.date, *, years: int) -> pl.DataFrame:
    """Divide the months around a reform into years and quarters.

    Args:
        start: the day of the reform; a year begins with its calendar quarter.
        first: the first month that is seen whole.
        last: the last month that is seen whole.
        years: most years before the reform, and most from it on.

    Returns:
        month (first day), year (the year's first calendar year, "2014"), quarter (of `QUARTERS`);
        whole years between `first` and `last` alone.
    """
    begins = start.replace(month=3 * ((start.month - 1) // 3) + 1, day=1)
    rows = []
    for number in range(-years, years):
        months = [_shifted(begins, 12 * number + place) for place in range(12)]
        if first <= months[0] and months[-1] <= last:
            year = str(months[0].year)
            rows += [(month, year, QUARTERS[place // 3]) for place, month in enumerate(months)]
    schema = {"month": pl.Date, "year": pl.String, "quarter": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def support_tables(
    found: SupportEvents, calendar: pl.DataFrame, *, last: dt.date, lasting_months: int
) -> dict[str, pl.DataFrame]:
    """Tabulate support and exits by municipality, year and quarter.

    Args:
        found: months on support and exits.
        calendar: months with their year and quarter, as `years_around` gives them.
        last: the last month that is seen.
        lasting_months: months off support that make an exit last.

    Returns:
        - municipality_support: municipality, year, quarter, persons, months, entries.
        - municipality_exits: municipality, year, quarter, exit, persons, exits, lasting; lasting is
          null where a quarter's last exits are not followed long enough.

        The value "all" of municipality, quarter and exit stands for the sum of the others.
    """
    support = _summed(
        _placed(found.months, calendar),
        PLACE,
        [
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            pl.len().cast(pl.Int64).alias("months"),
            pl.col("entry").sum().cast(pl.Int64).alias("entries"),
        ],
    )
    followed = _shifted(last, 1 - lasting_months)
    ends = pl.concat(
        calendar.with_columns(quarter).group_by("year", "quarter").agg(end=pl.col("month").max())
        for quarter in (pl.col("quarter"), pl.lit(ALL).alias("quarter"))
    )
    exits = _summed(
        _placed(found.exits, calendar),
        (*PLACE, "exit"),
        [
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            pl.len().cast(pl.Int64).alias("exits"),
            pl.col("lasting").sum().cast(pl.Int64).alias("lasting"),
        ],
    )
    exits = (
        exits.join(ends, on=["year", "quarter"], how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("end") <= followed).then("lasting").alias("lasting"))
        .drop("end")
    )
    return {"municipality_support": support, "municipality_exits": exits}


def caseworker_tables(
    changes: pl.DataFrame, assignments: pl.DataFrame, calendar: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Tabulate changes of caseworker and lists by municipality, year and quarter.

    Args:
        changes: person, month, from_caseworker, to_caseworker, from_municipality.
        assignments: person, caseworker, municipality, start, responsible_until.
        calendar: months with their year and quarter.

    Returns:
        - municipality_changes: municipality, year, quarter, persons, changes, from_caseworkers,
          to_caseworkers; a change belongs to the municipality of the earlier caseworker.
        - municipality_caseloads: municipality, year, quarter, persons, caseworkers, client_months,
          caseworker_months; clients and caseworkers with any on the first day of each month.
    """
    changed = _summed(
        _placed(changes.rename({"from_municipality": "municipality"}), calendar),
        PLACE,
        [
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            pl.len().cast(pl.Int64).alias("changes"),
            pl.col("from_caseworker").n_unique().cast(pl.Int64).alias("from_caseworkers"),
            pl.col("to_caseworker").n_unique().cast(pl.Int64).alias("to_caseworkers"),
        ],
    )
    held = _placed(
        pl.concat(
            [
                _lists(assignments).head(0),
                *(_lists(assignments, month) for month in calendar["month"].to_list()),
            ]
        ),
        calendar,
    )
    lists = _summed(
        held,
        PLACE,
        [
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            pl.col("caseworker").n_unique().cast(pl.Int64).alias("caseworkers"),
            pl.len().cast(pl.Int64).alias("client_months"),
            pl.struct("caseworker", "month", "municipality")
            .n_unique()
            .cast(pl.Int64)
            .alias("caseworker_months"),
        ],
    )
    return {"municipality_changes": changed, "municipality_caseloads": lists}


def _lists(assignments: pl.DataFrame, month: dt.date = dt.date.min) -> pl.DataFrame:
    """The clients of each caseworker on the first day of a month."""
    day = pl.lit(month)
    return assignments.filter(pl.col("start") <= day, pl.col("responsible_until") >= day).select(
        "person", "caseworker", "municipality", day.alias("month")
    )


def _placed(rows: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """Add year and quarter to the rows of the calendar, and a name to an unknown municipality."""
    return rows.join(calendar, on="month").with_columns(
        pl.col("municipality").cast(pl.String).fill_null(UNKNOWN)
    )


def _summed(rows: pl.DataFrame, by: Sequence[str], counts: Sequence[pl.Expr]) -> pl.DataFrame:
    """Count rows by some columns, and by all of these with some of them summed away."""
    return pl.concat(_each_sum(rows, by, counts)).sort(by)


def _each_sum(
    rows: pl.DataFrame, by: Sequence[str], counts: Sequence[pl.Expr]
) -> Iterator[pl.DataFrame]:
    for kept in product((True, False), repeat=len(by)):
        away = [name for name, keep in zip(by, kept, strict=True) if not keep]
        # Years are never added up: nobody asks for their sum.
        if "year" not in away:
            whole = rows.with_columns(pl.lit(ALL).alias(name) for name in away)
            yield whole.group_by(by).agg(counts)


def _shifted(day: dt.date, months: int) -> dt.date:
    index = 12 * day.year + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)
