"""Outputs: each file found, each shown, each in its chapter's place."""

import polars as pl
import pytest

from trajectories.release.outputs.registry import DRAWINGS, VIEWS
from trajectories.release.store import read_tables

from .outline import Outline


@pytest.fixture(scope="session", params=["synthetic", "mvad", "jobless"])
def any_run(request):
    return request.getfixturevalue(request.param)


def test_every_output_that_can_be_shown_has_its_place_on_the_page(any_run):
    tables = read_tables(any_run.release / "tables")
    tables["disclosure"] = pl.read_csv(any_run.release / "disclosure.csv")
    shown = [f"tab-{view.name}" for view in VIEWS if view.possible(tables)]
    shown += [f"fig-{drawing.name}" for drawing in DRAWINGS if drawing.possible(tables)]
    page = (any_run.release / "report.html").read_text(encoding="utf-8")
    found = [name for name in Outline(page).ids if name.startswith(("fig-", "tab-"))]
    assert sorted(shown) == sorted(found)
