"""Shares by probability."""

import numpy as np
import polars as pl

from trajectories.reform import cluster_shares
from trajectories.reform.probable_shares import probable_shares


def test_certain_memberships_give_the_shares_of_labels() -> None:
    stream = np.random.default_rng(2)
    n = 300
    cluster = stream.integers(1, 4, n)
    windows = pl.DataFrame(
        {
            "person": stream.integers(0, 200, n),
            "group": stream.choice(["before", "after"], n),
            "cluster": cluster,
            "weight": stream.random(n) + 0.5,
            "age": stream.integers(18, 60, n),
        }
    )
    found = probable_shares(windows, np.eye(3)[cluster - 1])
    expected = cluster_shares(windows).filter(age="all")
    assert found["group"].to_list() == expected["group"].to_list()
    for name in ("share", "se"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12)
    assert (found["low"] <= found["share"]).all()


def test_equal_probabilities_are_equal_shares_without_a_spread() -> None:
    windows = pl.DataFrame({"person": [1, 2, 2], "group": ["a", "a", "b"], "weight": [1.0, 2, 1]})
    found = probable_shares(windows, np.full((3, 2), 0.5))
    assert found["share"].to_list() == [0.5] * 4
    assert found.filter(group="a")["se"].to_list() == [0.0, 0.0]
    assert found.filter(group="b")["se"].to_list() == [None, None]
