"""The contrast between cluster shares as registered and with the reform's relabelling undone.

Zero shows only that states do not depend on the renamed values, not that the reform renamed nothing
else: the seam and the split by age address what the codes cannot show.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Ints
from trajectories.notebook.checked_frames import checked_frame
from trajectories.reform.ages import age_groups
from trajectories.reform.composition import group_order

Rows = Ints
Keys = npt.NDArray[np.uint8]
Assign = Callable[[Rows], Rows]


def reassigned(
    windows: pl.DataFrame,
    keys: Keys,
    changed: pl.Series,
    rebuilt: Iterable[tuple[pl.DataFrame, Keys, Assign]],
) -> pl.DataFrame:
    """Assign the windows of a register with the relabelling undone to the clusters.

    Args:
        windows: the registered windows: person, group, origin, weight, age, cluster.
        keys: their sequences as bytes (n, ·): equal rows are equal sequences.
        changed: persons with at least one value renamed back.
        rebuilt: for some of these persons after others the windows rebuilt for them, with the same
            columns except cluster; their `keys`; and what returns the clusters of rows of these
            windows, called for sequences that no registered window has.

    Returns:
        group, age, cluster: one row per window of the register with the relabelling undone.
    """
    known = _cluster_by_course(keys, windows["cluster"].to_numpy())
    found = [windows.filter(~pl.col("person").is_in(changed.implode()))]
    for undone, undone_keys, assign in rebuilt:
        cluster = np.array([known.get(key.tobytes(), -1) for key in undone_keys], dtype=np.int64)
        new = np.flatnonzero(cluster < 0)
        if len(new):
            cluster[new] = assign(new)
        found.append(undone.with_columns(pl.Series("cluster", cluster)))
    return pl.concat(
        frame.select(
            pl.col("group"), pl.col("age").cast(pl.Int64), pl.col("cluster").cast(pl.Int64)
        )
        for frame in found
    )


def relabelling_table(
    windows: pl.DataFrame, undone: pl.DataFrame, *, split_age: int | None = None
) -> pl.DataFrame:
    """Tabulate both shares of each cluster and their difference.

    Args:
        windows: group, age, cluster as registered.
        undone: the same with the relabelling undone.
        split_age: the age that splits the young from the rest, in years; None for no split.

    Returns:
        age, cluster, group, windows, windows_undone, share_registered, share_undone, difference
        (registered minus undone). The relabelling contrast is the largest absolute difference.

    Raises:
        UserError: one of both lacks a column, or a column holds what it must not.
    """
    windows, undone = (
        checked_frame(
            one,
            rows,
            {"group": "label", "age": "number", "cluster": "whole"},
            may_miss=("group", "age"),
        ).with_columns(pl.col("group").cast(pl.String))
        for one, rows in ((windows, "windows"), (undone, "undone windows"))
    )
    clusters = sorted({*windows["cluster"].to_list(), *undone["cluster"].to_list()})
    grid = pl.DataFrame({"cluster": clusters}, schema={"cluster": pl.Int64}).join(
        pl.DataFrame({"group": group_order(windows["group"])}, schema={"group": pl.String}),
        how="cross",
    )
    masks = dict(age_groups(undone["age"], split_age))
    tables = []
    for age, mask in age_groups(windows["age"], split_age):
        table = grid
        for name, part in (
            ("windows", windows.filter(mask)),
            ("windows_undone", undone.filter(masks[age])),
        ):
            counts = part.group_by("cluster", "group").agg(pl.len().cast(pl.Int64).alias(name))
            table = table.join(
                counts.with_columns(pl.col("cluster").cast(pl.Int64)),
                on=["cluster", "group"],
                how="left",
                maintain_order="left",
            )
        tables.append(table.select(pl.lit(age).alias("age"), *table.columns))
    counted = pl.concat(tables).with_columns(pl.col("windows", "windows_undone").fill_null(0))
    return counted.with_columns(
        _share("windows").alias("share_registered"), _share("windows_undone").alias("share_undone")
    ).with_columns((pl.col("share_registered") - pl.col("share_undone")).alias("difference"))


def relabelling_contrast(table: pl.DataFrame) -> float:
    """Return the largest absolute difference of a table made by `relabelling_table`.

    Raises:
        ValueError: no cell has both shares.
        UserError: it is no such table.
    """
    table = checked_frame(table, "shares", {"difference": "number"}, may_miss=("difference",))
    largest = table["difference"].abs().max()
    if not isinstance(largest, float):
        raise ValueError("no group has a window both as registered and with the relabelling undone")
    return largest


def _cluster_by_course(keys: Keys, cluster: npt.NDArray[np.integer[Any]]) -> dict[bytes, int]:
    unique, first = np.unique(keys, axis=0, return_index=True)
    return {row.tobytes(): int(cluster[i]) for row, i in zip(unique, first, strict=True)}


def _share(column: str) -> pl.Expr:
    total = pl.col(column).sum().over("age", "group")
    return pl.when(total > 0).then(pl.col(column) / total)


def renamed_persons(
    spells: pl.DataFrame, readiness: pl.DataFrame, relabelling: pl.DataFrame
) -> pl.Series:
    """Return the persons, sorted, with a value that the relabelling would rename back."""
    found = []
    for frame, dimension in ((spells, "code"), (readiness, "readiness")):
        values = relabelling.filter(pl.col("dimension") == dimension)
        found.append(
            frame.join(values, left_on=dimension, right_on="after")
            .filter(pl.col("end") >= pl.col("from_date"))
            .get_column("person")
        )
    return pl.concat(found).unique().sort()
