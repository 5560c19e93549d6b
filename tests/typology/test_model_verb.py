"""The typology of a model, from files to files."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trajectories.commands.typology.cluster import cluster

from .test_verbs import ALPHABET, write_case, write_config


@pytest.mark.parametrize("matrix", ["there", "not made"])
@pytest.mark.parametrize(
    ("method", "choice", "rule"),
    [
        ("medseq", {}, "k = 3 has the best BIC"),
        # So few short courses pay for the transitions of two chains.
        ("markov_mixture", {"rule": "fixed", "k": 3}, "k = 3 was fixed"),
    ],
)
def test_a_model_finds_the_plain_kinds(
    tmp_path: Path, method: str, choice: dict, rule: str, matrix: str
) -> None:
    case = write_case(tmp_path, windows=150, idle=10)
    if matrix == "not made":
        (case["om"] / "distances.npy").unlink()
    settings = {"sampling": {"quality": 500, "samples": 2}, "models": {"starts": 6}}
    out = tmp_path / "out"
    cluster(
        config=write_config(tmp_path, method=method, choice=choice, **settings),
        sequences=case["sequences"],
        distances=case["om"],
        out=out,
    )
    about = json.loads((out / "clusters.json").read_text())
    assert (about["method"], about["k"], about["continuum"]) == (method, 3, False)
    assert rule in about["rule"]
    label = pl.read_parquet(out / "clusters.parquet")["cluster"].to_numpy()
    assert (label == np.arange(150) % 3 + 1).mean() > 0.9
    states = np.load(tmp_path / "om/unique.npz")["states"]
    modal = [ALPHABET[np.bincount(states[medoid]).argmax()] for medoid in about["medoids"]]
    assert modal == [entry["states"][0] for entry in about["names"]]
    quality = pl.read_parquet(out / "tables/quality.parquet").filter(method=method, k=3)
    assert quality["chosen"].to_list() == [True]
    assert quality["ASW"].item() > 0.3
    assert not (out / "tables/null_quality.parquet").exists()
