"""The fate of every row: used, merged into another, or rejected with a reason."""

from typing import Any, Literal

import numpy as np
import polars as pl

from trajectories.errors import UserError

Step = Literal["rejected", "merged", "used"]
Rows = np.ndarray[Any, np.dtype[Any]]
SCHEMA = {"table": pl.String, "step": pl.String, "reason": pl.String, "rows": pl.Int64}
STEPS = ("read", "rejected", "merged", "used")


class AccountingError(AssertionError):
    """Rows were lost or counted twice: a fault of the program, never of the data."""


class Ledger:
    """Where each row of one input table went.

    Attributes:
        table: the table's name.
        rows: how many rows were read; they are numbered from 0.
    """

    def __init__(self, table: str, rows: int) -> None:
        """Open the ledger of a table; no row has a fate yet."""
        self.table = table
        self.rows = rows
        self._labels: list[tuple[str, str]] = []
        self._fate = np.full(rows, -1, dtype=np.int8)

    def enter(self, step: Step, reason: str, rows: Rows) -> None:
        """Record the fate of rows.

        Args:
            step: rejected, merged or used.
            reason: in the words of the report.
            rows: row numbers, each once.

        Raises:
            AccountingError: a row has a fate already.
        """
        if (self._fate[rows] >= 0).any():
            raise AccountingError(f"rows of {self.table} have two fates, one of them {reason!r}.")
        if (step, reason) not in self._labels:
            self._labels.append((step, reason))
        self._fate[rows] = self._labels.index((step, reason))

    @property
    def without_fate(self) -> Rows:
        """A Boolean a row: it has no fate yet."""
        return self._fate < 0

    def rejected(self) -> pl.DataFrame:
        """The rejected rows in the order of input: row (UInt32), reason."""
        steps = np.array([step == "rejected" for step, _ in self._labels] + [False])
        rows = np.flatnonzero(steps[self._fate]).astype(np.uint32)
        reasons = pl.Series([reason for _, reason in self._labels], dtype=pl.String)
        return pl.DataFrame({"row": rows, "reason": reasons.gather(self._fate[rows])})

    def close(self) -> pl.DataFrame:
        """Check that each row has a fate, and count them.

        Returns:
            table, step, reason, rows; the rows of step `read` equal the sum of the others.

        Raises:
            AccountingError: a row has no fate.
        """
        lost = int(self.without_fate.sum())
        if lost:
            raise AccountingError(f"{lost} of {self.rows} rows of {self.table} have no fate.")
        counts = np.bincount(self._fate, minlength=len(self._labels))
        entries = [("read", "rows read", self.rows)]
        entries += [(*label, int(n)) for label, n in zip(self._labels, counts, strict=True) if n]
        frame = pl.DataFrame(
            [(self.table, *entry) for entry in entries], schema=SCHEMA, orient="row"
        )
        order = pl.col("step").cast(pl.Enum(STEPS))
        return frame.sort(order, -pl.col("rows"), "reason")


def stop_if_none_left(left: pl.DataFrame, ledger: Ledger, *, file: str) -> None:
    """Raise a UserError where rows were rejected and none was accepted."""
    if left.height:
        return
    reasons = ledger.rejected()["reason"].value_counts()
    reason, rows = reasons.sort("count", "reason", descending=[True, False]).row(0)
    raise UserError(
        f"{file} holds no usable row: of {ledger.rows} rows {rows} were rejected because "
        f"{reason}; mend the file or its description in the config."
    )
