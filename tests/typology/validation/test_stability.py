"""Stability of clusters over bootstrap replicates."""

import numpy as np
import pytest
from tests.typology.helpers import random_distances, square

from trajectories.typology import cut, pam, stability, ward
from trajectories.typology.validation.persons import Persons


def separated(n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    stream = np.random.default_rng(1)
    kind = np.arange(n) % 3
    points = np.array([[0.0, 0], [10, 0], [0, 10]])[kind] + stream.random((n, 2))
    first, second = np.triu_indices(n, 1)
    return np.abs(points[first] - points[second]).sum(axis=1), kind


@pytest.mark.parametrize("method", ["pam", "ward"])
def test_well_separated_clusters_are_stable(method: str) -> None:
    d, kind = separated()
    found = stability(d, {3: kind}, method=method, replicates=10)
    assert found.table["jaccard_median"].to_list() == [1, 1, 1]
    assert found.table["share_below"].to_list() == [0, 0, 0]
    assert found.agreement["ari_mean"].to_list() == [1]
    drawn = ~np.isnan(found.certainty[3])
    assert drawn.sum() > 55
    assert (found.certainty[3][drawn] == 1).all()


def test_clusters_that_are_not_there_are_unstable() -> None:
    d = random_distances(2, 60)
    labels = {k: pam(d, k).labels for k in (3, 6)}
    found = stability(d, labels, replicates=20)
    assert found.table.filter(k=6)["jaccard_median"].min() < 0.75
    assert 0.2 < found.certainty[6][~np.isnan(found.certainty[6])].mean() < 0.98


def test_each_replicate_is_that_of_a_naive_computation() -> None:
    d = random_distances(5, 30)
    own = np.array(["x", "y", "z"])[cut(ward(d), 3)]
    item = np.concatenate([np.arange(30), np.arange(10)])
    found = stability(d, {3: own}, item=item, method="ward", replicates=4, seed=6, threads=2)
    assert found.table["cluster"].to_list() == ["x", "y", "z"]
    cases = Persons.of(30, None, item)
    kept, drawn = np.zeros(30), np.zeros(30)
    for number in range(4):
        times = np.bincount(np.random.default_rng([6, 3, number]).integers(0, 40, 40), minlength=40)
        rows = np.sort(np.repeat(cases.item, times[cases.person]))
        items, counts = np.unique(rows, return_counts=True)
        pairs = square(d)[np.ix_(items, items)][np.triu_indices(items.size, 1)]
        fresh = dict(zip(items, cut(ward(pairs, counts, start="replicates"), 3), strict=True))
        new = np.array([fresh[row] for row in rows])
        drawn[items] += 1
        for place, name in enumerate("xyz"):
            old = own[rows] == name
            scores = [(old & (new == c)).sum() / (old | (new == c)).sum() for c in range(3)]
            assert found.jaccard[3][number, place] == pytest.approx(max(scores))
            best = int(np.argmax(scores))
            for i in items:
                kept[i] += own[i] == name and fresh[i] == best
    seen = drawn > 0
    np.testing.assert_allclose(found.certainty[3][seen], kept[seen] / drawn[seen])
    np.testing.assert_allclose(found.table["jaccard_median"], np.median(found.jaccard[3], axis=0))
    assert found.table["share_below"].to_list() == list((found.jaccard[3] < 0.75).mean(axis=0))


def test_threads_do_not_change_the_result() -> None:
    d = random_distances(3, 40)
    labels = {k: pam(d, k).labels for k in (2, 4)}
    one, two = (stability(d, labels, replicates=5, draws=30, threads=threads) for threads in (1, 2))
    assert one.table.equals(two.table)
    for k in labels:
        np.testing.assert_array_equal(one.certainty[k], two.certainty[k])
    assert (one.draws, one.persons) == (30, 40)


def test_a_cluster_that_no_replicate_draws_is_not_stable() -> None:
    d, kind = separated(30)
    weights = np.ones(30)
    found = stability(d, {3: kind}, weights, draws=3, replicates=10)
    assert found.table["share_below"].min() > 0
