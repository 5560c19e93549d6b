"""The folder of windows: their rows, the states of each, and the alphabet."""

from pathlib import Path

import polars as pl

from trajectories import io
from trajectories.sequences import StateSequences

WINDOWS = "windows.parquet"
STATES = "states.npy"
ALPHABET = "alphabet.json"
CLUSTERS = "clusters.parquet"
POSTERIOR = "posterior.npy"
"""Float32 (windows, k): the probabilities of the clusters, where a model makes the typology."""


def write_windows(frame: pl.DataFrame, sequences: StateSequences, out: Path) -> None:
    """Write windows and their state sequences."""
    io.write_parquet(frame, out / WINDOWS)
    io.write_array(sequences.states, out / STATES)
    alphabet = {"alphabet": list(sequences.alphabet), "length_months": sequences.length}
    io.write_json(alphabet, out / ALPHABET)


def read_windows(folder: Path) -> tuple[pl.DataFrame, StateSequences]:
    """Return one row a window, and the state sequences of the same rows with their weights."""
    frame = io.read_parquet(folder / WINDOWS)
    alphabet = io.read_json(folder / ALPHABET)["alphabet"]
    states, weights = io.read_array(folder / STATES), frame["weight"].to_numpy()
    return frame, StateSequences.from_array(states, alphabet, weights)


def with_clusters(windows: pl.DataFrame, typology: Path) -> pl.DataFrame:
    """Add the column `cluster` of the chosen typology to windows, in their order."""
    clusters = io.read_parquet(typology / CLUSTERS).select("window", "cluster")
    return windows.join(clusters, on="window", how="left", maintain_order="left")
