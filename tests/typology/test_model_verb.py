"""The typology of a model, from files to files."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trajectories.commands.typology.cluster import cluster

from .test_verbs import ALPHABET, LENGTH, write_case, write_config, write_states


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
    quality = pl.read_parquet(out / "tables/quality.parquet")
    if matrix == "there":
        assert quality["method"].unique(maintain_order=True).to_list() == ["pam", "ward", method]
    quality = quality.filter(method=method, k=3)
    assert quality["chosen"].to_list() == [True]
    assert quality["ASW"].item() > 0.3
    nulls = pl.read_parquet(out / "tables/null_quality.parquet")
    assert nulls["index"].unique().to_list() == ["BIC"]
    assert nulls["k"].unique().sort().to_list() == [2, 3]
    assert nulls.filter(k=3)["significant"].all()
    stability = pl.read_parquet(out / "tables/stability.parquet")
    assert stability["k"].to_list() == [3, 3, 3]
    assert stability["jaccard_median"].min() > 0.75
    assert about["unstable"] == []
    posterior = np.load(out / "posterior.npy")
    assert np.array_equal(posterior.argmax(axis=1) + 1, label)


@pytest.mark.parametrize("method", ["medseq", "markov_mixture"])
def test_without_types_a_model_says_so(tmp_path: Path, method: str) -> None:
    case = write_case(tmp_path)
    write_states(case, chain(seed=4))
    out = tmp_path / "out"
    cluster(
        config=write_config(tmp_path, method=method, models={"starts": 3}),
        sequences=case["sequences"],
        distances=case["om"],
        out=out,
    )
    about = json.loads((out / "clusters.json").read_text())
    assert (about["k"], about["continuum"]) == (2, True)
    assert "one continuum without separate types" in about["rule"]
    nulls = pl.read_parquet(out / "tables/null_quality.parquet")
    assert not nulls["significant"].any()


@pytest.mark.parametrize("method", ["pam", "medseq", "markov_mixture"])
def test_what_few_courses_cannot_tell_takes_no_part(
    tmp_path: Path, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case = write_case(tmp_path)
    kinds = np.repeat(np.arange(3, dtype=np.uint8), LENGTH).reshape(3, LENGTH)
    write_states(case, kinds[np.arange(90) % 3])
    out = tmp_path / "out"
    cluster(
        config=write_config(tmp_path, method=method),
        sequences=case["sequences"],
        distances=case["om"],
        out=out,
    )
    about = json.loads((out / "clusters.json").read_text())
    assert about["k"] in (2, 3)
    assert [own["k"] for own in about["left_out"]][-2:] == [4, 5]
    assert "4, 5 types took no part: there are fewer different" in capsys.readouterr().out
    tried = pl.read_parquet(out / "tables/quality.parquet")
    assert tried.filter(method=method)["k"].max() <= 3


@pytest.mark.parametrize("method", ["pam", "medseq", "markov_mixture"])
def test_courses_of_one_kind_are_one_group(tmp_path: Path, method: str) -> None:
    case = write_case(tmp_path)
    write_states(case, np.zeros((90, LENGTH), np.uint8))
    out = tmp_path / "out"
    cluster(
        config=write_config(tmp_path, method=method),
        sequences=case["sequences"],
        distances=case["om"],
        others=[case["ham"]],
        out=out,
    )
    about = json.loads((out / "clusters.json").read_text())
    assert (about["k"], about["continuum"], len(about["medoids"])) == (1, True, 1)
    assert "They are described as one group." in about["rule"]
    assert set(pl.read_parquet(out / "clusters.parquet")["cluster"]) == {1}
    clusters = pl.read_parquet(out / "tables/clusters.parquet")
    assert clusters["windows"].to_list() == [90]


def chain(seed: int, windows: int = 90) -> np.ndarray:
    """Return courses of persons who all move by one chain."""
    random = np.random.default_rng(seed)
    states = random.integers(0, 4, (windows, LENGTH)).astype(np.uint8)
    stays = random.random((windows, LENGTH)) < 0.6
    for month in range(1, LENGTH):
        states[:, month] = np.where(stays[:, month], states[:, month - 1], states[:, month])
    return states
