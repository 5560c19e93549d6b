"""Partitions of the clustering step: their starts and their memory."""

import numpy as np

from trajectories.typology.partitions import build, memory

ALPHABET = ["JOB", "EDU", "SA_PASSIVE", "OUT"]
LENGTH = 6
FEW = {"replicates": 19, "bootstraps": 10}


def test_memory_grows_with_what_is_asked_for() -> None:
    d = np.broadcast_to(np.float32(0), 20_000 * 19_999 // 2)
    small = memory(d, methods=["pam"], ks=range(2, 11), starts=5)
    assert memory(d, methods=["pam", "ward"], ks=range(2, 11), starts=5) >= 4 * d.size / 2**30
    assert memory(d, methods=["pam"], ks=range(2, 11), starts=500) > small


def test_build_takes_wards_clusters_as_starts() -> None:
    d = np.random.default_rng(1).random(45 * 44 // 2)
    weights = np.ones(45)
    both = build(d, weights, methods=["pam", "ward"], ks=[3], starts=0, seed=0)
    assert set(both.labels) == {("pam", 3), ("ward", 3)}
    losses = {}
    full = np.zeros((45, 45))
    full[np.triu_indices(45, 1)] = d
    full += full.T
    for key, medoids in both.medoids.items():
        losses[key] = full[:, medoids].min(axis=1).sum()
    assert losses["pam", 3] <= losses["ward", 3]
    assert both.smallest_share["pam", 3] == np.bincount(both.labels["pam", 3]).min() / 45
