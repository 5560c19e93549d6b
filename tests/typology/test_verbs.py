"""The verbs: files in, files out."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from trajectories.commands.typology.cluster import cluster
from trajectories.commands.typology.hours import hours
from trajectories.errors import UserError

ALPHABET = ["JOB", "EDU", "SA_PASSIVE", "OUT"]
LENGTH = 6
FEW = {"replicates": 19, "bootstraps": 10}


def write_case(
    folder: Path, *, windows: int = 90, scale: float = 1.0, idle: int = 0
) -> dict[str, Path]:
    """Write windows of three plain kinds, and Hamming distances under two names."""
    stream = np.random.default_rng(5)
    kind = np.arange(windows) % 3
    noise = stream.integers(0, 4, (windows, LENGTH))
    states = np.where(stream.random((windows, LENGTH)) < 0.25, noise, kind[:, np.newaxis])
    states = states.astype(np.uint8)
    weight = np.where(np.arange(windows) % 2, 1.0, 2.0) * scale * (np.arange(windows) >= idle)
    sequences = folder / "sequences"
    sequences.mkdir()
    pl.DataFrame(
        {
            "window": np.arange(windows, dtype=np.uint32),
            "person": (np.arange(windows) // 2).astype(np.uint32),
            "group": stream.choice(["before", "after"], windows),
            "origin": [dt.date(2012, 1 + int(m), 1) for m in stream.integers(0, 12, windows)],
            "weight": weight,
        }
    ).write_parquet(sequences / "windows.parquet")
    np.save(sequences / "states.npy", states)
    (sequences / "alphabet.json").write_text(
        json.dumps({"alphabet": ALPHABET, "length_months": LENGTH})
    )
    unique, inverse = np.unique(states, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    first, second = np.triu_indices(len(unique), 1)
    differ = unique[first] != unique[second]
    for name, d in (("om", differ.sum(axis=1)), ("ham", differ @ np.arange(1.0, LENGTH + 1))):
        (folder / name).mkdir()
        np.save(folder / name / "distances.npy", d.astype(np.float64))
        np.savez(
            folder / name / "unique.npz",
            states=unique,
            weight=np.bincount(inverse, weights=weight),
            count=np.bincount(inverse),
            inverse=inverse.astype(np.uint32),
        )
    register = folder / "register"
    register.mkdir()
    pl.DataFrame(
        {
            "person": np.arange(20, dtype=np.uint32),
            "start": [dt.date(2012, 1, 1)] * 20,
            "end": [dt.date(2014, 1, 31)] * 20,
            "weekly_hours": np.linspace(5, 37, 20),
        }
    ).write_parquet(register / "employment.parquet")
    return {
        "sequences": sequences,
        "om": folder / "om",
        "ham": folder / "ham",
        "register": register,
    }


def write_states(case: dict[str, Path], states: np.ndarray) -> None:
    """Put other states in place of a case's, with their Hamming distances."""
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


def write_config(folder: Path, **settings: object) -> Path:
    path = folder / "config.yaml"
    document = {
        "typology": {"method": "pam", "k_max": 5, "validation": FEW, **settings},
        "dissimilarity": {"measures": {"om": {"measure": "ham"}, "ham": {"measure": "ham"}}},
    }
    path.write_text(yaml.safe_dump(document))
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typology")
    case = write_case(folder)
    cluster(
        config=write_config(folder, hours={"sample": 10}),
        sequences=case["sequences"],
        distances=case["om"],
        out=folder / "out",
        others=[case["ham"]],
    )
    return folder


def test_the_plain_kinds_are_found_named_and_explained(finished: Path) -> None:
    about = json.loads((finished / "out/clusters.json").read_text())
    assert about["k"] == 3
    assert about["method"] == "pam"
    assert about["measure"] == "om"
    assert [entry["states"][0] for entry in about["names"]] == ["JOB", "EDU", "SA_PASSIVE"]
    assert about["rule"].endswith(
        "k = 3 stands out most from chance by ASW, HC, PBC and CH together."
    )
    assert (about["continuum"], about["unstable"]) == (False, [])
    clusters = pl.read_parquet(finished / "out/clusters.parquet")
    assert clusters.schema == {"window": pl.UInt32, "cluster": pl.Int16}
    kind = np.arange(90) % 3 + 1
    assert (clusters["cluster"].to_numpy() == kind).mean() > 0.9
    states = np.load(finished / "om/unique.npz")["states"]
    for entry, medoid in zip(about["names"], about["medoids"], strict=True):
        modal = np.bincount(states[medoid]).argmax()
        assert ALPHABET[modal] == entry["states"][0]


def test_every_table_of_the_contract_is_written_and_adds_up(finished: Path) -> None:
    tables = {path.stem: pl.read_parquet(path) for path in (finished / "out/tables").iterdir()}
    assert set(tables) == {
        "quality",
        "clusters",
        "cluster_states",
        "cluster_group_states",
        "medoids",
        "modal_sequence",
        "partitions",
        "partition_states",
        "agreement",
        "null_quality",
        "quality_intervals",
        "stability",
    }
    assert tables["quality"].height == 2 * 4
    assert tables["quality"].filter(pl.col("chosen"))["k"].to_list() == [3]
    assert tables["clusters"]["windows"].sum() == 90
    assert tables["clusters"]["weight"].sum() == 135
    assert tables["cluster_states"]["count"].sum() == 90 * LENGTH
    chosen = tables["partitions"].filter("chosen")
    assert chosen["windows"].to_list() == tables["clusters"]["windows"].to_list()
    assert tables["partitions"]["k"].unique().sort().to_list() == [2, 3, 4, 5]
    by_group = (
        tables["cluster_group_states"]
        .group_by("cluster", "position", "state")
        .agg(pl.col("count").sum())
    )
    joined = by_group.join(tables["cluster_states"], on=["cluster", "position", "state"])
    assert joined["count"].equals(joined["count_right"])
    assert tables["agreement"].select("a", "b").rows() == [
        ("om pam k=3", "om ward k=3"),
        ("om pam k=3", "ham pam k=3"),
    ]


def test_the_types_are_compared_with_chance_and_with_other_persons(finished: Path) -> None:
    folder = finished / "out" / "tables"
    null = pl.read_parquet(folder / "null_quality.parquet")
    assert null.height == 2 * 4 * 10
    assert null["model"].unique().sort().to_list() == ["combined", "markov"]
    asw = null.filter(pl.col("decides"))
    assert asw["index"].unique().to_list() == ["ASW"]
    three = asw.filter(k=3)
    assert three["significant"].all()
    assert three["p_value"].to_list() == [0.05, 0.05]
    stable = pl.read_parquet(folder / "stability.parquet")
    assert stable.filter(k=3)["cluster"].to_list() == [1, 2, 3]
    assert stable.filter(k=3)["jaccard_median"].min() > 0.75
    intervals = pl.read_parquet(folder / "quality_intervals.parquet")
    quality = pl.read_parquet(folder / "quality.parquet").filter(method="pam", k=3)
    row = intervals.filter(index="ASW", k=3).row(0, named=True)
    assert row["low"] < row["estimate"] < row["high"]
    assert row["estimate"] == quality["ASW"].item()
    certainty = pl.read_parquet(finished / "out/certainty.parquet")["certainty"]
    assert certainty.drop_nulls().is_between(0, 1).all()
    assert certainty.mean() > 0.8


def test_partitions_hold_every_method_and_k(finished: Path) -> None:
    partitions = pl.read_parquet(finished / "out/partitions.parquet")
    unique = len(np.load(finished / "om/unique.npz")["count"])
    assert partitions.columns == ["method", "k", "unique", "cluster"]
    sizes = partitions.group_by("method", "k").agg(pl.len(), pl.col("cluster").n_unique())
    assert sizes.height == 8
    assert (sizes["len"] == unique).all()
    assert sizes["cluster"].equals(sizes["k"].cast(pl.UInt32))


def test_a_second_run_writes_the_same_bytes(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    cluster(
        config=finished / "config.yaml",
        sequences=finished / "sequences",
        distances=finished / "om",
        out=finished / "again",
        others=[finished / "ham"],
    )
    for path in sorted((finished / "out").rglob("*.*")):
        assert (
            path.read_bytes()
            == (finished / "again" / path.relative_to(finished / "out")).read_bytes()
        )


def test_hours_are_tabulated_by_cluster(finished: Path) -> None:
    hours(
        config=finished / "config.yaml",
        register=finished / "register",
        sequences=finished / "sequences",
        typology=finished / "out",
        out=finished / "hours",
    )
    table = pl.read_parquet(finished / "hours/tables/hours.parquet")
    assert table.height == 3 * LENGTH
    assert table["hours_sum"].sum() > 0
    persons = pl.read_parquet(finished / "out/tables/clusters.parquet")["persons"].to_list()
    assert table.filter(position=1)["persons"].to_list() == persons


def test_hours_have_types_of_their_own(finished: Path) -> None:
    """Twenty persons have one job with hours of their own, the others have none."""
    random = np.random.default_rng(2)
    spells = pl.read_parquet(finished / "register/employment.parquet")
    begins = [dt.date(2012, 1, 1) + dt.timedelta(days=int(d)) for d in random.integers(60, 400, 20)]
    register = finished / "jobs"
    register.mkdir()
    spells.with_columns(
        start=pl.Series(begins), end=pl.lit(dt.date(2014, 1, 31)), weekly_hours=pl.lit(37.0)
    ).write_parquet(register / "employment.parquet")
    hours(
        config=finished / "config.yaml",
        register=register,
        sequences=finished / "sequences",
        typology=finished / "out",
        out=finished / "hour_types",
    )
    tables = finished / "hour_types/tables"
    quality = pl.read_parquet(tables / "hour_types_quality.parquet")
    assert quality["k"].to_list() == [2, 3, 4, 5]
    assert quality["chosen"].sum() == 1
    k = quality.filter("chosen")["k"].item()
    each = pl.read_parquet(finished / "hour_types/hour_types.parquet")
    assert set(each["type"]) == set(range(1, k + 1))
    both = pl.read_parquet(tables / "hour_types_clusters.parquet")
    assert both.height == 3 * k
    assert both["windows"].sum() == each.height == 90
    types = pl.read_parquet(tables / "hour_types.parquet")
    idle = types.filter(type="1")
    assert idle["hours_sum"].sum() < types.filter(type=str(k))["hours_sum"].sum()


def test_without_employment_no_hours_are_written(finished: Path, tmp_path: Path) -> None:
    empty = pl.read_parquet(finished / "register/employment.parquet").clear()
    empty.write_parquet(tmp_path / "employment.parquet")
    hours(
        config=finished / "config.yaml",
        register=tmp_path,
        sequences=finished / "sequences",
        typology=finished / "out",
        out=tmp_path / "out",
    )
    assert list((tmp_path / "out/tables").iterdir()) == []


def test_ward_alone_with_a_fixed_k(tmp_path: Path) -> None:
    case = write_case(tmp_path)
    settings = {
        "methods": ["ward"],
        "method": "ward",
        "choice": {"rule": "fixed", "k": 4},
        "names": {"order": "size"},
    }
    cluster(
        config=write_config(tmp_path, **settings),
        sequences=case["sequences"],
        distances=case["om"],
        out=tmp_path / "out",
    )
    table = pl.read_parquet(tmp_path / "out/tables/clusters.parquet")
    assert table.height == 4
    assert table["weight"].is_sorted(descending=True)
    assert pl.read_parquet(tmp_path / "out/tables/agreement.parquet").is_empty()


@pytest.mark.parametrize(
    ("windows", "scale", "settings", "message"),
    [
        (3, 1.0, {"choice": {"rule": "fixed", "k": 4}}, "choice.k: 4 types cannot be made of"),
        (90, 0.0, {}, "gives every window a weight of 0"),
    ],
)
def test_impossible_inputs_are_explained(
    tmp_path: Path, windows: int, scale: float, settings: dict, message: str
) -> None:
    case = write_case(tmp_path, windows=windows, scale=scale)
    with pytest.raises(UserError, match=message):
        cluster(
            config=write_config(tmp_path, **settings),
            sequences=case["sequences"],
            distances=case["om"],
            out=tmp_path / "out",
        )


@pytest.mark.parametrize("matrix", ["not made", "too large to cluster"])
def test_medoids_come_from_samples_where_the_matrix_does_not_fit(
    tmp_path: Path, matrix: str
) -> None:
    case = write_case(tmp_path, windows=400)
    if matrix == "not made":
        for name in ("om", "ham"):
            (case[name] / "distances.npy").unlink()
    config = tmp_path / "config.yaml"
    sampling = {"samples": 4, "size": 200, "quality": 500}
    document = {
        "typology": {
            "method": "pam",
            "k_max": 5,
            "sampling": sampling,
            "largest_gib": 1e-6,
            "validation": FEW | {"sample": 100, "draws": 100},
        },
        "dissimilarity": {"measures": {"om": {"measure": "ham"}, "ham": {"measure": "ham"}}},
    }
    config.write_text(yaml.safe_dump(document))
    out = tmp_path / "out"
    cluster(
        config=config,
        sequences=case["sequences"],
        distances=case["om"],
        out=out,
        others=[case["ham"]],
    )
    found = json.loads((out / "clusters.json").read_text())
    assert (found["method"], found["search"]["samples"]) == ("clara", 4)
    clusters = pl.read_parquet(out / "clusters.parquet")["cluster"].to_numpy()
    with np.load(case["om"] / "unique.npz") as unique:
        states, inverse = unique["states"], unique["inverse"]
    near = (states[:, None] != states[found["medoids"]]).sum(axis=2)
    assert (near[inverse, clusters - 1] == near[inverse].min(axis=1)).all()
    table = pl.read_parquet(out / "tables" / "samples.parquet")
    assert table["k"].to_list() == [2, 3, 4, 5]
    assert table["ari_stable"].is_between(1, 4).all()
    assert pl.read_parquet(out / "tables" / "quality.parquet")["ASW"].null_count() == 0
    assert pl.read_parquet(out / "tables" / "agreement.parquet")["b"].to_list() == [
        f"ham clara k={found['k']}"
    ]
