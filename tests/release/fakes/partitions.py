"""Partitions next to six clusters: five, of which one holds two of the six, and seven."""

import polars as pl

MERGED = (5, 6)


def partition_tables(
    per_state: pl.DataFrame, sizes: dict[int, int], names: list[str]
) -> dict[str, pl.DataFrame]:
    """Nodes 1 to 6 are the six clusters, 7 the last two together, 8 and 9 the parts of the first.

    Args:
        per_state: cluster, position, state, count and weight.
        sizes: windows by cluster.
        names: the clusters' names.
    """
    both = sum(sizes[c] for c in MERGED)
    part = {8: sizes[1] // 2, 9: sizes[1] - sizes[1] // 2}
    name = dict(zip(sizes, names, strict=True))
    rows = [(5, c, c, None, name[c], sizes[c], None, c) for c in (1, 2, 3, 4)]
    rows += [(5, 5, 7, None, name[6], both, None, None)]
    rows += [(6, c, c, min(c, 5), name[c], sizes[c], sizes[c], c) for c in sizes]
    rows += [(7, n - 7, n, 1, name[1], part[n], part[n], None) for n in (8, 9)]
    rows += [(7, c + 1, c, c, name[c], sizes[c], sizes[c], c) for c in range(2, 7)]
    columns = ["k", "cluster", "node", "parent", "name", "windows", "from_parent", "chosen_cluster"]
    listed = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    merged = per_state.filter(pl.col("cluster").is_in(MERGED)).group_by("position", "state")
    first = per_state.filter(cluster=1)
    half = pl.col("count") // 2
    nodes = {
        7: merged.agg(pl.col("count").sum()),
        8: first.select("position", "state", count=half),
        9: first.select("position", "state", count=pl.col("count") - half),
    }
    states = pl.concat(
        frame.select(
            pl.lit(node).alias("node"),
            "position",
            "state",
            "count",
            pl.lit(both if node == 7 else part[node]).alias("size"),
            pl.lit("5" if node == 7 else "7").alias("k"),
        )
        for node, frame in nodes.items()
    ).filter((pl.col("position") == 1) | (pl.col("position") % 3 == 0))
    return {
        "partitions": listed.with_columns(
            chosen=pl.col("k") == 6,
            persons=pl.col("windows") - 12,
            weight=pl.col("windows").cast(pl.Float64),
        ),
        "partition_states": states.filter(pl.col("count") >= 0.05 * pl.col("size")).sort(
            "node", "position", "state"
        ),
    }
