"""Every row has one fate, and a ledger that does not add up stops the run."""

import numpy as np
import polars as pl
import pytest

from trajectories.register.clean.accounting import (
    SCHEMA,
    AccountingError,
    Ledger,
    check_reading,
)


def test_a_ledger_counts_each_fate_in_the_order_of_steps():
    ledger = Ledger("spells", 6)
    ledger.enter("used", "as registered", np.array([0, 5]))
    ledger.enter("merged", "equal to another row", np.array([1]))
    ledger.enter("rejected", "start is missing", np.array([2]))
    ledger.enter("rejected", "start is missing", np.array([4]))
    ledger.enter("rejected", "code is missing", np.array([3]))
    ledger.enter("used", "trimmed", np.array([], dtype=np.int64))
    assert ledger.close().rows() == [
        ("spells", "read", "rows read", 6),
        ("spells", "rejected", "start is missing", 2),
        ("spells", "rejected", "code is missing", 1),
        ("spells", "merged", "equal to another row", 1),
        ("spells", "used", "as registered", 2),
    ]
    assert ledger.rejected().rows() == [
        (2, "start is missing"),
        (3, "code is missing"),
        (4, "start is missing"),
    ]


def test_a_lost_row_stops_the_run():
    ledger = Ledger("spells", 3)
    ledger.enter("used", "as registered", np.array([0, 2]))
    assert ledger.without_fate.tolist() == [False, True, False]
    with pytest.raises(AccountingError, match="1 of 3 rows of spells have no fate"):
        ledger.close()


def test_a_row_counted_twice_stops_the_run():
    ledger = Ledger("spells", 3)
    ledger.enter("used", "as registered", np.array([0, 2]))
    with pytest.raises(AccountingError, match="two fates"):
        ledger.enter("merged", "equal to another row", np.array([2]))


def test_an_empty_table_adds_up_to_nothing():
    assert Ledger("readiness", 0).close().rows() == [("readiness", "read", "rows read", 0)]
    assert Ledger("readiness", 0).rejected().schema == {"row": pl.UInt32, "reason": pl.String}


def books(*rows: tuple[str, str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


READ = [
    {"table": "spells", "file": "a.dta", "rows": 3},
    {"table": "spells", "file": "b.csv", "rows": 2},
]
FATES = [
    ("spells", "read", "rows read", 5),
    ("spells", "rejected", "start is missing", 1),
    ("spells", "merged", "equal to another row", 1),
    ("spells", "used", "as registered", 3),
]


def test_the_rows_of_files_are_the_rows_with_a_fate():
    check_reading(READ, books(*FATES), [{"table": "spells", "file": "a.dta", "rows": 3}])
    for lost in range(4):
        counts = [row if n != lost else (*row[:3], row[3] - 1) for n, row in enumerate(FATES)]
        with pytest.raises(AccountingError, match="the files of spells hold 5 rows, but"):
            check_reading(READ, books(*counts))
    with pytest.raises(AccountingError, match="0 are read"):
        check_reading(READ, books())


@pytest.mark.parametrize("converted", [{"file": "a.dta", "rows": 4}, {"file": "c.dta", "rows": 3}])
def test_rows_lost_between_a_file_and_its_copy_stop_the_run(converted):
    with pytest.raises(AccountingError, match=r"rows when it was turned into Parquet, and"):
        check_reading(READ, books(*FATES), [{"table": "spells", **converted}])
