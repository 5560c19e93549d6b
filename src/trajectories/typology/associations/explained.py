"""What covariates explain of the discrepancy of courses: in all, by month, between groups."""

from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from trajectories.discrepancy import by_position, compare_groups, discrepancy, multifactor
from trajectories.sequences import StateSequences
from trajectories.typology.associations.analysed import Analysed

TOTAL = "total"
GROUP = "group"
PAIR = 100
"""Windows of each group in a sample of the likelihood ratio, as Liao & Fasang (2021) take."""


def factor_table(sample: Analysed, *, permutations: int, seed: int) -> pl.DataFrame:
    """Return what each covariate explains, alone and beside the others.

    Returns:
        factor (the last row "total": all together), persons, r2_alone, p_alone, r2_beside,
        p_beside (null where the others determine it), p_dispersion (Levene's test; null for
        numbers).
    """
    names = sample.varying
    given = (sample.d, sample.data, sample.weights)
    rows: list[dict[str, Any]] = []
    for name in names:
        alone = multifactor(*given, factors=[name], permutations=permutations, seed=seed)
        row: dict[str, Any] = {"factor": name, "persons": sample.rows.size}
        row |= dict(zip(("r2_alone", "p_alone"), _first(alone.table, name), strict=True))
        if not sample.data[name].dtype.is_numeric():
            found = discrepancy(
                sample.d,
                sample.data[name],
                sample.weights,
                permutations=permutations,
                seed=seed,
            )
            row["p_dispersion"] = found.table.filter(statistic="Levene")["p_value"][0]
        rows.append(row)
    if len(names) > 1 and (beside := _beside(sample, names, permutations, seed)) is not None:
        rows.append({"factor": TOTAL, "persons": sample.rows.size})
        for row in rows:
            pair = _first(beside, "Total" if row["factor"] == TOTAL else row["factor"])
            row |= dict(zip(("r2_beside", "p_beside"), pair, strict=True))
    numbers = ("r2_alone", "p_alone", "r2_beside", "p_beside", "p_dispersion")
    schema = {"factor": pl.String, "persons": pl.Int64, **dict.fromkeys(numbers, pl.Float64)}
    return pl.DataFrame(rows, schema=schema)


def _first(table: pl.DataFrame, factor: str) -> tuple[float, float | None]:
    found = table.filter(pl.col("factor") == factor).row(0, named=True)
    return found["pseudo_r2"], found["p_value"]


def _beside(
    sample: Analysed, names: list[str], permutations: int, seed: int
) -> pl.DataFrame | None:
    """Return what several factors explain; nothing where one is determined by the others."""
    try:
        found = multifactor(
            sample.d,
            sample.data,
            sample.weights,
            factors=names,
            permutations=permutations,
            seed=seed,
        )
    except ValueError:
        return None
    return found.table


def contrast_table(sample: Analysed, *, permutations: int, seed: int) -> pl.DataFrame:
    """Compare each pair of groups by likelihood ratio and BIC.

    Returns:
        contrast ("second - first"), persons, lrt and delta_bic (means over samples of a hundred
        windows of each group), p_permutation (of all windows of the sample).
    """
    group = sample.data[GROUP].to_numpy()
    rows = []
    for one, other in combinations(sorted(set(group.tolist())), 2):
        inside = np.isin(group, (one, other))
        if min((group == one).sum(), (group == other).sum()) < 2:
            continue
        given = (sample.d, group, np.where(inside, sample.weights, 0.0))
        ratio = compare_groups(*given, samples=PAIR, seed=seed).row(0, named=True)
        tested = compare_groups(*given, samples=0, permutations=permutations, seed=seed)
        rows.append(
            {
                "contrast": f"{other} - {one}",
                "persons": int(inside.sum()),
                "lrt": ratio["LRT"],
                "delta_bic": ratio["delta_bic"],
                "p_permutation": tested["p_permutation"][0],
            }
        )
    numbers = dict.fromkeys(("lrt", "delta_bic", "p_permutation"), pl.Float64)
    return pl.DataFrame(rows, schema={"contrast": pl.String, "persons": pl.Int64, **numbers})


def position_table(seqs: StateSequences, group: pl.Series, person: pl.Series) -> pl.DataFrame:
    """Return by month how far courses differ within groups, and how much groups explain.

    Returns:
        position (from 1: this month and the next), group, persons, discrepancy (of the group),
        pseudo_r2 (of groups, the same for all groups of a position).
    """
    found = by_position(seqs, group)
    counts = (
        pl.DataFrame({"group": group, "person": person})
        .group_by("group")
        .agg(persons=pl.col("person").n_unique().cast(pl.Int64))
        .sort("group")
    )
    parts = [
        found.select(
            pl.col("position").cast(pl.Int64),
            group=pl.lit(name),
            persons=pl.lit(persons, pl.Int64),
            discrepancy=pl.col(f"discrepancy_{name}"),
            pseudo_r2=pl.col("Pseudo R2"),
        )
        for name, persons in counts.iter_rows()
    ]
    return pl.concat(parts).sort("position", "group").fill_nan(None)
