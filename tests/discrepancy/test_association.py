"""One factor: statistics as R's dissassoc, permutation p-values, distances to the centre."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from discrepancy import naive
from discrepancy.r_mvad import case, table
from trajectories.discrepancy import association, centre_distances, discrepancy
from trajectories.discrepancy.sums_of_squares import quadratic_forms
from trajectories.dissimilarity.matrix.cluster_sums import ClusterSums, medoids_of

FACTORS = {"GRP": "gcse5eq", "GRP2": "male"}


def values(result) -> dict[str, float]:
    return dict(zip(result.table["statistic"], result.table["value"], strict=True))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("factor", FACTORS)
def test_one_factor_equals_r(reference, factor, squared, weighted):
    mvad = case(reference, weighted=weighted)
    found = discrepancy(mvad.d, mvad.data[FACTORS[factor]], mvad.weights, squared=squared)
    name = f"dissassoc_{factor}" + ("_squared" if squared else "")
    ending = "_weighted" if weighted else ""
    stat = table(reference, f"{name}{ending}_stat", weighted=False)
    assert found.table["statistic"].to_list() == stat["id"].to_list()
    # R takes Bartlett's statistic as a difference of numbers of about 6,000.
    assert_allclose(found.table["value"], stat["t0"], rtol=1e-9, atol=2e-12)
    for kind, frame in (("anova", found.anova), ("groups", found.groups)):
        expected = table(reference, f"{name}{ending}_{kind}", weighted=False)
        assert frame.to_series(0).to_list() == expected["id"].to_list()
        assert_allclose(frame[:, 1:].to_numpy(), expected.drop("id").to_numpy(), rtol=1e-9)
    replicates = 500 if weighted else 1000
    for statistic, own, r in zip(stat["id"], found.table["p_value"], stat["p.value"], strict=True):
        if weighted and statistic == "Bartlett":
            continue  # see the next test
        spread = np.sqrt(max(r * (1 - r), 1 / replicates) * (1 / replicates + 1 / 1000))
        assert abs(own - r) < 4 * spread, statistic


@pytest.mark.parametrize(("squared", "expected"), [(False, 0.968), (True, 0.678)])
def test_r_takes_the_observed_sizes_of_permuted_groups(reference, squared, expected):
    """R divides a permuted group's sum of squares by the weight of the group before permutation."""
    mvad = case(reference, weighted=True)
    groups, w = mvad.data["gcse5eq"].to_numpy() == "yes", mvad.weights
    d = mvad.d**2 if squared else mvad.d
    rng = np.random.default_rng(5)
    mixed = np.stack([rng.permutation(groups) for _ in range(499)], axis=1)
    columns = np.concatenate([w[:, None] * mixed, w[:, None] * ~mixed], axis=1)
    ss = quadratic_forms(d, columns).reshape(2, -1) / (2 * columns.sum(axis=0).reshape(2, -1))
    fixed = np.array([w[groups].sum(), w[~groups].sum()])
    total = discrepancy(d, groups, w, permutations=0).anova["SS"][2]

    def bartlett(sizes, squares):
        unused = np.ones_like(squares)
        return association.statistics_of(sizes, squares, total, unused, unused)[..., 3]

    observed = values(discrepancy(d, groups, w, permutations=0))["Bartlett"]
    as_r = 1 + (bartlett(np.broadcast_to(fixed, ss.T.shape), ss.T) >= observed).sum()
    assert abs(as_r / 500 - expected) < 4 * np.sqrt(2 * expected * (1 - expected) / 500)
    own = discrepancy(d, groups, w, permutations=500).table["p_value"][3]
    assert own < as_r / 500 - 0.2


@pytest.mark.parametrize("weighted", [False, True])
def test_centres_equal_r(reference, weighted):
    mvad = case(reference, weighted=weighted)
    found = centre_distances(mvad.d, weights=mvad.weights)
    assert_allclose(found, table(reference, "disscenter", weighted=weighted)["d2c"], rtol=1e-9)
    w = np.ones(len(found)) if mvad.weights is None else mvad.weights
    variances = table(reference, "dissvar", weighted=weighted)
    assert_allclose(np.average(found, weights=w), variances["var"][0], rtol=1e-9)
    squared = centre_distances(mvad.d, weights=w, squared=True)
    assert_allclose(np.average(squared, weights=w), variances["var_sq"][0], rtol=1e-9)
    nearest = np.flatnonzero(found <= found.min() * (1 + 1e-9)) + 1
    everything = table(reference, "disscenter_medoid_all", weighted=weighted)["idx"]
    assert nearest.tolist() == everything.to_list()
    assert nearest[0] == table(reference, "disscenter_medoid", weighted=weighted)["first"][0]
    by_group = centre_distances(mvad.d, mvad.data["gcse5eq"], mvad.weights)
    yes = (mvad.data["gcse5eq"] == "yes").to_numpy()
    for group, medoid in table(
        reference, "disscenter_medoid_bygroup", weighted=weighted
    ).iter_rows():
        rows = np.flatnonzero(yes == (group == "yes"))
        own = by_group[rows]
        assert rows[np.argmax(own <= own.min() * (1 + 1e-9))] + 1 == medoid
    medoids = medoids_of(yes.astype(int), ClusterSums(by_group[:, None].repeat(2, 1), by_group))
    assert sorted(medoids + 1) == sorted(
        table(reference, "disscenter_medoid_bygroup", weighted=weighted)["medoid"]
    )


@given(st.integers(0, 99), st.integers(2, 4), st.booleans())
@settings(max_examples=25)
def test_statistics_are_those_of_the_plain_definition(seed, g, squared):
    rng = np.random.default_rng(seed)
    d, _ = naive.points(seed, 25)
    groups, weights = rng.permutation(np.arange(25) % g), rng.uniform(1, 3, 25)
    matrix = naive.square(d**2 if squared else d)
    found = values(discrepancy(d, groups, weights, squared=squared, permutations=0))
    expected = naive.statistics(matrix, groups, weights)
    assert_allclose([found[name] for name in expected], list(expected.values()), rtol=1e-9)


@pytest.mark.parametrize("g", [2, 3])
@pytest.mark.parametrize("unit", ["diss", "replicate"])
def test_permuted_statistics_are_those_of_permuted_groups(g, unit):
    rng = np.random.default_rng(g)
    d, _ = naive.points(g, 20)
    groups, weights = np.arange(20) % g, rng.integers(1, 4, 20).astype(float)
    seen = []
    original = association.statistics_of

    def spy(masses, squares, total, first, second):
        seen.append((masses, squares))
        return original(masses, squares, total, first, second)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(association, "statistics_of", spy)
        discrepancy(d, groups, weights, permutations=5, seed=3, weight_permutation=unit)
    draws = association.permuted_masses(
        groups,
        weights,
        4,
        np.random.default_rng([3, association.PERMUTING]),
        at_once=9,
        unit=unit,
    )
    matrix = naive.square(d)
    (masses,) = draws
    assert_allclose(masses.sum(axis=1), np.broadcast_to(weights, (4, 20)))
    for p in range(4):
        ss = [naive.sum_of_squares(matrix, masses[p, h]) for h in range(g)]
        assert_allclose(seen[1][1][p], ss, rtol=1e-9)
    if unit == "replicate":
        assert_allclose(masses.sum(axis=2), np.broadcast_to(np.bincount(groups, weights), (4, g)))


@given(st.integers(0, 99))
@settings(max_examples=10)
def test_the_order_of_rows_does_not_matter(seed):
    d, groups = naive.points(seed, 20, shift=1)
    order = np.random.default_rng(seed).permutation(20)
    moved = naive.condensed(naive.square(d)[np.ix_(order, order)])
    weights = np.random.default_rng(seed).uniform(1, 2, 20)
    first = values(discrepancy(d, groups, weights, permutations=0))
    second = values(discrepancy(moved, groups[order], weights[order], permutations=0))
    assert_allclose(list(first.values()), list(second.values()), rtol=1e-9, atol=1e-12)


def test_weights_are_replicates_and_zero_is_no_row():
    d, groups = naive.points(1, 12, shift=1)
    counts = np.array([1, 2, 3, 1, 0, 2, 1, 1, 2, 0, 1, 3])
    rows = np.repeat(np.arange(12), counts)
    written = naive.condensed(naive.square(d)[np.ix_(rows, rows)])
    short = discrepancy(d, groups, counts, permutations=400, weight_permutation="replicate")
    whole = discrepancy(written, groups[rows], permutations=400)
    assert_allclose(short.table["value"], whole.table["value"], rtol=1e-9)
    assert_allclose(short.table["p_value"], whole.table["p_value"], atol=0.1)
    assert_allclose(
        centre_distances(d, groups, counts)[rows], centre_distances(written, groups[rows])
    )
    assert short.rows == 10


@pytest.mark.untraced
def test_the_test_rejects_true_nulls_in_one_of_twenty():
    rejected = 0
    for seed in range(400):
        d, groups = naive.points(seed, 16)
        p = discrepancy(d, groups, permutations=40, seed=seed).table["p_value"]
        rejected += p[0] <= 0.05
    assert stats.binomtest(rejected, 400, 0.05).pvalue > 0.01
    d, groups = naive.points(0, 30, shift=2)
    assert discrepancy(d, groups, permutations=200).table["p_value"][0] == 1 / 200


def test_a_sample_says_so_and_keeps_what_there_is():
    d, groups = naive.points(4, 200, shift=1)
    part = discrepancy(d, groups, permutations=0, sample=150)
    assert (part.rows, part.of) == (150, 200)
    whole = discrepancy(d, groups, permutations=0)
    assert part.table["value"][2] == pytest.approx(whole.table["value"][2], rel=0.3)
    assert part.table["value"][2] != whole.table["value"][2]
    again = discrepancy(d, groups, permutations=0, sample=150)
    assert part.table.equals(again.table)
    assert discrepancy(d, groups, permutations=0, sample=200).table.equals(whole.table)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([1, 1, 1], "two groups"),
        ([1, 2], "length 3"),
        (["a", None, "b"], "missing"),
        ([1.0, np.nan, 2.0], "missing"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(groups, message):
    with pytest.raises(ValueError, match=message):
        discrepancy([1.0, 2.0, 3.0], groups)


def test_fractions_of_cases_cannot_be_permuted_as_cases():
    d, groups = naive.points(0, 6)
    with pytest.raises(ValueError, match="whole numbers"):
        discrepancy(d, groups, np.full(6, 1.5), weight_permutation="replicate")
