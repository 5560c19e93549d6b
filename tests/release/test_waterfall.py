"""The accounting of rows in the report: from read to used, in lines that add up."""

import polars as pl
import pytest

from trajectories.release import PRESETS, protect
from trajectories.release.outputs.data import accounting, conflicts, persons_found
from trajectories.release.outputs.registry import spec_for
from trajectories.release.style import read_style

from .conftest import STYLE
from .fakes import all_tables

EXACT = all_tables()["register"]


@pytest.fixture(scope="module")
def released() -> dict[str, pl.DataFrame]:
    return {
        name: protect(EXACT[name], spec_for(name), PRESETS["default"])[0]
        for name in ("accounting", "conflicts", "persons_found")
    }


@pytest.fixture(scope="module")
def style():
    return read_style(STYLE, language="en", simulated=True)


def number(cell) -> int:
    return int(cell.text.replace(",", "").replace("\u202f", "").replace("−", "-"))


def test_every_table_goes_from_rows_read_to_rows_used_line_by_line(released, style):
    left, tables, used = 0, 0, 0
    for name, step, lost, remaining in accounting.view(released, style).rows:
        if step.text == "Rows read":
            tables += 1
            left = number(remaining)
            assert name.text
        elif step.text.startswith("Used"):
            used += 1
            assert number(remaining) == left
        else:
            left += number(lost)
            assert number(remaining) == left
    assert tables == used == EXACT["accounting"]["table"].n_unique()


def test_a_released_accounting_adds_up_exactly(released):
    signed = released["accounting"].with_columns(
        pl.when(pl.col("step") == "read").then("rows").otherwise(-pl.col("rows"))
    )
    assert signed.group_by("table").agg(pl.col("rows").sum())["rows"].to_list() == [0] * 4


def test_conflicts_and_persons_of_too_few_are_left_out(released, style):
    shown = [[cell.text for cell in row] for row in conflicts.view(released, style).rows]
    assert len(shown) == 1
    assert shown[0][1:3] == ["the latest start", "days held by another row"]
    table = persons_found.view(released, style)
    heads = ["In the table of persons", "Not in the table of persons"]
    assert table.head == ["Input", *heads, "In the table of persons alone"]
    assert [len(row) for row in table.rows] == [4, 4]
    assert table.rows[1][2].withheld
