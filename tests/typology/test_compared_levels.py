"""Persons behind differences in membership."""

import numpy as np
import polars as pl

from trajectories.typology.compared_levels import compared_levels

CLUSTER = np.array([0, 0, 0, 1, 1, 1, 1, 1])
PERSON = np.array([1, 2, 3, 4, 5, 6, 7, 7])


def test_the_smallest_of_four_cells_counts_persons():
    sex = pl.Series("sex", ["K", "K", "M", "K", "M", "M", "M", "M"])
    found = compared_levels(sex, CLUSTER, PERSON, "K")
    # three women (two in the first cluster) and four men (one there)
    assert found.rows() == [(0, "M", 3, 1), (1, "M", 3, 1)]


def test_a_level_that_a_cluster_lacks_has_an_empty_cell():
    place = pl.Series("place", ["a", "a", "a", "a", "b", "b", "b", "b"], pl.Enum(["a", "b"]))
    found = compared_levels(place, CLUSTER, PERSON, "a")
    assert found["fewest"].to_list() == [0, 0]
    assert found["compared"].to_list() == [3, 3]


def test_a_number_has_no_levels():
    found = compared_levels(pl.Series("age", range(8)), CLUSTER, PERSON, "")
    assert found.rows() == [(0, "", 7, 3), (1, "", 7, 3)]
