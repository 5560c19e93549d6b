from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity import pairwise
from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.reform import cluster_shares, composition_weights
from trajectories.reform.balancing.composition_cells import composition_cells
from trajectories.reform.resampling.compared_shares import compared_shares
from trajectories.reform.resampling.reclustered import Typed, normal_interval, resampled
from trajectories.sequences import StateSequences
from trajectories.typology import pam


def _register(seed: int, n: int = 400, noise: float = 0.15) -> tuple[pl.DataFrame, Ints]:
    random = np.random.default_rng(seed)
    kind = random.integers(0, 2, n)
    states = np.where(kind[:, None] == 0, [0] * 8, [0, 0, 1, 1, 1, 1, 1, 1])
    flip = random.random(states.shape) < noise
    states = np.where(flip, 1 - states, states)
    windows = pl.DataFrame(
        {
            "person": random.integers(0, n // 2, n),
            "group": random.choice(["after", "before"], n),
            "weight": random.uniform(0.5, 2, n),
            "age": random.integers(18, 60, n),
            "kind": np.where(random.random(n) < 0.5, "a", "b"),
        }
    )
    return windows, states


def _typed(windows: pl.DataFrame, states: Ints, k: int = 2) -> Typed:
    seqs = StateSequences.from_array(states, [0, 1], windows["weight"].to_numpy())
    unique = seqs.unique()
    d = pairwise(unique.sequences, "ham")
    found = pam(d, k, unique.sequences.weights)
    square = np.zeros((len(unique), len(unique)))
    square[np.triu_indices(len(unique), 1)] = d
    square += square.T

    def among(items: Ints) -> Floats:
        part = square[np.ix_(items, items)]
        return part[np.triu_indices(len(items), 1)]

    space = OnDemand(len(unique), among, lambda rows, columns: square[np.ix_(rows, columns)])
    item = unique.inverse.astype(np.int64)
    return Typed(
        space,
        item,
        windows["person"].to_numpy(),
        windows["weight"].to_numpy(),
        found.labels[item],
        found.medoids,
    )


def _shares(cluster: Ints, weight: Floats) -> Floats:
    return np.bincount(cluster, weights=weight, minlength=2) / weight.sum()


def test_a_replicate_equals_pam_on_the_persons_drawn() -> None:
    windows, states = _register(1)
    typed = _typed(windows, states)
    kept: list[tuple[Ints, Floats]] = []

    def keep(cluster: Ints, weight: Floats) -> Floats:
        kept.append((cluster, weight))
        return _shares(cluster, weight)

    resampled(typed, keep, replicates=5, seed=3, threads=1)
    for cluster, weight in kept:
        times = weight / typed.weight
        assert np.allclose(times, np.round(times))
        for person in np.unique(typed.person):
            assert len(np.unique(np.round(times[typed.person == person]))) == 1
        mass = np.bincount(typed.item, weights=weight, minlength=typed.space.size)
        d = typed.space.among(np.arange(typed.space.size))
        own = pam(d, 2, mass)
        agree = np.mean(own.labels[typed.item] == cluster)
        # Ties aside the partition is that of PAM, with the old names.
        assert max(agree, 1 - agree) > 0.97
        assert np.mean(cluster == typed.cluster) > 0.8


def test_reclustering_adds_uncertainty_and_fixed_clusters_give_the_linearised_errors() -> None:
    windows, states = _register(2, 600, noise=0.35)
    typed = _typed(windows, states)
    fixed, anew = (
        resampled(typed, _shares, replicates=400, seed=5, recluster=again)
        for again in (False, True)
    )
    table = cluster_shares(
        windows.with_columns(
            cluster=pl.Series(typed.cluster), group=pl.lit("x"), age=pl.lit(40, pl.Int16)
        )
    ).filter(pl.col("age") == "all")
    # 400 replicates tell a standard error within 3.5 per cent.
    assert fixed.std(axis=0)[0] == pytest.approx(table["se"][0], rel=0.12)
    assert anew.std(axis=0)[0] > 1.3 * fixed.std(axis=0)[0]


def test_replicates_do_not_depend_on_threads_or_on_their_number() -> None:
    windows, states = _register(3)
    typed = _typed(windows, states)
    one = resampled(typed, _shares, replicates=6, seed=1, threads=1)
    two = resampled(typed, _shares, replicates=9, seed=1, threads=2)
    np.testing.assert_array_equal(one, two[:6])
    assert not np.array_equal(one, resampled(typed, _shares, replicates=6, seed=2))


def test_another_way_of_clustering_keeps_the_numbers_of_clusters() -> None:
    windows, states = _register(5)
    typed = _typed(windows, states)
    by_item = np.zeros(typed.space.size, np.int64)
    by_item[typed.item] = 1 - typed.cluster

    def anew(weights: Floats) -> Ints:
        return np.where(weights > 0, by_item, -1)

    # Clusters under other numbers are the same clusters: only persons vary.
    with_names = replace(typed, anew=anew)
    found = resampled(with_names, _shares, replicates=8, seed=3)
    fixed = resampled(typed, _shares, replicates=8, seed=3, recluster=False)
    np.testing.assert_allclose(found, fixed)


def test_candidates_stand_for_all() -> None:
    windows, states = _register(4, 500)
    typed = _typed(windows, states)
    few = resampled(typed, _shares, replicates=30, seed=1, candidates=60)
    every = resampled(typed, _shares, replicates=30, seed=1)
    assert few.mean() == pytest.approx(0.5)
    assert np.abs(few - every).mean() < 0.06


def test_shares_raw_and_reweighted_equal_those_of_the_weights() -> None:
    windows, states = _register(5)
    typed = _typed(windows, states)
    cells = composition_cells(windows, ["kind", "age"])
    statistic = compared_shares(windows, ("before", "after"), cells, clusters=2, target="before")
    raw, adjusted = statistic.split(statistic(typed.cluster, typed.weight))
    weights = composition_weights(
        windows, "group", "before", ["kind", "age"], weights="weight"
    ).weights
    for position, name in enumerate(("before", "after")):
        inside = windows["group"].to_numpy() == name
        for values, w in ((raw, typed.weight), (adjusted, weights)):
            share = np.bincount(typed.cluster[inside], weights=w[inside]) / w[inside].sum()
            np.testing.assert_allclose(values[position], share, atol=1e-9)
    again = resampled(typed, statistic, replicates=4, seed=2)
    assert again.shape == (4, 8)
    lost = compared_shares(
        windows.with_columns(kind=pl.Series(np.where(windows["group"] == "after", "z", "a"))),
        ("before", "after"),
        composition_cells(
            windows.with_columns(kind=pl.Series(np.where(windows["group"] == "after", "z", "a"))),
            ["kind"],
        ),
        clusters=2,
        target="before",
    )
    assert np.isnan(lost.split(lost(typed.cluster, typed.weight))[1][1]).all()


def test_the_interval_is_the_spread_of_replicates() -> None:
    draws = np.array([[1.0, np.nan], [3.0, 2.0], [2.0, 4.0]])
    se, low, high = normal_interval(np.array([2.0, 3.0]), draws, 0.95)
    np.testing.assert_allclose(se, [1.0, np.sqrt(2)])
    np.testing.assert_allclose(high - low, 2 * 1.959963984540054 * se)
