"""Naive distances and reference data for the tests of the typology."""

import gzip
from pathlib import Path

import numba
import numpy as np
import polars as pl

MVAD_MONTHS = 70  # Sep.93 … Jun.99: the last 70 of the file's 72 months


def mvad(reference: Path) -> tuple[np.ndarray, list[str], np.ndarray]:
    """States (712, 70) as positions in the sorted alphabet, the alphabet, the survey weights."""
    frame = pl.read_csv(reference / "data" / "mvad.csv")
    words = frame[:, -MVAD_MONTHS:].to_numpy()
    alphabet = sorted(set(words.ravel()), key=str.lower)  # R's order
    states = np.vectorize(alphabet.index)(words)
    return states.astype(np.uint8), alphabet, frame["weight"].to_numpy()


def trate_costs(states: np.ndarray, size: int, weights: np.ndarray) -> np.ndarray:
    """Substitution costs 2 − p(a|b) − p(b|a) from rates pooled over time."""
    counts = np.zeros((size, size))
    pairs = (states[:, :-1].ravel(), states[:, 1:].ravel())
    np.add.at(counts, pairs, np.repeat(weights, states.shape[1] - 1))
    rates = counts / counts.sum(axis=1, keepdims=True)
    costs = 2 - rates - rates.T
    np.fill_diagonal(costs, 0)
    return costs


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


def mvad_om(reference: Path, *, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    """OM distances with transition-rate costs and indel 1, and the weights, as R's reference."""
    states, alphabet, survey = mvad(reference)
    weights = survey if weighted else np.ones(len(survey))
    return _naive_om(states, trate_costs(states, len(alphabet), weights), 1.0), weights


def tie_free(reference: Path, *, weighted: bool) -> tuple[np.ndarray, np.ndarray]:
    """The reference distances without ties between 490 sequences, and their weights."""
    folder = reference / "mvad"
    d = np.frombuffer(gzip.open(folder / "tiefree_D.bin.gz").read(), "<f8")
    weights = pl.read_csv(folder / "tiefree_index.csv")["aggWeights"].to_numpy().astype(float)
    return d, weights if weighted else np.ones(490)


def members(reference: Path, name: str) -> dict[int, np.ndarray]:
    """R's labels by k."""
    raw = gzip.open(reference / "mvad" / f"{name}.csv.gz").read()
    frame = pl.read_csv(raw)
    return {
        int(column.removeprefix("k")): frame[column].to_numpy()
        for column in frame.columns
        if column != "id"
    }
