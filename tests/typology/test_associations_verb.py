"""The verb `associations`: what covariates explain, from files to tables."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trajectories.artefacts.windows import read_windows
from trajectories.commands.typology.associations import associations
from trajectories.errors import UserError
from trajectories.release import PRESETS, protect
from trajectories.release.outputs.registry import spec_for

from .test_verbs import write_case, write_config

SETTINGS = {"permutations": 20, "bootstraps": 5, "sample": 100, "stripes": 4}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Courses of three kinds; sex goes with the kind, age and municipality do not."""
    folder = tmp_path_factory.mktemp("associations")
    case = write_case(folder, windows=180)
    windows, seqs = read_windows(case["sequences"])
    rng = np.random.default_rng(2)
    windows.with_columns(
        age=pl.Series(rng.integers(18, 60, 180).astype(np.int16)),
        municipality=pl.Series(rng.choice([101, 751], 180).astype(np.int16)),
        person=pl.Series(np.arange(180, dtype=np.uint32)),
    ).write_parquet(case["sequences"] / "windows.parquet")
    mostly = (seqs.states == 0).mean(axis=1) > 0.5
    pl.DataFrame(
        {
            "person": np.arange(180, dtype=np.uint32),
            "sex": np.where(mostly ^ (rng.random(180) < 0.1), "K", "M"),
        }
    ).write_parquet(case["register"] / "persons.parquet")
    config = write_config(folder, associations=SETTINGS)
    # the three kinds, as a typology would find them
    typology = {"window": windows["window"], "cluster": np.arange(180, dtype=np.int16) % 3 + 1}
    (folder / "typology").mkdir()
    pl.DataFrame(typology).write_parquet(folder / "typology" / "clusters.parquet")
    (folder / "typology" / "clusters.json").write_text(json.dumps({"k": 3, "method": "pam"}))
    ask(folder, config, "out")
    return folder


def ask(folder: Path, config: Path, out: str) -> None:
    associations(
        config=config,
        register=folder / "register",
        sequences=folder / "sequences",
        distances=folder / "om",
        typology=folder / "typology",
        out=folder / out,
    )


def table(folder: Path, name: str, out: str = "out") -> pl.DataFrame:
    return pl.read_parquet(folder / out / "tables" / f"{name}.parquet")


def test_the_covariate_that_makes_courses_explains_most(finished: Path) -> None:
    found = table(finished, "discrepancy")
    assert found["factor"].to_list() == ["group", "age", "sex", "municipality", "total"]
    shares = dict(found.select("factor", "r2_beside").iter_rows())
    assert max(shares, key=lambda name: shares[name] * (name != "total")) == "sex"
    assert found.filter(factor="sex")["p_beside"].item() == 0.05
    assert shares["total"] > shares["sex"] > 0.1


def test_the_tree_divides_by_it_first(finished: Path, tmp_path: Path) -> None:
    config = write_config(
        tmp_path, associations=SETTINGS | {"permutations": 100, "tree": {"p_value": 0.05}}
    )
    ask(finished, config, "tree")
    nodes = table(finished, "sequence_tree", "tree")
    assert nodes.filter(node=2)["variable"].item() == "sex"
    assert nodes.filter(parent=1)["relation"].to_list() == ["one of"] * 2
    leaves = nodes.drop_nulls("persons")
    assert leaves["persons"].sum() == 180
    states = table(finished, "sequence_tree_states", "tree")
    assert set(states["node"]) == set(leaves["node"])
    assert states.filter(position=1)["count"].sum() == 180


def test_members_and_rules_and_typical_courses(finished: Path) -> None:
    effects = table(finished, "robust_associations")
    sex = effects.filter(variable="sex")
    assert sex["estimate"].abs().max() > 0.3
    assert set(sex["level"]) | set(sex["base"]) == {"K", "M"}
    assert (effects["low"] < effects["high"]).all()
    rules = table(finished, "property_clusters")
    assert rules["windows"].sum() == 180
    assert rules["ari"][0] > 0.5
    sets = table(finished, "representative_sets")
    assert sets["persons"].sum() == 100
    covered = sets.group_by("cluster").agg(pl.col("near", "persons").sum())
    assert (covered["near"] >= 0.5 * covered["persons"]).all()
    assert (sets["near"] <= sets["persons"]).all()
    groups = table(finished, "frequency_groups").filter(position=1)
    assert groups["size"].sum() == 100


def test_everything_passes_the_gate(finished: Path) -> None:
    for path in (finished / "out" / "tables").glob("*.parquet"):
        published, _ = protect(pl.read_parquet(path), spec_for(path.stem), PRESETS["default"])
        assert published.height


def test_the_same_seed_gives_the_same_tables(finished: Path) -> None:
    ask(finished, finished / "config.yaml", "again")
    for path in (finished / "out" / "tables").glob("*.parquet"):
        assert table(finished, path.stem).equals(table(finished, path.stem, "again")), path.stem


def test_a_covariate_that_nobody_has_is_named(finished: Path, tmp_path: Path) -> None:
    config = write_config(tmp_path, associations={"covariates": ["height"]})
    with pytest.raises(UserError, match="names 'height', which persons do not have"):
        ask(finished, config, "none")


def test_few_persons_have_the_tables_that_they_allow(finished: Path, tmp_path: Path) -> None:
    windows = pl.read_parquet(finished / "sequences" / "windows.parquet")
    config = write_config(tmp_path, associations=SETTINGS | {"covariates": ["group", "age"]})
    few = tmp_path / "sequences"
    few.mkdir()
    weight = pl.when(pl.col("window") < 12).then("weight").otherwise(0.0)
    windows.with_columns(weight=weight).write_parquet(few / "windows.parquet")
    for name in ("states.npy", "alphabet.json"):
        (few / name).write_bytes((finished / "sequences" / name).read_bytes())
    associations(
        config=config,
        register=finished / "register",
        sequences=few,
        distances=finished / "om",
        typology=finished / "typology",
        out=tmp_path / "out",
    )
    made = {path.stem for path in (tmp_path / "out" / "tables").iterdir()}
    assert {"discrepancy", "property_clusters"} <= made
    assert "frequency_groups" not in made
