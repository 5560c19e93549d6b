"""The school-to-work data that R's reference numbers were computed from."""

import numpy as np
import polars as pl

from trajectories.sequences import VOID, StateSequences

ALPHABET = ["employment", "FE", "HE", "joblessness", "school", "training"]


def mvad_sequences(reference, *, weighted=False):
    return read_mvad(reference / "data" / "mvad.csv", weighted=weighted)


def read_mvad(file, *, weighted=False):
    """Return the sequences in a copy of mvad.csv."""
    frame = pl.read_csv(file)
    states = frame.select(frame.columns[16:86]).to_numpy()
    weights = frame["weight"].to_numpy() if weighted else None
    return StateSequences.from_array(states, ALPHABET, weights)


def varying_sequences(reference):
    """Return the sixty sequences of unequal length."""
    frame = pl.read_csv(reference / "data" / "mvad_varlen60.csv", null_values=["NA", ""])
    names = frame.select(pl.exclude("id", "weight")).to_numpy()
    states = np.full(names.shape, VOID, np.uint8)
    for position, name in enumerate(ALPHABET):
        states[names == name] = position
    return StateSequences.from_array(states, ALPHABET)


def r_distances(reference, name):
    return pl.read_csv(reference / f"{name}.csv.gz").drop("id").to_numpy().astype(float)
