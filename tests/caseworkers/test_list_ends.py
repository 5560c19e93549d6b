"""Lists that end, and what kind of end it is."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hazards.registers import LAST_DAY, assignments, day, intervals, list_of, office
from trajectories.caseworkers.list_ends import (
    at_work,
    decided_until,
    list_ends,
    without_each_client,
)
from trajectories.config.sections.changes import ChangesConfig

RULES = ChangesConfig()


def ends(rows: list[tuple], **changes: object) -> pl.DataFrame:
    rules = RULES.model_copy(update=changes)
    return list_ends(assignments(rows), last_day=LAST_DAY, rules=rules)


def test_a_caseworker_who_leaves_is_found():
    found = ends(office())
    assert found.drop("list").to_dicts() == [
        {
            "caseworker": 1,
            "municipality": 751,
            "team": "A",
            "last_day": day("2010-06-15"),
            "month": day("2010-06-01"),
            "moved": 6,
            "at_once": True,
            "kind": "departure",
            "back": None,
        }
    ]


def test_the_defaults_are_those_of_the_configuration():
    assert list_ends(assignments(office()), last_day=LAST_DAY).equals(ends(office()))


def test_a_list_that_dwindles_is_no_departure():
    rows = [
        (client, 1, "2009-01-01", f"2010-0{client + 1}-15")  # cases end, nobody moves
        for client in range(6)
    ]
    assert ends(rows).is_empty()
    # One who moves on in the end does not make it one.
    assert ends([*rows, (5, 2, "2010-06-16", "2012-12-31")]).is_empty()


def test_most_of_the_list_must_pass_to_colleagues():
    rows = list_of(1, range(4), "2009-01-01", "2010-06-15")
    rows += list_of(2, range(4), "2010-06-16", "2012-12-31")
    rows += list_of(1, range(4, 9), "2009-01-01", "2010-06-10")
    assert ends(rows).is_empty()
    assert ends(rows, min_moved_share=0.4)["moved"].to_list() == [4]


def test_few_clients_are_not_enough():
    rows = list_of(1, range(2), "2009-01-01", "2010-06-15")
    rows += list_of(2, range(2), "2010-06-16", "2012-12-31")
    assert ends(rows).is_empty()
    assert ends(rows, min_clients=2).height == 1


def test_a_gradual_hand_over_counts_within_the_weeks():
    last = [day("2010-04-10"), day("2010-05-10"), day("2010-06-01"), day("2010-06-15")]
    rows = []
    for client, until in enumerate(last):
        rows.append((client, 1, "2009-01-01", str(until)))
        rows.append((client, 2 + client, str(until + dt.timedelta(days=1)), "2012-12-31"))
    found = ends(rows)
    assert found["at_once"].to_list() == [False]
    assert found["moved"].to_list() == [4]
    assert ends(rows, list_end_weeks=4, min_clients=2)["moved"].to_list() == [2]


@pytest.mark.parametrize(
    ("leaves", "kind"), [("2012-07-01", "departure"), ("2012-07-02", "undecided")]
)
def test_near_the_end_of_the_data_nothing_is_decided(leaves, kind):
    # 13 weeks before 31 December is 1 October; three months before that is 1 July.
    assert decided_until(LAST_DAY, RULES) == day("2012-07-01")
    assert ends(office(leaves=leaves))["kind"].to_list() == [kind]


def test_who_comes_back_was_absent():
    found = ends(office(back="2010-10-01"))
    assert found.filter(pl.col("caseworker") == 1).select("kind", "back").rows() == [
        ("absence", day("2010-10-01"))
    ]


def test_who_comes_back_after_too_long_had_left():
    found = ends(office(back="2011-10-01"))
    assert found.filter(pl.col("caseworker") == 1)["kind"].to_list() == ["departure"]


def test_a_cover_who_gives_the_list_back_did_not_leave():
    assert ends(office(back="2010-10-01"))["caseworker"].to_list() == [1]


def test_a_short_break_does_not_end_a_list():
    assert ends(office(back="2010-06-25")).filter(pl.col("caseworker") == 1).is_empty()


def test_many_ends_at_once_are_a_reorganisation():
    rows = []
    for caseworker in (1, 2, 3):
        clients = range(10 * caseworker, 10 * caseworker + 5)
        rows += list_of(caseworker, clients, "2009-01-01", f"2010-06-1{caseworker}")
        rows += list_of(7, clients, f"2010-06-1{caseworker + 1}", "2012-12-31")
    assert ends(rows)["kind"].to_list() == ["reorganisation"] * 3
    others = [
        row
        for caseworker in range(20, 25)
        for row in list_of(
            caseworker, range(10 * caseworker, 10 * caseworker + 5), "2009-01-01", "2012-12-31"
        )
    ]
    assert ends(rows + others)["kind"].to_list() == ["departure"] * 3


def test_two_of_two_are_no_reorganisation():
    rows = list_of(1, range(5), "2009-01-01", "2010-06-15")
    rows += list_of(2, range(10, 15), "2009-01-01", "2010-06-15")
    rows += list_of(3, [*range(5), *range(10, 15)], "2010-06-16", "2012-12-31")
    assert ends(rows)["kind"].to_list() == ["departure"] * 2


def test_new_cases_are_no_passing_of_clients():
    rows = assignments(office())
    begun = intervals(
        [(client, "2010-06-16", "2012-12-31") for client in range(6)]
        + [(client, "2009-01-01", "2010-06-01") for client in range(6)]
    )
    assert list_ends(rows, last_day=LAST_DAY, cases=begun).is_empty()


def members(rows: list[tuple]) -> pl.DataFrame:
    frame = assignments(rows)
    return without_each_client(frame, list_ends(frame, last_day=LAST_DAY))


def test_without_each_client_the_others_still_show_the_end():
    found = members(office())
    assert found["person"].to_list() == list(range(6))
    assert found["last_day"].unique().to_list() == [day("2010-06-15")]


def test_a_person_s_own_move_does_not_make_the_three():
    rows = list_of(1, range(4), "2009-01-01", "2010-06-15")
    rows += list_of(2, range(3), "2010-06-16", "2012-12-31")
    # Three moved: without one of them two are left; for the fourth, whose case ended, three.
    assert members(rows)["person"].to_list() == [3]


def test_a_person_s_own_last_day_does_not_date_the_end():
    rows = office()
    rows[0] = (0, 1, "2009-01-01", "2010-07-20")
    rows[6] = (0, 2, "2010-07-21", "2012-12-31")
    found = members(rows)
    dated = dict(found.select("person", "last_day").iter_rows())
    assert dated[0] == day("2010-06-15")
    assert dated[1] == day("2010-07-20")
    months = dict(found.select("person", "month").iter_rows())
    assert (months[0], months[1]) == (day("2010-06-01"), day("2010-07-01"))


def test_stretches_at_work_cover_the_days_of_the_assignments():
    draw = np.random.default_rng(4)
    start = draw.integers(0, 200, 300)
    first = pl.lit(dt.date(2010, 1, 1))
    rows = pl.DataFrame(
        {
            "municipality": [(1, 2, None)[i] for i in draw.integers(0, 3, 300)],
            "caseworker": draw.integers(0, 9, 300),
            "start": start,
            "end": start + draw.integers(0, 9, 300),
        }
    ).with_columns((first + pl.duration(days=name)).alias(name) for name in ("start", "end"))
    merged = at_work(rows)
    days = [
        frame.select("municipality", "caseworker", day=pl.date_ranges("start", "end"))
        .explode("day")
        .sort("municipality", "caseworker", "day")
        for frame in (rows, merged)
    ]
    assert len(merged) < len(rows)
    assert days[1].equals(days[0].unique(maintain_order=True))
