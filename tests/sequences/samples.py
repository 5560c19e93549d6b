"""Sequences that several tests share."""

from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import settings

from trajectories.sequences import MISSING, VOID, StateSequences

plainly = settings(max_examples=60)
"""Properties whose first example may wait for a kernel to be compiled."""

MVAD = ["employment", "FE", "HE", "joblessness", "school", "training"]


def mvad(reference: Path, *, weighted: bool) -> StateSequences:
    """September 1993 to June 1999 of the mvad data, in the order of R's alphabet."""
    table = pl.read_csv(reference / "data" / "mvad.csv")
    weights = table["weight"].to_numpy() if weighted else None
    named = StateSequences.from_array(table[:, 16:86].to_numpy(), MVAD, weights)
    return StateSequences(named.states, ("EM", "FE", "HE", "JL", "SC", "TR"), named.weights)


def raw_ex1(reference: Path) -> list[list[str | None]]:
    """The cells of TraMineR's ex1, blank where they are missing."""
    table = pl.read_csv(reference / "data" / "ex1.csv", infer_schema_length=None)
    return [list(row) for row in table[:, 1:14].rows()]


def ex1(reference: Path, *, weighted: bool) -> StateSequences:
    """TraMineR's ex1 as its default makes it: gaps missing, the end after the last state void."""
    table = pl.read_csv(reference / "data" / "ex1.csv", infer_schema_length=None)
    weights = table["weights"].to_numpy() if weighted else None
    return StateSequences.from_array(raw_ex1(reference), "ABCD", weights, right="drop")


def r_states(path: Path) -> list[str]:
    """Rows of a state sequence object that R wrote, `*` missing, void left out."""
    table = pl.read_csv(path, infer_schema_length=0)
    return ["".join(cell for cell in row if cell != "%") for row in table[:, 1:].rows()]


def random_sequences(n: int, length: int, size: int, *, seed: int) -> StateSequences:
    """Sequences with runs, some missing positions and some ends before the last position."""
    rng = np.random.default_rng(seed)
    states = np.repeat(rng.integers(0, size, (n, length)), rng.integers(1, 4), axis=1)[:, :length]
    states = states.astype(np.uint8)
    states[rng.random(states.shape) < 0.1] = MISSING
    for row in range(0, n, 5):
        states[row, rng.integers(1, length) :] = VOID
    return StateSequences.from_array(states, [f"s{place}" for place in range(size)])
