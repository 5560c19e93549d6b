"""A typology of weighted windows: their scale does not matter, and those of 0 count nothing."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trajectories.commands.typology.cluster import cluster

from .test_verbs import write_case, write_config


def clustered(folder: Path, **case: float) -> Path:
    folder.mkdir()
    files = write_case(folder, **case)
    cluster(
        config=write_config(folder),
        sequences=files["sequences"],
        distances=files["om"],
        out=folder / "out",
    )
    return folder / "out"


@pytest.mark.parametrize("scale", [1 / 135, 1e-6, 10.0, 44_000.0])
def test_the_scale_of_weights_changes_neither_indices_nor_the_choice(
    tmp_path: Path, scale: float
) -> None:
    plain, scaled = clustered(tmp_path / "a"), clustered(tmp_path / "b", scale=scale)
    one, other = (pl.read_parquet(out / "tables" / "quality.parquet") for out in (plain, scaled))
    assert one["ASW"].is_finite().all()
    assert (one["CH"] > 0).all()
    numbers = one.select(pl.selectors.float()).columns
    np.testing.assert_allclose(other.select(numbers), one.select(numbers), rtol=1e-9)
    texts = [json.loads((out / "clusters.json").read_text())["rule"] for out in (plain, scaled)]
    assert texts[0] == texts[1]
    labels = [pl.read_parquet(out / "clusters.parquet") for out in (plain, scaled)]
    assert labels[0].equals(labels[1])


def test_windows_of_weight_0_are_classified_and_count_nothing(tmp_path: Path) -> None:
    out = clustered(tmp_path / "a", idle=20)
    states = np.load(tmp_path / "a" / "sequences" / "states.npy")
    label = pl.read_parquet(out / "clusters.parquet")["cluster"].to_numpy()
    assert label.size == 90
    assert set(label) == set(label[20:])
    # Each idle window lies in the cluster of its nearest medoid.
    medoids = json.loads((out / "clusters.json").read_text())["medoids"]
    unique = np.unique(states, axis=0)
    gaps = (states[:20, np.newaxis] != unique[medoids]).sum(axis=2)
    alone = ~(states[:20, np.newaxis] == states[20:]).all(axis=2).any(axis=1)
    own = gaps[np.arange(20), label[:20] - 1]
    assert alone.sum() > 10
    np.testing.assert_array_equal(own[alone], gaps.min(axis=1)[alone])
    quality = pl.read_parquet(out / "tables" / "quality.parquet")
    kept = quality.filter(pl.col("chosen") & pl.col("k").is_not_null())
    assert kept.height == 1
