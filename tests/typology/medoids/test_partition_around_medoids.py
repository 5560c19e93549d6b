"""Weighted partitions around medoids against exhaustive search, kmedoids and R."""

from itertools import combinations
from pathlib import Path

import kmedoids
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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

from trajectories.dissimilarity.matrix.cluster_sums import cluster_sums, medoids_of
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.parallel import Team
from trajectories.typology import pam
from trajectories.typology.medoids.partition_around_medoids import Partition, pam_range
from trajectories.typology.trees.linkage_tree import ward


def pams(
    d: np.ndarray, ks: list[int], weights: np.ndarray, *, seed: int, starts: int
) -> dict[int, Partition]:
    with Team() as team:
        return pam_range(Rows(d, team), ks, weights, seed=seed, starts=starts, given={})


def loss_of(full: np.ndarray, weights: np.ndarray, medoids: tuple[int, ...]) -> float:
    return float(weights @ full[:, list(medoids)].min(axis=1))


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(3, 12), st.integers(1, 4), st.booleans())
def test_small_cases_reach_the_best_of_all_medoids(seed: int, n: int, k: int, grid: bool) -> None:
    k = min(k, n)
    d = random_distances(seed, n, grid=grid)
    weights = np.random.default_rng(seed).random(n) + 0.1
    found = pam(d, k, weights, starts=8)
    full = square(d)
    best = min(loss_of(full, weights, chosen) for chosen in combinations(range(n), k))
    assert found.loss == pytest.approx(best, rel=1e-12)
    assert loss_of(full, weights, tuple(found.medoids)) == pytest.approx(best, rel=1e-12)
    np.testing.assert_array_equal(found.labels[found.medoids], np.arange(k))
    own = full[np.arange(n), found.medoids[found.labels]]
    np.testing.assert_array_equal(own, full[:, found.medoids].min(axis=1))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("k", [2, 5, 9])
def test_no_single_swap_lowers_the_loss(k: int, dtype: type) -> None:
    d = random_distances(k, 130).astype(dtype)
    weights = np.random.default_rng(k).integers(1, 5, 130).astype(float)
    full = square(d).astype(float)
    found = pam(d, k, weights, starts=3)
    for out in range(k):
        rest = np.delete(found.medoids, out)
        for item in set(range(130)) - set(found.medoids.tolist()):
            assert loss_of(full, weights, (*rest, item)) >= found.loss * (1 - 1e-6)


@pytest.mark.parametrize("k", [2, 4, 7])
def test_loss_is_not_above_that_of_kmedoids_on_a_row_scaled_matrix(k: int) -> None:
    d = random_distances(11, 150)
    weights = np.random.default_rng(11).integers(1, 9, 150).astype(float)
    scaled = square(d) * weights[:, np.newaxis]
    # kmedoids takes distances from items (rows) to medoids (columns)
    theirs = min(kmedoids.fasterpam(scaled, k, random_state=s).loss for s in range(30))
    assert pam(d, k, weights, starts=30).loss == pytest.approx(theirs, rel=1e-12)


def test_integer_weights_equal_replicated_items() -> None:
    d = random_distances(12, 40)
    counts = np.random.default_rng(12).integers(1, 4, 40)
    small = pam(d, 4, counts, starts=30)
    full = pam(replicated(d, counts), 4, starts=30)
    assert small.loss == pytest.approx(full.loss, rel=1e-12)
    assert same_partition(np.repeat(small.labels, counts), full.labels)


@pytest.mark.parametrize("k", [1, 6])
def test_one_cluster_and_as_many_as_items(k: int) -> None:
    d = random_distances(13, 6)
    found = pam(d, k, starts=2)
    assert found.medoids.size == k
    expected = square(d).sum(axis=0).min() if k == 1 else 0.0
    assert found.loss == pytest.approx(expected)


def test_items_at_distance_zero_keep_their_own_cluster() -> None:
    found = pam(np.zeros(6), 3, starts=4)
    assert len(set(found.labels)) == 3
    assert found.loss == 0


@pytest.mark.parametrize("k", [0, 5, 1.5, None, "2", True])
def test_an_impossible_k_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="k must be between 1 and 4"):
        pam(random_distances(1, 4), k)


def test_result_does_not_depend_on_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    d = random_distances(14, 200, grid=True)
    weights = np.random.default_rng(14).random(200) + 0.5
    results = []
    for threads in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found = pams(d, [2, 3, 4], weights, seed=3, starts=5)
        results.append([(p.loss, p.medoids.tolist(), p.labels.tolist()) for p in found.values()])
    assert results[0] == results[1]


def test_medoid_of_a_cluster_has_the_least_weighted_sum() -> None:
    d = random_distances(15, 50)
    weights = np.random.default_rng(15).random(50) + 0.1
    labels = np.random.default_rng(16).integers(0, 3, 50)
    full = square(d)
    with Team() as team:
        (sums,) = cluster_sums(Rows(d, team), weights, [labels])
    for cluster, medoid in enumerate(medoids_of(labels, sums)):
        inside = np.flatnonzero(labels == cluster)
        sums = full[np.ix_(inside, inside)] @ weights[inside]
        assert medoid == inside[sums.argmin()]


@pytest.mark.parametrize("weighted", [False, True])
def test_tie_free_losses_and_medoids_equal_r(reference: Path, weighted: bool) -> None:
    d, weights = tie_free(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    table = r_table(reference, f"tiefree_pam{suffix}.csv")
    found = pams(d, table["k"].to_list(), weights, seed=0, starts=25)
    for row in table.iter_rows(named=True):
        assert found[row["k"]].loss == pytest.approx(row["npass50_sum"], rel=1e-12)
        assert " ".join(map(str, found[row["k"]].medoids + 1)) == row["npass50_medoids"]


@pytest.mark.parametrize("weighted", [False, True])
def test_mvad_losses_equal_r_and_so_does_the_partition_at_k_4(
    reference: Path, weighted: bool
) -> None:
    d, weights = mvad_om(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    losses = dict(
        r_table(reference, f"pam_npass100{suffix}.csv").select("k", "sum_of_distances").iter_rows()
    )
    found = pams(d, list(losses), weights, seed=0, starts=5)
    for k, loss in losses.items():
        assert found[k].loss == pytest.approx(loss, rel=1e-12)
    theirs = members(reference, f"pam_npass100_members{suffix}")[4]
    assert same_partition(found[4].labels, theirs)


def test_items_of_weight_0_go_to_the_nearest_medoid() -> None:
    d = random_distances(8, 40)
    weights = np.where(np.arange(40) % 5, 2.0, 0.0)
    kept = np.flatnonzero(weights)
    full = square(d)
    alone = pam(full[np.ix_(kept, kept)][np.triu_indices(kept.size, 1)], 3, weights[kept])
    found = pam(d, 3, weights)
    assert found.loss == alone.loss
    np.testing.assert_array_equal(found.medoids, kept[alone.medoids])
    np.testing.assert_array_equal(found.labels, full[found.medoids].argmin(axis=0))
    with pytest.raises(ValueError, match="k must be between 1 and 32"):
        pam(d, 33, weights)
    with pytest.raises(ValueError, match="weights above 0"):
        ward(d, weights)
