"""The seam: changes of state across the month of a reform, compared with other years.

A relabelling moves persons overnight, so it shows as an excess of changes from one month to the
next over the same two calendar months in other years. This is descriptive: an excess can be a
relabelling, a change of practice on that date, or both.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from trajectories.notebook.checked_frames import (
    checked_frame,
    refuse_repeated,
    require_alike,
)
from trajectories.notebook.checked_values import whole_number
from trajectories.reform.ages import age_groups
from trajectories.sequences import Event

SCHEMA = {
    "event": pl.String,
    "age": pl.String,
    "from_state": pl.String,
    "to_state": pl.String,
    "months_compared": pl.Int64,
    "count_at_event": pl.Int64,
    "count_other": pl.Int64,
    "from_count_at_event": pl.Int64,
    "from_count_other": pl.Int64,
    "rate_at_event": pl.Float64,
    "rate_other": pl.Float64,
    "excess": pl.Float64,
}


def seam_table(
    person_months: pl.DataFrame,
    persons: pl.DataFrame,
    events: Sequence[Event],
    *,
    split_age: int | None = None,
    years_apart: int = 4,
    min_months: int = 2,
) -> pl.DataFrame:
    """Tabulate the states of persons on a benefit in both months around each event.

    The later month is the first that begins on or after the event's day. Other years are those at
    most `years_apart` away without an event in the same pair of months.

    Args:
        person_months: person, month (first day), state, benefit (null on none).
        persons: person, birth_date.
        events: names and dates.
        split_age: the age that splits the young from the rest, in full years at the later month;
            None for no split.
        years_apart: largest distance of other years.
        min_months: pairs of months in other years that a comparison needs.

    Returns:
        event, age, from_state, to_state, months_compared (pairs in other years), count_at_event,
        count_other, from_count_at_event, from_count_other, rate_at_event and rate_other (shares of
        those in from_state), excess (their difference). Rows are the pairs of states that occur.

    Raises:
        UserError: a table lacks a column, a column holds what it must not, or a person has two
            rows or two in one of the months compared.
        ValueError: the events are no list of events with names of their own, or a number is none.
    """
    person_months = checked_frame(
        person_months,
        "person-months",
        {"person": "label", "month": "month", "state": "label", "benefit": "label"},
        may_miss=("state", "benefit"),
    )
    persons = checked_frame(
        persons, "persons", {"person": "label", "birth_date": "day"}, may_miss=("birth_date",)
    )
    refuse_repeated(persons, ["person"], "persons")
    require_alike(person_months, persons, "person", "person-months and persons")
    _require_events(events)
    years_apart = whole_number(years_apart, "years_apart", least=1)
    min_months = whole_number(min_months, "min_months", least=1)
    if split_age is not None:
        split_age = whole_number(split_age, "split_age", least=1)
    later = {event.name: _month_after(event.date) for event in events}
    taken = set(later.values())
    first, last = (person_months["month"].min(), person_months["month"].max())
    born = persons.select("person", "birth_date")
    tables = [pl.DataFrame(schema=SCHEMA)]
    for name, month in later.items():
        others = [
            other
            for year in _years(first, last)
            if abs(year - month.year) <= years_apart
            and (other := month.replace(year=year)) not in taken
            and _covered(other, first, last)
        ]
        if len(others) < min_months or not _covered(month, first, last):
            continue
        pairs = {other: _pairs(person_months, born, other) for other in [month, *others]}
        tables += [table for table in _compare(name, month, others, pairs, split_age)]
    return pl.concat(tables)


def _compare(
    event: str,
    month: dt.date,
    others: Sequence[dt.date],
    pairs: Mapping[dt.date, pl.DataFrame],
    split_age: int | None,
) -> list[pl.DataFrame]:
    elsewhere = pl.concat([pairs[other] for other in others])
    tables = []
    here_by_age = dict(age_groups(pairs[month]["age"], split_age))
    for age, mask in age_groups(elsewhere["age"], split_age):
        here = _counts(pairs[month].filter(here_by_age[age]), "at_event")
        there = _counts(elsewhere.filter(mask), "other")
        joined = here.join(
            there, on=["from_state", "to_state"], how="full", coalesce=True
        ).with_columns(pl.col("count_at_event", "count_other").fill_null(0))
        totals = joined.with_columns(
            pl.col("count_at_event").sum().over("from_state").alias("from_count_at_event"),
            pl.col("count_other").sum().over("from_state").alias("from_count_other"),
        )
        rates = totals.with_columns(
            _rate("count_at_event", "from_count_at_event").alias("rate_at_event"),
            _rate("count_other", "from_count_other").alias("rate_other"),
        ).with_columns(
            pl.lit(event).alias("event"),
            pl.lit(age).alias("age"),
            pl.lit(len(others), pl.Int64).alias("months_compared"),
            (pl.col("rate_at_event") - pl.col("rate_other")).alias("excess"),
        )
        tables.append(rates.select(*SCHEMA).sort("from_state", "to_state"))
    return tables


def _pairs(person_months: pl.DataFrame, born: pl.DataFrame, later: dt.date) -> pl.DataFrame:
    """Return the states of persons on a benefit in `later` and in the month before."""
    earlier = _shift(later, -1)
    before, after = (
        person_months.lazy()
        .filter(pl.col("month") == month, pl.col("benefit").is_not_null())
        .select("person", pl.col("state").cast(pl.String).alias(f"{side}_state"))
        .collect()
        for month, side in ((earlier, "from"), (later, "to"))
    )
    refuse_repeated(before, ["person"], f"person-months of {earlier:%Y-%m}")
    refuse_repeated(after, ["person"], f"person-months of {later:%Y-%m}")
    birthday = pl.col("birth_date")
    age = later.year - birthday.dt.year() - (birthday.dt.month() >= later.month).cast(pl.Int32)
    return (
        before.join(after, on="person")
        .join(born, on="person", how="left")
        .select("from_state", "to_state", age.cast(pl.Int32).alias("age"))
    )


def _counts(pairs: pl.DataFrame, where: str) -> pl.DataFrame:
    return pairs.group_by("from_state", "to_state").agg(
        pl.len().cast(pl.Int64).alias(f"count_{where}")
    )


def _rate(count: str, total: str) -> pl.Expr:
    return pl.when(pl.col(total) > 0).then(pl.col(count) / pl.col(total))


def _month_after(day: dt.date) -> dt.date:
    return day if day.day == 1 else _shift(day.replace(day=1), 1)


def _shift(month: dt.date, months: int) -> dt.date:
    index = month.year * 12 + month.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def _require_events(events: object) -> None:
    """Refuse what is no list of events, or one in which a name occurs twice."""
    if not isinstance(events, Sequence) or not all(isinstance(one, Event) for one in events):
        raise ValueError("events must be a list of trajectories.sequences.Event.")
    names = [one.name for one in events]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"events holds {twice[0]!r} twice: give each event its own name.")


def _years(first: object, last: object) -> range:
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        return range(0)
    return range(first.year, last.year + 1)


def _covered(later: dt.date, first: object, last: object) -> bool:
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        return False
    return first <= _shift(later, -1) and later <= last
