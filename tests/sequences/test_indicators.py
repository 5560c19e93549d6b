"""Indicators against R's TraMineR, and against a naive count of distinct subsequences."""

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sequences.samples import ex1, mvad, random_sequences
from trajectories.sequences import VOID, StateSequences, indicators

R_NAMES = {
    "length": "Lgth",
    "transitions": "Trans",
    "visited": "Visited",
    "entropy": "Entr",
    "complexity": "Cplx",
    "turbulence": "Turb",
}


@pytest.mark.parametrize(
    ("load", "file"), [(mvad, "seqindic_all.csv.gz"), (ex1, "seqindic_all.csv")]
)
def test_indicators_equal_r(reference: Path, load, file: str):
    ours = indicators(load(reference, weighted=False))
    r = pl.read_csv(
        reference / load.__name__ / file, infer_schema_length=None, null_values=["NA", "NaN"]
    )
    for name, theirs in R_NAMES.items():
        np.testing.assert_allclose(
            ours[name].cast(pl.Float64),
            r[theirs].cast(pl.Float64).fill_null(np.nan),
            rtol=1e-9,
            err_msg=name,
        )


def naive_turbulence(states: list[str]) -> float:
    """Turbulence from all subsequences written out."""
    runs: list[list] = []
    for state in states:
        if runs and runs[-1][0] == state:
            runs[-1][1] += 1
        else:
            runs.append([state, 1])
    letters = [state for state, _ in runs]
    subsequences = {
        tuple(chosen) for size in range(len(letters) + 1) for chosen in combinations(letters, size)
    }
    durations = np.array([duration for _, duration in runs], dtype=float)
    largest = (len(runs) - 1) * (1 - durations.mean()) ** 2
    return np.log2(len(subsequences) * (largest + 1) / (durations.var() + 1))


def test_indicators_equal_a_naive_count():
    seqs = random_sequences(60, 9, 3, seed=5)
    ours = indicators(seqs)
    for row, (codes, names) in enumerate(zip(seqs.states, seqs.labels(), strict=True)):
        known = [name for name in names if name is not None]
        changes = sum(a != b for a, b in pairwise(known))
        shares = np.array([known.count(name) for name in seqs.alphabet if name in known])
        shares = shares / max(len(known), 1)
        entropy = -(shares * np.log(shares)).sum() / np.log(3)
        length = int((codes != VOID).sum())
        spread = np.sqrt(changes / (length - 1) * entropy) if length > 1 else 0.0
        expected = (length, changes, len(set(known)))
        assert ours.select("length", "transitions", "visited").row(row) == expected
        np.testing.assert_allclose(
            ours.select("entropy", "complexity").row(row), (entropy, spread), atol=1e-12
        )
        turbulence = naive_turbulence(known) if known else np.nan
        np.testing.assert_allclose(ours["turbulence"][row], turbulence, rtol=1e-12)


def test_a_sequence_without_a_valid_position():
    empty = StateSequences.from_array(np.full((1, 4), VOID, dtype=np.uint8), "ab")
    row = indicators(empty).row(0, named=True)
    assert [row[name] for name in ("length", "transitions", "visited")] == [0, 0, 0]
    assert (row["entropy"], row["complexity"]) == (0.0, 0.0)
    assert np.isnan(row["turbulence"])
