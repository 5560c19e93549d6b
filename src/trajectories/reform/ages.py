"""The age groups that every table of the reform stage keeps apart."""

from collections.abc import Iterator

import polars as pl

ALL = "all"


def age_groups(age: pl.Series, split: int) -> Iterator[tuple[str, pl.Series]]:
    """Yield all rows, those under `split` and those of `split` and over.

    Under-30s stand apart because the reform moved them to other benefits and visitation groups.

    Args:
        age: full years; null where the birth date is unknown, in no group but all.
        split: the age in full years.

    Yields:
        The group's name and a mask of its rows, without nulls.
    """
    yield ALL, pl.Series(age.name, [True]).new_from_index(0, len(age))
    yield f"under {split}", (age < split).fill_null(False)
    yield f"{split} and over", (age >= split).fill_null(False)
