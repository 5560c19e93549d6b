"""Columns of a user's frame hold what they must, or a sentence says what is wrong with them."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.notebook.checked_frames import checked_frame, refuse_repeated, require_alike

MAY = dt.date(2014, 5, 1)


def checked(kind, values, dtype=None, **more):
    frame = pl.DataFrame({"x": pl.Series(values, dtype=dtype, strict=False)})
    return checked_frame(frame, "rows", {"x": kind}, **more)["x"]


@pytest.mark.parametrize(
    ("kind", "values", "found"),
    [
        ("label", ["a", "b"], ["a", "b"]),
        ("label", [1, 2], [1, 2]),
        ("whole", [1, 2], [1, 2]),
        ("number", [1, 2.5], [1.0, 2.5]),
        ("outcome", [True, False], [True, False]),
        ("amount", [0, 0], [0, 0]),
        ("weight", [0, 2], [0, 2]),
        ("day", [dt.datetime(2014, 5, 3)], [dt.date(2014, 5, 3)]),
        ("month", [MAY], [MAY]),
        ("flag", [1, 0], [True, False]),
        ("flag", [1.0, 0.0], [True, False]),
        ("flag", [True], [True]),
    ],
)
def test_a_column_of_its_kind_passes_in_one_type(kind, values, found):
    assert checked(kind, values).to_list() == found


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("label", [None, "a"], "'x' is missing in 1 of 2 rows"),
        ("label", [["a"]], "holds List"),
        ("whole", [1.0], "holds Float64; it must hold whole numbers"),
        ("whole", [None], "'x' is missing in 1 of 1 rows"),
        ("number", ["1"], "holds String; it must hold numbers"),
        ("number", [True], "holds Boolean; it must hold numbers"),
        ("number", [float("nan"), 1.0], "'x' is missing in 1 of 2 rows"),
        ("number", [float("inf"), 1.0], "'x' is infinite in 1 of 2 rows"),
        ("outcome", ["no"], "numbers, or true and false"),
        ("amount", [-1], "'x' is below 0 in 1 of 1 rows"),
        ("weight", [True], "must hold numbers"),
        ("weight", [-1.0, 1.0], "'x' is below 0 in 1 of 2 rows"),
        ("weight", [0, 0], "'x' is 0 in all rows"),
        ("day", ["2014-05-01"], "must hold dates"),
        ("day", [201405], "must hold dates"),
        ("day", [dt.datetime(2014, 5, 1, 9)], "holds times of day"),
        ("month", [MAY, dt.date(2014, 5, 2)], "not the first day of a month in 1 of 2 rows"),
        ("flag", [2, 1], "must hold true and false"),
        ("flag", ["yes"], "must hold true and false"),
    ],
)
def test_a_column_of_another_kind_is_named(kind, values, said):
    with pytest.raises(UserError) as caught:
        checked(kind, values)
    assert said in str(caught.value)


def test_objects_are_no_single_values():
    with pytest.raises(UserError, match="holds Object; it must hold one text or number a row"):
        checked("label", ["a"], pl.Object)


@pytest.mark.parametrize("kind", ["label", "whole", "number", "day", "flag"])
def test_a_column_may_be_missing_where_that_is_said(kind):
    assert checked(kind, [None], may_miss=["x"]).to_list() == [None]


def test_pandas_stores_dates_as_times():
    frame = pd.DataFrame({"month": pd.to_datetime(["2014-05-01"]).tz_localize("Europe/Copenhagen")})
    assert checked_frame(frame, "rows", {"month": "month"})["month"].to_list() == [MAY]


def test_a_column_that_is_not_there_is_suggested():
    frame = pl.DataFrame({"Person": [1], "job": [0]})
    for wanted, meant in (("person", "Person"), ("jobb", "job")):
        with pytest.raises(UserError, match=f"no column '{wanted}'.*did you mean '{meant}'"):
            checked_frame(frame, "rows", {wanted: "label"})
    with pytest.raises(UserError, match="their columns are none"):
        checked_frame(pl.DataFrame(), "rows", {"x": "label"})
    with pytest.raises(UserError, match="named by 3: give its name"):
        checked_frame(frame, "rows", {3: "label"})
    with pytest.raises(UserError, match=r"LazyFrame: give a frame .* collect"):
        checked_frame(frame.lazy(), "rows", {})


def test_rows_that_repeat_a_key_are_counted():
    frame = pl.DataFrame({"person": [1, 1, 2], "month": [MAY] * 3})
    refuse_repeated(frame.tail(2), ["person", "month"], "rows")
    with pytest.raises(UserError, match="2 of 3 rows share their person and month"):
        refuse_repeated(frame, ["person", "month"], "rows")


def test_keys_of_two_frames_are_of_one_type():
    first, second = pl.DataFrame({"person": [1]}), pl.DataFrame({"person": ["1"]})
    require_alike(first, first, "person", "rows")
    with pytest.raises(UserError, match="holds Int64 and String: use one type"):
        require_alike(first, second, "person", "rows")
