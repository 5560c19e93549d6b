"""RARCAT against R's printed run, planted contrasts and its own parts."""

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from tests.typology.helpers import random_distances

from discrepancy.r_mvad import case
from trajectories.config.sections.typology import SamplingConfig
from trajectories.dissimilarity import pairwise
from trajectories.sequences import StateSequences
from trajectories.typology import cut, rarcat, ward

# rarcat_R20_print.txt: estimate, low, high for funemp and gcse5eq, by cluster
NAIVE = {
    "funemp[T.yes]": [
        (-0.0701, -0.150, 0.010),
        (-0.0661, -0.140, 0.008),
        (0.0111, -0.0722, 0.0944),
        (0.110, 0.020, 0.199),
    ],
    "gcse5eq[T.yes]": [
        (-0.1811, -0.244, -0.118),
        (0.4141, 0.349, 0.479),
        (0.0140, -0.0496, 0.0776),
        (-0.252, -0.314, -0.190),
    ],
}
ROBUST = {
    "funemp[T.yes]": [
        (-0.0417, -0.110, 0.0268),
        (-0.0645, -0.141, 0.0124),
        (0.00685, -0.0603, 0.074),
        (0.0567, -0.0398, 0.153),
    ],
    "gcse5eq[T.yes]": [
        (-0.2181, -0.362, -0.0742),
        (0.4005, 0.248, 0.5530),
        (0.04051, -0.1070, 0.188),
        (-0.2164, -0.3096, -0.123),
    ],
}
T_18 = 2.1009


@pytest.fixture(scope="module")
def mvad(reference):
    found = case(reference, weighted=False)
    labels = cut(ward(pairwise(found.seqs, "lcs"), method="ward.D"), 4) + 1
    run = rarcat(
        found.seqs,
        found.data,
        "funemp + gcse5eq",
        labels=labels,
        ks=[4],
        method="ward",
        measure="lcs",
        replicates=60,
    )
    return run, labels


def test_naive_estimates_equal_what_r_printed(reference, mvad):
    table = mvad[0].table
    text = (reference / "mvad" / "rarcat_R20_print.txt").read_text()
    for term, rows in NAIVE.items():
        own = table.filter(term=term).sort("cluster")
        for row, expected in zip(own.iter_rows(named=True), rows, strict=True):
            found = [row[name] for name in ("naive", "naive_low", "naive_high")]
            assert_allclose(found, expected, atol=5.1e-4)
            assert f"{abs(expected[0])}"[:5] in text


def test_robust_estimates_equal_rs_in_law(mvad):
    """R's mean of 20 replicates has their spread / √20, its spread about 16 % of itself."""
    table = mvad[0].table
    for term, rows in ROBUST.items():
        own = table.filter(term=term).sort("cluster")
        for row, (estimate, low, high) in zip(own.iter_rows(named=True), rows, strict=True):
            sd = row["bootstrap_sd"]
            assert abs(row["estimate"] - estimate) < 4 * sd * np.sqrt(1 / 20 + 1 / 60)
            assert 0.5 < (high - low) / 2 / T_18 / np.hypot(sd, sd / np.sqrt(20)) < 1.6


def test_unstable_persons_stand_out(mvad):
    run, labels = mvad
    assert run.intercepts.shape == (712, 2)
    assert np.isfinite(run.intercepts).all()
    for cluster in range(1, 5):
        own = run.intercepts[labels == cluster]
        sd = run.table.filter(cluster=cluster)["person_sd"].to_numpy()
        # predictions are shrunken, so that they vary no more than what is estimated
        assert (own.std(axis=0) <= 1.2 * sd + 1e-9).all()


def points(seed, n=120):
    """Three lumps on a line, the share of each depending on a group."""
    stream = np.random.default_rng(seed)
    group = stream.random(n) < 0.4
    lump = np.where(
        group, stream.choice(3, n, p=[0.2, 0.3, 0.5]), stream.choice(3, n, p=[0.45, 0.35, 0.2])
    )
    x = 10.0 * lump + stream.normal(0, 0.6, n)
    first, second = np.triu_indices(n, 1)
    data = pl.DataFrame({"group": np.where(group, "b", "a")})
    return np.abs(x[first] - x[second]), data, lump


def test_clear_clusters_have_the_naive_estimate_and_the_bootstrap_spread():
    d, data, lump = points(1)
    run = rarcat(d, data, "group", labels=lump, ks=[3], replicates=100)
    for row in run.table.iter_rows(named=True):
        se = (row["naive_high"] - row["naive_low"]) / 2 / 1.96
        assert row["estimate"] == pytest.approx(row["naive"], abs=0.4 * se)
        assert row["bootstrap_sd"] == pytest.approx(se, rel=0.3)
        assert row["person_sd"] < 0.2 * se
    assert_array_equal(run.clusters, 3)


def test_the_number_of_clusters_is_chosen_in_each_replicate():
    d, data, _ = points(2)
    run = rarcat(d, data, "group", ks=range(2, 6), index="ASW", replicates=20)
    assert_array_equal(run.clusters, 3)
    assert len(np.unique(run.labels)) == 3


def test_threads_change_nothing_and_seeds_do():
    d, data, lump = points(3, 60)
    options = {"labels": lump, "ks": [3], "replicates": 12}
    one = rarcat(d, data, "group", threads=1, **options)
    two = rarcat(d, data, "group", threads=2, **options)
    assert one.table.equals(two.table)
    assert not one.table.equals(rarcat(d, data, "group", seed=1, **options).table)


def test_windows_of_a_person_are_drawn_together():
    d, data, lump = points(4, 60)
    rows = np.repeat(np.arange(60), 2)
    full = np.zeros((60, 60))
    full[np.triu_indices(60, 1)] = d
    full += full.T
    twice = full[np.ix_(rows, rows)][np.triu_indices(120, 1)]
    options = {"ks": [3], "replicates": 60}
    together = rarcat(twice, data[rows], "group", labels=lump[rows], person=rows, **options).table
    apart = rarcat(twice, data[rows], "group", labels=lump[rows], **options).table
    ratio = together["bootstrap_sd"].mean() / apart["bootstrap_sd"].mean()
    assert ratio == pytest.approx(np.sqrt(2), rel=0.25)


def test_weights_of_0_count_nothing_and_whole_weights_are_cases():
    d, data, lump = points(5, 90)
    weights = np.where(np.arange(90) % 9, 1.0, 0.0)
    run = rarcat(d, data, "group", labels=lump, weights=weights, ks=[3], replicates=10)
    assert np.isnan(run.intercepts[weights == 0]).all()
    kept = np.flatnonzero(weights)
    full = np.zeros((90, 90))
    full[np.triu_indices(90, 1)] = d
    inner = (full + full.T)[np.ix_(kept, kept)][np.triu_indices(80, 1)]
    alone = rarcat(
        inner,
        data[kept],
        "group",
        labels=lump[kept],
        weights=np.full(80, 3.0),
        ks=[3],
        replicates=10,
    )
    for name in ("naive", "naive_low", "naive_high"):
        assert_allclose(run.table[name], alone.table[name])


def sequences(seed, n=400):
    stream = np.random.default_rng(seed)
    group = stream.random(n) < 0.5
    kind = (stream.random(n) < np.where(group, 0.7, 0.3)).astype(int)
    states = np.where(stream.random((n, 8)) < 0.1, 2, kind[:, None])
    return StateSequences.from_array(states, alphabet=("a", "b", "c")), pl.DataFrame({"g": group})


@pytest.mark.parametrize("reestimate", [False, True])
def test_samples_and_the_matrix_agree(reestimate):
    seqs, data = sequences(6)
    options = {"ks": [2], "replicates": 12, "costs": "trate", "reestimate": reestimate}
    sampling = SamplingConfig(samples=2, size=200, compared=1_000, quality=500)
    matrix = rarcat(seqs, data, "g", **options).table
    sampled = rarcat(seqs, data, "g", largest=20, sampling=sampling, **options).table
    assert_allclose(matrix["naive"].abs(), sampled["naive"].abs(), atol=0.03)
    assert_allclose(matrix["bootstrap_sd"], sampled["bootstrap_sd"], rtol=0.3)
    effect = matrix["estimate"].abs().to_numpy()
    assert (np.abs(effect - 0.4) < 0.15).all()


def test_samples_choose_the_number_of_clusters_too():
    seqs, data = sequences(7)
    sampling = SamplingConfig(samples=2, size=200, compared=1_000, quality=500)
    run = rarcat(
        seqs, data, "g", ks=[2, 3], index="ASW", largest=20, sampling=sampling, replicates=4
    )
    assert_array_equal(run.clusters, 2)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"replicates": 2}, "three replicates"),
        ({"index": "best"}, "index must be one of"),
        ({"labels": np.zeros(10)}, "at least two clusters"),
        ({"person": [1, 2]}, "person must be of shape"),
        ({"ks": [1]}, "from 2"),
        ({"ks": [11], "labels": np.arange(10) % 2}, "fewer than 11"),
        ({"largest": 5, "ks": [2]}, "CLARA needs sequences"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, sentence):
    data = pl.DataFrame({"g": ["a", "b"] * 5})
    with pytest.raises(ValueError, match=sentence):
        rarcat(random_distances(1, 10), data, "g", **options)


def test_uncertain_borders_widen_the_intervals():
    """Points without gaps: naive intervals leave out where clusters end, RARCAT's do not."""
    covered = {"": 0, "naive_": 0}
    for seed in range(12):
        stream = np.random.default_rng([7, seed])
        group = stream.random(150) < 0.4
        close = stream.normal([1.0, 0.3], [0.6, 0.8], (150, 2))
        wide = stream.normal([0.0, 0.0], [1.6, 1.2], (150, 2))
        points = np.where(group[:, None], close, wide)
        first, second = np.triu_indices(150, 1)
        d = np.hypot(*(points[first] - points[second]).T)
        data = pl.DataFrame({"group": group})
        run = rarcat(d, data, "group", ks=[3], replicates=20, seed=seed)
        left = run.labels == run.labels[points[:, 0].argmin()]
        row = run.table.filter(cluster=int(run.labels[left][0])).row(0, named=True)
        for kind in covered:
            covered[kind] += row[f"{kind}low"] <= -0.399 <= row[f"{kind}high"]
    assert covered[""] >= 10
    assert covered["naive_"] < covered[""]
