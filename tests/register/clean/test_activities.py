"""Activities override the activity of spells on their days, held against single days."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from trajectories.config.sections.register import OverlapRules, RegisterConfig
from trajectories.errors import UserError
from trajectories.register import RawTable, clean_register, set_activities

DAY = timedelta(1)
FIRST = date(2012, 1, 1)
CODELIST = pl.DataFrame(
    [
        ("130", "cash", "passive", "job_ready", "SA"),
        ("137", "cash", "internship_private", "job_ready", "SA"),
        ("890", "sick", None, None, "SICK"),
    ],
    schema=["code", "benefit", "activity", "readiness", "group"],
    orient="row",
)


def days(frame: pl.DataFrame, *columns: str) -> dict[tuple[int, date], tuple]:
    found = {}
    for person, start, end, *values in frame.select("person", "start", "end", *columns).iter_rows():
        for offset in range((end - start).days + 1):
            assert (person, start + offset * DAY) not in found
            found[person, start + offset * DAY] = tuple(values)
    return found


def walk(rng: np.random.Generator, values: list[object]) -> list[tuple[date, date, object]]:
    """Days one after another without overlaps, gaps between some."""
    day, found = FIRST + int(rng.integers(0, 10)) * DAY, []
    for value in rng.choice(np.array(values, dtype=object), int(rng.integers(0, 5))):
        end = day + int(rng.integers(0, 20)) * DAY
        found.append((day, end, value))
        day = end + int(rng.integers(1, 6)) * DAY
    return found


@pytest.mark.parametrize("seed", range(4))
def test_each_day_of_a_spell_has_the_activity_of_that_day_else_the_codes(seed):
    rng = np.random.default_rng(seed)
    spells, activities = [], []
    for person in range(60):
        spells += [(person, *row) for row in walk(rng, ["130", "137", "890"])]
        activities += [(person, *row) for row in walk(rng, ["internship_private", "course"])]
    types = {"person": pl.UInt32, "start": pl.Date, "end": pl.Date}
    coded = pl.DataFrame(spells, schema={**types, "code": pl.String}, orient="row")
    coded = coded.join(CODELIST, on="code", how="left", maintain_order="left")
    doing = pl.DataFrame(activities, schema={**types, "activity": pl.String}, orient="row")
    found = set_activities(coded, doing)
    assert found.columns == coded.columns
    override = days(doing, "activity")
    expected = {
        day: (code, *override.get(day, (activity,)))
        for day, (code, activity) in days(coded, "code", "activity").items()
    }
    assert days(found, "code", "activity") == expected
    again = set_activities(found, doing)
    assert again.equals(found)


def test_without_activities_or_spells_nothing_changes():
    spells = pl.DataFrame(
        [(0, FIRST, FIRST, "130", "passive")],
        schema=["person", "start", "end", "code", "activity"],
        orient="row",
    )
    none = pl.DataFrame(
        schema={"person": pl.UInt32, "activity": pl.String, "start": pl.Date, "end": pl.Date}
    )
    assert set_activities(spells, none) is spells
    empty = spells.clear()
    assert set_activities(empty, none) is empty


def clean(rows, config=None):
    spells = pl.DataFrame(
        {"person": ["p"], "code": ["130"], "start": ["2012-01-01"], "end": ["2012-12-31"]}
    )
    columns = ["person", "activity", "start", "end"]
    doing = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    raw = {
        "spells": RawTable("spells", spells, ("spells.csv",)),
        "activities": RawTable("activities", doing, ("activities.csv",)),
    }
    return clean_register(raw, CODELIST, config or RegisterConfig(), key_seed=1)


def test_a_table_of_activities_is_cleaned_and_laid_over_the_spells():
    rows = [
        ("p", "internship_private", "2012-03-01", "2012-03-31"),
        ("p", "passive", "2012-03-11", "2012-04-10"),
        ("p", None, "2012-05-01", "2012-05-31"),
        ("x", "passive", "2012-05-01", "2012-05-31"),
    ]
    found = clean(rows)
    assert found["spells"].frame.select("start", "activity", "code").rows() == [
        (date(2012, 1, 1), "passive", "130"),
        (date(2012, 3, 1), "internship_private", "130"),
        (date(2012, 3, 11), "passive", "130"),
    ]
    assert found["activities"].frame["end"].to_list() == [date(2012, 3, 10), date(2012, 4, 10)]
    assert found["activities"].rejected["reason"].to_list() == [
        "activity is missing",
        "person is not in persons",
    ]
    longest = RegisterConfig(overlaps=OverlapRules(activities="longest"))
    kept = clean(rows[:2], longest)["activities"].frame
    assert kept["start"].to_list() == [date(2012, 3, 1), date(2012, 3, 11)]


def test_unknown_activities_stop_unless_mapped():
    rows = [("p", "VP", "2012-03-01", "2012-03-31")]
    message = r"activities.csv holds an unknown activity: VP .*map to one of .*activity_map"
    with pytest.raises(UserError, match=message):
        clean(rows)
    mapped = clean(rows, RegisterConfig(activity_map={"VP": "internship_private"}))
    assert mapped["activities"].frame["activity"].to_list() == ["internship_private"]
