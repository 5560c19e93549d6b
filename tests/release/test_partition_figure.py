"""The partitions next to the chosen one: what figure and table take from the released tables."""

import re

import polars as pl
import pytest

from trajectories.release import PRESETS
from trajectories.release.charts.state_rows import Row
from trajectories.release.gate.protect import protect_all
from trajectories.release.outputs.partition_phrases import evidence, modal_course
from trajectories.release.outputs.registry import DRAWINGS, SPECS
from trajectories.release.outputs.typology.partition_states import states_of_nodes, with_rest
from trajectories.release.outputs.typology.partitions import view
from trajectories.release.style import read_style

from .conftest import STYLE
from .fakes import all_tables

NAMES = (
    *("partitions", "partition_states", "cluster_states", "clusters"),
    *("quality", "null_quality", "stability"),
)


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    exact = {name: (all_tables()["typology"][name], SPECS[name]) for name in NAMES}
    released = protect_all(exact, PRESETS["default"])
    return {name: frame for name, (frame, _) in released.tables.items()}


@pytest.fixture(scope="module")
def style():
    return read_style(STYLE, language="en", simulated=False)


def test_every_cluster_of_every_partition_has_its_states(tables):
    shown = states_of_nodes(tables)
    assert set(shown["node"]) == set(range(1, 10))
    assert (shown["weight"] <= shown["total_weight"]).all()
    whole, _style = with_rest(shown, read_style(STYLE, language="en", simulated=False))
    sums = whole.group_by("node", "position").agg(
        pl.col("weight").sum(), pl.col("total_weight").first()
    )
    assert (sums["weight"] >= sums["total_weight"]).all()


def test_a_cluster_found_in_several_partitions_has_one_size(tables):
    sizes = tables["partitions"].group_by("node").agg(pl.col("windows").n_unique())
    assert set(sizes["windows"]) == {1}
    chosen = tables["partitions"].filter("chosen").sort("cluster")
    assert chosen["windows"].to_list() == tables["clusters"].sort("cluster")["windows"].to_list()


def test_what_speaks_for_a_partition_is_read_from_the_other_tables(tables, style):
    said = evidence(tables, style, 6)
    assert said[0] == "chosen"
    assert said[1:] == [
        "ASW 0.47",
        "ASW 0.47 (random courses 0.37)",
        "least stable cluster: Jaccard 0.68",
    ]
    few = {name: tables[name] for name in ("partitions", "partition_states", "cluster_states")}
    assert evidence(few, style, 5) == []


def test_a_course_is_told_in_runs(style):
    panel = pl.DataFrame(
        {
            "position": [1, 1, 3, 3, 6, 9],
            "state": ["SA_PASSIVE", "JOB", "JOB", "SA_PASSIVE", "JOB", "SA_PASSIVE"],
            "weight": [60.0, 40.0, 70.0, 30.0, 90.0, 95.0],
        }
    )
    passive, job = style.look("SA_PASSIVE").label, style.look("JOB").label
    assert modal_course(panel, style) == f"{passive} 1 → {job} 3–6 → {passive} 9"


def test_the_table_says_from_which_cluster_each_comes(tables, style):
    rows = [[cell.text for cell in row] for row in view(tables, style).rows]
    assert [row[0] for row in rows].count("6 (chosen)") == 6
    origins = {(row[0], row[1][0]): row[4] for row in rows}
    assert origins["5", "1"] == "–"
    assert origins["7", "1"] == origins["7", "2"] == "1 (100\u202f%)"
    few = {name: tables[name] for name in ("partitions", "partition_states", "cluster_states")}
    assert len(view(few, style).head) == len(view(tables, style).head) - 1


def test_the_figure_marks_its_rows_for_a_script(tables, style):
    drawing = next(one for one in DRAWINGS if one.name == "partition_states")
    svg = dict(drawing.render(tables, style))["partition_states.svg"].decode()
    found = re.findall(r'class="choice" data-key="(\d)" data-top="([\d.]+)" data-height="', svg)
    assert sorted({key for key, _ in found}) == ["5", "6", "7"]
    assert all(len({top for one, top in found if one == key}) == 1 for key in "567")
    assert 'id="row:' not in svg
    assert svg.count('class="spot"') == 9 * (5 + 6 + 7)


@pytest.mark.parametrize(("size", "lines"), [("wide", 1 + 1 + 1), ("narrow", 3 + 3 + 4)])
def test_a_narrow_figure_breaks_its_rows_and_has_larger_letters(tables, style, size, lines):
    drawing = next(one for one in DRAWINGS if one.name == "partition_states")
    figure = drawing.draw(tables, style, size)
    assert len(figure.axes) == lines
    tops = [axes.get_position().y1 for axes in figure.axes]
    feet = [axes.get_position().y0 for axes in figure.axes]
    assert all(below < above for above, below in zip(feet, tops[1:], strict=False))
    assert feet[-1] > 0
    letters = {text.get_fontsize() for axes in figure.axes for text in axes.texts}
    assert min(letters) == {"wide": 6, "narrow": 8}[size]


def test_names_have_three_lines_at_most_and_none_in_narrow_panels():
    row = Row("3", "", False, ["1", "2"], ["short", "a very long name of a cluster " * 4], [])
    wide, narrow = row.above(1.0, 6), row.above(0.5, 6)
    assert [len(lines) for lines in wide] == [2, 4]
    assert wide[1][-1].endswith("…")
    assert narrow == [["1"], ["2"]]
