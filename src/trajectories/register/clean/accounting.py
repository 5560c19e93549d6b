"""The fate of every row: used, merged into another, or rejected with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import polars as pl

from trajectories.arrays import Array

Step = Literal["rejected", "merged", "used"]
Rows = Array
SCHEMA = {"table": pl.String, "step": pl.String, "reason": pl.String, "rows": pl.Int64}
READ = "rows read"
MADE = "rows made of the weekly register"
STEPS = ("read", "rejected", "merged", "used")


class AccountingError(AssertionError):
    """Rows were lost or counted twice: an error in the program, never in the data."""


class Ledger:
    """The fate of each row of one input table.

    Attributes:
        table: the table's name.
        rows: number of rows read; they are numbered from 0.
    """

    def __init__(self, table: str, rows: int, *, origin: str = READ) -> None:
        """Create the ledger of a table in which no row has a fate yet."""
        self.table = table
        self.rows = rows
        self.origin = origin
        self._labels: list[tuple[str, str]] = []
        self._fate = np.full(rows, -1, dtype=np.int8)

    def enter(self, step: Step, reason: str, rows: Rows) -> None:
        """Record the fate of rows.

        Raises:
            AccountingError: a row already has a fate.
        """
        if (self._fate[rows] >= 0).any():
            raise AccountingError(f"rows of {self.table} have two fates, one of them {reason!r}.")
        if (step, reason) not in self._labels:
            self._labels.append((step, reason))
        self._fate[rows] = self._labels.index((step, reason))

    @property
    def without_fate(self) -> Rows:
        """Return for each row whether it has no fate yet."""
        return self._fate < 0

    def rejected(self) -> pl.DataFrame:
        """Return the rejected rows in input order: row (UInt32), reason."""
        steps = np.array([step == "rejected" for step, _ in self._labels] + [False])
        rows = np.flatnonzero(steps[self._fate]).astype(np.uint32)
        reasons = pl.Series([reason for _, reason in self._labels], dtype=pl.String)
        return pl.DataFrame({"row": rows, "reason": reasons.gather(self._fate[rows])})

    def close(self) -> pl.DataFrame:
        """Check that each row has a fate, and count rows by fate.

        Returns:
            table, step, reason, rows; the rows of step `read` equal the sum of the others.

        Raises:
            AccountingError: a row has no fate.
        """
        lost = int(self.without_fate.sum())
        if lost:
            raise AccountingError(f"{lost} of {self.rows} rows of {self.table} have no fate.")
        counts = np.bincount(self._fate, minlength=len(self._labels))
        entries = [("read", self.origin, self.rows)]
        entries += [(*label, int(n)) for label, n in zip(self._labels, counts, strict=True) if n]
        frame = pl.DataFrame(
            [(self.table, *entry) for entry in entries], schema=SCHEMA, orient="row"
        )
        order = pl.col("step").cast(pl.Enum(STEPS))
        return frame.sort(order, -pl.col("rows"), "reason")


def check_reading(
    reading: Sequence[Mapping[str, Any]],
    accounting: pl.DataFrame,
    converted: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Check that each table has as many fates as its files have rows.

    Raises:
        AccountingError: rows were lost in the conversion to Parquet or between the files of a
            table and its fates.
    """
    rows = {(entry["table"], entry["file"]): entry["rows"] for entry in reading}
    for entry in converted:
        found = rows.get((entry["table"], entry["file"]))
        if found != entry["rows"]:
            raise AccountingError(
                f"{entry['file']} of {entry['table']} had {entry['rows']} rows when it was turned "
                f"into Parquet, and {found} when it was read."
            )
    for table in dict.fromkeys(entry["table"] for entry in reading):
        read = sum(entry["rows"] for entry in reading if entry["table"] == table)
        own = accounting.filter(pl.col("table") == table)
        fates = {
            step: int(own.filter((pl.col("step") == "read") == (step == "read"))["rows"].sum())
            for step in ("read", "used, merged and rejected")
        }
        if set(fates.values()) != {read}:
            raise AccountingError(
                f"the files of {table} hold {read} rows, but "
                + " and ".join(f"{count} are {step}" for step, count in fates.items())
                + "."
            )
