"""Months do not see benefit codes change their names, and do see readiness change."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from trajectories.register.codes.codelist import (
    describe_codes,
    load_alphabet,
    load_codelist,
    load_states,
)
from trajectories.register.codes.relabelling import load_relabelling
from trajectories.sequences import monthly_states

LISTS = Path(__file__).parents[2] / "config" / "codelists"
FIRST, REFORM, LAST = dt.date(2013, 1, 1), dt.date(2014, 1, 1), dt.date(2014, 12, 31)


@pytest.fixture(scope="module")
def renamed() -> dict[str, str]:
    """New code by old code at 1 January 2014."""
    table = load_relabelling(LISTS / "relabelling_2014.csv").filter(pl.col("dimension") == "code")
    return {old: new for new, old in table.select("after", "before").iter_rows()}


def months(halves: list[tuple[str, str]]) -> pl.DataFrame:
    """A year under the first code and a year under the second, one person for each pair."""
    spells = pl.DataFrame(
        [
            (person, code, start, end, None)
            for person, pair in enumerate(halves)
            for code, start, end in (
                (pair[0], FIRST, REFORM - dt.timedelta(days=1)),
                (pair[1], REFORM, LAST),
            )
        ],
        schema={
            "person": pl.UInt32,
            "code": pl.String,
            "start": pl.Date,
            "end": pl.Date,
            "municipality": pl.Int16,
        },
        orient="row",
    )
    persons = pl.DataFrame(
        {"person": range(len(halves))}, schema={"person": pl.UInt32}
    ).with_columns(
        pl.lit(None, dtype=pl.Date).alias(name) for name in ("birth_date", "died", "emigrated")
    )
    return monthly_states(
        describe_codes(spells, load_codelist(LISTS / "dream.csv")),
        rules=load_states(LISTS / "states.csv"),
        alphabet=load_alphabet(LISTS / "alphabet.csv"),
        persons=persons.with_columns(municipality=pl.lit(657, dtype=pl.Int16)),
        first_day=FIRST,
        last_day=LAST,
    )


def test_every_code_that_the_reform_renamed_keeps_its_state(renamed):
    before = months([(old, old) for old in renamed])
    after = months(list(renamed.items()))
    assert before["state"].equals(after["state"])
    assert before["readiness"].equals(after["readiness"])
    assert set(after["benefit"].cast(pl.String)) == {"kontanthjaelp", "uddannelseshjaelp"}
    assert set(before["benefit"].cast(pl.String)) == {"kontanthjaelp"}


def test_a_job_ready_person_who_becomes_not_ready_changes_state():
    assert months([("130", "720")])["state"].cast(pl.String).to_list() == (
        ["SA_READY"] * 12 + ["SA_PASSIVE"] * 12
    )
