"""The caseworkers behind changes are those that a loop over persons, months and changes finds."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.caseworkers.handovers import (
    LAST_CHANGE,
    LAST_LISTED,
    count_of,
    last_change_of,
    with_handovers,
)
from trajectories.hazards.description.change_rates import changes_by_month, departures_by_year
from trajectories.release import PRESETS, protect
from trajectories.release.outputs.registry import SPECS

MONTHS = [dt.date(2010 + i // 12, i % 12 + 1, 1) for i in range(24)]
ZERO, LENGTH = 4, 12
PERSONS = 4

moves = st.lists(
    st.tuples(
        st.integers(0, PERSONS - 1),
        st.integers(0, 19),
        st.sampled_from(("departure", "request", "recoding")),
        st.integers(1, 3),
        st.integers(4, 6),
    ),
    max_size=12,
    unique_by=lambda move: move[:2],
)


def frames(made: list[tuple]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Twelve months at risk for each person; changes; a list two months before each departure."""
    panel = pl.DataFrame(
        [(p, p, MONTHS[ZERO + i]) for p in range(PERSONS) for i in range(LENGTH)],
        schema={"person": pl.UInt32, "course": pl.UInt32, "month": pl.Date},
        orient="row",
    ).with_columns(readiness_now=pl.lit("activity_ready"))
    changes = pl.DataFrame(
        [(p, MONTHS[m], cause, left, taken) for p, m, cause, left, taken in made],
        schema={
            "person": pl.UInt32,
            "month": pl.Date,
            "cause": pl.String,
            "from_caseworker": pl.UInt32,
            "to_caseworker": pl.UInt32,
        },
        orient="row",
    ).with_columns(date="month")
    lists = changes.filter(cause="departure").with_row_index("list")
    exposures = lists.select(
        "person",
        "list",
        "month",
        caseworker="from_caseworker",
        list_day=pl.col("month").dt.offset_by("-2mo"),
    )
    return panel, changes, exposures


@settings(max_examples=60, deadline=None)
@given(moves)
def test_the_last_change_and_the_last_list_of_each_month_are_named(made):
    panel, changes, exposures = frames(made)
    named = with_handovers(panel, changes, exposures, lag_months=1)
    for row in named.iter_rows(named=True):
        at = MONTHS.index(row["month"])
        mine = sorted(
            (m, cause, left, taken) for p, m, cause, left, taken in made if p == row["person"]
        )
        real = [move for move in mine if move[1] != "recoding"]
        before = [move for move in real if ZERO - 1 <= move[0] < at]
        last = before[-1] if before else (None,) * 4
        assert (row["changed_cause"], row["changed_from"], row["changed_to"]) == last[1:]
        lists = [move for move in real if move[1] == "departure" and ZERO + 1 <= move[0] < at]
        assert row["leaver"] == (lists[-1][2] if lists else None)
        # Whoever took the person over from that leaver, at the last time.
        taken = [move[3] for move in real if lists and move[2] == lists[-1][2]]
        assert row["successor"] == (taken[-1] if lists else None)
    for side, sides in (
        (LAST_CHANGE, ("changed_from", "changed_to")),
        (LAST_LISTED, ("leaver", "successor")),
    ):
        found = tuple(count_of(named, side).values())
        assert found == tuple(named[name].drop_nulls().n_unique() for name in sides)
    asked = named.filter(changed_cause="request")
    one = count_of(named, last_change_of(pl.col("changed_cause") == "request"))
    assert one["to_caseworkers"] == asked["changed_to"].n_unique()


def test_rows_that_name_no_caseworkers_are_not_counted():
    panel, *_ = frames([])
    assert count_of(panel, LAST_LISTED) == {"from_caseworkers": None, "to_caseworkers": None}


@pytest.mark.parametrize("side", ["from_caseworker", "to_caseworker"])
def test_the_length_of_one_caseworkers_list_is_not_published(side):
    """Forty clients change in one month, and one caseworker is on one side of all of them."""
    many = 40
    month = dt.date(2014, 3, 1)
    other = "to_caseworker" if side == "from_caseworker" else "from_caseworker"
    panel = pl.DataFrame(
        {"person": range(200), "course": range(200)},
        schema={"person": pl.UInt32, "course": pl.UInt32},
    ).with_columns(month=pl.lit(month), readiness_now=pl.lit("activity_ready"))
    changes = panel.head(many).select(
        "person",
        "month",
        pl.lit("departure").alias("cause"),
        pl.lit(1, pl.UInt32).alias(side),
        (pl.col("person") % 9 + 2).alias(other),
    )
    for made in (changes_by_month(panel, changes), departures_by_year(panel, changes)):
        name = "changes_by_month" if "month" in made.columns else "departures_by_year"
        counted = "changes" if name == "changes_by_month" else "departures"
        assert made[counted].to_list() == [many]
        published, _ = protect(made, SPECS[name], PRESETS["default"])
        assert published[counted].to_list() == [None]
        assert published["rate"].to_list() == [None]
