"""Windows of monthly states sorted into types, and their tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Ints
from trajectories.caseworkers.handovers import COUNTED, counted
from trajectories.dissimilarity import Costs, cross, pairwise
from trajectories.histories.month_states import States
from trajectories.sequences import StateSequences
from trajectories.survival.errors import NotEstimableError
from trajectories.typology.choose_k import choose_k
from trajectories.typology.name_clusters import name_clusters
from trajectories.typology.partitions import build

INDICES = ("ASW", "HC", "PBC")
STARTS = 5
SUBSTITUTION, INDEL = 2.0, 1.0


@dataclass(frozen=True)
class Types:
    """Types of windows.

    Attributes:
        labels: (n,) int64, the type of each window, 0…k−1.
        names: k distinct names, from the most frequent states.
    """

    labels: Ints
    names: tuple[str, ...]

    def of(self, rows: Bools) -> "Types":
        """The types of a subset of the windows."""
        return Types(self.labels[rows], self.names)


def find_types(
    states: States,
    alphabet: Sequence[str],
    *,
    ks: Sequence[int],
    sample: int,
    seed: int,
    smallest_share: float = 0.0,
    sought: Bools | None = None,
) -> Types:
    """Sort windows into types: medoids of a sample, then each window to its nearest medoid.

    Optimal matching (substitution 2, insertion and deletion 1); the number of types minimises the
    sum of ranks of ASW, HC and PBC over `ks`.

    Args:
        states: (n, L) positions in the alphabet.
        alphabet: the states.
        ks: numbers of types to try.
        sample: number of windows in the sample, drawn without replacement.
        seed: random seed of the sample and of the starts.
        smallest_share: least share of the sample in a type.
        sought: (n,) the windows from which the sample is drawn; all if None.

    Raises:
        NotEstimableError: fewer than three distinct windows.
    """
    drawn = np.arange(len(states)) if sought is None else np.flatnonzero(sought)
    if len(drawn) > sample:
        drawn = np.sort(np.random.default_rng(seed).choice(drawn, sample, replace=False))
    chosen = StateSequences.from_array(states[drawn], alphabet).unique()
    if len(chosen) < 3:
        raise NotEstimableError(
            "There are fewer than three different courses, so that no types can be told apart."
        )
    # States that do not occur do no harm: all pairs of states cost the same.
    costs = Costs(SUBSTITUTION * (1 - np.eye(len(alphabet))), INDEL)
    weights = chosen.count.astype(np.float64)
    tried = [k for k in ks if k < len(chosen)] or [2]
    d = pairwise(chosen.sequences, "om", costs)
    found = build(d, weights, methods=("pam",), ks=tried, starts=STARTS, seed=seed)
    choice = choose_k(
        {k: found.quality["pam", k] for k in tried},
        {k: found.smallest_share["pam", k] for k in tried},
        indices=INDICES,
        minimum_share=smallest_share,
    )
    own = chosen.sequences.states
    named = name_clusters(
        found.labels["pam", choice.k], found.medoids["pam", choice.k], own, alphabet, weights
    )
    every = StateSequences.from_array(states, alphabet).unique()
    medoids = StateSequences.from_array(own[named.medoids], alphabet)
    nearest = cross(every.sequences, medoids, "om", costs).argmin(axis=1)
    return Types(nearest[every.inverse].astype(np.int64), named.names)


def type_tables(
    kind: str, states: States, types: Types, rows: pl.DataFrame, alphabet: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Describe types of windows.

    Args:
        kind: which windows these are, in words.
        states: (n, L) positions in the alphabet.
        types: their types.
        rows: (n) the person of each window; for windows that begin with a change, from_caseworker
            and to_caseworker as well.
        alphabet: the states.

    Returns:
        kind, cluster (from 1), name, windows, persons, from_caseworkers, to_caseworkers (i64; null
        if windows do not begin with a change), one row per type; and cluster, position (from 1),
        state, count (i64), weight (f64, equal to count) and, if windows begin with a change, the
        caseworkers behind them, for the combinations that occur.
    """
    k, length = len(types.names), states.shape[1]
    who = rows.with_columns(cluster=pl.Series(types.labels + 1, dtype=pl.Int64))
    changed = set(rows.columns) > {"person"}
    behind = counted() if changed else []
    sizes = who.group_by("cluster").agg(
        pl.len().cast(pl.Int64).alias("windows"),
        pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
        *behind,
    )
    if not changed:
        sizes = sizes.with_columns(pl.lit(None, pl.Int64).alias(name) for name in COUNTED)
    clusters = (
        pl.DataFrame(
            {"kind": [kind] * k, "cluster": range(1, k + 1), "name": types.names},
            schema_overrides={"cluster": pl.Int64},
        )
        .join(sizes, on="cluster", how="left", maintain_order="left")
        .with_columns(pl.col("windows", "persons").fill_null(0))
        .select("kind", "cluster", "name", "windows", "persons", *COUNTED)
    )
    a = len(alphabet)
    counts = np.zeros((k, length, a), dtype=np.int64)
    for position in range(length):
        cells = types.labels * a + states[:, position]
        counts[:, position] = np.bincount(cells, minlength=k * a).reshape(k, a)
    cluster, month, state = np.nonzero(counts)
    held = counts[cluster, month, state]
    by_month = pl.DataFrame(
        {
            "cluster": cluster + 1,
            "position": month + 1,
            "state": [str(alphabet[i]) for i in state.tolist()],
            "count": held,
            "weight": held.astype(np.float64),
        }
    )
    if not changed:
        return clusters, by_month
    letters = pl.Series(alphabet, dtype=pl.String)
    met = [
        who.with_columns(code=pl.Series(states[:, place]))
        .group_by("cluster", "code")
        .agg(behind)
        .with_columns(position=pl.lit(place + 1, pl.Int64))
        for place in range(length)
    ]
    key = ["cluster", "position", "state"]
    together = pl.concat(
        one.with_columns(state=letters.gather(one["code"].cast(pl.UInt32))).drop("code")
        for one in met
    )
    return clusters, by_month.join(together, on=key, how="left", maintain_order="left")
