"""Every edge case by name has the outcome that stands beside it, and stands in the docs."""

import re
from pathlib import Path

import polars as pl
import pytest

from trajectories.caseworkers.changes import caseworker_changes
from trajectories.config.sections.sequences import MonthConfig
from trajectories.register import edge_cases, load_codelist
from trajectories.register.named_cases.case import COLUMNS
from trajectories.register.named_cases.catalogue import edge_case_page
from trajectories.sequences.configured import build_months

ROOT = Path(__file__).parents[2]
CODELIST = load_codelist(ROOT / "config" / "codelists" / "dream.csv")
CASES = edge_cases()


def rows(tables, name: str) -> list[str]:
    """Write a cleaned table as the edge cases write theirs, keys put back."""
    frame = tables[name].frame.join(tables["persons"].keys, on="person").drop("person")
    frame = frame.rename({"key": "person"})
    if name == "assignments":
        frame = frame.join(tables[name].keys, on="caseworker").drop("caseworker")
        frame = frame.rename({"key": "caseworker"})
    cells = frame.select(COLUMNS[name].split()).sort("person", "start")
    return [" ".join("-" if x is None else str(x) for x in row) for row in cells.iter_rows()]


def plain(row: str) -> str:
    """Drop missing cells at the end of a row."""
    return re.sub(r"( -)+$", "", row.strip())


@pytest.fixture(scope="module", params=CASES)
def case(request):
    return CASES[request.param]


def test_an_edge_case_has_the_outcome_that_stands_beside_it(case, monkeypatch):
    monkeypatch.chdir(ROOT)
    tables = case.clean(CODELIST)
    for name, expected in case.expected.items():
        assert [plain(row) for row in rows(tables, name)] == [plain(row) for row in expected]
    for name, fates in case.fates.items():
        counted = tables[name].accounting.filter(pl.col("step") != "read")
        found = {f"{step}: {reason}": n for _, step, reason, n in counted.iter_rows()}
        assert found == dict(fates)
    extract = tables["spells"].extract
    frames = {name: table.frame for name, table in tables.items()}
    if case.months:
        months = build_months(
            frames["spells"],
            frames["readiness"],
            persons=frames["persons"],
            employment=frames["employment"],
            covered=(extract.first_day, extract.last_day),
            settings=MonthConfig(),
            lists=case.section,
        ).join(tables["persons"].keys, on="person")
        states = {
            f"{key} {month:%Y-%m}": state
            for key, month, state in months.select("key", "month", "state").iter_rows()
        }
        assert {name: states[name] for name in case.months} == dict(case.months)
    if case.changes:
        changes = caseworker_changes(
            frames["assignments"], frames["readiness"], last_day=extract.last_day
        ).changes
        counts = changes["cause"].cast(pl.String).value_counts()
        assert dict(counts.iter_rows()) == dict(case.changes)


def test_every_edge_case_says_what_is_expected(case):
    assert case.story.endswith(".")
    assert case.fates
    assert case.expected or case.changes
    for fates in case.fates.values():
        assert sum(fates.values()) > 0


def test_the_cases_that_were_asked_for_are_there():
    assert len(CASES) >= 30
    assert {
        "overlap_same_code",
        "spell_across_new_year_week_53",
        "death_mid_spell",
        "relabelled_at_reform",
        "moves_municipality",
        "caseworker_id_recoded",
        "born_after_first_spell",
    } <= set(CASES)


def test_the_page_of_edge_cases_is_up_to_date():
    written = (ROOT / "docs" / "edge-cases.md").read_text(encoding="utf-8")
    assert written == edge_case_page(), "run `trajectories docs write`"
