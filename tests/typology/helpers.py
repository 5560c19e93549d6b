"""Naive distances and reference data for the tests of the typology."""

import gzip
from functools import cache
from pathlib import Path

import numba
import numpy as np
import polars as pl

MVAD_MONTHS = 70  # Sep.93 … Jun.99: the last 70 of the file's 72 months


def random_distances(seed: int, n: int, *, grid: bool = False) -> np.ndarray:
    """Condensed distances of random points; on a coarse grid there are many ties."""
    points = np.random.default_rng(seed).random((n, 3)) * (4 if grid else 1)
    points = np.round(points) if grid else points
    first, second = np.triu_indices(n, 1)
    return np.abs(points[first] - points[second]).sum(axis=1)


def square(d: np.ndarray) -> np.ndarray:
    n = round((1 + (1 + 8 * d.size) ** 0.5) / 2)
    out = np.zeros((n, n), d.dtype)
    out[np.triu_indices(n, 1)] = d
    return out + out.T


def replicated(d: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Condensed distances with item i written counts[i] times."""
    rows = np.repeat(np.arange(counts.size), counts)
    full = square(d)[np.ix_(rows, rows)]
    return full[np.triu_indices(rows.size, 1)]


def mvad(reference: Path) -> tuple[np.ndarray, list[str], np.ndarray]:
    """States (712, 70) as positions in R's alphabet, the alphabet, the survey weights."""
    frame = pl.read_csv(reference / "data" / "mvad.csv")
    words = frame[:, -MVAD_MONTHS:].to_numpy()
    alphabet = sorted(set(words.ravel()), key=str.lower)
    states = np.vectorize(alphabet.index)(words)
    return states.astype(np.uint8), alphabet, frame["weight"].to_numpy()


@numba.njit
def _naive_om(states, costs, indel):
    n, length = states.shape
    out = np.zeros(n * (n - 1) // 2)
    at = 0
    for i in range(n):
        for j in range(i + 1, n):
            row = np.arange(length + 1) * indel
            for a in range(length):
                diagonal = row[0]
                row[0] += indel
                for b in range(length):
                    best = min(
                        diagonal + costs[states[i, a], states[j, b]],
                        min(row[b], row[b + 1]) + indel,
                    )
                    diagonal = row[b + 1]
                    row[b + 1] = best
            out[at] = row[length]
            at += 1
    return out


@cache
def mvad_om(reference: Path, *, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    """OM distances with R's transition-rate costs and indel 1, and the weights.

    The costs are read, not computed: equal distances must be equal to the last bit for indices
    that count ties.
    """
    states, _, survey = mvad(reference)
    suffix = "_weighted" if weighted else ""
    table = pl.read_csv(reference / "mvad" / f"cost_sm_TRATE{suffix}.csv")
    costs = table[:, 1:].to_numpy().astype(np.float64)
    return _naive_om(states, costs, 1.0), survey if weighted else np.ones(len(survey))


def tie_free(reference: Path, *, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    """The reference distances without ties between 490 sequences, and their weights."""
    folder = reference / "mvad"
    d = np.frombuffer(gzip.decompress((folder / "tiefree_D.bin.gz").read_bytes()), "<f8")
    weights = pl.read_csv(folder / "tiefree_index.csv")["aggWeights"].to_numpy().astype(float)
    return d, weights if weighted else np.ones(490)


def members(reference: Path, name: str) -> dict[int, np.ndarray]:
    """R's labels by k."""
    frame = r_table(reference, f"{name}.csv.gz")
    return {
        int(column.removeprefix("k")): frame[column].to_numpy()
        for column in frame.columns
        if column != "id"
    }


def r_table(reference: Path, name: str) -> pl.DataFrame:
    """One of R's tables on mvad."""
    raw = (reference / "mvad" / name).read_bytes()
    raw = gzip.decompress(raw) if name.endswith(".gz") else raw
    return pl.read_csv(raw, infer_schema_length=None)


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two labellings are equal up to the labels' names."""
    pairs = set(zip(a.tolist(), b.tolist(), strict=True))
    return len(pairs) == len(set(a.tolist())) == len(set(b.tolist()))
