"""R's numbers on the school-to-work data, and what they were computed from."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from dissimilarity.mvad import mvad_sequences
from trajectories.dissimilarity import Costs, pairwise, substitution_costs
from trajectories.sequences import StateSequences


@dataclass(frozen=True)
class Case:
    """The sequences, their dissimilarities as R had them, weights and covariates."""

    seqs: StateSequences
    d: np.ndarray
    weights: np.ndarray | None
    data: pl.DataFrame


@cache
def case(reference: Path, *, weighted: bool) -> Case:
    seqs = mvad_sequences(reference, weighted=weighted)
    costs = Costs(substitution_costs(seqs, "trate").substitution, 1.0)
    data = pl.read_csv(reference / "data" / "mvad.csv")
    return Case(
        seqs, pairwise(seqs, "om", costs), data["weight"].to_numpy() if weighted else None, data
    )


def table(reference: Path, name: str, *, weighted: bool) -> pl.DataFrame:
    ending = "_weighted" if weighted else ""
    for suffix in (".csv", ".csv.gz"):
        path = reference / "mvad" / f"{name}{ending}{suffix}"
        if path.exists():
            return pl.read_csv(path)
    raise FileNotFoundError(name)
