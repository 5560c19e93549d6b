import json
from pathlib import Path

import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.release.headline import KEYS, headline
from trajectories.release.provenance import git_state, hash_inputs, named_by, seeds, versions
from trajectories.release.store import read_about, read_tables


def test_released_tables_keep_their_types(synthetic):
    tables = read_tables(synthetic.release / "tables")
    assert tables["quality"].schema["chosen"] == pl.Boolean
    assert tables["medoids"].schema["sequence"] == pl.String
    assert tables["state_distribution"].schema["position"] == pl.Int64
    assert list(tables)[:2] == ["accounting", "conflicts"]


def test_a_broken_table_gets_a_sentence(tmp_path):
    (tmp_path / "hazards_exits.csv").write_text("exit,persons\na,b\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"hazards_exits\.csv is not the table"):
        read_tables(tmp_path)


def test_a_missing_folder_gets_a_sentence(tmp_path):
    with pytest.raises(UserError, match="run the gate"):
        read_tables(tmp_path / "tables")
    with pytest.raises(UserError, match="is not a release folder"):
        read_about(tmp_path)


def test_about_is_read(tmp_path):
    (tmp_path / "about.json").write_text(json.dumps({"title": "Å"}), encoding="utf-8")
    assert read_about(tmp_path) == {"title": "Å"}


def test_nothing_gives_no_headline():
    assert headline({}) == dict.fromkeys(KEYS)


def test_headline_of_sparse_tables():
    tables = {
        "ever_changed": pl.DataFrame({"population": ["followed"], "share": [0.4]}),
        "relabelling": pl.DataFrame({"age": ["under 30"], "difference": [-0.02]}),
        "quality": pl.DataFrame({"k": [2], "ASW": [0.3], "chosen": [False]}),
        "sizes": pl.DataFrame({"group": ["a", "b"], "persons": [50, 70]}),
        "regime_months": pl.DataFrame({"group": ["a"]}),
        "state_distribution": pl.DataFrame(
            {"group": ["a", "a"], "position": [1, 1], "state": ["x", "y"], "total": [60, 60]}
        ),
    }
    found = headline(tables)
    assert found["ever_changed_share"] == 0.4
    assert found["relabelling_contrast"] == 0.02
    assert found["k"] is None
    # a person may have windows in several periods: nothing tells how many persons there are
    assert found["persons"] is None
    assert found["person_months"] == 60


def test_headline_of_withheld_numbers():
    tables = {
        "ever_changed": pl.DataFrame(schema={"population": pl.String, "share": pl.Float64}),
        "relabelling": pl.DataFrame(
            {"age": ["all"], "difference": [None]}, schema_overrides={"difference": pl.Float64}
        ),
        "models": pl.DataFrame(
            {
                "model": ["departures_total"],
                "term": ["departures"],
                "hazard_ratio": [0.8],
                "low": [None],
                "high": [None],
                "persons": [None],
                "person_months": [None],
            },
            schema_overrides={"persons": pl.Int64, "person_months": pl.Int64},
        ),
        "kaplan_meier": pl.DataFrame({"at_risk": [40, 60]}),
        "accounting": pl.DataFrame(
            {"table": ["spells"], "step": ["read"], "reason": ["rows read"], "rows": [90]}
        ),
    }
    found = headline(tables)
    assert found["departure_hr"] == 0.8
    assert found["departure_hr_ci"] is None
    assert found["ever_changed_share"] is None
    assert found["relabelling_contrast"] is None
    assert found["persons"] == 60
    assert found["person_months"] is None
    assert found["rows_rejected"] == 0


def test_seeds_are_found_at_every_depth():
    found = seeds({"simulator": {"seed": 3, "deep": {"draw_seed": 4}}, "key_seed": "(withheld)"})
    assert found == {"simulator.seed": 3, "simulator.deep.draw_seed": 4}


def test_code_without_git_has_no_commit(tmp_path, monkeypatch):
    assert git_state(tmp_path) == {"commit": None, "date": None, "modified": None}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(tmp_path) == {"commit": None, "date": None, "modified": None}


def test_versions_name_what_makes_numbers(monkeypatch):
    assert {"python", "numpy", "polars", "matplotlib"} <= set(versions())
    monkeypatch.setattr("trajectories.release.provenance.PACKAGES", ("no-such-package",))
    assert list(versions()) == ["python"]


def test_words_for_missing_values_name_no_input():
    document = {
        "register": {
            "files": {
                "defaults": {"missing": ["NA", ".", "*", "?", "/", "c*"]},
                "persons": {"path": "/data/bef"},
            },
            "codelist": "config/dream.csv",
        },
        "reform": {"packages": [{"tables": ["config/a.csv"]}], "relabelling": "config/a.csv"},
    }
    names = ("config/dream.csv", "/data/bef/x.csv", "config/a.csv", "z.csv")
    files = [Path(name) for name in names]
    assert list(named_by(document, files).values()) == [
        *("register.codelist", "register.files.persons", "reform.relabelling")
    ]


def test_inputs_are_named_by_keys_and_never_by_paths(tmp_path):
    files = [tmp_path / name for name in ("s1.csv", "s2.csv", "bef/a.parquet", "w.csv", "x.csv")]
    for number, path in enumerate(files):
        path.parent.mkdir(exist_ok=True)
        path.write_text(str(number), encoding="utf-8")
    document = {
        "register": {
            "files": {
                "spells": {"path": str(tmp_path / "s*.csv")},
                "persons": {"path": [str(tmp_path / "bef")], "columns": {"person": ""}},
            },
            "codelist": str(tmp_path / "w.csv"),
        },
        "run": {"name": "w", "cores": 2},
    }
    found = hash_inputs(dict.fromkeys(files, ("ingest",)), named_by(document, files), b"key")
    assert [one["input"] for one in found] == [
        *("file", "register.codelist", "register.files.persons"),
        *("register.files.spells 1", "register.files.spells 2"),
    ]
    assert found[3]["keyed_sha256"] < found[4]["keyed_sha256"]
    assert str(tmp_path) not in str(found)
    assert "csv" not in str(found)
