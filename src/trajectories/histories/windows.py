"""Windows of monthly states around months at risk, sorted into types."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Bools, Ints
from trajectories.caseworkers.handovers import COUNTED, counted
from trajectories.dissimilarity import Costs, cross, pairwise
from trajectories.sequences import StateSequences
from trajectories.survival.errors import NotEstimableError
from trajectories.typology.choose_k import choose_k
from trajectories.typology.name_clusters import name_clusters
from trajectories.typology.partitions import build

States = NDArray[np.uint8]
MONTH_BITS = 16
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


def windows_at(
    months: pl.DataFrame, rows: pl.DataFrame, *, length: int, offset: int
) -> tuple[States, Bools]:
    """Cut windows of `length` months, starting `offset` months from each row's month.

    Args:
        months: person, month, state (Enum), one row per person and month, in any order.
        rows: person, month.
        length: months in a window.
        offset: 0 starts in the row's month; −length ends in the month before.

    Returns:
        (n, length) uint8 positions in the alphabet, and (n,) whether all months of a window are
        observed; other windows are zeros.
    """
    states = months.with_columns(pl.col("state").to_physical().cast(pl.UInt8).alias("code"))
    key = _keys(states)
    order = np.argsort(key, kind="stable")
    key, code = key[order], states["code"].to_numpy()[order]
    first = _keys(rows) + offset
    place = np.searchsorted(key, first)
    last = np.minimum(place + length - 1, max(len(key) - 1, 0))
    # Keys are unique and ascending: if both ends are this far apart, every month between is there.
    seen = np.zeros(rows.height, dtype=bool)
    if len(key):
        inside = place + length <= len(key)
        start = np.minimum(place, len(key) - 1)
        seen = inside & (key[start] == first) & (key[last] == first + length - 1)
    out = np.zeros((rows.height, length), dtype=np.uint8)
    out[seen] = code[place[seen, np.newaxis] + np.arange(length)]
    return out, seen


def _keys(frame: pl.DataFrame) -> Ints:
    """Person and month as one integer, one larger in the next month."""
    month = pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month()
    person = pl.col("person").cast(pl.Int64) * 2**MONTH_BITS
    return frame.select(person + month).to_series().to_numpy()


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
    cells = (types.labels[:, np.newaxis] * length + np.arange(length)) * a + states
    counts = np.bincount(cells.ravel(), minlength=k * length * a)
    place = np.flatnonzero(counts)
    by_month = pl.DataFrame(
        {
            "cluster": place // (length * a) + 1,
            "position": place // a % length + 1,
            "state": [str(alphabet[i]) for i in (place % a).tolist()],
            "count": counts[place].astype(np.int64),
            "weight": counts[place].astype(np.float64),
        }
    )
    if not changed:
        return clusters, by_month
    key = ["cluster", "position", "state"]
    cell = {
        "position": np.tile(np.arange(1, length + 1), len(states)),
        "state": np.asarray(alphabet)[states.ravel()],
    }
    long = who[np.repeat(np.arange(len(states)), length)].with_columns(
        pl.Series(name, values) for name, values in cell.items()
    )
    met = long.group_by(key).agg(behind)
    return clusters, by_month.join(met, on=key, how="left", maintain_order="left")
