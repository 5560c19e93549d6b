"""The risk set of persons read some at a time equals that of all at once."""

from pathlib import Path

import polars as pl
import pytest

from trajectories.artefacts.changes import read_changes
from trajectories.artefacts.coverage import read_coverage
from trajectories.commands.hazards.risk import risk
from trajectories.hazards.at_risk.person_months import risk_set


@pytest.mark.parametrize("at_once", [333, 2499])
def test_the_risk_set_does_not_depend_on_how_many_persons_are_read_at_once(
    run, tmp_path, monkeypatch, at_once
):
    register, months = run / "register", run / "months" / "person_months.parquet"
    monkeypatch.setattr("trajectories.commands.hazards.risk.PERSONS_AT_ONCE", at_once)
    risk(
        config=run / "config.yaml",
        register=register,
        months=months,
        changes=run / "changes",
        out=tmp_path / "risk",
    )
    names = [path.relative_to(run) for path in (run / "beside").glob("*")]
    assert len(names) > 4
    for name in [Path("panel.parquet"), Path("risk_accounting.parquet"), *names]:
        assert (tmp_path / "risk" / name).read_bytes() == (run / name).read_bytes(), name
    tables = {
        name: pl.read_parquet(register / f"{name}.parquet")
        for name in ("spells", "employment", "persons", "readiness")
    }
    first_day, last_day = read_coverage(register)
    whole = risk_set(
        **tables,
        changes=read_changes(run / "changes"),
        months=pl.read_parquet(months),
        first_day=first_day,
        last_day=last_day,
    )
    written = pl.read_parquet(run / "panel.parquet")
    assert whole.panel.schema == written.schema
    assert whole.panel.equals(written)
    assert whole.accounting.equals(pl.read_parquet(run / "risk_accounting.parquet"))
