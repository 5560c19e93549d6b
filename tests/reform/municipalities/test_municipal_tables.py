import datetime as dt
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from trajectories.reform.municipalities.municipal_tables import (
    ALL,
    UNKNOWN,
    caseworker_tables,
    support_tables,
    years_around,
)
from trajectories.reform.municipalities.support_events import OTHER, support_events

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2015, 12, 1)
EXITS = {"job": ("JOB",)}


def months_of(seed: int) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    rows = []
    for person in range(80):
        state, place = "SA", int(random.integers(1, 4))
        for index in range(48):
            if random.random() < 0.25:
                state = str(random.choice(["SA", "JOB", "SICK"]))
            if random.random() < 0.03:
                place = int(random.integers(1, 4))
            month = dt.date(2012 + index // 12, index % 12 + 1, 1)
            rows.append((person, month, state, None if person == 0 else place))
    return pl.DataFrame(rows, ["person", "month", "state", "municipality"], orient="row")


def tables_of(seed: int, start: dt.date = dt.date(2014, 1, 1)) -> dict[str, pl.DataFrame]:
    found = support_events(months_of(seed), EXITS, states=("SA",), lasting_months=4)
    calendar = years_around(start, FIRST, LAST, years=5)
    return support_tables(found, calendar, last=LAST, lasting_months=4)


def test_years_begin_in_the_month_of_the_reform_and_are_whole() -> None:
    found = years_around(dt.date(2014, 5, 1), FIRST, LAST, years=5)
    assert found["month"].min() == dt.date(2012, 5, 1)
    assert found["month"].max() == dt.date(2015, 4, 1)
    assert found.group_by("year").len()["len"].to_list() == [12, 12, 12]
    row = found.filter(pl.col("month") == dt.date(2015, 2, 1)).row(0, named=True)
    assert row["year"] == "2014"
    assert years_around(dt.date(2014, 5, 1), FIRST, LAST, years=1).height == 24
    assert years_around(dt.date(2020, 1, 1), FIRST, LAST, years=1).is_empty()


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_are_those_of_a_walk_through_each_course(seed: int) -> None:
    tables = tables_of(seed)
    walked = {"entries": 0, "job": 0, OTHER: 0, "lasting": 0}
    for (_person,), part in months_of(seed).sort("person", "month").group_by("person"):
        course = list(part.select("month", "state").iter_rows())
        for at, ((_, before), (month, state)) in enumerate(pairwise(course), start=1):
            if month.year != 2014:
                continue
            walked["entries"] += before != "SA" and state == "SA"
            if before == "SA" and state != "SA":
                walked["job" if state == "JOB" else OTHER] += 1
                later = [one for _, one in course[at : at + 4]]
                walked["lasting"] += len(later) == 4 and "SA" not in later
    whole = (pl.col("municipality") == ALL) & (pl.col("year") == "2014")
    assert tables["municipality_support"].filter(whole)["entries"].item() == walked["entries"]
    exits = tables["municipality_exits"].filter(whole)
    assert dict(exits.select("exit", "exits").iter_rows()) == {
        ALL: walked["job"] + walked[OTHER],
        "job": walked["job"],
        OTHER: walked[OTHER],
    }
    assert exits.filter(pl.col("exit") == ALL)["lasting"].item() == walked["lasting"]


@pytest.mark.parametrize("start", [dt.date(2014, 1, 1), dt.date(2014, 7, 1)])
def test_rows_of_all_are_the_sums_of_the_others(start: dt.date) -> None:
    tables = tables_of(3, start)
    assert UNKNOWN in tables["municipality_support"]["municipality"]
    for name, sums in (("support", ("months", "entries")), ("exits", ("exits", "lasting"))):
        table = tables[f"municipality_{name}"]
        dims = [one for one in ("municipality", "exit") if one in table.columns]
        for away in dims:
            by = [one for one in (*dims, "year") if one != away]
            whole = table.filter(pl.col(away) == ALL).select(*by, *sums)
            parts = table.filter(pl.col(away) != ALL).group_by(by).agg(pl.col(sums).sum())
            both = whole.join(parts, on=by, how="full", suffix="_parts").drop_nulls()
            assert both.height == whole.drop_nulls().height > 0
            for one in sums:
                assert (both[one] == both[f"{one}_parts"]).all()


def test_exits_that_are_not_followed_are_not_called_short() -> None:
    exits = tables_of(4)["municipality_exits"]
    known = exits.filter(pl.col("lasting").is_not_null())["year"].unique().sort().to_list()
    assert known == ["2012", "2013", "2014"]


def test_lists_and_changes_are_those_of_each_day() -> None:
    day = dt.date
    assignments = pl.DataFrame(
        [
            (1, 10, 7, day(2014, 1, 1), day(2014, 2, 14)),
            (1, 11, 7, day(2014, 2, 15), day(2014, 12, 31)),
            (2, 10, 7, day(2014, 2, 1), day(2014, 3, 1)),
            (3, 12, None, day(2013, 1, 1), day(2015, 1, 1)),
        ],
        ["person", "caseworker", "municipality", "start", "responsible_until"],
        orient="row",
    )
    changes = pl.DataFrame(
        {
            "person": [1],
            "month": [day(2014, 2, 1)],
            "from_caseworker": [10],
            "to_caseworker": [11],
            "from_municipality": [7],
        }
    )
    tables = caseworker_tables(
        changes, assignments, years_around(day(2014, 1, 1), FIRST, LAST, years=1)
    )
    first = pl.col("year") == "2014"
    lists = tables["municipality_caseloads"].filter(first)
    own = lists.filter(pl.col("municipality") == "7").row(0, named=True)
    # 1 January: client 1; 1 February: 1 and 2 with one caseworker; 1 March: 1 and 2 with two; from
    # April to December client 1.
    assert own["client_months"] == 1 + 2 + 2 + 9
    assert own["caseworker_months"] == 1 + 1 + 2 + 9
    assert (own["persons"], own["caseworkers"]) == (2, 2)
    whole = lists.filter(pl.col("municipality") == ALL).row(0, named=True)
    assert whole["client_months"] == 14 + 12
    assert lists.filter(pl.col("municipality") == UNKNOWN)["client_months"].item() == 12
    changed = tables["municipality_changes"].filter(first, pl.col("municipality") == "7")
    assert changed.select("persons", "changes", "from_caseworkers", "to_caseworkers").row(0) == (
        1,
        1,
        1,
        1,
    )
