"""Indices of cluster quality against plain definitions and R."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from sklearn.metrics import silhouette_score
from tests.typology.helpers import (
    members,
    mvad_om,
    r_table,
    random_distances,
    replicated,
    square,
    tie_free,
)

from trajectories.typology import quality
from trajectories.typology.indices import concordance as ordering
from trajectories.typology.indices.quality_indices import INDICES, quality_range


def naive_quality(d: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """The definitions written out pair by pair, and pair of pairs by pair of pairs."""
    full, n, total = square(d), weights.size, weights.sum()
    clusters = sorted(set(labels.tolist()))
    first, second = np.triu_indices(n)  # items with themselves too
    pair_weight = weights[first] * weights[second] / np.where(first == second, 2, 1)
    distance = full[first, second]
    between = (labels[first] != labels[second]).astype(float)
    mean = [np.average(x, weights=pair_weight) for x in (distance, between)]
    spread = [
        np.average((x - m) ** 2, weights=pair_weight)
        for x, m in zip((distance, between), mean, strict=True)
    ]
    covariance = np.average((distance - mean[0]) * (between - mean[1]), weights=pair_weight)
    within = between == 0
    outer = np.outer(pair_weight[within], pair_weight[~within])
    order = np.sign(distance[~within][np.newaxis] - distance[within][:, np.newaxis])
    lead = (outer * order).sum()
    untied, tied = outer[order != 0].sum(), outer[order == 0].sum()
    spent = pair_weight[within] @ distance[within]
    rank = np.argsort(distance)
    mass = pair_weight[within].sum()

    def cheapest(by: np.ndarray) -> float:
        start = np.concatenate([[0], np.cumsum(pair_weight[by])[:-1]])
        return float(np.clip(mass - start, 0, pair_weight[by]) @ distance[by])

    low, high = cheapest(rank), cheapest(rank[::-1])
    silhouettes = {"ASW": 0.0, "ASWw": 0.0}
    for i in range(n):
        own = labels == labels[i]
        size = weights[own].sum()
        away = min(
            np.average(full[i, labels == c], weights=weights[labels == c])
            for c in clusters
            if c != labels[i]
        )
        inside = weights[own] @ full[i, own]
        for name, less in (("ASW", 1), ("ASWw", 0)):
            near = inside / (size - less) if inside else 0.0
            silhouettes[name] += weights[i] * (away - near) / max(away, near) / total
    out = {
        "PBC": covariance / np.sqrt(spread[0] * spread[1]),
        "HG": lead / untied,
        "HGSD": lead / (untied + tied / 2),
        "HC": (spent - low) / (high - low),
        **silhouettes,
    }
    for power, suffix in ((1, ""), (2, "sq")):
        table = np.outer(weights, weights) * full**power / 2
        inside = sum(
            table[np.ix_(labels == c, labels == c)].sum() / weights[labels == c].sum()
            for c in clusters
        )
        whole = table.sum() / total
        groups = len(clusters)
        out["R2" + suffix] = (whole - inside) / whole
        out["CH" + suffix] = ((whole - inside) / (groups - 1)) / (inside / (total - groups))
    return out


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(6, 25), st.booleans())
def test_indices_equal_their_definitions(seed: int, n: int, grid: bool) -> None:
    stream = np.random.default_rng(seed)
    d = random_distances(seed, n) if not grid else np.ceil(3 * random_distances(seed, n))
    labels = np.concatenate([[4, -2, 9], stream.choice([4, -2, 9], n - 3)])
    weights = stream.integers(2, 9, n) / 2
    found = quality(d, labels, weights)
    expected = naive_quality(d, labels, weights)
    assert tuple(found) == INDICES
    for name, value in found.items():
        assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-12), name


def test_distances_of_zero_between_clusters_tie_with_the_items_themselves() -> None:
    d = np.array([0.0, 1.0, 2.0, 1.0, 2.0, 1.5])
    labels = np.array([0, 1, 0, 1])
    found = quality(d, labels)
    expected = naive_quality(d, labels, np.ones(4))
    assert found["HG"] == pytest.approx(expected["HG"])
    assert found["HGSD"] == pytest.approx(expected["HGSD"])


def test_pbc_is_a_correlation_and_asw_is_scikit_learns_without_singletons() -> None:
    d = random_distances(2, 40)
    labels = np.arange(40) % 3
    full = square(d)
    different = (labels[:, np.newaxis] != labels).astype(float)
    found = quality(d, labels)
    assert found["PBC"] == pytest.approx(pearsonr(full.ravel(), different.ravel()).statistic)
    assert found["ASW"] == pytest.approx(silhouette_score(full, labels, metric="precomputed"))


def test_integer_weights_equal_replicated_items() -> None:
    d = random_distances(7, 20)
    counts = np.random.default_rng(7).integers(1, 5, 20)
    labels = np.random.default_rng(8).integers(0, 3, 20)
    small, full = (
        quality(d, labels, counts),
        quality(replicated(d, counts), np.repeat(labels, counts)),
    )
    for name in INDICES:
        assert small[name] == pytest.approx(full[name], rel=1e-10), name


def test_pairs_sorted_in_many_segments_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    d = random_distances(9, 60, grid=True)
    labels = [np.arange(60) % 3, np.arange(60) % 5]
    whole = quality_range(d, labels)
    monkeypatch.setattr(ordering, "SEGMENT_PAIRS", 50)
    for a, b in zip(whole, quality_range(d, labels), strict=True):
        assert a == pytest.approx(b, rel=1e-12)


def test_result_does_not_depend_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    d = random_distances(10, 120)
    labels = [np.arange(120) % k for k in range(2, 8)]
    weights = np.random.default_rng(10).random(120) + 1
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    one = quality_range(d, labels, weights)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert one == quality_range(d, labels, weights)


def test_an_item_alone_has_silhouette_1() -> None:
    d = np.array([1.0, 2.0, 2.0])
    found = quality(d, [0, 0, 1])
    assert found["ASW"] == pytest.approx((0.5 + 0.5 + 1) / 3)


@pytest.mark.parametrize("weights", [[0.2, 0.3, 2, 2], [0.5, 0.5, 2, 2]])
def test_asw_is_missing_where_a_cluster_weighs_too_little(weights: list[float]) -> None:
    found = quality(np.array([1.0, 2, 2, 2, 2, 1]), [0, 0, 1, 1], weights)
    assert np.isnan(found["ASW"])
    assert np.isfinite(found["ASWw"])


def test_identical_items_give_missing_indices_and_no_warning() -> None:
    found = quality(np.zeros(6), [0, 0, 1, 1])
    zero = {"ASW", "ASWw", "HGSD"}
    assert {name for name in INDICES if found[name] == 0} == zero
    assert all(np.isnan(found[name]) for name in set(INDICES) - zero)


def test_a_single_cluster_and_a_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="single cluster"):
        quality(random_distances(1, 4), np.zeros(4))
    with pytest.raises(ValueError, match="labels must be of shape"):
        quality(random_distances(1, 4), np.zeros(3))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("method", ["ward.D", "ward.D2", "average"])
def test_mvad_indices_equal_r(reference: Path, method: str, weighted: bool) -> None:
    d, weights = mvad_om(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    labels = members(reference, f"hclust_{method}_members{suffix}")
    _agree(
        quality_range(d, list(labels.values()), weights),
        labels,
        reference,
        f"clustrange_{method}{suffix}.csv",
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_tie_free_indices_equal_r(reference: Path, weighted: bool) -> None:
    d, weights = tie_free(reference, weighted=weighted)
    suffix = "_weighted" if weighted else ""
    labels = members(reference, f"tiefree_hclust_ward.D_members{suffix}")
    _agree(
        quality_range(d, list(labels.values()), weights),
        labels,
        reference,
        f"tiefree_clustrange_ward.D{suffix}.csv",
    )


def _agree(
    found: list[dict[str, float]], labels: dict[int, np.ndarray], reference: Path, name: str
) -> None:
    rows = {row["k"]: row for row in r_table(reference, name).iter_rows(named=True)}
    for k, indices in zip(labels, found, strict=True):
        for index in INDICES:
            assert indices[index] == pytest.approx(rows[k][index], rel=1e-9), (k, index)


def test_items_of_weight_0_count_nothing() -> None:
    d = random_distances(3, 30)
    labels = np.arange(30) % 4
    weights = np.where(np.arange(30) % 7, 1.5, 0.0)
    kept = np.flatnonzero(weights)
    alone = quality(
        square(d)[np.ix_(kept, kept)][np.triu_indices(kept.size, 1)], labels[kept], weights[kept]
    )
    found = quality(d, labels, weights)
    assert found == alone
    # A cluster of nothing but such items is none.
    lone = np.where(weights == 0, 9, labels)
    assert quality(d, lone, weights) == alone


@pytest.mark.parametrize("scale", [1e-6, 0.2, 3.0, 1e5])
def test_shares_and_correlations_do_not_depend_on_the_scale_of_weights(scale: float) -> None:
    d, labels = random_distances(3, 30), np.arange(30) % 4
    weights = 1.0 + np.arange(30) % 3
    plain, scaled = quality(d, labels, weights), quality(d, labels, weights * scale)
    for name in ("PBC", "HG", "HGSD", "ASWw", "R2", "R2sq", "HC"):
        assert scaled[name] == pytest.approx(plain[name], rel=1e-9)
    assert not scaled["CH"] < 0


@pytest.mark.parametrize(
    "labels", [[0, 1, float("nan")], [0, 1, None], [0.5, 1, 2], [[0], [1], [2]], [0, 1]], ids=str
)
def test_labels_that_are_missing_or_no_numbers_are_refused(labels: list) -> None:
    with pytest.raises(ValueError, match="labels must be"):
        quality([1.0, 2.0, 3.0], labels)


@pytest.mark.parametrize("weights", [[1, 1, float("nan")], [1, -1, 1], [0, 0, 0], [1, 1, np.inf]])
def test_weights_that_cannot_be_used_are_refused(weights: list) -> None:
    with pytest.raises(ValueError, match="weights must be finite"):
        quality([1.0, 2.0, 3.0], [0, 1, 1], weights)
