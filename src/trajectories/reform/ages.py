"""The age groups in all tables of the reform stage."""

from collections.abc import Iterator

import polars as pl

ALL = "all"


def age_groups(age: pl.Series, split: int | None) -> Iterator[tuple[str, pl.Series]]:
    """Yield all rows, those under `split` and those of `split` and over.

    A reform package names the age where its reform treats the young in another way.

    Args:
        age: full years; rows with null (unknown birth date) are only in the group of all.
        split: the age in full years; None for all rows alone.

    Yields:
        The group's name and a mask of its rows, without nulls.
    """
    yield ALL, pl.Series(age.name, [True]).new_from_index(0, len(age))
    if split is None:
        return
    yield f"under {split}", (age < split).fill_null(False)
    yield f"{split} and over", (age >= split).fill_null(False)
