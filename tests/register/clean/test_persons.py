"""Persons: duplicates, contradictions, wrong values, and extracts without the table."""

import polars as pl
import pytest

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.persons import clean_persons, persons_from_spells
from trajectories.register.read.readers import RawTable

COLUMNS = ["person", "birth_date", "sex", "municipality", "died", "emigrated"]
GOOD = ("p", "1980-01-01", "K", "657", None, None)


def table(*rows: tuple[str | None, ...], columns: list[str] | None = None) -> RawTable:
    schema = dict.fromkeys(columns or COLUMNS, pl.String)
    return RawTable("persons", pl.DataFrame(rows, schema=schema, orient="row"), ("persons.csv",))


def fates(raw: RawTable, config: RegisterConfig | None = None) -> dict[str, int]:
    _, ledger = clean_persons(raw, config or RegisterConfig(), key_seed=1)
    rows = ledger.close().filter(pl.col("step") != "read").select("reason", "rows").rows()
    return dict(rows)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((None, "1980-01-01", "K", "657", None, None), "person is missing"),
        (("q", "1980-13-01", "K", "657", None, None), "birth_date is not a date"),
        (("q", "1980-01-01", "K", "657", "soon", None), "died is not a date"),
        (("q", "1980-01-01", "K", "657", None, "soon"), "emigrated is not a date"),
        (("q", "1980-01-01", "K", "657", "1979-12-31", None), "died lies before birth_date"),
        (("q", "1980-01-01", "kvinde", "657", None, None), "sex is neither K nor M"),
        (
            ("q", "1980-01-01", "K", "-1", None, None),
            "municipality is not a whole number from 0 to 32767",
        ),
    ],
)
def test_a_wrong_row_is_rejected_with_its_reason(row, reason):
    assert fates(table(GOOD, row)) == {"as registered": 1, reason: 1}


def test_missing_values_are_no_error():
    people, _ = clean_persons(table(("p", *[None] * 5)), RegisterConfig(), key_seed=1)
    assert people.frame.rows() == [("p", 0, None, None, None, None, None)]


def test_equal_rows_are_merged_and_contradicting_ones_are_all_rejected():
    other = ("q", "1970-01-01", "M", "657", None, None)
    raw = table(GOOD, other, GOOD, (*other[:2], "K", *other[3:]), ("r", *GOOD[1:]))
    people, ledger = clean_persons(raw, RegisterConfig(), key_seed=1)
    assert people.frame["key"].to_list() == ["p", "r"]
    assert people.rejected.to_list() == ["q"]
    assert ledger.rejected().rows() == [
        (1, "person has several rows that contradict each other"),
        (3, "person has several rows that contradict each other"),
    ]
    assert dict(ledger.close().select("step", "rows").rows()) == {
        "read": 5,
        "rejected": 2,
        "merged": 1,
        "used": 2,
    }


def test_sex_is_mapped_by_the_config():
    raw = table(("p", None, "2", None, None, None), ("q", None, "1", None, None, None))
    people, _ = clean_persons(raw, RegisterConfig(sex_map={"1": "M", "2": "K"}), key_seed=1)
    assert people.frame["sex"].to_list() == ["K", "M"]


def test_kept_columns_come_along_typed_and_count_for_contradictions():
    columns = ["person", "weight", "gcse5eq"]
    config = RegisterConfig(keep=["weight", "gcse5eq"])
    raw = table(("1", "0.33", "no"), ("2", "1", "yes"), ("2", "2", "yes"), columns=columns)
    people, ledger = clean_persons(raw, config, key_seed=1)
    assert people.frame.select("weight", "gcse5eq").rows() == [(0.33, "no")]
    assert ledger.rejected().height == 2


def test_an_empty_or_useless_table_stops_the_run():
    with pytest.raises(UserError, match=r"persons.csv has no rows"):
        clean_persons(table(), RegisterConfig(), key_seed=1)
    with pytest.raises(
        UserError, match=r"persons.csv holds no usable row: of fewer than 5 rows all were"
    ):
        clean_persons(table((None, *GOOD[1:])), RegisterConfig(), key_seed=1)


def test_cpr_numbers_are_refused_unless_allowed():
    raw = table(("0101801234", *GOOD[1:]))
    with pytest.raises(UserError, match=r"persons.csv: 1 values of column 'person' look like CPR"):
        clean_persons(raw, RegisterConfig(), key_seed=1)
    assert fates(raw, RegisterConfig(allow_cpr_keys=True)) == {"as registered": 1}
    kept = table(("1", "010180-1234"), columns=["person", "mother"])
    with pytest.raises(UserError, match="values of column 'mother' look like CPR"):
        clean_persons(kept, RegisterConfig(keep=["mother"]), key_seed=1)


def test_without_a_table_the_persons_are_those_of_the_spells():
    keys = pl.Series(["b", "a", None, "b"])
    people = persons_from_spells(keys, RegisterConfig(), file="f", key_seed=1)
    assert people.frame.sort("key").drop("person").rows() == [
        ("a", None, None, None, None, None),
        ("b", None, None, None, None, None),
    ]
    assert people.frame["person"].to_list() == [0, 1]
    assert people.keys.equals(people.frame.select("key", "person").sort("key"))
    assert people.rejected.is_empty()
    with pytest.raises(UserError, match="f: 1 values of column 'person' look like CPR"):
        persons_from_spells(pl.Series(["010180-1234"]), RegisterConfig(), file="f", key_seed=1)
