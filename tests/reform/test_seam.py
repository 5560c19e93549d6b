import datetime as dt

import numpy as np
import polars as pl
import pytest

from trajectories.reform import seam_table
from trajectories.sequences import Event

IN_FORCE = Event("in_force", dt.date(2014, 1, 1))


def _months(seed: int = 1, persons: int = 80) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Random courses 2011–2017; all in A on a benefit in December 2013 are in B in January."""
    random = np.random.default_rng(seed)
    months = pl.date_range(dt.date(2011, 1, 1), dt.date(2017, 12, 1), "1mo", eager=True)
    rows = []
    for person in range(persons):
        for month in months:
            rows.append((person, month, random.choice(["A", "B"]), random.random() < 0.7))
    frame = pl.DataFrame(
        rows, schema=["person", "month", "state", "on"], orient="row"
    ).with_columns(
        pl.col("person").cast(pl.UInt32),
        pl.when("on").then(pl.lit("kontanthjaelp")).alias("benefit"),
        pl.when(pl.col("month") == dt.date(2014, 1, 1))
        .then(pl.lit("B"))
        .otherwise("state")
        .alias("state"),
    )
    born = [
        dt.date(1970 + int(year), int(month), 10)
        for year, month in zip(
            random.integers(0, 25, persons), random.integers(1, 13, persons), strict=True
        )
    ]
    people = pl.DataFrame({"person": range(persons), "birth_date": born}).with_columns(
        pl.col("person").cast(pl.UInt32)
    )
    return frame, people


def _naive(frame: pl.DataFrame, people: pl.DataFrame, later: dt.date, age: str) -> dict:
    earlier = dt.date(later.year - 1, 12, 1)
    cells: dict[tuple[str, str], int] = {}
    rows = {(r["person"], r["month"]): r for r in frame.iter_rows(named=True)}
    for person, born in people.iter_rows():
        first, second = rows[person, earlier], rows[person, later]
        years = later.year - born.year - ((later.month, later.day) < (born.month, born.day))
        wanted = {"all": True, "under 30": years < 30, "30 and over": years >= 30}[age]
        if wanted and first["benefit"] and second["benefit"]:
            key = (first["state"], second["state"])
            cells[key] = cells.get(key, 0) + 1
    return cells


@pytest.mark.parametrize("age", ["all", "under 30", "30 and over"])
def test_counts_equal_those_made_person_by_person(age: str) -> None:
    frame, people = _months()
    table = seam_table(frame, people, [IN_FORCE], split_age=30, years_apart=2).filter(
        pl.col("age") == age
    )
    here = _naive(frame, people, dt.date(2014, 1, 1), age)
    there: dict[tuple[str, str], int] = {}
    for year in (2012, 2013, 2015, 2016):
        for key, count in _naive(frame, people, dt.date(year, 1, 1), age).items():
            there[key] = there.get(key, 0) + count
    assert set(table["months_compared"]) == {4}
    for row in table.iter_rows(named=True):
        key = (row["from_state"], row["to_state"])
        assert row["count_at_event"] == here.get(key, 0)
        assert row["count_other"] == there.get(key, 0)
        left = sum(count for (state, _), count in here.items() if state == key[0])
        assert row["from_count_at_event"] == left
        assert row["rate_at_event"] == pytest.approx(here.get(key, 0) / left)
    assert {*here, *there} == set(table.select("from_state", "to_state").iter_rows())


def test_an_overnight_move_shows_as_an_excess() -> None:
    table = seam_table(*_months(), [IN_FORCE], years_apart=2)
    moved = table.filter(age="all", from_state="A", to_state="B")
    assert moved["rate_at_event"].item() == 1
    assert moved["excess"].item() > 0.3


def test_other_events_and_months_outside_the_extract_are_not_compared() -> None:
    other = Event("cap", dt.date(2015, 1, 1))
    early = Event("early", dt.date(2011, 1, 1))
    table = seam_table(*_months(), [IN_FORCE, other, early], years_apart=2)
    assert set(table.filter(event="in_force")["months_compared"]) == {3}
    assert "early" not in table["event"]
    assert seam_table(*_months(), [IN_FORCE], years_apart=1, min_months=3).is_empty()


def test_an_event_within_a_month_is_seen_from_the_next_month_on() -> None:
    frame, people = _months()
    april = seam_table(frame, people, [Event("agreement", dt.date(2013, 4, 18))], years_apart=1)
    may = seam_table(frame, people, [Event("agreement", dt.date(2013, 5, 1))], years_apart=1)
    assert april.equals(may)
