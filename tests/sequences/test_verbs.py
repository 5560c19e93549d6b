"""The verbs on a small cleaned register: what they write, and what they refuse."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from packages import settings_of
from trajectories.commands.sequences.months import months
from trajectories.commands.sequences.windows import windows
from trajectories.errors import UserError

DATES = {"start": pl.Date, "end": pl.Date}
FIRST, LAST = dt.date(2011, 1, 1), dt.date(2015, 12, 31)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """Eight persons on social assistance from month to month of 2012 to 2014, then in a job."""
    folder = tmp_path / "register"
    folder.mkdir()
    people = range(8)
    starts = [dt.date(2012 + n // 3, 1 + n, 1) for n in people]
    pl.DataFrame(
        {
            "person": people,
            "birth_date": [dt.date(1985, 1, 1)] * 8,
            "sex": ["K", "M"] * 4,
            "municipality": [657] * 8,
            "died": [None] * 7 + [dt.date(2014, 9, 16)],
            "emigrated": [None] * 8,
            "school": ["yes", "no"] * 4,
        },
        schema_overrides={
            "person": pl.UInt32,
            "municipality": pl.Int16,
            "died": pl.Date,
            "emigrated": pl.Date,
        },
    ).write_parquet(folder / "persons.parquet")
    pl.DataFrame(
        {
            "person": people,
            "code": ["130"] * 8,
            "benefit": ["kontanthjaelp"] * 8,
            "activity": ["passive"] * 8,
            "readiness": ["job_ready"] * 8,
            "group": ["SA_JOBREADY"] * 8,
            "start": starts,
            "end": [start + dt.timedelta(days=180) for start in starts],
            "municipality": [661] * 8,
        },
        schema_overrides={"person": pl.UInt32, "municipality": pl.Int16},
    ).write_parquet(folder / "spells.parquet")
    pl.DataFrame(
        {"person": people, "start": [dt.date(2013, 1, 1)] * 8, "end": [LAST] * 8},
        schema_overrides={"person": pl.UInt32},
    ).write_parquet(folder / "employment.parquet")
    pl.DataFrame(schema={"person": pl.UInt32, "readiness": pl.String, **DATES}).write_parquet(
        folder / "readiness.parquet"
    )
    coverage = {"first_day": FIRST.isoformat(), "last_day": LAST.isoformat()}
    (folder / "coverage.json").write_text(json.dumps(coverage))
    return folder


def configure(tmp_path: Path, text: str = "{}") -> Path:
    path = tmp_path / "config.yaml"
    section = settings_of()["sequences"] | yaml.safe_load(text)
    path.write_text(yaml.safe_dump({"sequences": section}), encoding="utf-8")
    return path


@pytest.mark.parametrize("at_once", [1, 3, 8])
def test_months_do_not_depend_on_how_many_persons_are_read_at_once(
    tmp_path, register, monkeypatch, at_once
):
    codes = pl.read_parquet(register / "spells.parquet").with_columns(
        benefit=pl.Series([f"b{n}" for n in range(8)]), readiness=pl.Series([None, *"abcdefg"])
    )
    codes.write_parquet(register / "spells.parquet")
    config = configure(tmp_path)
    months(config=config, register=register, out=tmp_path / "whole")
    monkeypatch.setattr("trajectories.commands.sequences.months.PERSONS_AT_ONCE", at_once)
    months(config=config, register=register, out=tmp_path / "parts")
    whole, parts = (
        pl.read_parquet(tmp_path / name / "person_months.parquet") for name in ("whole", "parts")
    )
    assert whole.schema == parts.schema
    assert whole.equals(parts)


def test_the_verbs_write_the_files_of_the_contract(tmp_path, register):
    config, out = configure(tmp_path), tmp_path / "sequences"
    months(config=config, register=register, out=out)
    person_months = pl.read_parquet(out / "person_months.parquet")
    assert len(person_months) == 8 * 60
    last = person_months.filter(pl.col("person") == 7)["state"].to_list()
    assert last[-16:] == ["SA_READY", *["OUT"] * 15]

    windows(config=config, register=register, months=out / "person_months.parquet", out=out)
    frame = pl.read_parquet(out / "windows.parquet")
    states = np.load(out / "states.npy")
    described = json.loads((out / "alphabet.json").read_text())
    assert frame["window"].to_list() == list(range(len(frame))) == list(range(6))
    assert (states.shape, states.dtype) == ((6, 24), np.uint8)
    assert described["length_months"] == 24
    assert described["alphabet"][states[0, 0]] == "SA_READY"
    account = dict(pl.read_parquet(out / "tables" / "window_accounting.parquet").iter_rows())
    assert account["kept"] == 6
    assert account["follow_up_not_observed"] == 2
    per_state = pl.read_parquet(out / "tables" / "person_months.parquet")
    assert per_state["person_months"].sum() == 8 * 60
    seen = pl.read_parquet(out / "breaks_seen.parquet")
    assert seen.filter(pl.col("windows") > frame["window"].len()).is_empty()
    assert out.stat().st_mode & 0o077 == 0
    names = {path.stem for path in (out / "tables").iterdir()}
    assert {"sizes", "transitions", "indicators", "state_distribution"} < names


def test_groups_of_persons_take_the_place_of_periods(tmp_path, register):
    config = configure(
        tmp_path, "{group_by: school, window: {length_months: 12, origin_month: 2014-01-01}}"
    )
    out = tmp_path / "sequences"
    months(config=config, register=register, out=out)
    windows(config=config, register=register, months=out, out=out)
    sizes = pl.read_parquet(out / "tables" / "sizes.parquet")
    assert sizes.select("group", "windows").rows() == [("no", 4), ("yes", 4)]


def test_a_state_that_the_alphabet_lacks_is_told(tmp_path, register):
    config = configure(tmp_path, "{month: {none_state: NOTHING}}")
    with pytest.raises(UserError, match=r"sequences\.month\.none_state names the state NOTHING"):
        months(config=config, register=register, out=tmp_path / "out")


def test_an_origin_state_that_the_alphabet_lacks_is_told(tmp_path, register):
    config = configure(tmp_path)
    out = tmp_path / "sequences"
    months(config=config, register=register, out=out)
    wrong = configure(tmp_path, "{window: {origin_states: [SA_JOB]}}")
    with pytest.raises(UserError, match="origin_states names the state SA_JOB"):
        windows(config=wrong, register=register, months=out, out=out)


def test_the_same_register_in_another_order_gives_the_same_files(tmp_path, register):
    config = configure(tmp_path)
    written = []
    for turn in range(2):
        out = tmp_path / f"turn{turn}"
        months(config=config, register=register, out=out)
        windows(config=config, register=register, months=out, out=out)
        written.append({path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()})
        for name in ("persons", "spells", "employment"):
            frame = pl.read_parquet(register / f"{name}.parquet")
            frame[::-1].write_parquet(register / f"{name}.parquet")
    assert written[0] == written[1]
