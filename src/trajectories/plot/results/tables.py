"""Results that pictures are drawn from: tables of estimates, and what other packages found."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from trajectories.errors import UserError
from trajectories.notebook.pandas_frames import in_polars, is_pandas


def estimates_of(
    found: Any, numbers: Sequence[str] = (), others: Sequence[str] = ()
) -> pl.DataFrame:
    """Return the table of estimates to draw.

    Args:
        found: a table of polars or pandas, or a result with one as its `table`.
        numbers: columns of numbers that it needs.
        others: other columns that it needs.

    Raises:
        UserError: it is no table, has no row, or lacks a column; or one of numbers holds others.
    """
    given = isinstance(found, pl.DataFrame) or is_pandas(found)
    held: Any = found if given else getattr(found, "table", None)
    table = in_polars(held)
    if not isinstance(table, pl.DataFrame):
        raise UserError(
            f"A {type(found).__name__} has no table of estimates to draw: give a data frame, or "
            "what the estimator returned."
        )
    for name in (*numbers, *others):
        if name not in table.columns:
            known = ", ".join(table.columns)
            raise UserError(f"The table has no column {name!r}; its columns are {known}.")
    if not table.height:
        raise UserError("The table has no row: there is nothing to draw.")
    for name in numbers:
        dtype = table[name].dtype
        if not (dtype.is_numeric() or dtype == pl.Null):
            raise UserError(f"The column {name!r} of the table holds {dtype}: it must be numbers.")
    return table


def made_by(found: Any, kind: type, maker: str) -> None:
    """Check that a result is of the kind that is drawn.

    Raises:
        UserError: it is another.
    """
    if not isinstance(found, kind):
        raise UserError(
            f"A {type(found).__name__} cannot be drawn here: give what {maker} returns."
        )


def band_level(confidence: float) -> float:
    """Return the level of a band, a share below 1, or 0 for none.

    Raises:
        UserError: it is no such share.
    """
    if isinstance(confidence, str) or confidence is None or not 0 <= confidence < 1:
        raise UserError(
            f"confidence is {confidence!r}: write a share below 1, such as 0.95; 0 draws no band."
        )
    return float(confidence)
