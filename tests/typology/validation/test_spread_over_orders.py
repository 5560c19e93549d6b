"""The spread of trees over orders of their items: none without ties, and what ties leave open."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.typology.helpers import mvad_om, random_distances

from trajectories.typology import order_spread
from trajectories.typology.trees.linkage_tree import TreeMethod

METHODS = ("ward.D2", "ward.D", "average", "complete", "single", "mcquitty", "flexible")


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_without_ties_the_order_does_not_matter(method: TreeMethod, seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.random(12) + 0.5
    found = order_spread(random_distances(seed, 12), method, weights, k=(2, 3, 5), orders=6)
    assert found.table["partitions"].to_list() == [1, 1, 1]
    assert found.table["ari_lowest"].to_list() == pytest.approx([1, 1, 1])
    np.testing.assert_allclose(found.top_heights, found.top_heights[0], rtol=1e-12)


def test_two_pairs_as_near_as_each_other_are_a_decision_of_the_order() -> None:
    """Of three items in a row the middle one can go with either, and the last merge tells it."""
    found = order_spread([1.0, 2.0, 1.0], "ward.D2", k=(1, 2, 3, 4), orders=30)
    assert found.table["k"].to_list() == [1, 2, 3]
    assert found.table["partitions"].to_list() == [1, 2, 1]
    # {a, b}, {c} against {a}, {b, c}: one pair each, none in common, and 1/3 by chance.
    assert found.table["ari_lowest"][1] == pytest.approx((0 - 1 / 3) / (1 - 1 / 3))
    assert found.table["ari_lowest"][0] == found.table["ari_lowest"][2] == 1


def test_heights_depend_on_the_order_too_but_not_those_of_single_linkage() -> None:
    random = np.random.default_rng(3)
    tied = random.integers(1, 4, 40 * 39 // 2).astype(float)
    assert np.ptp(order_spread(tied, "ward.D2", orders=10).top_heights) > 0
    assert np.ptp(order_spread(tied, "single", orders=10).top_heights) == 0


def test_the_same_seed_gives_the_same_spread() -> None:
    tied = np.round(random_distances(5, 30, grid=True)) + 1
    first, second = (order_spread(tied, "average", orders=5, seed=2) for _ in range(2))
    assert first.table.equals(second.table)
    assert "orders of the items" in repr(first)


def test_at_least_one_order_is_needed() -> None:
    with pytest.raises(ValueError, match="orders must be at least 1, not 0"):
        order_spread([1.0], orders=0)


@pytest.mark.parametrize(
    ("method", "most", "least"), [("ward.D2", 1, 1.0), ("complete", 1, 1.0), ("average", 3, 0.98)]
)
def test_the_spread_on_mvad_is_the_documented_one(
    reference: Path, method: TreeMethod, most: int, least: float
) -> None:
    d, weights = mvad_om(reference, weighted=True)
    table = order_spread(d, method, weights, k=range(2, 7), orders=50).table
    assert table["partitions"].max() == most
    assert float(str(table["ari_lowest"].min())) >= least - 1e-12
