import datetime as dt
from collections import Counter

import numpy as np
import polars as pl
import pytest

from trajectories.sequences.describe.long_courses import (
    ALL,
    OTHER,
    before_table,
    lasting_table,
    people_table,
    support_courses,
    with_exits,
    work_table,
)

LAST = dt.date(2015, 12, 1)
EXITS = {"job": ("JOB",)}


def month(index: int) -> dt.date:
    return dt.date(2010 + index // 12, index % 12 + 1, 1)


def months_of(seed: int) -> tuple[list[str], pl.DataFrame]:
    """Texts of states (S support, J job, E education), one letter a month, and the same rows."""
    random = np.random.default_rng(seed)
    texts = []
    for _ in range(60):
        text = "S"
        while len(text) < 72:
            text += str(random.choice(["S", "J", "E"])) * int(random.integers(1, 14))
        texts.append(text[:72])
    name = {"S": "SA", "J": "JOB", "E": "EDU"}
    rows = [
        (person, month(at), name[letter], 1 + person % 3)
        for person, text in enumerate(texts)
        for at, letter in enumerate(text)
    ]
    return texts, pl.DataFrame(rows, ["person", "month", "state", "municipality"], orient="row")


def walked(text: str, gap: int) -> list[tuple[int, int, int | None]]:
    """First month, last month and exit of each course, by looking at one month after the other."""
    found, at = [], 0
    while at < len(text):
        if text[at] != "S":
            at += 1
            continue
        start = last = at
        while at < len(text) and at - last <= gap:
            at += 1
            if at < len(text) and text[at] == "S":
                last = at
        decided = last + 1 + gap <= len(text) - 1
        found.append((start, last, last + 1 if decided else None))
        at = last + 1
        while at < len(text) and text[at] != "S":
            at += 1
    return found


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_courses_are_those_of_a_walk(gap: int) -> None:
    texts, months = months_of(gap)
    courses = support_courses(months.reverse(), states=["SA"], gap_months=gap, last_seen=LAST)
    seen = [
        (row["person"], row["start"], row["last"], row["exit"], row["months"])
        for row in courses.iter_rows(named=True)
    ]
    assert seen == [
        (person, month(a), month(b), None if c is None else month(c), b - a + 1)
        for person, text in enumerate(texts)
        for a, b, c in walked(text, gap)
    ]


def test_exits_that_last_are_those_without_a_later_month_on_support() -> None:
    texts, months = months_of(7)
    courses = support_courses(months, states=["SA"], gap_months=1, last_seen=LAST)
    long = with_exits(courses.filter(pl.col("months") >= 6), months, EXITS)
    table = lasting_table(long, LAST, months=(3, 6, 12))
    counted: Counter[tuple[str, int, bool]] = Counter()
    for text in texts:
        for start, last, left in walked(text, 1):
            if last - start + 1 < 6 or left is None:
                continue
            for lag in (3, 6, 12):
                after = text[left : left + lag]
                if len(after) == lag:
                    kind = "job" if text[left] == "J" else OTHER
                    for one in (kind, ALL):
                        counted[one, lag, False] += 1
                        counted[one, lag, True] += "S" not in after
    assert {
        (row["exit"], row["time"], column): row[name]
        for row in table.iter_rows(named=True)
        for name, column in (("followed", False), ("lasted", True))
    } == dict(counted)
    assert 0 < counted[ALL, 12, True] < counted[ALL, 12, False]


def test_hours_are_those_of_the_month_a_year_later() -> None:
    day = dt.date
    long = pl.DataFrame(
        {"person": [1, 2, 3], "exit": [day(2012, 1, 1), day(2012, 1, 1), day(2015, 6, 1)]}
    ).with_columns(exit_kind=pl.lit("job"))
    employment = pl.DataFrame(
        {
            "person": [1, 2],
            "start": [day(2013, 1, 1), day(2012, 1, 1)],
            "end": [day(2013, 1, 31), day(2012, 12, 31)],
            "weekly_hours": [21.0, 37.0],
        }
    )
    table = work_table(long, employment, LAST, hours=(80, 130), after_months=12)
    # 31 days of 3 hours are 93; the second person's work ended the month before, the third's
    # month is not seen.
    held = {
        (row["exit"], row["hours"]): (row["followed"], row["reached"]) for row in table.to_dicts()
    }
    assert held == {
        ("job", "80"): (2, 1),
        ("job", "130"): (2, 0),
        (ALL, "80"): (2, 1),
        (ALL, "130"): (2, 0),
    }


def test_people_are_counted_once_at_the_age_when_their_course_became_long() -> None:
    day = dt.date
    long = pl.DataFrame(
        {
            "person": [1, 1, 2],
            "start": [day(2010, 1, 1), day(2014, 1, 1), day(2010, 1, 1)],
            "exit": [day(2013, 6, 1), None, None],
            "municipality": [7, 7, None],
        }
    )
    persons = pl.DataFrame(
        {
            "person": [1, 2],
            # In December 2012 the first is 29 until the month after the birthday, the second 30.
            "birth_date": [day(1982, 12, 15), day(1982, 11, 30)],
            "sex": ["K", "M"],
        }
    )
    table = people_table(long, persons, months=36)
    held = {(r["covariate"], r["level"]): (r["persons"], r["left"]) for r in table.to_dicts()}
    assert held == {
        ("age_band", "under 30"): (1, 1),
        ("age_band", "30-39"): (1, 0),
        ("sex", "K"): (1, 1),
        ("sex", "M"): (1, 0),
        ("municipality", "7"): (1, 1),
        ("municipality", "unknown"): (1, 0),
    }


def test_types_before_are_counted_by_exit() -> None:
    long = pl.DataFrame({"person": [1, 2, 2], "exit_kind": ["job", "job", OTHER]})
    table = before_table(long, pl.Series([2, 2, 1], dtype=pl.UInt32))
    assert table.rows() == [(1, OTHER, 1, 1), (2, "job", 2, 2)]
