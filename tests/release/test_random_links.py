"""Random linked tables under attack: see `benchmarks/gate_attack.py`, which attacks thousands."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from trajectories.release import PRESETS

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
