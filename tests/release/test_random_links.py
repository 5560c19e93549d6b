"""Random linked tables under attack: see `benchmarks/gate_attack.py`, which attacks thousands."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from trajectories.release import PRESETS
from trajectories.release.gate.protect import protect_all

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def attack(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import gate_attack

    return gate_attack


@pytest.mark.untraced
def test_an_attacker_with_exact_bounds_never_wins(attack):
    found: Counter[str] = Counter()
    for seed in range(10_000, 10_040):
        found += attack.attacked(seed, PRESETS["default"], linked=True)
    assert found["withheld"] > 100
    assert found["too_closely"] == 0
    assert found["refused"] == 0


@pytest.mark.untraced
def test_a_wider_promise_is_kept_and_an_ordinary_one_is_narrower(attack):
    wide = replace(PRESETS["opensafely"], width=6)
    kept: Counter[str] = Counter()
    ordinary: list[int] = []
    for seed in range(10_000, 10_020):
        kept += attack.attacked(seed, wide, linked=True)
        world = attack.World.drawn(seed)
        made = protect_all(world.exact(), PRESETS["opensafely"]).tables
        released = {name: table for name, (table, _) in made.items()}
        ordinary += attack.narrowest(world, released, wide)
    assert kept["withheld"] > 50
    assert kept["too_closely"] == 0
    assert min(ordinary) < wide.width


@pytest.mark.untraced
def test_the_same_attacker_wins_where_sums_are_not_protected(attack):
    found: Counter[str] = Counter()
    for seed in range(10_000, 10_020):
        found += attack.attacked(seed, PRESETS["default"], linked=False)
    assert found["exactly"] > 0
    assert found["worlds_lost"] > 3


def test_the_attacker_reads_a_dash_out_of_its_row(attack):
    # 12 + 12 + 4 = 28, shown as 10, 10, a dash and 30: the dash is a 4
    cells = pl.DataFrame({"a": ["p"] * 3, "b": ["x", "y", "z"], "n": [12, 12, 4]})
    world = attack.World(cells, None, {"a_b": (("a", "b"), True)})
    released = {"a_b": cells.with_columns(n=pl.Series([10, 10, None]), total=pl.lit(30))}
    assert attack.narrowest(world, released, PRESETS["default"]) == [0]
    loose = {"a_b": cells.with_columns(n=pl.Series([15, 10, None]), total=pl.lit(30))}
    assert attack.narrowest(world, loose, PRESETS["default"]) == [3]
