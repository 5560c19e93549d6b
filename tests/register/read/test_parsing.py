"""Cells become values; what cannot be read is flagged, never lost in silence."""

from datetime import date, datetime

import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.register.read.parsing import as_enum, parse, tidy_columns

DAY = date(2014, 1, 31)


def parsed(
    values: list[object], kind: str, dtype: object = None
) -> tuple[list[object], list[bool]]:
    frame = pl.DataFrame({"x": pl.Series(values, dtype=dtype)})
    found = parse(frame, {"x": kind}, file="spells.csv")
    return found["x"].to_list(), found["bad_x"].to_list() if "bad_x" in found.columns else []


@pytest.mark.parametrize(
    ("values", "dtype", "dates", "bad"),
    [
        (["2014-01-31", " 2014-01-31 ", "", None], None, [DAY, DAY, None, None], [0, 0, 0, 0]),
        (["20140131", "2014-01-31"], None, [DAY, DAY], [0, 0]),
        (["2014-01-31 00:00:00", "2014-01-31T00:00"], None, [DAY, DAY], [0, 0]),
        (["2014-02-30", "31-01-2014", "x"], None, [None] * 3, [1, 1, 1]),
        ([DAY, None], None, [DAY, None], [0, 0]),
        ([datetime(2014, 1, 31, 0, 0)], None, [DAY], [0]),
        (["2014-01-31"], pl.Categorical, [DAY], [0]),
        ([None, None], pl.Null, [None, None], [0, 0]),
    ],
)
def test_dates(values, dtype, dates, bad):
    assert parsed(values, "date", dtype) == (dates, [bool(b) for b in bad])


@pytest.mark.parametrize(
    ("values", "dtype", "numbers", "bad"),
    [
        (["657", " 1 ", "", "x", "1.5", None], None, [657, 1, None, None, None, None], [3, 4]),
        ([657, None], pl.Int16, [657, None], []),
        ([657.0, 1.5, None], pl.Float64, [657, None, None], [1]),
        ([None], pl.Null, [None], []),
    ],
)
def test_whole_numbers(values, dtype, numbers, bad):
    found, flags = parsed(values, "whole", dtype)
    assert found == numbers
    assert [i for i, flag in enumerate(flags) if flag] == bad


@pytest.mark.parametrize(
    ("values", "dtype", "numbers", "bad"),
    [
        (["37,5", "37.5", "-1", "x", "", "nan", "1.000,5"], None, [37.5, 37.5, -1.0], [3, 6]),
        ([37, None], pl.Int8, [37.0, None], []),
        ([37.5, float("nan"), float("inf")], pl.Float32, [37.5, None, None], [2]),
    ],
)
def test_numbers(values, dtype, numbers, bad):
    found, flags = parsed(values, "number", dtype)
    assert found == numbers + [None] * (len(values) - len(numbers))
    assert [i for i, flag in enumerate(flags) if flag] == bad


@pytest.mark.parametrize(
    ("values", "dtype", "texts"),
    [
        ([" a ", "", None], None, ["a", None, None]),
        ([730, None], pl.Int64, ["730", None]),
        ([730.0, float("nan"), None], pl.Float64, ["730", None, None]),
        (["a"], pl.Categorical, ["a"]),
    ],
)
def test_texts(values, dtype, texts):
    assert parsed(values, "text", dtype)[0] == texts


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ([1.5], "date", "spells.csv: column 'x' holds Float64 where dates or text as YYYY-MM-DD"),
        ([19000], "date", "holds Int64 where dates"),
        ([20140131, 19000], "date", "holds Int64 where dates"),
        ([730.5], "text", "holds Float64 where text or whole numbers"),
        ([True], "text", "holds Boolean where text"),
        ([DAY], "whole", "holds Date where whole numbers"),
        ([DAY], "number", "holds Date where numbers"),
    ],
)
def test_a_wrong_type_gets_one_sentence(values, kind, message):
    with pytest.raises(UserError, match=message):
        parsed(values, kind)


def test_an_absent_column_is_null_and_not_bad():
    found = parse(pl.DataFrame({"y": [1, 2]}), {"x": "date", "z": "text"}, file="f")
    assert found.rows() == [(None, False, None), (None, False, None)]


def test_kept_columns_get_the_narrowest_type_that_holds_every_value():
    frame = pl.DataFrame(
        {
            "whole": ["1", " 2 ", ""],
            "number": ["1", "2,5", None],
            "text": ["1", "yes", ""],
            "code": ["01", "2", None],
            "typed": [1.0, 2.0, 3.0],
            "blank": ["", None, " "],
        }
    )
    found = tidy_columns(frame)
    assert found.schema == {
        "whole": pl.Int64,
        "number": pl.Float64,
        "text": pl.String,
        "code": pl.String,
        "typed": pl.Float64,
        "blank": pl.Int64,
    }
    assert found["number"].to_list() == [1.0, 2.5, None]
    assert found["text"].to_list() == ["1", "yes", None]


def test_enums_sort_as_the_text_does():
    text = pl.Series(["ø", "a", None, "b", "a"])
    assert as_enum(text).sort().cast(pl.String).to_list() == [None, "a", "a", "b", "ø"]
