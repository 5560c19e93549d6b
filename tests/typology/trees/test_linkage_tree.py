"""Ward's trees against SciPy, R and a naive recurrence."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import cut_tree, is_valid_linkage
from scipy.cluster.hierarchy import linkage as scipy_linkage
from scipy.cluster.hierarchy import ward as scipy_ward
from tests.typology.helpers import (
    members,
    mvad_om,
    r_table,
    random_distances,
    replicated,
    same_partition,
    square,
    tie_free,
)

from trajectories.typology import cut, linkage, ward
from trajectories.typology.trees.linkage_tree import first_appearance


def naive_ward(d: np.ndarray, weights: np.ndarray, *, squared: bool) -> np.ndarray:
    """Merge the closest pair, recompute by Lance–Williams, and again; heights alone."""
    table = square(d) ** (2 if squared else 1)
    mass = list(weights)
    alive = list(range(len(mass)))
    heights = []
    while len(alive) > 1:
        pairs = [(table[i, j], i, j) for a, i in enumerate(alive) for j in alive[a + 1 :]]
        height, i, j = min(pairs)
        for k in alive:
            if k not in (i, j):
                total = mass[i] + mass[j] + mass[k]
                table[i, k] = table[k, i] = (
                    (mass[i] + mass[k]) * table[i, k]
                    + (mass[j] + mass[k]) * table[j, k]
                    - mass[k] * height
                ) / total
        mass[i] += mass[j]
        alive.remove(j)
        heights.append(height)
    return np.sqrt(heights) if squared else np.array(heights)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 25))
def test_weighted_heights_equal_the_naive_recurrence(seed: int, n: int) -> None:
    d = random_distances(seed, n)
    weights = np.random.default_rng(seed).integers(1, 6, n) / 2
    for method in ("ward.D", "ward.D2"):
        heights = ward(d, weights, method=method)[:, 2]
        expected = naive_ward(d, weights, squared=method == "ward.D2")
        np.testing.assert_allclose(heights, np.sort(expected), rtol=1e-10)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_unweighted_tree_is_scipys(dtype: type) -> None:
    d = random_distances(3, 60).astype(dtype)
    ours, theirs = ward(d), scipy_ward(d)
    np.testing.assert_allclose(
        ours[:, 2], theirs[:, 2], rtol=1e-12 if dtype is np.float64 else 1e-5
    )
    np.testing.assert_array_equal(ours[:, [0, 1, 3]], theirs[:, [0, 1, 3]])
    assert is_valid_linkage(ours)


def test_ward_d_is_scipys_tree_of_the_roots() -> None:
    d = random_distances(4, 50)
    np.testing.assert_allclose(
        ward(d, method="ward.D")[:, 2], scipy_ward(np.sqrt(d))[:, 2] ** 2, rtol=1e-12
    )


@pytest.mark.parametrize("method", ["ward.D", "ward.D2"])
def test_replicates_start_gives_the_tree_of_replicated_items(method: str) -> None:
    d = random_distances(5, 30)
    counts = np.random.default_rng(5).integers(1, 5, 30)
    full = ward(replicated(d, counts), method=method)
    small = ward(d, counts, method=method, start="replicates")
    extra = counts.sum() - 30
    assert full[:extra, 2].max() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(small[:, 2], full[extra:, 2], rtol=1e-10)
    for k in (2, 5, 9):
        assert same_partition(np.repeat(cut(small, k), counts), cut(full, k))


def test_the_distances_given_are_not_changed() -> None:
    d = random_distances(6, 12)
    before = d.copy()
    ward(d, np.arange(1, 13), start="replicates")
    np.testing.assert_array_equal(d, before)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", ["ward.D", "ward.D2"])
def test_tie_free_trees_equal_r(reference: Path, method: str, weighted: bool) -> None:
    d, weights = tie_free(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    tree = ward(d, weights, method=method)
    heights = r_table(reference, f"tiefree_hclust_{method}_height{suffix}.csv").to_numpy()[:, -1]
    np.testing.assert_allclose(tree[:, 2], heights, rtol=1e-9)
    for k, labels in members(reference, f"tiefree_hclust_{method}_members{suffix}").items():
        assert same_partition(cut(tree, k), labels)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", ["ward.D", "ward.D2"])
def test_mvad_trees_equal_r_in_spite_of_ties(reference: Path, method: str, weighted: bool) -> None:
    d, weights = mvad_om(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    tree = ward(d, weights, method=method)
    heights = r_table(reference, f"hclust_{method}_merge_height{suffix}.csv.gz")["height"]
    np.testing.assert_allclose(tree[:, 2], heights.to_numpy(), rtol=1e-9, atol=1e-9)
    for k, theirs in members(reference, f"hclust_{method}_members{suffix}").items():
        assert same_partition(cut(tree, k), theirs), k


def naive_tree(d: np.ndarray, weights: np.ndarray, method: str, beta: float) -> np.ndarray:
    """Merge the closest pair by the clusters' definition where there is one; heights alone."""
    table, mass = square(d), list(weights)
    members_of = [[i] for i in range(len(mass))]
    alive, heights = list(range(len(mass))), []
    while len(alive) > 1:
        pairs = [(table[i, j], i, j) for a, i in enumerate(alive) for j in alive[a + 1 :]]
        height, i, j = min(pairs)
        members_of[i] = members_of[i] + members_of[j]
        alive.remove(j)
        heights.append(height)
        for k in alive:
            if k == i:
                continue
            own, others = members_of[i], members_of[k]
            block = square(d)[np.ix_(own, others)]
            joint = {
                "average": np.average(block, weights=np.outer(weights[own], weights[others])),
                "complete": block.max(),
                "single": block.min(),
                "mcquitty": (table[i, k] + table[j, k]) / 2,
                "flexible": (1 - beta) / 2 * (table[i, k] + table[j, k]) + beta * height,
            }[method]
            table[i, k] = table[k, i] = joint
    return np.array(heights)


OTHERS = ["average", "complete", "single", "mcquitty", "flexible"]


@settings(max_examples=20)
@given(
    st.integers(0, 10_000),
    st.integers(2, 20),
    st.sampled_from(OTHERS),
    st.sampled_from([-0.25, 0.0]),
)
def test_heights_of_other_trees_equal_the_naive_ones(
    seed: int, n: int, method: str, beta: float
) -> None:
    d = random_distances(seed, n)
    weights = np.random.default_rng(seed).integers(1, 6, n) / 2
    tree = linkage(d, method, weights, beta=beta)
    assert len(np.unique(tree[:, :2])) == 2 * (n - 1)
    np.testing.assert_allclose(tree[:, 2], naive_tree(d, weights, method, beta), rtol=1e-10)


@pytest.mark.parametrize(
    ("method", "theirs"),
    [
        ("average", "average"),
        ("complete", "complete"),
        ("single", "single"),
        ("mcquitty", "weighted"),
    ],
)
def test_unweighted_other_trees_are_scipys(method: str, theirs: str) -> None:
    d = random_distances(3, 60)
    ours, expected = linkage(d, method), scipy_linkage(d, theirs)
    np.testing.assert_allclose(ours[:, 2], expected[:, 2], rtol=1e-12)
    np.testing.assert_array_equal(ours[:, [0, 1, 3]], expected[:, [0, 1, 3]])


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", ["average", "complete", "single"])
def test_other_mvad_trees_equal_r(reference: Path, method: str, weighted: bool) -> None:
    d, weights = mvad_om(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    tree = linkage(d, method, weights)
    heights = r_table(reference, f"hclust_{method}_merge_height{suffix}.csv.gz")["height"]
    if (method, weighted) != ("average", True):  # there R breaks ties by floating residue
        np.testing.assert_allclose(tree[:, 2], heights.to_numpy(), rtol=1e-9, atol=1e-9)
    for k, theirs in members(reference, f"hclust_{method}_members{suffix}").items():
        assert same_partition(cut(tree, k), theirs), k


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", ["average", "complete", "single", "mcquitty"])
def test_other_tie_free_trees_equal_r(reference: Path, method: str, weighted: bool) -> None:
    d, weights = tie_free(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    tree = linkage(d, method, weights)
    heights = r_table(reference, f"tiefree_hclust_{method}_height{suffix}.csv").to_numpy()[:, -1]
    np.testing.assert_allclose(tree[:, 2], heights, rtol=1e-9)
    for k, labels in members(reference, f"tiefree_hclust_{method}_members{suffix}").items():
        assert same_partition(cut(tree, k), labels)


def test_agnes_flexible_equals_r(reference: Path) -> None:
    d, _ = mvad_om(reference, weighted=False)
    tree = linkage(d, "flexible")
    for k, theirs in members(reference, "agnes_betaflex_members").items():
        assert same_partition(cut(tree, k), theirs), k


def test_agnes_ward_is_ward_d2(reference: Path) -> None:
    d, _ = tie_free(reference, weighted=False)
    tree = linkage(d, "ward.D2")
    for k, labels in members(reference, "tiefree_agnes_ward_members").items():
        assert same_partition(cut(tree, k), labels)
    # On tied distances agnes takes another tree: the merges below the first such tie are the same.
    d, _ = mvad_om(reference, weighted=False)
    theirs = np.sort(r_table(reference, "agnes_ward_heights.csv")["height"].to_numpy())
    ours = linkage(d, "ward.D2")[:, 2]
    np.testing.assert_allclose(ours[:541], theirs[:541], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"method": "wards"}, "unknown method 'wards'"),
        ({"beta": 1.0}, "beta must be below 1"),
        ({"weights": [1.0, 0.0, 1.0]}, "weights above 0"),
    ],
)
def test_what_no_tree_can_be_made_of_is_refused(change: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        linkage(**{"d": np.ones(3), "method": "average", **change})


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 30), st.booleans())
def test_cut_gives_exactly_k_clusters(seed: int, n: int, grid: bool) -> None:
    tree = ward(random_distances(seed, n, grid=grid))
    for k in range(1, n + 1):
        labels = cut(tree, k)
        assert set(labels) == set(range(k))
        if not grid:  # at equal heights SciPy does not cut before the last merges
            assert same_partition(labels, cut_tree(tree, n_clusters=k).ravel())


@pytest.mark.parametrize("start", ["members", "replicates"])
def test_tied_distances_between_weighted_items_make_a_tree(start: str) -> None:
    """Rounding puts a merge at a tie below its parts; it still comes after them."""
    for seed in range(5):
        draw = np.random.default_rng(seed)
        d, weights = draw.integers(1, 4, 200 * 199 // 2) * 0.7, draw.random(200) * 3
        tree = ward(d, weights, start=start)
        assert len(np.unique(tree[:, :2])) == 2 * len(tree)
        assert (np.diff(tree[:, 2]) >= 0).all()
        for k in (2, 5, 20, 100):
            assert set(cut(tree, k)) == set(range(k))


def test_labels_count_by_first_appearance() -> None:
    np.testing.assert_array_equal(first_appearance([7, 7, 3, 9, 3]), [0, 0, 1, 2, 1])


@pytest.mark.parametrize("k", [0, 6])
def test_a_k_outside_the_tree_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="k must be between 1 and 5"):
        cut(ward(random_distances(1, 5)), k)


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        ([0, 1], "a tree has four columns"),
        ([[0, 7, 1, 2]], "not there yet"),
        ([[0, np.nan, 1, 2]], "not there yet"),
        ([[0, 2, 1, 2]], "not there yet"),
    ],
)
def test_what_is_no_tree_is_refused(tree: list, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        cut(tree, 1)
