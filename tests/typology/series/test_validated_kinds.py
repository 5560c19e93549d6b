"""How many kinds of hours there are, in planted worlds with and without kinds."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.metrics import adjusted_rand_score

from trajectories.typology.series.validated_kinds import kinds_table, series_typology

from .test_warped_kmeans import rises_and_gaps

FEW = {"gamma": 400.0, "replicates": 19}


def levels(seed: int, n: int = 30, months: int = 8) -> np.ndarray:
    """Return hours of everybody's own level, which differ by chance from month to month."""
    random = np.random.default_rng(seed)
    return random.uniform(0, 150, (n, 1)) + random.normal(0, 20, (n, months))


def test_two_planted_kinds_are_found_and_their_number():
    series, kind = rises_and_gaps(4, 80)
    found = series_typology(series, [2, 3, 4], **FEW)
    assert found.k == 2
    assert adjusted_rand_score(found.labels, kind) == 1
    assert found.test.tests["p_value"].item() == pytest.approx(0.05)
    table = kinds_table(found)
    assert table["chosen"].to_list() == [True, False, False]
    assert table["explained"][0] > table["threshold"][0]


def test_levels_alone_are_no_kinds():
    """Months in random order are as likely as these: the test errs in one of twenty worlds."""
    found = [series_typology(levels(seed), [2, 3], "dtw", replicates=19).k for seed in range(20)]
    assert sum(k > 1 for k in found) <= 4  # more with a chance of 0.3 % at a level of 5 %


def test_without_kinds_everybody_is_in_one():
    found = next(
        one
        for one in (series_typology(levels(seed), [2], "dtw", replicates=19) for seed in range(9))
        if one.k == 1
    )
    assert found.centres.shape == (1, 8)
    assert not found.labels.any()
    assert not kinds_table(found)["chosen"].any()


def test_a_sample_makes_the_kinds_and_everybody_is_assigned():
    series, kind = rises_and_gaps(5, 200)
    found = series_typology(series, [2], sample=60, **FEW)
    assert found.used == 60
    assert adjusted_rand_score(found.labels, kind) > 0.95


def test_order_and_threads_do_not_matter_and_weight_zero_counts_nothing():
    series, _ = rises_and_gaps(6, 40)
    one = series_typology(series, [2], threads=1, **FEW)
    other = series_typology(series[::-1], [2], threads=2, **FEW)
    assert_array_equal(one.labels, other.labels[::-1])
    odd = np.full((3, series.shape[1]), 900.0)
    weights = np.r_[np.ones(40), np.zeros(3)]
    more = series_typology(np.vstack([series, odd]), [2], weights=weights, **FEW)
    assert_array_equal(more.labels[:40], one.labels)


def test_small_kinds_take_no_part():
    series, _ = rises_and_gaps(7, 40)
    found = series_typology(series, [2], minimum_share=0.51, **FEW)
    assert found.k == 1
    assert found.smallest_share == {2: 0.5}


def test_few_courses():
    found = series_typology(np.zeros((5, 6)), [2, 3], **FEW)
    assert found.k == 1
    with pytest.raises(ValueError, match="ks"):
        series_typology(np.zeros((5, 6)), [1], **FEW)
    with pytest.raises(ValueError, match="too few for a test"):
        series_typology(levels(1), [2], replicates=9)
