"""Invented aggregates of a run without caseworkers: from school to work, with weights."""

import numpy as np
import polars as pl

from .courses import sum_counts, typology_tables


def mvad_tables() -> dict[str, dict[str, pl.DataFrame]]:
    """712 persons from school to work, 70 months, case weights; no caseworkers, no employment."""
    states = ["employment", "FE", "HE", "joblessness", "school", "training"]
    rng = np.random.default_rng(7)
    rows = []
    for cluster, (main, size) in enumerate([(0, 265), (1, 153), (2, 118), (3, 176)], start=1):
        for group, part in (("no", 0.63), ("yes", 0.37)):
            n = round(size * part)
            for position in range(1, 71):
                share = np.full(6, 0.02)
                share[main] += position / 70
                share[4] += 0.5 * (1 - position / 70)
                share[5] += 0.4 * (1 - position / 70)
                counts = rng.multinomial(n, share / share.sum())
                rows += [
                    (cluster, group, position, s, int(c))
                    for s, c in zip(states, counts, strict=True)
                    if c
                ]
    finest = pl.DataFrame(
        rows, schema=["cluster", "group", "position", "state", "count"], orient="row"
    ).with_columns(weight=pl.col("count") * 0.98)
    modal = (
        sum_counts(finest, "cluster", "position", "state")
        .sort("count", descending=True, maintain_order=True)
        .group_by("cluster", "position", maintain_order=True)
        .first()
        .sort("cluster", "position")
        .with_columns(persons=pl.lit(178))
        .drop("weight")
    )
    names = ["employment", "FE", "HE", "joblessness"]
    sizes = [265, 153, 118, 176]
    shares = [
        {
            "age": "all",
            "group": group,
            "cluster": cluster,
            "windows": round(size * part),
            "persons": round(size * part),
            "share": size / 712,
            "se": 0.02,
            "low": size / 712 - 0.04,
            "high": size / 712 + 0.04,
        }
        for cluster, size in enumerate(sizes, start=1)
        for group, part in (("no", 0.63), ("yes", 0.37))
    ]
    differences = [
        {
            "age": "all",
            "contrast": "yes - no",
            "cluster": cluster,
            "persons": 712,
            "group_persons": 263,
            "difference": 0.12,
            "se": 0.033,
            "low": 0.055,
            "high": 0.185,
        }
        for cluster in range(1, 5)
    ]
    return {
        "register": {
            "accounting": pl.DataFrame(
                {
                    "table": ["spells", "spells"],
                    "step": ["read", "used"],
                    "reason": ["rows read", "used"],
                    "rows": [2874, 2874],
                }
            )
        },
        "sequences": {
            "state_distribution": sum_counts(finest, "group", "position", "state"),
            "sizes": pl.DataFrame(
                {
                    "group": ["no", "yes"],
                    "windows": [452, 260],
                    "persons": [452, 260],
                    "unique_sequences": [361, 196],
                }
            ),
            "regime_months": pl.DataFrame(
                schema={
                    "group": pl.String,
                    "regime": pl.String,
                    "windows": pl.Int64,
                    "mean_months": pl.Float64,
                }
            ),
        },
        "typology": {
            "quality": typology_tables()["quality"].with_columns(
                chosen=(pl.col("k") == 4) & (pl.col("method") == "ward")
            ),
            "clusters": pl.DataFrame(
                {
                    "cluster": [1, 2, 3, 4],
                    "name": names,
                    "windows": sizes,
                    "persons": sizes,
                    "weight": [float(size) for size in sizes],
                }
            ),
            "cluster_states": sum_counts(finest, "cluster", "position", "state"),
            "modal_sequence": modal,
            "medoids": pl.DataFrame(
                {
                    "cluster": [1, 2, 3, 4],
                    "sequence": ["employment/70", "FE/70", "HE/70", "joblessness/70"],
                    "identical": [12, 1, 3, 2],
                    "persons": sizes,
                }
            ),
        },
        "reform": {
            "shares": pl.DataFrame(shares),
            "differences": pl.DataFrame(differences),
        },
    }
