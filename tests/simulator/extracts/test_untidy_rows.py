"""Bad rows: as many as asked for, of every kind, beside rows that stay good."""

import polars as pl
import pytest

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import RAW_TABLES, simulate

PLAN = {"persons": 1_200, "seed": 2, "office_persons": 1_200, "caseload": 20}
INTERVALS = RAW_TABLES[1:]


@pytest.fixture(scope="module")
def clean():
    return simulate(SimulatorConfig(messy_share=0, **PLAN))


@pytest.fixture(scope="module")
def messy():
    return simulate(SimulatorConfig(messy_share=0.5, **PLAN))


def test_no_share_no_mess(clean):
    keys = clean.persons["person"]
    assert keys.n_unique() == clean.persons.height == 1_200
    for name in INTERVALS:
        table = getattr(clean, name)
        assert table["person"].is_in(keys.implode()).all()
        assert table["start"].null_count() == 0
        assert (table["end"] >= table["start"]).all()
        assert not table.is_duplicated().any()


@pytest.mark.parametrize("name", INTERVALS)
def test_every_kind_of_bad_row_is_there(name, clean, messy):
    good, bad = getattr(clean, name), getattr(messy, name)
    known = clean.persons["person"].implode()
    with_rows = good["person"].n_unique()
    added = bad.height - good.height
    assert 0.5 * 0.4 * with_rows < added < 0.5 * with_rows
    assert (~bad["person"].is_in(known)).sum() > 10
    assert bad["start"].null_count() > 10
    assert (bad["end"] < bad["start"]).sum() > 10
    assert (bad.is_duplicated()).sum() > 10
    kept = bad.filter(pl.col("person").is_in(known)).drop_nulls("start")
    columns = good.columns
    gone = good.join(kept, on=columns, how="anti", nulls_equal=True)
    assert 0 < gone.height < 0.15 * with_rows
    shorter = gone.join(kept, on=["person", "start"], suffix="_now")
    days = (shorter["end"] - shorter["end_now"]).dt.total_days()
    assert (days == 5).sum() > 0.8 * gone["end"].count()


def test_persons_keep_one_good_row_each(clean, messy):
    good = messy.persons.join(clean.persons, on=clean.persons.columns, nulls_equal=True)
    assert good["person"].n_unique() == clean.persons.height
    bad = messy.persons.join(clean.persons, on=clean.persons.columns, how="anti", nulls_equal=True)
    assert bad["person"].null_count() > 10
    assert (bad["sex"] == "?").sum() > 10
    assert (bad["died"] < bad["birth_date"]).sum() > 10
    assert messy.persons.is_duplicated().sum() > 20


def test_no_row_reaches_beyond_the_register(messy):
    for name in INTERVALS:
        last = getattr(messy, name)["end"].max()
        assert last.isoformat() == "2018-12-31" or name in ("assignments", "readiness")
        assert last.isoformat() <= "2018-12-31"


def test_truth_does_not_know_the_mess(clean, messy):
    assert clean.truth_changes.equals(messy.truth_changes)
    assert clean.truth_departures.equals(messy.truth_departures)
    assert clean.tallies == messy.tallies
