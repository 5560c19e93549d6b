"""Two groups against one, as R's seqCompare and dissCompare."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from discrepancy import naive
from discrepancy.r_mvad import case, table
from trajectories.discrepancy import Metric, compare_groups
from trajectories.dissimilarity import Costs, pairwise, substitution_costs
from trajectories.sequences import StateSequences

NUMBERS = ("LRT", "p_value", "delta_bic", "bayes_factor")


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["seqCompare_gcse5eq_s0", "dissCompare_gcse5eq_s0"])
def test_all_rows_equal_r(reference, name, weighted):
    mvad = case(reference, weighted=weighted)
    expected = table(reference, name, weighted=weighted)
    expected = expected.select([c for c in expected.columns if c != "id"]).row(0)
    costs = Costs(substitution_costs(mvad.seqs, "trate").substitution, 1.0)
    given = mvad.seqs if name.startswith("seq") else mvad.d
    weights = None if name.startswith("seq") else mvad.weights
    found = compare_groups(
        given, mvad.data["gcse5eq"], weights, samples=0, metric=Metric("om", costs)
    )
    assert_allclose(found.select(NUMBERS).row(0), expected, rtol=1e-9)
    assert found["pairs"][0] == 1
    assert found["rows"][0] == 712


@pytest.mark.parametrize("weighted", [False, True])
def test_sets_equal_r_from_sequences_and_from_distances(reference, weighted):
    """R's dissCompare takes positions within a set for rows of the whole matrix; ours do not."""
    mvad = case(reference, weighted=weighted)
    expected = table(reference, "seqCompare_gcse5eq_by_male_s0_LCS", weighted=weighted)
    options = {"sets": mvad.data["male"], "samples": 0}
    found = compare_groups(mvad.seqs, mvad.data["gcse5eq"], metric=Metric("lcs"), **options)
    assert found["set"].to_list() == expected["id"].to_list()
    assert_allclose(found.select(NUMBERS), expected.drop("id"), rtol=1e-9)
    d = pairwise(mvad.seqs, "lcs")
    same = compare_groups(d, mvad.data["gcse5eq"], mvad.weights, **options)
    assert_allclose(same.select(NUMBERS), expected.drop("id"), rtol=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("samples", [50, 100])
def test_samples_equal_r_within_their_error(reference, samples, weighted):
    mvad = case(reference, weighted=weighted)
    expected = table(reference, f"seqCompare_gcse5eq_s{samples}", weighted=weighted)
    runs = [
        compare_groups(mvad.d, mvad.data["gcse5eq"], mvad.weights, samples=samples, seed=seed).row(
            0, named=True
        )
        for seed in range(40)
    ]
    for column, r in (("delta_bic", "Delta BIC"),):
        values = np.array([run[column] for run in runs])
        assert abs(values.mean() - expected[r][0]) < 4 * values.std()
    assert {run["pairs"] for run in runs} == {10 if samples == 50 else 5}


def plain_ratio(matrix, first, weights, squared):
    used = matrix**2 if squared is True else matrix
    power = 2 if squared == "LRTonly" else 1

    def dispersion(rows):
        own = naive.to_centre(used[np.ix_(rows, rows)], weights[rows])
        return (weights[rows] * own**power).sum()

    everybody = np.ones(len(first), bool)
    ratio = dispersion(everybody) / (dispersion(first) + dispersion(~first))
    return len(first) * np.log(ratio)


@pytest.mark.parametrize("squared", ["LRTonly", True, False])
def test_the_ratio_is_the_plain_definition(squared):
    d, groups = naive.points(3, 30, shift=1)
    weights = np.random.default_rng(3).uniform(1, 2, 30)
    found = compare_groups(d, groups, weights, samples=0, squared=squared).row(0, named=True)
    expected = plain_ratio(naive.square(d), groups == 0, weights, squared)
    assert found["LRT"] == pytest.approx(expected, rel=1e-9)
    assert found["delta_bic"] == pytest.approx(expected - np.log(30))
    assert found["bayes_factor"] == pytest.approx(np.exp(found["delta_bic"] / 2))
    assert found["p_value"] == pytest.approx(stats.chi2.sf(expected, 1))


def test_samples_repeat_the_smaller_group_and_pairs_can_be_limited():
    d, _ = naive.points(5, 50)
    groups = np.arange(50) < 12
    found = compare_groups(d, groups, samples=20)
    assert found.select("pairs", "rows", "of").row(0) == (2, 40, 50)
    assert compare_groups(d, groups, samples=20, pairs=1)["pairs"][0] == 1
    assert found.equals(compare_groups(d, groups, samples=20))
    assert not found.equals(compare_groups(d, groups, samples=20, seed=1))


@pytest.mark.untraced
def test_permutations_hold_their_size_where_chi_squared_does_not():
    """Where many dimensions vary, LRT varies less than χ² with one degree of freedom."""
    rejected = {"p_value": 0, "p_permutation": 0}
    for seed in range(300):
        d, groups = naive.points(seed, 20, dimensions=15)
        found = compare_groups(d, groups, samples=0, permutations=40, seed=seed)
        for name in rejected:
            rejected[name] += found[name][0] <= 0.05
    assert stats.binomtest(rejected["p_permutation"], 300, 0.05).pvalue > 0.01
    assert stats.binomtest(rejected["p_value"], 300, 0.05).pvalue < 1e-3


def test_sequences_and_their_distances_give_the_same():
    states = np.random.default_rng(1).integers(0, 3, (40, 8)).astype(np.uint8)
    seqs = StateSequences.from_array(states, "abc")
    groups = np.arange(40) % 2
    one = compare_groups(seqs, groups, samples=15, metric=Metric("ham"))
    assert one.equals(compare_groups(pairwise(seqs, "ham"), groups, samples=15))


def test_what_cannot_be_compared_is_refused():
    d, groups = naive.points(0, 12)
    with pytest.raises(ValueError, match="two groups are compared, not 3"):
        compare_groups(d, np.arange(12) % 3)
    with pytest.raises(ValueError, match="samples=0"):
        compare_groups(d, groups, permutations=10)
