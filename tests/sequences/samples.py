"""Sequences that several tests share."""

from pathlib import Path

import numpy as np
import polars as pl

from trajectories.sequences import MISSING, VOID, StateSequences

MVAD = ["employment", "FE", "HE", "joblessness", "school", "training"]


def mvad(reference: Path, *, weighted: bool) -> StateSequences:
    """September 1993 to June 1999 of the mvad data, in the order of R's alphabet."""
    table = pl.read_csv(reference / "data" / "mvad.csv")
    weights = table["weight"].to_numpy() if weighted else None
    named = StateSequences.from_array(table[:, 16:86].to_numpy(), MVAD, weights)
    return StateSequences(named.states, ("EM", "FE", "HE", "JL", "SC", "TR"), named.weights)


def ex1(reference: Path, *, weighted: bool) -> StateSequences:
    """TraMineR's ex1 as its default makes it: gaps missing, the end after the last state void."""
    table = pl.read_csv(reference / "data" / "ex1.csv", infer_schema_length=None)
    letters = table[:, 1:14].to_numpy()
    states = np.full(letters.shape, VOID, dtype=np.uint8)
    for row, cells in enumerate(letters):
        last = max((t for t, cell in enumerate(cells) if cell is not None), default=-1)
        for t in range(last + 1):
            states[row, t] = MISSING if cells[t] is None else "ABCD".index(cells[t])
    weights = table["weights"].to_numpy() if weighted else None
    return StateSequences.from_array(states, "ABCD", weights)


def numbers(path: Path) -> np.ndarray:
    """All columns but the first, which names the rows."""
    table = pl.read_csv(path, infer_schema_length=None, null_values=["NA", "NaN"])
    return table[:, 1:].cast(pl.Float64).fill_null(np.nan).to_numpy()


def random_sequences(n: int, length: int, size: int, *, seed: int) -> StateSequences:
    """Sequences with runs, some missing positions and some ends before the last position."""
    rng = np.random.default_rng(seed)
    states = np.repeat(rng.integers(0, size, (n, length)), rng.integers(1, 4), axis=1)[:, :length]
    states = states.astype(np.uint8)
    states[rng.random(states.shape) < 0.1] = MISSING
    for row in range(0, n, 5):
        states[row, rng.integers(1, length) :] = VOID
    return StateSequences.from_array(states, [f"s{place}" for place in range(size)])
