"""Missing words, whole numbers and days mean the same in every reader."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.config.sections.files import MISSING
from trajectories.errors import UserError
from trajectories.register.read.parsing import Kind, parse, tidy_columns
from trajectories.register.weekly.vocabulary import Vocabulary

DAY = date(2012, 1, 1)
GOOD = {"text": "a", "date": "2012-01-01", "moment": "2012-01-01", "whole": "657", "number": "1,5"}


def read(values: list[object], kind: Kind, dtype: object = None, name: str = "x") -> pl.DataFrame:
    raw = pl.DataFrame({name: pl.Series(values, dtype=dtype)})
    return parse(raw, {name: kind}, file="spells.csv")


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("word", [*MISSING, " NA ", "\u00a0", "\t"])
def test_a_missing_word_is_a_missing_value_in_every_kind_of_column(kind, word):
    found = read([word, GOOD[kind], None, ""], kind)
    assert found["x"].is_null().to_list() == [True, False, True, True]
    assert kind == "text" or not found["bad_x"].any()


def test_a_day_of_zeros_is_no_day_and_a_key_of_zeros_is_a_key():
    assert not read(["00000000", "0000-00-00"], "date")["bad_x"].any()
    assert read(["00000000"], "text")["x"].to_list() == ["00000000"]


def test_words_count_in_any_case_but_where_text_is_wanted():
    assert not read(["na", "nat"], "date")["bad_x"].any()
    assert read(["na", "none"], "text")["x"].to_list() == ["na", "none"]


def test_words_of_the_configuration_take_the_place_of_the_usual_ones():
    frame = pl.DataFrame({"x": ["ukendt", "NA", "1"]})
    found = parse(frame, {"x": "whole"}, file="f", missing=["Ukendt"])
    assert found.rows() == [(None, False), (None, True), (1, False)]
    assert tidy_columns(frame, ["ukendt", "NA"])["x"].to_list() == [None, None, 1]


@given(st.integers(0, 2**53), st.sampled_from(["{}", "{}.0", "{}.00", "{},0", " {} "]))
@settings(max_examples=60)
def test_whole_numbers_are_read_in_every_form(number, form):
    for kind, value in (("whole", number), ("text", str(number))):
        assert read([form.format(number), None], kind)["x"].to_list() == [value, None]


def test_a_number_that_is_not_whole_is_not_made_so():
    assert read(["657.5", "657.05"], "whole")["bad_x"].to_list() == [True, True]
    assert read(["657.5", "a.0", "1.0.0"], "text")["x"].to_list() == ["657.5", "a.0", "1.0.0"]


def test_nan_is_missing_in_columns_of_floats():
    for kind in ("whole", "number"):
        found = read([657.0, float("nan")], kind)
        assert found.rows() == [(657, False), (None, False)]
    assert tidy_columns(pl.DataFrame({"x": [1.0, float("nan")]}))["x"].to_list() == [1.0, None]


@pytest.mark.parametrize(
    ("text", "value"), [("1e+05", "100000"), ("1.5e+05", "150000"), ("12e+05", "12e+05")]
)
def test_numbers_that_r_writes_with_an_exponent_are_whole(text, value):
    assert read([text, "7"], "text")["x"].to_list() == [value, "7"]


@pytest.mark.parametrize("text", ["1,23457E+15", "1.23456789012345e+17", "1.23457E+11"])
def test_keys_that_lost_their_last_digits_stop(text):
    with pytest.raises(UserError, match=r"column 'x' holds long numbers shortened.*as text"):
        read([text, "7"], "text")
    with pytest.raises(UserError, match="more than 15 digits stored as floats"):
        read([2.0**60], "text")


ZONE = ZoneInfo("Europe/Copenhagen")


@given(st.lists(st.dates(date(1950, 1, 1), date(2090, 1, 1)), min_size=1, max_size=4))
@settings(max_examples=40)
def test_timestamps_at_local_midnight_are_their_local_day(days):
    local = [datetime(day.year, day.month, day.day) for day in days]
    stamps = pl.Series(local, dtype=pl.Datetime("us")).dt.replace_time_zone(
        "Europe/Copenhagen", ambiguous="earliest", non_existent="null"
    )
    assert read(stamps.to_list(), "date", stamps.dtype)["x"].to_list() == days
    for offset in ("Z", "+01:00", "+0200", ""):
        assert read([f"{day}T00:00:00{offset}" for day in days], "date")["x"].to_list() == days


@pytest.mark.parametrize(
    "values",
    [
        [datetime(2011, 12, 31, 23, 0)],
        [datetime(2012, 1, 1, tzinfo=ZONE).astimezone(UTC)],
        ["2011-12-31T23:00:00Z"],
        ["2012-01-01 00:00:00", "2012-01-01 12:30"],
        ["01JAN2012:08:00:00"],
    ],
)
def test_a_time_of_day_other_than_midnight_stops(values):
    with pytest.raises(UserError, match="column 'start' holds times of day other than midnight"):
        read(values, "date", name="start")


def test_the_day_of_registration_may_carry_a_time_and_an_end_the_last_minute():
    assert read(["2012-01-01 12:30:15"], "moment")["x"].to_list() == [DAY]
    assert read([datetime(2012, 1, 1, 12)], "moment")["x"].to_list() == [DAY]
    for value in (datetime(2012, 1, 1, 23, 59, 59), "2012-01-01 23:59:59.997", "2012-01-01T23:59"):
        assert read([value], "date", name="end")["end"].to_list() == [DAY]


@pytest.mark.parametrize(
    "values", [[20120101], [20120101.0, None], ["20120101.0"], ["2012/01/01"], ["2012.1.1"]]
)
def test_days_written_year_first_are_read(values):
    assert read(values, "date")["x"].to_list()[0] == DAY


def test_a_number_of_days_beyond_the_calendar_is_no_date():
    found = parse(pl.DataFrame({"x": [2**30, 19000]}), {"x": "date"}, file="f", dates="sas_days")
    assert found["bad_x"].to_list() == [True, False]
    assert read(["0201-01-01", "2012-01-01"], "date")["bad_x"].to_list() == [True, False]


@pytest.mark.parametrize(
    "column",
    [
        pl.Series(["NA", "000000", "0", "", None, "471100.0", "471100"]),
        pl.Series([None, 0, 0, None, None, 471100, 471100]),
        pl.Series([float("nan"), 0.0, 0.0, None, None, 471100.0, 471100.0]),
        pl.Series(["NA", "000000", "0", "", None, "471100", "471100"], dtype=pl.Categorical),
    ],
)
def test_an_industry_of_zeros_or_a_missing_word_is_none(column):
    vocabulary = Vocabulary("industry", frozenset(MISSING))
    assert vocabulary.encode(column).tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert vocabulary.sorted()[0].to_list() == [None, "471100"]
