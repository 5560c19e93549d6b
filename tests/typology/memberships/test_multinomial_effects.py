"""Average marginal effects of a multinomial logit."""

import warnings

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from trajectories.typology.memberships.multinomial_effects import multinomial_effects


def case(n: int = 600) -> tuple[np.ndarray, pl.DataFrame, np.ndarray]:
    stream = np.random.default_rng(3)
    period = stream.integers(0, 3, n)
    age = stream.integers(18, 60, n).astype(float)
    scores = np.stack([0.0 * age, 0.5 * period - 0.3, 0.04 * (age - 35) - 0.2 * period], axis=1)
    labels = (scores + stream.gumbel(size=scores.shape)).argmax(axis=1)
    names = np.array(["before", "during", "after"])
    order = pl.Enum(names.tolist())
    data = pl.DataFrame({"period": pl.Series(names[period], dtype=order), "age": age})
    return labels, data, stream.integers(1, 4, n).astype(float)


def test_effects_equal_those_of_scikit_learn() -> None:
    labels, data, weights = case()
    found = multinomial_effects(labels, data, ["period", "age"], weights, replicates=20)
    period = data["period"].to_physical().to_numpy()
    age = data["age"].to_numpy()

    def design(level: np.ndarray, years: np.ndarray) -> np.ndarray:
        return np.stack([level == 1, level == 2, (years - 35) / 10], axis=1).astype(float)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
        model.fit(design(period, age), labels, sample_weight=weights)

    def mean(level: np.ndarray, years: np.ndarray) -> np.ndarray:
        return weights @ model.predict_proba(design(level, years)) / weights.sum()

    ones = np.ones_like(period)
    step = 1e-3
    expected = {
        "period[T.during]": mean(ones, age) - mean(0 * ones, age),
        "period[T.after]": mean(2 * ones, age) - mean(0 * ones, age),
        "age": (mean(period, age + step) - mean(period, age - step)) / (2 * step),
    }
    for term, values in expected.items():
        own = found.filter(pl.col("term") == term).sort("cluster")["estimate"].to_numpy()
        np.testing.assert_allclose(own, values, atol=1e-6)
    sums = found.group_by("term").agg(pl.col("estimate").sum())["estimate"].to_numpy()
    np.testing.assert_allclose(sums, 0, atol=1e-12)


def test_one_factor_gives_differences_of_shares_and_their_standard_errors() -> None:
    labels, data, _ = case()
    found = multinomial_effects(labels, data, ["period"], replicates=400).filter(
        cluster=1, term="period[T.after]"
    )
    shares = {
        name: (labels == 1)[(data["period"] == name).to_numpy()] for name in ("before", "after")
    }
    difference = shares["after"].mean() - shares["before"].mean()
    assert found["estimate"].item() == pytest.approx(difference)
    se = np.sqrt(sum(one.var() / one.size for one in shares.values()))
    assert found["se"].item() == pytest.approx(se, rel=0.15)


def test_persons_are_drawn_whole() -> None:
    labels, data, _ = case(200)
    twice = pl.concat([data, data])
    double = np.concatenate([labels, labels])
    person = np.tile(np.arange(200), 2)
    once = multinomial_effects(labels, data, ["period"], replicates=100)
    whole = multinomial_effects(double, twice, ["period"], person=person, replicates=100)
    np.testing.assert_allclose(whole["se"], once["se"], rtol=1e-9)
    apart = multinomial_effects(double, twice, ["period"], replicates=100)
    assert (apart["se"] / once["se"]).mean() == pytest.approx(1 / np.sqrt(2), rel=0.1)


def test_arguments_are_checked() -> None:
    labels, data, _ = case(50)
    with pytest.raises(ValueError, match="one value a case"):
        multinomial_effects(labels, data, ["period"], person=[1, 2])
