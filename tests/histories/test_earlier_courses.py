"""Types of the months before time zero."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from trajectories.histories.earlier_courses import UNOBSERVED, earlier_courses

STATES = pl.Enum(["JOB", "SELF", "SICK"])
ZERO = dt.date(2012, 1, 1)


def months_of(histories: list[str], *, after: str = "") -> tuple[pl.DataFrame, pl.DataFrame]:
    """A panel of one month a course, and states from letters: the last letter is December."""
    letters = {"j": "JOB", "s": "SELF", "k": "SICK"}
    panel, states = [], []
    for person, history in enumerate(histories):
        panel.append((person, person + 100, ZERO))
        first = ZERO.year * 12 - len(history)
        for place, letter in enumerate(history + after):
            number = first + place
            states.append((person, dt.date(number // 12, number % 12 + 1, 1), letters[letter]))
    return (
        pl.DataFrame(
            panel,
            schema={"person": pl.UInt32, "course": pl.UInt32, "month": pl.Date},
            orient="row",
        ),
        pl.DataFrame(
            states, schema={"person": pl.UInt32, "month": pl.Date, "state": STATES}, orient="row"
        ),
    )


HISTORIES = ["jjjj", "jjjs", "jjjj", "ssss", "sssj", "kkkk", "jjj"]


def test_courses_go_to_the_nearest_medoid_of_the_months_before():
    panel, states = months_of(HISTORIES)
    found = earlier_courses(panel, states, months=4, types=3)
    names = found["earlier_course"].to_list()
    assert names[:3] == ["1: mostly JOB"] * 3
    assert names[3:6] == ["2: mostly SELF", "2: mostly SELF", "3: mostly SICK"]
    assert names[6] == UNOBSERVED
    assert found["course"].to_list() == list(range(100, 107))


def test_what_comes_after_time_zero_changes_nothing():
    plain = earlier_courses(*months_of(HISTORIES), months=4, types=3)
    for after in ("kkkk", "jsjs"):
        assert earlier_courses(*months_of(HISTORIES, after=after), months=4, types=3).equals(plain)


def test_later_courses_do_not_shape_the_types():
    panel, states = months_of(["jjjj", "jjjs", "ssss", "sssj"])
    later = panel.with_columns(
        pl.col("person") + 50, pl.col("course") + 50, month=pl.lit(ZERO).dt.offset_by("12mo")
    )
    moved = states.with_columns(
        pl.col("person") + 50,
        pl.col("month").dt.offset_by("12mo"),
        state=pl.lit("SICK").cast(STATES),
    )
    found = earlier_courses(
        pl.concat([panel, later]), pl.concat([states, moved]), months=4, types=2
    )
    assert set(found["earlier_course"]) == {"1: mostly JOB", "2: mostly SELF"}


@pytest.mark.parametrize("histories", [["jjj"], ["jjjj", "jjjj"], ["jjjj", "ssss"]])
def test_too_few_different_courses_make_no_types(histories):
    found = earlier_courses(*months_of(histories), months=4, types=3)
    assert found.is_empty()
    assert found.columns == ["course", "earlier_course"]


def test_a_large_cohort_is_drawn_from():
    draw = np.random.default_rng(2)
    histories = ["".join(row) for row in draw.choice(list("jsk"), (900, 8))]
    panel, states = months_of(histories)
    one, two = (earlier_courses(panel, states, months=8, types=3) for _ in range(2))
    assert one.equals(two)
    assert one["earlier_course"].n_unique() == 3
