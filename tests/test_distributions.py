"""Tails and quantiles are those of `scipy.stats`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from trajectories import distributions as ours

CHANCES = st.floats(1e-6, 1 - 1e-6)
DEGREES = st.integers(1, 5_000)


@given(CHANCES, DEGREES)
def test_quantiles(chance: float, degrees: int) -> None:
    assert ours.normal_quantile(chance) == pytest.approx(stats.norm.ppf(chance), rel=1e-12)
    assert ours.t_quantile(chance, degrees) == pytest.approx(
        stats.t.ppf(chance, degrees), rel=1e-9, abs=1e-12
    )
    found = ours.beta_quantile(chance, np.array([0.5, 3.0]), np.array([2.0, 1.5]))
    np.testing.assert_allclose(found, stats.beta.ppf(chance, [0.5, 3.0], [2.0, 1.5]), rtol=1e-9)


@given(st.floats(-5, 60), DEGREES, st.integers(1, 20))
def test_tails(value: float, degrees: int, more: int) -> None:
    assert ours.t_tail(value, degrees) == pytest.approx(stats.t.sf(value, degrees), rel=1e-9)
    assert ours.chi2_tail(value, more) == pytest.approx(stats.chi2.sf(value, more), rel=1e-9)
    assert ours.f_tail(value, more, degrees) == pytest.approx(
        stats.f.sf(value, more, degrees), rel=1e-9, abs=1e-300
    )


@given(
    CHANCES,
    st.lists(st.integers(0, 3_000), min_size=1, max_size=5),
    st.one_of(st.sampled_from([0.0, 1.0]), st.floats(1e-6, 1 - 1e-6)),
)
def test_the_binomial_quantile_is_the_first_number_that_reaches_the_chance(
    chance: float, trials: list[int], rate: float
) -> None:
    found = ours.binomial_quantile(chance, trials, rate)
    for number, of in zip(found.tolist(), trials, strict=True):
        assert 0 <= number <= of
        assert stats.binom.cdf(number, of, rate) >= chance - 1e-12
        assert number == 0 or stats.binom.cdf(number - 1, of, rate) < chance + 1e-12
