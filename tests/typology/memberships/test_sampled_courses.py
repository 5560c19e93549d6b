"""A map of courses, and what clusters keep."""

import numpy as np
import polars as pl
from scipy.spatial.distance import pdist, squareform

from trajectories.typology.memberships.sampled_courses import (
    associations_kept,
    map_table,
    plane,
    sample_windows,
    square_among,
)


def test_points_of_a_plane_keep_their_distances() -> None:
    points = np.random.default_rng(0).normal(size=(40, 2)) * [3, 1]
    square = squareform(pdist(points))
    found, stress = plane(square)
    np.testing.assert_allclose(squareform(pdist(found)), square, atol=1e-6)
    assert stress < 1e-6
    assert found[:, 0].var() > found[:, 1].var()


def test_clusters_are_placed_by_means_and_spreads() -> None:
    stream = np.random.default_rng(1)
    labels = np.repeat([0, 1, 2], 30)
    points = stream.normal(size=(90, 2)) + np.array([[-9, 0], [9, 0], [0, 6]])[labels]
    table = map_table(squareform(pdist(points)), labels, np.arange(90) // 2)
    assert table["windows"].to_list() == [30] * 3
    assert table["persons"].to_list() == [15] * 3
    assert table["x"][0] < -7
    assert table["x"][1] > 7
    assert table["sd_x"].is_between(0.7, 1.4).all()


def test_a_covariate_that_is_the_clusters_leaves_nothing_out() -> None:
    stream = np.random.default_rng(2)
    labels = np.repeat([0, 1], 40)
    points = stream.normal(size=(80, 2)) + 6.0 * labels[:, np.newaxis]
    other = points[:, 0] > np.array([0.0, 6.0])[labels]
    covariates = {
        "same": pl.Series(labels.astype(str)),
        "within": pl.Series(other.astype(str)),
        "constant": pl.Series(["x"] * 80),
    }
    table = associations_kept(squareform(pdist(points)), labels, covariates)
    assert table["covariate"].to_list() == ["same", "within"]
    same, within = table["unaccounted"].to_list()
    assert abs(same) < 1e-9
    assert within > 0.2


def test_samples_are_drawn_by_weight_and_distances_expanded() -> None:
    weights = np.array([0.0, 1, 1, 5, 1])
    np.testing.assert_array_equal(sample_windows(weights, 10, 0), [1, 2, 3, 4])
    drawn = sample_windows(weights, 2, 0)
    assert drawn.size == 2
    assert 0 not in drawn
    square = square_among(lambda items: pdist(items[:, np.newaxis] * 1.0), np.array([4, 1, 4]))
    np.testing.assert_array_equal(square, [[0, 3, 0], [3, 0, 3], [0, 3, 0]])
