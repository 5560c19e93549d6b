"""The fate of every row: accepted, merged into another, or rejected with a reason."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

Step = Literal["rejected", "merged", "used"]
SCHEMA = {"table": pl.String, "step": pl.String, "reason": pl.String, "rows": pl.Int64}
STEPS = ("read", "rejected", "merged", "used")


class AccountingError(AssertionError):
    """Rows were lost or counted twice: a fault of the program, never of the data."""


@dataclass
class Ledger:
    """Where each row of one input table went.

    Attributes:
        table: the table's name.
        rows: how many rows were read; they are numbered from 0.
    """

    table: str
    rows: int
    _fates: list[pl.DataFrame] = field(default_factory=list)

    def enter(self, step: Step, rows: pl.Series, reason: str | pl.Series) -> None:
        """Record the fate of rows.

        Args:
            step: rejected, merged or used.
            rows: row numbers.
            reason: one reason for all, or one a row.
        """
        entry = pl.DataFrame({"row": rows.cast(pl.UInt32)}).with_columns(
            step=pl.lit(step),
            reason=pl.lit(reason) if isinstance(reason, str) else reason.cast(pl.String),
        )
        self._fates.append(entry)

    @property
    def fates(self) -> pl.DataFrame:
        """One row an input row, in the order of input: row (UInt32), step, reason."""
        empty = pl.DataFrame(schema={"row": pl.UInt32, "step": pl.String, "reason": pl.String})
        return pl.concat([empty, *self._fates]).sort("row")

    def close(self) -> pl.DataFrame:
        """Check that each row has exactly one fate, and count them.

        Returns:
            table, step, reason, rows; the rows of step `read` equal the sum of the others.

        Raises:
            AccountingError: a row has no fate or more than one.
        """
        fates = self.fates
        if not np.array_equal(fates["row"].to_numpy(), np.arange(self.rows, dtype=np.uint32)):
            raise AccountingError(
                f"the rows of {self.table} do not add up: {self.rows} read, {fates.height} fates."
            )
        counts = fates.group_by("step", "reason").agg(pl.len().cast(pl.Int64).alias("rows"))
        read = pl.DataFrame({"step": ["read"], "reason": ["rows read"], "rows": [self.rows]})
        both = pl.concat([read, counts]).with_columns(table=pl.lit(self.table))
        order = pl.col("step").cast(pl.Enum(STEPS))
        return both.select(list(SCHEMA)).sort(order, -pl.col("rows"), "reason")
