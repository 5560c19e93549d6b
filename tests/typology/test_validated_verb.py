"""The verb `cluster` where nothing is clearer than chance, or nothing is compared with it."""

import json
from pathlib import Path

import numpy as np
import yaml

from trajectories.commands.typology.cluster import cluster

from .test_verbs import FEW, LENGTH, write_case, write_config, write_states


def test_noise_is_one_continuum(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    states = np.random.default_rng(4).integers(0, 4, (90, LENGTH)).astype(np.uint8)
    write_states(case, states)
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
        "typology": {"method": "pam", "k_max": 5, "validation": FEW},
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
