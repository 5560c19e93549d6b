"""CPR numbers are recognised, counted and never shown; opaque keys pass."""

import hashlib
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from trajectories.config.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register import RawTable, clean_register
from trajectories.register.cpr import count_cpr, refuse_cpr, scrub


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
    raw = {name: RawTable(name, pl.DataFrame([row]), (f"{name}.csv",))
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
    with pytest.raises(UserError, match=r"assignments.csv holds no usable row") as caught:
        clean(tables, allow_cpr_keys=True)
    assert key not in str(caught.value)
    found = clean({name: tables[name] for name in ("persons", "spells")}, allow_cpr_keys=True)
    assert found["persons"].keys["key"].to_list() == [key]
    assert key not in str([table.frame.rows() for table in found.values()])


def test_messages_lose_what_reads_as_a_cpr_number():
    assert scrub("row 010190-1234 of 0101901234.csv") == "row [CPR number] of [CPR number].csv"
    for text in ("999990-1234", "2014-01-01", "12345678901", "run 20260101 ended"):
        assert scrub(text) == text
