"""The verb: files, their folder, and the same rows as in memory."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from trajectories.commands.register.simulate import simulate as simulate_command
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.io import read_json
from trajectories.simulator import RAW_TABLES, TRUTH_TABLES, simulate, truth_of

PLAN = {"persons": 260, "seed": 5, "office_persons": 100, "scenario": "E"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"simulator": PLAN}), encoding="utf-8")
    return path


def test_files_hold_the_rows_of_the_register(config, tmp_path):
    out = tmp_path / "private"
    simulate_command(config=config, out=out)
    settings = SimulatorConfig(**PLAN)
    register = simulate(settings)
    for name in RAW_TABLES:
        assert pl.read_parquet(out / "raw" / f"{name}.parquet").equals(getattr(register, name))
    for name in TRUTH_TABLES:
        assert pl.read_parquet(out / f"{name}.parquet").equals(getattr(register, name))
    truth = truth_of(settings, register.tallies, register.truth_departures)
    assert read_json(out / "truth.json") == truth
    assert (out.stat().st_mode & 0o777) == 0o700
    assert sorted(path.name for path in out.iterdir()) == [
        "raw",
        "truth.json",
        "truth_changes.parquet",
        "truth_departures.parquet",
        "truth_types.parquet",
    ]


def test_a_second_run_writes_the_same_bytes(config, tmp_path):
    for folder in ("one", "two"):
        simulate_command(config=config, out=tmp_path / folder)
    for path in (tmp_path / "one").rglob("*.*"):
        again = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == again.read_bytes()


def test_parts_are_cleared_away_when_a_run_fails(config, tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("trajectories.commands.register.simulate._put_together", fail)
    with pytest.raises(OSError, match="disk full"):
        simulate_command(config=config, out=tmp_path / "private")
    assert list((tmp_path / "private").iterdir()) == []
