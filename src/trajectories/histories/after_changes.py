"""Courses after a caseworker change, compared with matched months without one."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.caseworkers.changes import CAUSES, NOT_A_CHANGE
from trajectories.caseworkers.handovers import COUNTED_SCHEMA, OF_CHANGES, count_of
from trajectories.distributions import t_quantile

ANY = "any change"
LEAST_CHANGES = 100
STRATUM = ("month", "duration_band", "municipality", "state")
AFTER_TYPES_SCHEMA = {
    "cause": pl.String,
    **dict.fromkeys(("cluster", "persons", "events"), pl.Int64),
    **COUNTED_SCHEMA,
    "matched": pl.Int64,
    **dict.fromkeys(("matched_share", "difference", "low", "high"), pl.Float64),
}


def landmarks(panel: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Months at risk with the change of the month before, if any.

    Persons with and without a change are both at risk at the end of the month of the change, so
    nothing later decides who is compared.

    Returns:
        The panel's rows from a course's second month at risk on, with cause, from_caseworker and
        to_caseworker (null if the caseworker did not change in the month before), sorted by person
        and month.
    """
    real = (
        changes.filter(pl.col("cause").cast(pl.String) != NOT_A_CHANGE)
        .select(
            "person",
            pl.col("month").dt.offset_by("1mo"),
            pl.col("cause").cast(pl.String),
            *OF_CHANGES,
        )
        .sort("person", "month", "cause", maintain_order=True)
        .unique(["person", "month"], keep="first", maintain_order=True)
    )
    later = panel.filter(pl.col("duration") >= 1)
    return later.join(real, on=["person", "month"], how="left").sort("person", "month")


def after_types(rows: pl.DataFrame, types: Ints, k: int) -> pl.DataFrame:
    """Compare the types of course after a change with those after matched months.

    Matched months are months at risk without a change in the same calendar month, duration band,
    municipality and state on the eve, weighted by the number of changes in each stratum. The
    interval of the difference uses the clusters' summed influence, with t(G−1).

    Args:
        rows: as `landmarks` returns them, with state (on the eve) and cluster.
        types: (n,) the type of the window that begins with the month.
        k: number of types.

    Returns:
        Columns of `AFTER_TYPES_SCHEMA`: by cause (`any change` first) and type (cluster, from 1),
        persons with such a change, events (changes followed by the type), from_caseworkers and
        to_caseworkers behind these, matched (months), matched_share, difference of shares, low,
        high. Causes with fewer than 100 changes with a matched month are dropped: their intervals
        would be unreliable.
    """
    frame = rows.with_columns(type=pl.Series(types)).with_columns(
        stratum=pl.struct(STRATUM).rank("dense") - 1
    )
    strata = int(frame["stratum"].max() or 0) + 1  # type: ignore[arg-type]
    stratum = frame["stratum"].to_numpy().astype(np.int64)
    kind = frame["type"].to_numpy()
    quiet = frame["cause"].is_null().to_numpy()
    controls = np.bincount(stratum[quiet], minlength=strata)
    clusters = frame["cluster"].cast(pl.String).rank("dense").to_numpy().astype(np.int64) - 1
    mean = (
        np.column_stack(
            [
                np.bincount(stratum[quiet], weights=kind[quiet] == j, minlength=strata)
                for j in range(k)
            ]
        )
        / np.maximum(controls, 1)[:, np.newaxis]
    )
    present = set(frame["cause"].drop_nulls().unique())
    found = []
    for cause in (ANY, *(name for name in CAUSES if name in present)):
        changed = ~quiet if cause == ANY else (frame["cause"] == cause).fill_null(False).to_numpy()
        changed = changed & (controls[stratum] > 0)
        if changed.sum() < LEAST_CHANGES:
            continue
        wanted = np.bincount(stratum[changed], minlength=strata)
        weight = (wanted / np.maximum(controls, 1))[stratum] * quiet
        found += _compared(cause, frame, changed, weight, kind, mean, stratum, clusters)
    return pl.DataFrame(found, schema=AFTER_TYPES_SCHEMA, orient="row")


def _compared(
    cause: str,
    frame: pl.DataFrame,
    changed: Bools,
    weight: Floats,
    kind: Ints,
    mean: Floats,
    stratum: Ints,
    clusters: Ints,
) -> list[Sequence[str | int | float]]:
    n, groups = int(changed.sum()), int(clusters.max()) + 1
    used = np.unique(clusters[changed | (weight > 0)]).size
    quantile = t_quantile(0.975, max(used - 1, 1))
    rows: list[Sequence[str | int | float]] = []
    for j in range(mean.shape[1]):
        # One type after the other: months at risk are many.
        hit, expected = (kind == j).astype(np.float64), mean[stratum, j]
        share, matched = hit[changed].mean(), expected[changed].mean()
        difference = share - matched
        influence = changed * (hit - expected - difference)
        influence = (influence - weight * (hit - expected)) / n
        sums = np.bincount(clusters, weights=influence, minlength=groups)
        se = float(np.sqrt(used / max(used - 1, 1) * (sums**2).sum()))
        followed = changed & (kind == j)
        theirs = frame.filter(followed)
        rows.append(
            (
                cause,
                j + 1,
                theirs["person"].n_unique(),
                theirs.height,
                *count_of(theirs).values(),
                int((weight > 0).sum()),
                float(matched),
                float(difference),
                float(difference - quantile * se),
                float(difference + quantile * se),
            )
        )
    return rows
