"""The verb `cluster` where nothing is clearer than chance, or nothing is compared with it."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from trajectories.commands.typology.cluster import cluster

from .test_verbs import FEW, LENGTH, write_case, write_config


def test_noise_is_one_continuum(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    states = np.random.default_rng(4).integers(0, 4, (90, LENGTH)).astype(np.uint8)
    np.save(case["sequences"] / "states.npy", states)
    unique, inverse = np.unique(states, axis=0, return_inverse=True)
    first, second = np.triu_indices(len(unique), 1)
    d = (unique[first] != unique[second]).sum(axis=1).astype(np.float64)
    np.save(case["om"] / "distances.npy", d)
    weight = pl.read_parquet(case["sequences"] / "windows.parquet")["weight"].to_numpy()
    np.savez(
        case["om"] / "unique.npz",
        states=unique,
        weight=np.bincount(inverse.ravel(), weights=weight),
        count=np.bincount(inverse.ravel()),
        inverse=inverse.ravel().astype(np.uint32),
    )
    cluster(
        config=write_config(tmp_path),
        sequences=case["sequences"],
        distances=case["om"],
        out=tmp_path / "out",
    )
    about = json.loads((tmp_path / "out/clusters.json").read_text())
    assert (about["k"], about["continuum"]) == (2, True)
    assert "one continuum without separate types" in about["rule"]


def test_a_measure_of_channels_has_no_null_models(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    config = tmp_path / "config.yaml"
    channels = {"measure": "ham", "channels": {"state": {"costs": "constant"}}}
    document = {
        "typology": {"k_max": 5, "validation": FEW},
        "dissimilarity": {"measures": {"om": channels}},
    }
    config.write_text(yaml.safe_dump(document))
    out = tmp_path / "out"
    cluster(config=config, sequences=case["sequences"], distances=case["om"], out=out)
    assert "lowest sum of ranks" in json.loads((out / "clusters.json").read_text())["rule"]
    assert not (out / "tables/null_quality.parquet").exists()
    assert (out / "tables/stability.parquet").exists()


def test_without_validation_the_old_rule_serves(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    cluster(
        config=write_config(tmp_path, validation={"enabled": False}, choice={"rule": "rank_sum"}),
        sequences=case["sequences"],
        distances=case["om"],
        out=tmp_path / "out",
    )
    assert not (tmp_path / "out/certainty.parquet").exists()
    about = json.loads((tmp_path / "out/clusters.json").read_text())
    assert (about["k"], about["continuum"]) == (3, False)
