"""Tables of shares reweighted to a common composition, and of what their differences consist of."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.reform.balancing.common_composition import (
    POOLED,
    Weights,
    composition_weights,
)
from trajectories.reform.balancing.composition_cells import composition_cells
from trajectories.reform.balancing.kitagawa import COMPOSITION, decomposition
from trajectories.reform.composition import group_order
from trajectories.reform.resampling.compared_shares import compared_shares
from trajectories.reform.resampling.reclustered import Typed, normal_interval, resampled

NOISE = 1e-9
DIFFERENCE = "difference"
"""The part that is the whole difference."""


@dataclass(frozen=True)
class Adjustment:
    """How shares are adjusted.

    Attributes:
        covariates: what the composition consists of.
        target: the group whose composition all get; None for all groups together.
        replicates: samples of persons.
        candidates: most unique sequences among which a sample looks for medoids.
        recluster: false where the typology is not one of medoids: then only persons vary.
        seed: seed of the samples.
        confidence: level of the intervals.
    """

    covariates: tuple[str, ...]
    target: str | None
    replicates: int
    candidates: int
    seed: int
    confidence: float
    recluster: bool = True


def adjusted_tables(
    windows: pl.DataFrame, typed: Typed, adjustment: Adjustment, *, threads: int | None = None
) -> dict[str, pl.DataFrame]:
    """Make the tables of the adjusted comparison.

    Args:
        windows: person, group, cluster (from 1), weight and the covariates, one row a window.
        typed: the same rows with their typology.
        adjustment: how they are adjusted.
        threads: number of threads.

    Returns:
        - adjusted_shares: group, cluster, persons, group_persons, share, low, high (the typology
          made anew), adjusted, adjusted_low, adjusted_high.
        - adjusted_differences: contrast, cluster, persons, group_persons (of the smaller group),
          and the same columns of differences, `difference` in place of `share`.
        - decomposition: contrast, cluster, part (a covariate, "composition", "rates",
          "difference"), persons, group_persons, value.
        - composition_balance: group, covariate, level, balanced ("yes" or "left out"), persons,
          spread_persons (the group's persons times the standard deviation that is the unit of
          differences), difference_before, difference_after.
        - effective_sizes: group, persons, windows, precision (effective number of windows, a share
          of the windows), largest.
    """
    groups = tuple(group_order(windows["group"]))
    target = adjustment.target or POOLED
    weights = composition_weights(
        windows,
        "group",
        target,
        adjustment.covariates,
        weights="weight",
        infeasible="leave_out",
    )
    cells = composition_cells(windows, adjustment.covariates)
    clusters = len(typed.medoids)
    statistic = compared_shares(
        windows,
        groups,
        cells,
        clusters=clusters,
        target=target,
        left_out=weights.left_out,
    )
    whole = statistic(typed.cluster, typed.weight)
    drawn = resampled(
        typed,
        statistic,
        replicates=adjustment.replicates,
        seed=adjustment.seed,
        recluster=adjustment.recluster,
        candidates=adjustment.candidates,
        threads=threads,
    )
    shares, samples = np.stack(statistic.split(whole)), np.stack(statistic.split(drawn))
    level = adjustment.confidence
    pairs = list(combinations(range(len(groups)), 2))
    contrasts = [f"{groups[b]} - {groups[a]}" for a, b in pairs]
    later, earlier = [b for _, b in pairs], [a for a, _ in pairs]
    labels = list(range(1, clusters + 1))
    persons = _persons(windows)
    return {
        "adjusted_shares": _estimates("group", groups, labels, "share", shares, samples, level)
        .join(persons, on=["group", "cluster"], how="left", maintain_order="left")
        .with_columns(pl.col("persons").fill_null(0))
        .join(_group_persons(windows), on="group", how="left", maintain_order="left"),
        "adjusted_differences": _estimates(
            "contrast",
            contrasts,
            labels,
            "difference",
            shares[:, later] - shares[:, earlier],
            samples[:, :, later] - samples[:, :, earlier],
            level,
        ).join(_pair_persons(windows, groups), on=["contrast", "cluster"], how="left"),
        "decomposition": _decomposed(windows, groups, adjustment.covariates),
        "composition_balance": _balance(windows, weights),
        "effective_sizes": _sizes(windows, weights, groups),
    }


def _estimates(
    dimension: str,
    names: tuple[str, ...] | list[str],
    labels: list[int],
    word: str,
    values: Floats,
    samples: Floats,
    confidence: float,
) -> pl.DataFrame:
    """Tabulate raw and adjusted values, (2, names, clusters), with intervals of samples."""
    count = len(labels)
    columns: dict[str, object] = {
        dimension: np.repeat(np.array(names, dtype=object), count).tolist(),
        "cluster": labels * len(names),
    }
    for position, name, low, high in (
        (0, word, "low", "high"),
        (1, "adjusted", "adjusted_low", "adjusted_high"),
    ):
        own = values[position].ravel()
        drawn = samples[position].reshape(len(samples[position]), -1)
        _, below, above = normal_interval(own, drawn, confidence)
        columns |= {name: own, low: below, high: above}
    return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def _persons(windows: pl.DataFrame) -> pl.DataFrame:
    return (
        windows.group_by("group", "cluster")
        .agg(persons=pl.col("person").n_unique().cast(pl.Int64))
        .with_columns(pl.col("cluster").cast(pl.Int64))
    )


def _group_persons(windows: pl.DataFrame) -> pl.DataFrame:
    return windows.group_by("group").agg(group_persons=pl.col("person").n_unique().cast(pl.Int64))


def _pair_persons(windows: pl.DataFrame, groups: tuple[str, ...]) -> pl.DataFrame:
    held = dict(_group_persons(windows).iter_rows())
    tables = [
        windows.filter(pl.col("group").is_in([first, second]))
        .group_by("cluster")
        .agg(persons=pl.col("person").n_unique().cast(pl.Int64))
        .select(
            pl.lit(f"{second} - {first}").alias("contrast"),
            pl.col("cluster").cast(pl.Int64),
            "persons",
            group_persons=pl.lit(min(held[first], held[second]), pl.Int64),
        )
        for first, second in combinations(groups, 2)
    ]
    counted = dict.fromkeys(("cluster", "persons", "group_persons"), pl.Int64)
    empty = {"contrast": pl.String, **counted}
    return pl.concat([pl.DataFrame(schema=empty), *tables])


def _decomposed(
    windows: pl.DataFrame, groups: tuple[str, ...], covariates: tuple[str, ...]
) -> pl.DataFrame:
    tables = []
    for first, second in combinations(groups, 2):
        parts = decomposition(
            windows, "group", first, second, "cluster", covariates, weights="weight"
        )
        named = parts.with_columns(label=pl.coalesce("covariate", "part"))
        whole = parts.group_by("outcome", maintain_order=True).agg(pl.col("value").sum())
        composition = (
            parts.filter(pl.col("part") == COMPOSITION)
            .group_by("outcome", maintain_order=True)
            .agg(pl.col("value").sum())
        )
        long = [
            named.select("outcome", pl.col("label").alias("part"), "value"),
            composition.select("outcome", pl.lit(COMPOSITION).alias("part"), "value"),
            whole.select("outcome", pl.lit(DIFFERENCE).alias("part"), "value"),
        ]
        tables.append(
            pl.concat(long).select(
                pl.lit(f"{second} - {first}").alias("contrast"),
                pl.col("outcome").cast(pl.Int64).alias("cluster"),
                "part",
                "value",
            )
        )
    if not tables:
        return pl.DataFrame(
            schema={
                "contrast": pl.String,
                "cluster": pl.Int64,
                "part": pl.String,
                "value": pl.Float64,
                "persons": pl.Int64,
                "group_persons": pl.Int64,
            }
        )
    return pl.concat(tables).join(
        _pair_persons(windows, groups),
        on=["contrast", "cluster"],
        how="left",
        maintain_order="left",
    )


def _balance(windows: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    counted = pl.concat(
        windows.group_by("group", pl.col(name).alias("level")).agg(
            persons=pl.col("person").n_unique().cast(pl.Int64), covariate=pl.lit(name)
        )
        for name in weights.balance["covariate"].unique(maintain_order=True)
    )
    left_out = pl.col("covariate").is_in(list(weights.left_out))
    return (
        weights.balance.join(
            counted, on=["group", "covariate", "level"], how="left", maintain_order="left"
        )
        .join(_group_persons(windows), on="group", how="left", maintain_order="left")
        .with_columns(
            pl.col("persons").fill_null(0),
            # Rounding errors of sums are no differences.
            pl.when(pl.col("difference_after").abs() < NOISE)
            .then(0.0)
            .otherwise("difference_after")
            .alias("difference_after"),
            spread_persons=(
                pl.col("group_persons") * (pl.col("target") * (1 - pl.col("target"))).sqrt()
            ).fill_nan(0.0),
            balanced=pl.when(left_out).then(pl.lit("left out")).otherwise(pl.lit("yes")),
        )
        .select(
            "group",
            "covariate",
            "level",
            "balanced",
            "persons",
            "spread_persons",
            "difference_before",
            "difference_after",
        )
    )


def _sizes(windows: pl.DataFrame, weights: Weights, groups: tuple[str, ...]) -> pl.DataFrame:
    counts = windows.group_by("group").agg(
        windows=pl.len().cast(pl.Int64), persons=pl.col("person").n_unique().cast(pl.Int64)
    )
    order = pl.DataFrame({"group": list(groups)})
    return order.join(counts, on="group", maintain_order="left").join(
        weights.effective_size.select(
            "group", precision=pl.col("effective_after") / pl.col("rows"), largest="largest"
        ),
        on="group",
        maintain_order="left",
    )
