"""What changed between two releases: planted changes are found, equal releases are equal."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.commands.release.compare_releases import compare, compared
from trajectories.errors import UserError
from trajectories.inputs import sha256_of
from trajectories.io import read_json, write_json
from trajectories.release.contents import GATE, made_by_gate
from trajectories.release.outputs.registry import SPECS
from trajectories.release.versions.leaves import ABSENT, Leaf, changed_leaves
from trajectories.release.versions.numbers import compare_numbers

STATES = "tables/sequences_state_distribution.csv"
CLUSTERS = SPECS["clusters"]


@pytest.fixture
def second(jobless, tmp_path) -> Path:
    """A copy of a release that a test may change."""
    return Path(shutil.copytree(jobless.release, tmp_path / "release"))


def reseal(release: Path, *names: str) -> None:
    made = made_by_gate(release)
    write_json({**made, **{name: sha256_of(release / name) for name in names}}, release / GATE)


def test_a_release_does_not_differ_from_itself(jobless):
    change = compared(jobless.release, jobless.release)
    total, differing = change.numbers
    assert total > 500
    assert differing == 0
    assert not [one for one in change.tables if one.differs]
    assert (change.settings, change.code, change.headline, change.figures) == ([], [], [], [])


def test_planted_changes_are_found(jobless, second, tmp_path):
    about = read_json(second / "about.json")
    about["settings"]["hazards"]["added"] = {"by": 3}
    write_json(about, second / "about.json")
    name = next(path.name for path in sorted((second / "tables").glob("hazards_*.csv")))
    (second / "tables" / name).unlink()
    made = {key: one for key, one in made_by_gate(second).items() if key != f"tables/{name}"}
    write_json(made, second / GATE)
    reseal(second, "about.json")
    figure = next(iter(sorted((second / "figures").glob("*.svg"))))
    figure.write_bytes(figure.read_bytes() + b"\n")
    change = compared(jobless.release, second)
    assert change.settings == [Leaf("hazards.added.by", ABSENT, "3")]
    assert change.only_first == [name.removesuffix(".csv")]
    assert change.only_second == []
    assert figure.stem in {f"{one.name}" for one in change.figures} or "narrow" in figure.stem
    page = tmp_path / "change.html"
    lines = list(compare(jobless.release, second, out=page))
    assert lines[0].startswith("0 of ")
    text = page.read_text(encoding="utf-8")
    assert "hazards.added.by" in text
    assert name.removesuffix(".csv") in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_an_altered_release_is_refused(jobless, second, tmp_path):
    path = next(iter(sorted((second / "tables").glob("*.csv"))))
    path.write_text(path.read_text(encoding="utf-8") + "x\n", encoding="utf-8")
    with pytest.raises(UserError, match="was changed after the gate made it"):
        list(compare(jobless.release, second, out=tmp_path / "page.html"))


def table(**columns) -> pl.DataFrame:
    frame = pl.DataFrame(columns)
    return frame.with_columns(pl.col("cluster").cast(pl.Int64))


def test_rows_are_matched_by_their_dimensions():
    first = table(cluster=[1, 2, 3], windows=[10, 20, None], share=[0.1, 0.2, None])
    second = table(cluster=[3, 2, 1], windows=[30, 25, 10], share=[0.3, 0.2, 0.1])
    change = compare_numbers(CLUSTERS, first, second)
    assert (change.cells, change.changed, change.appeared, change.vanished) == (4, 1, 2, 0)
    assert change.largest.rows() == [("2 · windows", 20.0, 25.0)]
    turned = compare_numbers(CLUSTERS, second, first)
    assert (turned.appeared, turned.vanished) == (0, 2)


def test_rows_that_look_alike_are_matched_by_their_order():
    first = table(cluster=[1, 1], windows=[10, 20])
    second = table(cluster=[1, 1], windows=[10, 25])
    assert compare_numbers(CLUSTERS, first, second).largest.rows() == [("1 (2) · windows", 20, 25)]


def test_the_largest_changes_come_first_relative_to_their_size():
    first = table(cluster=[1, 2, 3], windows=[1000, 10, 100])
    second = table(cluster=[1, 2, 3], windows=[1100, 20, 99])
    cells = compare_numbers(CLUSTERS, first, second).largest["cell"].to_list()
    assert cells == ["2 · windows", "1 · windows", "3 · windows"]


LEAVES = st.recursive(
    st.one_of(st.integers(0, 3), st.none(), st.booleans()),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)
TREES = st.dictionaries(st.sampled_from("xyz"), LEAVES, max_size=3)


@given(TREES, TREES)
def test_leaves_differ_exactly_where_the_trees_do(first, second):
    changed = changed_leaves(first, second)
    assert (changed == []) == (
        json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    )
    turned = [Leaf(one.key, one.second, one.first) for one in changed]
    assert changed_leaves(second, first) == turned
