"""What tables of months and windows say of frames and settings that they cannot use."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.reform import (
    cluster_shares,
    composition_weights,
    decomposition,
    funnel_limits,
    group_order,
    load_reform,
    municipality_quarters,
    pooled_rates,
    relabelling_contrast,
    relabelling_table,
    seam_table,
)
from trajectories.sequences import Event

MONTHS = pl.DataFrame(
    [
        {
            "person": person,
            "month": dt.date(2010 + month // 12, month % 12 + 1, 1),
            "state": "support" if (month + person) % 7 < 4 else "job",
            "municipality": "101",
            "benefit": "kh",
        }
        for person in range(4)
        for month in range(96)
    ]
)
BORN = pl.DataFrame({"person": range(4), "birth_date": [dt.date(1980, 5, 1)] * 4})
REFORM = Event("reform", dt.date(2014, 1, 1))
WINDOWS = pl.DataFrame(
    {"group": ["before", "after"] * 4, "cluster": [0, 0, 1, 1] * 2, "age": range(24, 32)}
)


def quarters(data=MONTHS, exits=None, **more):
    exits = {"job": ["job"]} if exits is None else exits
    return municipality_quarters(data, exits, **{"states": ["support"], **more})


def seam(data=MONTHS, persons=BORN, events=(REFORM,), **more):
    return seam_table(data, persons, events, **more)


def in_pandas(frame):
    made = pd.DataFrame(frame.to_dict(as_series=False))
    dates = [name for name, kind in frame.schema.items() if kind == pl.Date]
    return made.assign(**{name: pd.to_datetime(made[name]) for name in dates})


def test_frames_of_pandas_give_the_same():
    assert quarters(in_pandas(MONTHS)).equals(quarters())
    assert seam(in_pandas(MONTHS), in_pandas(BORN), split_age=30).equals(seam(split_age=30))
    expected = relabelling_table(WINDOWS, WINDOWS)
    assert relabelling_table(in_pandas(WINDOWS), in_pandas(WINDOWS)).equals(expected)
    kinds = WINDOWS.with_columns(pl.col("group").cast(pl.Categorical))
    assert relabelling_table(kinds, WINDOWS).equals(expected)
    assert group_order(pd.Series(["after", "before"])) == ["before", "after"]


@pytest.mark.parametrize("tabulate", [quarters, seam])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "give a frame of polars or pandas"),
        (MONTHS.rename({"month": "months"}), "did you mean 'months'"),
        (MONTHS.with_columns(pl.col("month").dt.offset_by("14d")), "not the first day of a month"),
        (MONTHS.with_columns(pl.col("month").cast(pl.String)), "must hold dates"),
        (pl.concat([MONTHS, MONTHS]), "keep one of each"),
        (MONTHS.with_columns(person=None), "'person' is missing in 384 of 384 person-months"),
    ],
)
def test_months_that_cannot_be_used(tabulate, data, said):
    with pytest.raises(UserError) as caught:
        tabulate(data)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"states": "support"}, "give a list, such as ['support']"),
        ({"states": []}, "states is empty"),
        ({"states": None}, "states must be a list of texts"),
        ({"exits": ["job"]}, "exits must name lists of states"),
        ({"exits": {"job": "job"}}, "exits['job'] is 'job': give a list"),
        ({"exits": {"persons": ["job"]}}, "as another column is: rename it"),
        ({"exits": {"job": ["support"]}}, "both name the state 'support'"),
        ({"exits": {"a": ["job"], "b": ["job"]}}, "both name the state 'job'"),
        ({"lasting_months": 0}, "lasting_months is 0: give a whole number from 1 on"),
        ({"lasting_months": None}, "lasting_months is None"),
    ],
)
def test_states_and_exits_that_cannot_be_counted(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        quarters(**given)


def test_states_that_nobody_has_are_not_counted_as_none():
    for given in ({"states": ["suport"]}, {"exits": {"job": ["jobb"]}}):
        with pytest.raises(UserError, match="which no person-month has; their states are job, s"):
            quarters(**given)
    assert quarters(exits={"job": ["job", "flexjob"]}).height == quarters().height
    listed = MONTHS.with_columns(pl.col("state").cast(pl.Enum(["support", "job", "flexjob"])))
    assert quarters(listed, exits={"flexjob": ["flexjob"]})["flexjob"].sum() == 0
    with pytest.raises(UserError, match="'flex', which no person-month has"):
        quarters(listed, exits={"job": ["job", "flex"]})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"events": REFORM}, "events must be a list"),
        ({"events": [("reform", dt.date(2014, 1, 1))]}, "events must be a list"),
        ({"events": [REFORM, REFORM]}, "events holds 'reform' twice"),
        ({"years_apart": 0}, "years_apart is 0"),
        ({"min_months": None}, "min_months is None"),
        ({"split_age": "30"}, "split_age is '30'"),
    ],
)
def test_seams_that_cannot_be_drawn(given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        seam(**given)


def test_persons_of_a_seam_are_one_row_each_and_keyed_alike():
    with pytest.raises(UserError, match="8 of 8 persons share their person"):
        seam(persons=pl.concat([BORN, BORN]))
    with pytest.raises(UserError, match="holds Int64 and String: use one type"):
        seam(persons=BORN.with_columns(pl.col("person").cast(pl.String)))


def test_years_far_apart_are_those_of_the_data():
    assert seam(years_apart=5000).equals(seam(years_apart=7))


def test_windows_that_cannot_be_tabulated():
    with pytest.raises(UserError, match="'cluster' of the undone windows holds Float64"):
        relabelling_table(WINDOWS, WINDOWS.with_columns(pl.col("cluster").cast(pl.Float64)))
    with pytest.raises(UserError, match="shares have no column 'difference'"):
        relabelling_contrast(WINDOWS)
    whole = WINDOWS.with_columns(person=pl.int_range(8), weight=1.0)
    with pytest.raises(UserError, match="'age' of the windows holds Boolean"):
        cluster_shares(whole.with_columns(age=pl.lit(value=True)), split_age=30)
    with pytest.raises(UserError, match="group is missing in all windows"):
        cluster_shares(whole.with_columns(group=None))
    with pytest.raises(UserError, match="'person' is missing in 8 of 8"):
        cluster_shares(whole.with_columns(person=None))
    with pytest.raises(ValueError, match=r"split_age is 30.5"):
        cluster_shares(whole, split_age=30.5)


def test_groups_and_covariates_that_are_none():
    people = pl.DataFrame({"period": list("bbaa"), "sex": list("fmfm"), "job": list("ynyn")})
    with pytest.raises(UserError, match="covariates is None"):
        composition_weights(people, "period", "a", None)
    with pytest.raises(UserError, match="names 'sex' twice"):
        composition_weights(people, "period", "a", ["sex", "sex"])
    with pytest.raises(UserError, match="covariates names None"):
        composition_weights(people, "period", "a", [None])
    with pytest.raises(UserError, match="named by None"):
        composition_weights(people, None, "a", ["sex"])
    with pytest.raises(ValueError, match=r"no row of period is \['a'\]"):
        composition_weights(people, "period", ["a"], ["sex"])
    with pytest.raises(UserError, match="named by None"):
        decomposition(people, "period", "b", "a", None, ["sex"])
    with pytest.raises(ValueError, match="first and second are both 'a'"):
        decomposition(people, "period", "a", "a", "job", ["sex"])
    with pytest.raises(UserError, match="'sex' of the data holds List"):
        composition_weights(people.with_columns(pl.concat_list("sex")), "period", "a", ["sex"])


def test_rates_and_packages_that_are_none():
    for rate in (None, True, [0.5]):
        with pytest.raises(ValueError, match="rate is a share"):
            funnel_limits(rate, [10])
    with pytest.raises(ValueError, match="events has masked values"):
        pooled_rates(np.ma.array([1, 2], mask=[0, 1]), [3, 4])
    for named in (None, 1):
        with pytest.raises(UserError, match=f"named by {named}: give its name or its file"):
            load_reform(named)
