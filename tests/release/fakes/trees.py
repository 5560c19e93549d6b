"""A regression tree of courses: nodes that hang together, and the states of its leaves."""

import polars as pl

from .courses import state_counts, sum_counts

LEAVES = {3: 1, 4: 2, 5: 3}
"""Leaf to the cluster whose states it borrows."""


def tree_tables() -> dict[str, pl.DataFrame]:
    """The tables of a tree of five nodes."""
    nodes = pl.DataFrame(
        [
            (1, 0, "", "", "", None, 0.021, 0.002),
            (2, 1, "age", "at most", "28", None, 0.012, 0.004),
            (3, 1, "age", "above", "28", 7_530, None, None),
            (4, 2, "sex", "in", "K", 2_410, None, None),
            (5, 2, "sex", "in", "M", 2_880, None, None),
        ],
        schema=["node", "parent", "variable", "relation", "levels", "persons", "r2", "p_value"],
        orient="row",
    )
    finest = state_counts()
    parts = [
        sum_counts(finest.filter(pl.col("cluster") == cluster), "position", "state").select(
            pl.lit(leaf, dtype=pl.Int64).alias("node"),
            "position",
            "state",
            "count",
            weight=pl.col("count").cast(pl.Float64),
        )
        for leaf, cluster in LEAVES.items()
    ]
    return {"sequence_tree": nodes, "sequence_tree_states": pl.concat(parts)}
