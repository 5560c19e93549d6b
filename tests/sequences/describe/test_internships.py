"""Internships, what follows them, and in which windows they count."""

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sequences.samples import plainly
from trajectories.sequences.describe.internships import internship_counts, internships, outcomes

D = dt.date
ACTIVITIES = ("internship_private", "internship_public")


def spells(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={"person": pl.UInt32, "activity": pl.String, "start": pl.Date, "end": pl.Date},
        orient="row",
    )


def months(person: int, first: dt.date, states: list[str], place: int = 751) -> pl.DataFrame:
    number = first.year * 12 + first.month - 1
    numbers = [divmod(number + place, 12) for place in range(len(states))]
    starts = pl.Series([D(year, month + 1, 1) for year, month in numbers])
    return pl.DataFrame(
        {
            "person": pl.Series([person] * len(states), dtype=pl.UInt32),
            "month": starts,
            "state": states,
            "municipality": pl.Series([place] * len(states), dtype=pl.Int16),
        }
    )


def test_spells_with_a_short_gap_are_one_internship():
    rows = spells(
        (1, "internship_private", D(2015, 1, 1), D(2015, 1, 31)),
        (1, "internship_public", D(2015, 2, 10), D(2015, 2, 28)),
        (1, "passive", D(2015, 3, 1), D(2015, 3, 31)),
        (1, "internship_private", D(2015, 4, 1), D(2015, 4, 30)),
        (2, "internship_private", D(2015, 4, 15), D(2015, 5, 1)),
    )
    found = internships(rows, activities=ACTIVITIES, gap_days=9)
    assert found.rows() == [
        (1, D(2015, 1, 1), D(2015, 2, 28), "internship_public"),
        (1, D(2015, 4, 1), D(2015, 4, 30), "internship_private"),
        (2, D(2015, 4, 15), D(2015, 5, 1), "internship_private"),
    ]
    assert len(internships(rows, activities=ACTIVITIES, gap_days=8)) == 4
    assert internships(rows, activities=("course",), gap_days=8).is_empty()


def test_a_short_spell_within_a_long_one_does_not_end_it():
    rows = spells(
        (1, "internship_private", D(2015, 1, 1), D(2015, 6, 30)),
        (1, "internship_public", D(2015, 2, 1), D(2015, 2, 5)),
        (1, "internship_public", D(2015, 6, 20), D(2015, 7, 31)),
    )
    found = internships(rows, activities=ACTIVITIES, gap_days=0)
    assert found.rows() == [(1, D(2015, 1, 1), D(2015, 7, 31), "internship_public")]


def ended(*pairs: tuple[int, dt.date]) -> pl.DataFrame:
    return spells(*((person, "x", day, day) for person, day in pairs))


@plainly
@given(
    st.lists(st.sampled_from(["JOB", "SELF", "SA"]), min_size=4, max_size=9),
    st.integers(0, 8),
    st.integers(0, 4),
)
def test_outcomes_equal_a_search_through_the_months(states, place, within):
    person_months = months(1, D(2014, 11, 1), states)
    year, month = divmod(2014 * 12 + 10 + place, 12)
    day = D(year, month + 1, 17)
    ours = outcomes(ended((1, day)), person_months, job_state="JOB", within_months=within)
    if place + within < len(states):
        expected = "JOB" in states[place : place + within + 1]
        assert ours.rows() == [(1, day.replace(day=1), 751, expected)]
    else:
        assert ours.is_empty()


def test_persons_do_not_mix():
    both = pl.concat(
        [
            months(1, D(2015, 1, 1), ["SA", "SA", "SA"]),
            months(2, D(2015, 1, 1), ["SA", "JOB", "JOB"]),
        ]
    )
    day = D(2015, 1, 20)
    ours = outcomes(ended((1, day), (2, day)), both, job_state="JOB", within_months=2)
    assert ours["in_job"].to_list() == [False, True]


def test_internships_count_in_each_window_that_they_end_in():
    followed = pl.DataFrame(
        {
            "person": [1, 1, 2],
            "month": [D(2015, 1, 1), D(2015, 3, 1), D(2015, 2, 1)],
            "municipality": pl.Series([751, None, 159], dtype=pl.Int16),
            "in_job": [True, False, False],
        },
        schema_overrides={"person": pl.UInt32},
    )
    windows = pl.DataFrame(
        {
            "window": [0, 1, 2],
            "person": [1, 1, 2],
            "group": ["a", "b", "a"],
            "origin": [D(2015, 1, 1), D(2015, 3, 1), D(2015, 2, 1)],
            "cluster": [2, 1, 2],
        },
        schema_overrides={"person": pl.UInt32, "cluster": pl.Int16},
    )
    tables = internship_counts(followed, windows, length_months=3)
    assert tables["internships"].rows() == [(1, "b", 1, 0, 1), (2, "a", 3, 1, 2)]
    assert tables["internship_places"].rows() == [("159", "a", 1, 0, 1), ("751", "a", 1, 1, 1)]
