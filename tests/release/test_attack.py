"""Attacks on what the gate lets pass: nobody may read a small count out of it."""

import itertools
from collections import defaultdict
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.release import PRESETS, Count, Rules, TableSpec, Total, protect
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.outputs.registry import SPECS

from .fakes import all_tables, duration_tables

SUMMED = TableSpec(
    stage="stage",
    name="table",
    sensitivity="high",
    row="a cell",
    dims=("group", "month", "cell"),
    counts=(Count("n", "persons", guards=True),),
    links=(
        cells("n", of="persons", by=("group", "cell@month")),
        cells("total", of="persons", by=("group",)),
    ),
    totals=(Total("total", "n", over=("cell",)),),
    derived=(ratio("share", "n", "total"),),
    added=("share",),
    grid=("group", "month", "cell"),
)


def one_group_each(cells: np.ndarray) -> pl.DataFrame:
    """Lay (groups, months, cells) counts out as a table, a group for each possible world."""
    groups, months, width = cells.shape
    return pl.DataFrame(
        {
            "group": np.repeat([f"{i:06d}" for i in range(groups)], months * width),
            "month": np.tile(
                np.repeat([f"2014-{m + 1:02d}" for m in range(months)], width), groups
            ),
            "cell": list("abcdefgh"[:width]) * (groups * months),
            "n": cells.ravel(),
        }
    )


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("preset", "cells", "top", "wide"),
    [
        ("default", 2, 24, 3),
        ("default", 3, 19, 3),
        ("opensafely", 2, 27, 3),
        ("opensafely", 2, 27, 5),
        ("strict", 2, 34, 3),
        ("strict", 2, 34, 8),
    ],
)
def test_who_knows_the_gate_cannot_tell_a_withheld_count(preset, cells, top, wide):
    rules = replace(PRESETS[preset], width=wide)
    counts = np.array(list(itertools.product(range(top + 1), repeat=cells)))
    published, _ = protect(one_group_each(counts[:, None, :]), SUMMED, rules)
    seen = published.select(pl.col("n", "total", "share").fill_null(-1)).to_numpy()
    worlds = defaultdict(list)
    for number, row in enumerate(seen.reshape(len(counts), -1)):
        worlds[tuple(row)].append(number)
    beyond = top - rules.base // 2
    for numbers in worlds.values():
        possible = counts[numbers]
        hidden = (possible < rules.threshold).any(axis=0)
        # Where a number near the largest one is shown, larger ones are possible as well.
        if np.nanmax(np.where(hidden, 0, possible)) <= beyond - rules.base // 2:
            spread = np.ptp(possible, axis=0)
            assert (spread[hidden] >= wide).all()


def rounds_to(shown: float | None, top: int, rules: Rules) -> set[int]:
    """Exact counts that a reader may hold for possible behind a published one."""
    if shown is None:
        return set(range(top + 1))
    low = max(rules.threshold, shown - rules.base // 2)
    return {n for n in range(top + 1) if low <= n < shown - rules.base // 2 + rules.base}


@pytest.mark.untraced
@pytest.mark.parametrize("preset", ["default", "opensafely"])
def test_a_reader_with_a_pencil_cannot_tell_a_withheld_count_from_a_total(preset):
    rules, top = PRESETS[preset], 12 if preset == "default" else 10
    counts = np.array(list(itertools.product(range(top + 1), repeat=3)))
    published, _ = protect(one_group_each(counts[:, None, :]), SUMMED, rules)
    shown = published["n"].to_list()
    totals = published["total"].to_list()
    for world, exact in enumerate(counts):
        seen, total = shown[3 * world : 3 * world + 3], totals[3 * world]
        for cell in np.flatnonzero(exact < rules.threshold):
            others = [i for i in range(3) if i != cell]
            choices = [rounds_to(seen[i], 40, rules) for i in others]
            sums = {a + b for a, b in itertools.product(*choices)}
            possible = {
                n
                for n in range(rules.threshold)
                if any(n + rest in rounds_to(total, 120, rules) for rest in sums)
            }
            assert len(possible) > 1


def test_a_number_that_pins_a_cell_is_moved():
    # 12 + 12 + 4 = 28 would be shown as 10, 10, – of 30: the dash could only be a 4
    exact = one_group_each(np.array([[[12, 12, 4]]]))
    published, log = protect(exact, SUMMED, PRESETS["default"])
    assert log.complementary == 0
    assert published["n"].to_list() == [15, 10, None]
    assert published["total"].to_list() == [30, 30, 30]


def test_what_is_published_after_a_move_is_what_other_counts_are_published_as():
    moved, natural = (
        protect(one_group_each(np.array([[counts]])), SUMMED, PRESETS["default"])[0]
        for counts in ([12, 12, 4], [14, 12, 3])
    )
    assert moved.drop("group").equals(natural.drop("group"))


def test_where_no_cell_is_left_the_total_is_moved():
    # 4 + 4 = 8 would be shown as – and – of 10: both could only be a 4
    exact = one_group_each(np.array([[[4, 4]]]))
    published, _ = protect(exact, SUMMED, PRESETS["default"])
    assert published["total"].to_list() == [5, 5]


def test_where_the_total_is_gone_a_month_that_gives_it_away_is_thinned_out():
    # the second month shows that the total is at least 8, so the first month would be 4 and 4
    exact = one_group_each(np.array([[[4, 4], [8, 0]]]))
    published, _ = protect(exact, SUMMED, PRESETS["default"])
    assert published["total"].null_count() == 4
    assert published["n"].null_count() == 4


def test_known_zeros_are_no_unknowns():
    # beside 12, 12 and a zero that everybody knows, the dash of 28 could only be a 4
    exact = one_group_each(np.array([[[12, 12, 4, 0]]]))
    spec = replace(SUMMED, structural=pl.col("cell") == "d")
    published, _ = protect(exact, spec, PRESETS["default"])
    assert published["n"].to_list() == [15, 10, None, 0]


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(sorted(PRESETS)),
)
def test_released_counts_are_large_multiples_and_shares_follow_from_them(rows, preset):
    rules = PRESETS[preset]
    published, _ = protect(one_group_each(np.array(rows)[:, None, :]), SUMMED, rules)
    for n, total, share in published.select("n", "total", "share").rows():
        for value in (n, total):
            assert value is None or (value >= rules.threshold and value % rules.base == 0)
        if n is None or total is None:
            assert share is None
        else:
            assert abs(share - n / total) <= 0.5
            assert share == round(share, 6)


@settings(max_examples=30)
@given(st.permutations(range(6)), st.lists(st.integers(0, 30), min_size=6, max_size=6))
def test_the_order_of_rows_changes_nothing(order, counts):
    exact = one_group_each(np.array(counts).reshape(2, 1, 3))
    keys = ["group", "month", "cell"]
    straight, _ = protect(exact, SUMMED, PRESETS["default"])
    shuffled, _ = protect(exact[list(order)], SUMMED, PRESETS["default"])
    assert straight.sort(keys).equals(shuffled.sort(keys))


@pytest.mark.untraced
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_no_released_table_holds_a_small_or_unrounded_count(preset):
    rules = PRESETS[preset]
    stages = {**all_tables(), "durations": duration_tables()}
    for tables in stages.values():
        for name, exact in tables.items():
            spec = SPECS[name]
            published, _ = protect(exact, spec, rules)
            counted = [c.name for c in spec.counts] + [t.name for t in spec.totals]
            for column in counted:
                values = published[column].drop_nulls()
                zeros = spec.structural is not None
                fine = (values % rules.base == 0) & (
                    (values >= rules.threshold) | ((values == 0) & zeros)
                )
                assert fine.all(), (name, column)
