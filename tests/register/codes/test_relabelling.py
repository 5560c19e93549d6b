"""Undoing a relabelling, in codes and in readiness."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from trajectories.errors import UserError
from trajectories.register.codes.codelist import describe_codes, load_codelist, load_states
from trajectories.register.codes.relabelling import load_relabelling, undo_relabelling

SHIPPED = Path(__file__).parents[3] / "config" / "codelists"
REFORM = date(2014, 1, 1)


def test_the_shipped_relabelling_moves_every_new_code_to_an_old_one_of_the_same_meaning():
    codes = load_codelist(SHIPPED / "dream.csv")
    table = load_relabelling(SHIPPED / "relabelling_2014.csv")
    moved = codes.filter(pl.col("code").str.contains("^(14|72)"))["code"].to_list()
    assert table["after"].sort().to_list() == moved
    assert set(table["from_date"]) == {REFORM}
    before = describe_codes(table.select(code="before"), codes)
    after = describe_codes(table.select(code="after"), codes)
    for column in ("activity", "readiness", "group"):
        assert before[column].to_list() == after[column].to_list()
    assert set(before["benefit"]) == {"kontanthjaelp"}
    rules = load_states(SHIPPED / "states.csv")
    assert rules.apply(before)["state"].to_list() == rules.apply(after)["state"].to_list()


def test_the_readiness_variant_changes_states():
    table = load_relabelling(SHIPPED / "relabelling_2014_readiness.csv")
    assert set(table["dimension"]) == {"readiness"}
    rules = load_states(SHIPPED / "states.csv")
    for after, before in table.select("after", "before").iter_rows():
        now, then = (rules.state("SA_NOTREADY", value, "passive") for value in (after, before))
        assert now != then


def spells(*rows: tuple[str, str, str]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["code", "start", "end"], orient="row")
    return frame.with_columns(pl.col("start", "end").str.to_date(), n=pl.int_range(pl.len()))


def test_codes_are_renamed_from_the_reform_on_and_straddling_rows_are_cut():
    table = load_relabelling(SHIPPED / "relabelling_2014.csv")
    frame = spells(
        ("720", "2013-06-01", "2014-06-30"),
        ("720", "2013-06-01", "2013-12-31"),
        ("143", "2014-01-01", "2014-01-01"),
        ("730", "2013-06-01", "2014-06-30"),
    )
    found = undo_relabelling(frame, table, dimension="code")
    assert found.columns == frame.columns
    assert found.rows() == [
        ("720", date(2013, 6, 1), date(2013, 12, 31), 0),
        ("730", REFORM, date(2014, 6, 30), 0),
        ("720", date(2013, 6, 1), date(2013, 12, 31), 1),
        ("133", REFORM, REFORM, 2),
        ("730", date(2013, 6, 1), date(2014, 6, 30), 3),
    ]


def test_only_the_named_dimension_is_undone():
    table = load_relabelling(SHIPPED / "relabelling_2014_readiness.csv")
    frame = spells(("education_ready", "2014-02-01", "2014-03-01")).rename({"code": "readiness"})
    found = undo_relabelling(frame, table, dimension="readiness")
    assert found["readiness"].to_list() == ["job_ready"]
    same = frame.rename({"readiness": "code"})
    assert undo_relabelling(same, table, dimension="code").equals(same)


HEADER = "dimension,after,before,from_date\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "code,720,730,01/01/2014\n", "not YYYY-MM-DD"),
        (HEADER + "code,720,,2014-01-01\n", "blank cell"),
        (HEADER + "benefit,720,730,2014-01-01\n", "dimension other than"),
        (HEADER + "code,720,730,2014-01-01\ncode,720,130,2014-01-01\n", "undoes one value twice"),
    ],
)
def test_a_bad_table_gets_one_sentence(tmp_path, text, message):
    path = tmp_path / "relabelling.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        load_relabelling(path)
