"""Persons on whom the difference in membership between two levels of a covariate rests."""

import polars as pl

from trajectories.arrays import Ints

NUMBER = ""
"""The level of a covariate that is a number."""


def compared_levels(values: pl.Series, cluster: Ints, person: Ints, base: str) -> pl.DataFrame:
    """Count the persons behind the difference in membership between each level and `base`.

    Where a level or one of its cells is small, an unadjusted difference of shares tells how small.

    Args:
        values: (n,) the covariate.
        cluster: (n,) clusters.
        person: (n,) persons, who may have windows in several cells.
        base: the level with which the others are compared; without meaning for a number.

    Returns:
        cluster, level (`NUMBER` for a number), compared (persons of the smaller of the two levels),
        fewest (in the smallest of the four cells: either level, in the cluster or out of it).
    """
    number = values.dtype.is_numeric()
    base = NUMBER if number else base
    frame = pl.DataFrame(
        {
            "level": pl.Series([NUMBER]).new_from_index(0, len(values))
            if number
            else values.cast(pl.String),
            "cluster": pl.Series(cluster),
            "person": pl.Series(person),
        }
    )
    persons = pl.col("person").n_unique().cast(pl.Int64)
    sizes = dict(frame.group_by("level").agg(persons).iter_rows())
    rows = []
    for own in sorted(set(frame["cluster"])):
        cells = {
            (level, inside): found
            for level, inside, found in frame.group_by("level", inside=pl.col("cluster") == own)
            .agg(persons)
            .iter_rows()
        }
        for level in sorted(sizes):
            if level == base and not number:
                continue
            both = (level, base)
            fewest = min(cells.get((one, side), 0) for one in both for side in (True, False))
            rows.append((own, level, min(sizes[level], sizes.get(base, 0)), fewest))
    counted = dict.fromkeys(("compared", "fewest"), pl.Int64)
    schema = {"cluster": pl.Int64, "level": pl.String, **counted}
    return pl.DataFrame(rows, schema=schema, orient="row")
