"""Tables by municipality and year, whose rows `all` are the sums of the others."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import product

import polars as pl

from trajectories.reform.municipalities.support_events import SupportEvents

ALL = "all"
UNKNOWN = "unknown municipality"
PLACE = ("municipality", "year")


def years_around(start: dt.date, first: dt.date, last: dt.date, *, years: int) -> pl.DataFrame:
    """Divide the months around a reform into years that begin in its month.

    Args:
        start: the day of the reform; each year begins in its calendar month.
        first: the first month that is seen whole.
        last: the last month that is seen whole.
        years: most years before the reform, and most from it on.

    Returns:
        month (first day), year (the calendar year in which it begins, "2014"); whole years between
        `first` and `last` alone.
    """
    begins = start.replace(day=1)
    rows = []
    for number in range(-years, years):
        months = [_shifted(begins, 12 * number + place) for place in range(12)]
        if first <= months[0] and months[-1] <= last:
            year = str(months[0].year)
            rows += [(month, year) for month in months]
    schema = {"month": pl.Date, "year": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def support_tables(
    found: SupportEvents, calendar: pl.DataFrame, *, last: dt.date, lasting_months: int
) -> dict[str, pl.DataFrame]:
    """Tabulate support and exits by municipality and year.

    Args:
        found: months on support and exits.
        calendar: months with their year, as `years_around` gives them.
        last: the last month that is seen.
        lasting_months: months off support that make an exit last.

    Returns:
        - municipality_support: municipality, year, persons, months, entries.
        - municipality_exits: municipality, year, exit, persons, exits, lasting; lasting is null
          where a year's last exits are not followed long enough.

        The value "all" of municipality and exit stands for the sum of the others.
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
    ends = calendar.group_by("year").agg(end=pl.col("month").max())
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
        exits.join(ends, on="year", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("end") <= followed).then("lasting").alias("lasting"))
        .drop("end")
    )
    return {"municipality_support": support, "municipality_exits": exits}


def caseworker_tables(
    changes: pl.DataFrame, assignments: pl.DataFrame, calendar: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Tabulate changes of caseworker and lists by municipality and year.

    Args:
        changes: person, month, from_caseworker, to_caseworker, from_municipality.
        assignments: person, caseworker, municipality, start, responsible_until.
        calendar: months with their year.

    Returns:
        - municipality_changes: municipality, year, persons, changes, from_caseworkers,
          to_caseworkers; a change belongs to the municipality of the earlier caseworker.
        - municipality_caseloads: municipality, year, persons, caseworkers, client_months,
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
    """Add the year to the rows of the calendar, and a name to an unknown municipality."""
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
