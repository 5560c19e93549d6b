"""Silhouettes against R, scikit-learn and the indices that are their means."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import silhouette_samples
from tests.typology.helpers import members, mvad_om, r_table, random_distances, replicated, square

from trajectories.typology import quality, silhouette


@pytest.mark.parametrize("weighted", [False, True])
def test_mvad_silhouettes_equal_r(reference, weighted):
    d, weights = mvad_om(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    labels = members(reference, f"hclust_ward.D_members{suffix}")[4]
    by_item = r_table(reference, f"wcSilhouetteObs_wardD_k4{suffix}.csv.gz")
    by_cluster = r_table(reference, f"wcClusterQuality_wardD_k4_ASW{suffix}.csv")
    for name, kind in (("ASW", False), ("ASWw", True)):
        found = silhouette(d, labels, weights, weighted=kind)
        assert_allclose(found, by_item[name].to_numpy(), rtol=1e-9, atol=1e-12)
        means = [
            np.average(found[labels == cluster], weights=weights[labels == cluster])
            for cluster in by_cluster["id"]
        ]
        assert_allclose(means, by_cluster[name].to_numpy(), rtol=1e-9)


def test_silhouettes_are_scikit_learns_without_single_items():
    d, labels = random_distances(2, 40), np.arange(40) % 3
    assert_allclose(
        silhouette(d, labels), silhouette_samples(square(d), labels, metric="precomputed")
    )


def test_means_are_the_indices_and_copies_have_the_same():
    d = random_distances(7, 20)
    counts = np.random.default_rng(7).integers(1, 5, 20)
    labels = np.array(list("abca" * 5))
    for name, kind in (("ASW", False), ("ASWw", True)):
        found = silhouette(d, labels, counts, weighted=kind)
        assert np.average(found, weights=counts) == pytest.approx(quality(d, labels, counts)[name])
        full = silhouette(replicated(d, counts), np.repeat(labels, counts), weighted=kind)
        assert_allclose(np.repeat(found, counts), full)


@pytest.mark.parametrize("kind", [False, True])
def test_items_of_weight_0_change_nobody_elses(kind):
    d, labels = random_distances(3, 30), np.arange(30) % 4
    weights = np.where(np.arange(30) % 7, 1.5, 0.0)
    kept = np.flatnonzero(weights)
    alone = silhouette(
        square(d)[np.ix_(kept, kept)][np.triu_indices(kept.size, 1)],
        labels[kept],
        weights[kept],
        weighted=kind,
    )
    found = silhouette(d, labels, weights, weighted=kind)
    assert_allclose(found[kept], alone)
    assert np.isfinite(found).all()
    lone = np.where(weights == 0, 9, labels)  # a cluster of nothing but such items is none
    apart = silhouette(d, lone, weights, weighted=kind)
    assert_allclose(apart[kept], alone)
    assert np.isnan(apart[weights == 0]).all()


def test_scale_of_weights_matters_only_where_cases_are_counted():
    d, labels = random_distances(4, 30), np.arange(30) % 3
    weights = 1.0 + np.arange(30) % 2
    plain, scaled = (silhouette(d, labels, weights * s, weighted=True) for s in (1, 1e-3))
    assert_allclose(plain, scaled)
    assert np.isnan(silhouette(d, labels, weights * 1e-3)).all()


def test_an_item_alone_has_1_and_one_cluster_is_refused():
    assert_allclose(silhouette([1.0, 2.0, 2.0], [0, 0, 1]), [0.5, 0.5, 1])
    with pytest.raises(ValueError, match="at least two clusters"):
        silhouette([1.0, 2.0, 2.0], [0, 0, 1], [1, 1, 0])
