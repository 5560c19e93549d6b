"""The age groups in all tables of the reform stage, and those that its design compares."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from trajectories.notebook.checked_values import whole_number

ALL = "all"


class Ages(NamedTuple):
    """Ages in full years, from one on and under another; None for no bound."""

    from_age: int | None = None
    under_age: int | None = None

    def hold(self, age: pl.Expr) -> pl.Expr:
        """Tell of each age whether it is among them."""
        low = pl.lit(value=True) if self.from_age is None else age >= self.from_age
        high = pl.lit(value=True) if self.under_age is None else age < self.under_age
        return low & high


class DesignGroups(NamedTuple):
    """The ages of those whom a reform touched, and of those whom it left alone."""

    touched: Ages
    comparison: Ages

    def told(self, age: pl.Expr) -> pl.Expr:
        """Return true for the touched, false for the comparison group, null for all others."""
        return (
            pl.when(self.touched.hold(age))
            .then(pl.lit(value=True))
            .when(self.comparison.hold(age))
            .then(pl.lit(value=False))
        )


def age_groups(age: pl.Series, split: int | None) -> Iterator[tuple[str, pl.Series]]:
    """Yield all rows, those under `split` and those of `split` and over.

    A reform package names the age where its reform treats the young in another way.

    Args:
        age: full years; rows with null (unknown birth date) are only in the group of all.
        split: the age in full years; None for all rows alone.

    Yields:
        The group's name and a mask of its rows, without nulls.

    Raises:
        ValueError: the age that splits is no whole number.
    """
    yield ALL, pl.Series(age.name, [True]).new_from_index(0, len(age))
    if split is None:
        return
    split = whole_number(split, "split_age", least=1)
    yield f"under {split}", (age < split).fill_null(False)
    yield f"{split} and over", (age >= split).fill_null(False)
