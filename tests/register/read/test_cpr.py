"""CPR numbers are recognised, counted and never shown; opaque keys pass."""

import hashlib
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register import RawTable, clean_register
from trajectories.register.read.cpr import count_cpr, refuse_cpr, scrub


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("010190-1234", 1),
        ("0101901234", 1),
        ("010190 1234", 1),
        (" 311299-0000 ", 1),
        ("flyttet, se 010190-1234.", 1),
        ("290200-4000", 1),  # 29 February 2000: a 4 with year 00 to 36 is the 2000s
        ("290200-1000", 0),  # 29 February 1900 is no day
        ("290200-5000", 1),
        ("290200-9000", 1),
        ("290296-8000", 1),  # 1896
        ("3102901234", 0),
        ("9901901234", 0),
        ("P000123", 0),
        ("123", 0),
        ("01019012345", 0),
        ("a0101901234", 0),
        (None, 0),
    ],
)
def test_a_cpr_number_is_a_day_of_its_century_and_four_digits(value, count):
    assert count_cpr(pl.Series([value], dtype=pl.String)) == count


def test_every_birthday_with_a_right_century_digit_is_recognised():
    days = [date(1900, 1, 1) + timedelta(7 * i) for i in range(5000)]
    numbers = [f"{day:%d%m%y}-{0 if day.year < 2000 else 5}000" for day in days if day.year < 2037]
    assert count_cpr(pl.Series(numbers)) == len(set(numbers))


def test_opaque_keys_pass_and_ten_digits_are_judged_by_their_share_of_birthdays():
    rng = np.random.default_rng(1)
    random = pl.Series(rng.integers(10**9, 10**10, 5000)).cast(pl.String)
    hashed = pl.Series([hashlib.sha256(str(i).encode()).hexdigest() for i in range(5000)])
    short = hashed.str.slice(0, 10)
    for keys in (random, hashed, short):
        assert count_cpr(keys) == 0
        refuse_cpr(keys, file="spells.csv", column="person", allowed=False)
    real = pl.Series([f"{day:02}0190{rest}" for day in range(1, 29) for rest in (1111, 1234)])
    assert count_cpr(pl.concat([real, random.head(100)])) >= real.len()
    assert count_cpr(pl.concat([random, pl.Series(["010190-1234"])])) == 1


def with_control(day: str, serial: int) -> str | None:
    """A CPR number with its control digit, worked out by hand as the CPR Office describes it."""
    first = f"{day}{serial:03d}"
    rest = sum(int(a) * b for a, b in zip(first, (4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return None if rest == 1 else f"{first}{(11 - rest) % 11}"


def test_numbers_that_lost_their_zero_in_a_column_of_whole_numbers_are_recognised():
    real = [
        int(number)
        for day in range(1, 10)
        for serial in range(20)
        if (number := with_control(f"{day:02}0385", serial)) is not None
    ]
    assert max(real) < 10**9
    assert count_cpr(pl.Series(real).cast(pl.String)) == len(real)
    with pytest.raises(UserError, match=rf"{len(real)} values of column 'person' look like CPR"):
        clean({**GOOD, "spells": {**GOOD["spells"], "person": real}})
    # Half of them may be newer numbers without a control digit; the day is asked of all.
    newer = [number + 1 for number in real[1:]]
    assert count_cpr(pl.Series(real + newer).cast(pl.String)) == len(real)
    assert count_cpr(pl.Series([str(real[0])])) == 1


def test_row_numbers_and_opaque_keys_of_nine_digits_pass():
    rng = np.random.default_rng(3)
    for first in (100_000_000, 101_000_000, 101_850_000, 311_299_000, 999_999_000 - 5000):
        assert count_cpr(pl.Series(range(first, first + 5000)).cast(pl.String)) == 0
    random = pl.Series(rng.integers(10**8, 10**9, 5000)).cast(pl.String)
    assert count_cpr(random) == 0
    assert count_cpr(pl.Series(range(1, 20_000)).cast(pl.String)) == 0


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("persons", "birth_date"),
        ("persons", "municipality"),
        ("spells", "start"),
        ("spells", "municipality"),
        ("employment", "weekly_hours"),
        ("assignments", "end"),
    ],
)
def test_cpr_numbers_are_refused_in_columns_of_dates_and_numbers(table, column):
    for number in ("0101901234", "010190-1234", with_control("010190", 123)[1:]):
        tables = {**GOOD, table: {**GOOD[table], column: number}}
        with pytest.raises(UserError, match=rf"{table}.csv: 1 values of column '{column}' look"):
            clean(tables)


def test_a_refusal_counts_and_never_shows_a_key():
    keys = pl.Series(["0101901234", "x", "020290-4321"])
    with pytest.raises(UserError, match=r"spells.csv: 2 values of column 'person'") as caught:
        refuse_cpr(keys, file="spells.csv", column="person", allowed=False)
    assert "0101" not in str(caught.value)
    refuse_cpr(keys, file="spells.csv", column="person", allowed=True)


CODELIST = pl.DataFrame(
    {
        "code": ["130"],
        "benefit": ["b"],
        "activity": ["passive"],
        "readiness": ["job_ready"],
        "group": ["SA"],
    }
)
GOOD = {
    "persons": {"person": "p", "education": "none"},
    "spells": {"person": "p", "code": "130", "start": "2010-01-01", "end": "2010-12-31"},
    "employment": {"person": "p", "start": "2010-01-01", "end": "2010-02-01", "industry": "47"},
    "assignments": {
        "person": "p",
        "caseworker": "c",
        "start": "2010-01-01",
        "end": "2010-12-31",
        "team": "t",
        "reason": "entry",
        "role": "main",
    },
    "readiness": {
        "person": "p",
        "readiness": "job_ready",
        "start": "2010-01-01",
        "end": "2010-02-01",
    },
    "activities": {
        "person": "p",
        "activity": "passive",
        "start": "2010-01-01",
        "end": "2010-02-01",
    },
}


def clean(tables, **config):
    raw = {name: RawTable(name, pl.DataFrame(row), (f"{name}.csv",))
           for name, row in tables.items()}  # fmt: skip
    return clean_register(raw, CODELIST, RegisterConfig(keep=["education"], **config), key_seed=1)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("persons", "person"),
        ("persons", "education"),
        ("spells", "person"),
        ("spells", "code"),
        ("employment", "industry"),
        ("assignments", "caseworker"),
        ("assignments", "team"),
        ("assignments", "reason"),
        ("assignments", "role"),
        ("readiness", "person"),
        ("readiness", "readiness"),
        ("activities", "activity"),
    ],
)
def test_cpr_numbers_are_refused_in_every_text_column_of_every_table(table, column):
    tables = {**GOOD, table: {**GOOD[table], column: "010190-1234"}}
    message = rf"{table}.csv: 1 values of column '{column}' look like CPR numbers"
    with pytest.raises(UserError, match=message) as caught:
        clean(tables)
    assert "010190" not in str(caught.value)


def test_cpr_keys_can_be_allowed_and_then_stand_in_the_key_table_alone():
    key = "010190-1234"
    tables = {name: {**row, "person": key} for name, row in GOOD.items()}
    tables["assignments"] |= {"caseworker": "020270-1111", "end": "2009-01-01"}
    found = clean(tables, allow_cpr_keys=True)
    assert found["persons"].keys["key"].to_list() == [key]
    assert found["assignments"].rejected["reason"].to_list() == ["end lies before start"]
    for frame in ("frame", "rejected", "accounting"):
        rows = str([getattr(table, frame).rows() for table in found.values()])
        assert "010190" not in rows
        assert "020270" not in rows


def test_messages_lose_what_reads_as_a_cpr_number():
    assert scrub("row 010190-1234 of 0101901234.csv") == "row [CPR number] of [CPR number].csv"
    assert scrub("key 101901238 is odd") == "key [CPR number] is odd"
    for text in ("999990-1234", "2014-01-01", "12345678901", "run 20260101 ended", "101901234"):
        assert scrub(text) == text
