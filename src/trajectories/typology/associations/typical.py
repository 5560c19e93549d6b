"""Typical courses of each cluster and of all windows, none of which is a person's own.

A representative is a real course. What is handed over of it is the commonest state, month by month,
of those whom it represents.
"""

import numpy as np
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import among
from trajectories.sequences import StateSequences
from trajectories.typology.associations.analysed import Analysed
from trajectories.typology.representative_sets.covering_set import Criterion, representatives
from trajectories.typology.representative_sets.relative_frequency import relative_frequency_groups

LEAST_IN_GROUP = 10
"""Fewest windows of a relative-frequency group."""
LEAST = 20
"""Fewest windows of a cluster in the sample whose representatives are looked for."""


def representative_tables(
    sample: Analysed,
    seqs: StateSequences,
    labels: Ints,
    *,
    criterion: Criterion,
    coverage: float,
    radius: float,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the representative set of each cluster.

    Args:
        sample: the sample with its distances.
        seqs: all windows.
        labels: (n,) clusters, from 0.
        criterion: what makes a candidate the best.
        coverage: share of a cluster's weight that is to lie near a representative.
        radius: how near, as a share of the largest distance in the sample.

    Returns:
        - cluster (from 1), rank (from 1), persons (nearest to this representative), near (those of
          them within its radius), quality (of the set, the same in all rows of a cluster);
        - cluster, rank, position (from 1), state (the commonest of those nearest to it), count
          (persons in it), persons.
    """
    own = labels[sample.rows]
    largest = float(sample.d.max(initial=0.0))
    sets: list[pl.DataFrame] = []
    courses: list[pl.DataFrame] = []
    for cluster in range(int(labels.max()) + 1):
        inside = np.flatnonzero(own == cluster)
        d = among(sample.d, inside)
        if inside.size < LEAST or not d.any():
            continue
        found = representatives(
            d,
            criterion,
            sample.weights[inside],
            seqs=seqs[sample.rows[inside]],
            coverage=coverage,
            pradius=radius,
            dmax=largest,
        )
        sizes = np.bincount(found.labels, minlength=found.items.size)
        key = {"cluster": pl.lit(cluster + 1, pl.Int16)}
        rank = pl.Series("rank", np.arange(1, found.items.size + 1))
        within = found.distances < found.radius
        near = np.bincount(found.labels[within], minlength=found.items.size)
        sets.append(
            pl.DataFrame([rank, pl.Series("persons", sizes), pl.Series("near", near)]).select(
                **key,
                rank="rank",
                persons="persons",
                near="near",
                quality=pl.lit(found.quality),
            )
        )
        modal = _modal(seqs[sample.rows[inside]], found.labels, found.items.size)
        courses.append(
            modal.select(
                **key,
                rank="group",
                position="position",
                state="state",
                count="count",
                persons="size",
            )
        )
    return (
        pl.concat([pl.DataFrame(schema=SETS), *sets]),
        pl.concat([pl.DataFrame(schema=COURSES), *courses]),
    )


SETS = {
    "cluster": pl.Int16,
    "rank": pl.Int64,
    "persons": pl.Int64,
    "near": pl.Int64,
    "quality": pl.Float64,
}
COURSES = {
    "cluster": pl.Int16,
    "rank": pl.Int64,
    "position": pl.Int64,
    "state": pl.String,
    "count": pl.Int64,
    "persons": pl.Int64,
}


def frequency_table(sample: Analysed, seqs: StateSequences, groups: int) -> pl.DataFrame:
    """Return relative-frequency groups of all windows of the sample (Fasang & Liao 2014).

    There are fewer groups where they would be small, and none where there would be one. A window on
    the border of two groups counts in the one that has more of its weight.

    Returns:
        stripe (from 1), position (from 1), state (the commonest of the group), count (persons in
        it), size (persons of the group), distance (mean distance to the group's medoid, as a share
        of the largest in the sample), r2 (share of the sum of distances to the medoid of all by
        which those to the groups' medoids are smaller; the same in all rows).
    """
    groups = min(groups, sample.rows.size // LEAST_IN_GROUP)
    if groups < 2 or not sample.d.any():
        return pl.DataFrame()
    found = relative_frequency_groups(sample.d, groups, sample.weights)
    members = found.members.sort("item", "weight", "group", descending=[False, True, False])
    placed = members.unique("item", keep="first", maintain_order=True)
    label = placed.sort("item")["group"].to_numpy().astype(np.int64)
    away = (
        found.members.group_by("group")
        .agg((pl.col("distance") * pl.col("weight")).sum() / pl.col("weight").sum())
        .sort("group")["distance"]
        .to_numpy()
    )
    share: Floats = away / float(sample.d.max(initial=1.0))
    modal = _modal(seqs[sample.rows], label, groups)
    return modal.rename({"group": "stripe"}).with_columns(
        distance=pl.Series(share[modal["group"].to_numpy() - 1]), r2=pl.lit(found.r2)
    )


def _modal(seqs: StateSequences, label: Ints, groups: int) -> pl.DataFrame:
    """Return group (from 1), position, state (the commonest), count and size."""
    size = len(seqs.alphabet)
    counts = np.stack(
        [
            np.bincount(label * size + seqs.states[:, place], minlength=groups * size)
            for place in range(seqs.length)
        ],
        axis=1,
    ).reshape(groups, size, seqs.length)
    group, position = np.indices((groups, seqs.length)).reshape(2, -1)
    names = np.array([str(state) for state in seqs.alphabet])
    return pl.DataFrame(
        {
            "group": group + 1,
            "position": position + 1,
            "state": names[counts.argmax(axis=1).ravel()],
            "count": counts.max(axis=1).ravel(),
            "size": np.bincount(label, minlength=groups)[group],
        }
    )
