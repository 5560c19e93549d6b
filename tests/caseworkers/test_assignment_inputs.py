"""What changes and activities say of assignments and spells that they cannot use."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest

from trajectories.caseworkers import caseworker_changes
from trajectories.errors import UserError
from trajectories.register import set_activities

LAST = dt.date(2012, 12, 31)
ASSIGNMENTS = pl.DataFrame(
    {
        "person": [*range(6)] * 2,
        "caseworker": [1] * 6 + [2] * 6,
        "start": [dt.date(2009, 1, 1)] * 6 + [dt.date(2010, 6, 16)] * 6,
        "end": [dt.date(2010, 6, 15)] * 6 + [LAST] * 6,
    }
).with_columns(team=pl.lit("A"), municipality=751, reason=pl.lit(None, pl.String))


def changes(assignments=ASSIGNMENTS, last_day=LAST):
    return caseworker_changes(assignments, last_day=last_day).changes


def test_frames_of_pandas_give_the_same():
    frame = pd.DataFrame(ASSIGNMENTS.to_dict(as_series=False))
    frame = frame.assign(start=pd.to_datetime(frame["start"]), end=pd.to_datetime(frame["end"]))
    found = changes(frame, pd.Timestamp(LAST))
    assert found.select("person", "date", "cause").equals(changes()[:, ["person", "date", "cause"]])


@pytest.mark.parametrize(
    ("assignments", "said"),
    [
        (ASSIGNMENTS.drop("team"), "have no column 'team'"),
        (ASSIGNMENTS.with_columns(person=None), "'person' is missing in 12 of 12 assignments"),
        (ASSIGNMENTS.with_columns(end=None), "'end' is missing in 12 of 12 assignments"),
        (ASSIGNMENTS.with_columns(pl.col("start").cast(pl.String)), "must hold dates"),
        (ASSIGNMENTS.with_columns(start="end", end="start"), "12 of 12 assignments end before"),
    ],
)
def test_assignments_that_cannot_be_used(assignments, said):
    with pytest.raises(UserError, match=said):
        changes(assignments)


@pytest.mark.parametrize("last_day", [None, "2012-12-31", 2012])
def test_the_last_day_is_a_date(last_day):
    with pytest.raises(ValueError, match="give a datetime.date".replace(".", "[.]")):
        changes(last_day=last_day)


def test_spells_and_activities_have_persons_and_days():
    spells = ASSIGNMENTS.select("person", "start", "end", activity=pl.lit("passive")).sort("person")
    own = pl.DataFrame({"person": [0], "activity": ["course"], "start": [LAST], "end": [LAST]})
    assert set_activities(spells, own)["activity"].value_counts().height == 2
    for column in ("start", "end", "person"):
        with pytest.raises(UserError, match=f"'{column}' is missing in 1 of 1 activities"):
            set_activities(spells, own.with_columns(pl.lit(None).alias(column)))
        with pytest.raises(UserError, match=f"'{column}' is missing in 12 of 12 spells"):
            set_activities(spells.with_columns(pl.lit(None).alias(column)), own)
