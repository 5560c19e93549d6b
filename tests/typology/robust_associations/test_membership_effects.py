"""Average marginal effects against plain maximisation and differences."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from formulaic import Formula
from numpy.testing import assert_allclose

from trajectories.errors import UserError
from trajectories.typology.robust_associations.membership_effects import (
    membership_effects,
    read_design,
)


def cases(seed, n=300):
    stream = np.random.default_rng(seed)
    data = pl.DataFrame(
        {
            "age": stream.integers(18, 30, n).astype(float),
            "area": stream.choice(["north", "south", "west"], n),
        }
    )
    slope = 0.2 * (data["age"].to_numpy() - 24) + (data["area"] == "south").to_numpy()
    labels = (stream.random(n) < 1 / (1 + np.exp(-slope))).astype(int)
    return data, np.where(stream.random(n) < 0.2, 2, labels), stream.integers(1, 4, n) / 2


def naive(formula, data, member, weights):
    """Maximise case by case; move each case's covariate; differentiate by small steps."""
    frame = pd.DataFrame(data.to_dict(as_series=False))
    matrix = Formula(formula).get_model_matrix(frame)
    x = np.asarray(matrix, float)

    def score(b):
        return x.T @ (weights * (1 / (1 + np.exp(-x @ b)) - member))

    b = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ b))
        b = b - np.linalg.solve((x.T * (weights * p * (1 - p))) @ x, score(b))
    p = 1 / (1 + np.exp(-x @ b))
    information = (x.T * (weights * p * (1 - p))) @ x

    def at(b, **values):
        moved = np.asarray(matrix.model_spec.get_model_matrix(frame.assign(**values)), float)
        return np.average(1 / (1 + np.exp(-moved @ b)), weights=weights)

    def effects(b):
        step = 1e-4
        slope = (at(b, age=frame["age"] + step) - at(b, age=frame["age"] - step)) / (2 * step)
        return np.array(
            [slope] + [at(b, area=name) - at(b, area="north") for name in ("south", "west")]
        )

    gradient = np.array([(effects(b + h) - effects(b - h)) / 2e-5 for h in np.eye(len(b)) * 1e-5]).T
    bread = np.linalg.inv(information)
    meat = (x.T * (weights * (member - p)) ** 2) @ x
    plain = np.sqrt(np.einsum("ti,ij,tj->t", gradient, bread, gradient))
    robust = np.sqrt(np.einsum("ti,ij,tj->t", gradient, bread @ meat @ bread, gradient))
    return effects(b), plain, robust


@pytest.mark.parametrize("formula", ["age + area", "age * area"])
def test_effects_equal_plain_maximisation_and_differences(formula):
    data, labels, weights = cases(1)
    design = read_design(formula, data, 300)
    assert [one.term for one in design.contrasts] == ["age", "area[T.south]", "area[T.west]"]
    members, squares = (np.zeros((len(design.matrix), 3)) for _ in range(2))
    np.add.at(members, (design.pattern, labels), weights)
    np.add.at(squares, (design.pattern, labels), weights**2)
    plain, robust = (
        membership_effects(design, members),
        membership_effects(design, members, squares),
    )
    for cluster in range(3):
        effect, se, sandwich = naive(formula, data, labels == cluster, weights)
        assert_allclose(plain.estimate[cluster], effect, rtol=1e-5, atol=1e-8)
        assert_allclose(plain.se[cluster], se, rtol=1e-4)
        assert_allclose(robust.se[cluster], sandwich, rtol=1e-4)


def test_effects_of_one_factor_are_differences_of_shares():
    data, labels, _ = cases(2)
    design = read_design(["area"], data, 300)
    members = np.zeros((len(design.matrix), 3))
    np.add.at(members, (design.pattern, labels), 1.0)
    found = membership_effects(design, members)
    shares = [
        [(labels[(data["area"] == name).to_numpy()] == cluster).mean() for cluster in range(3)]
        for name in ("north", "south", "west")
    ]
    assert_allclose(found.estimate[:, 0], np.subtract(shares[1], shares[0]), atol=1e-9)
    assert_allclose(found.estimate[:, 1], np.subtract(shares[2], shares[0]), atol=1e-9)
    assert_allclose(found.estimate.sum(axis=0), 0, atol=1e-9)


def test_numbers_within_c_are_factors():
    data = pl.DataFrame({"year": [2013, 2014, 2015] * 20})
    design = read_design("C(year)", data, 60)
    assert [one.term for one in design.contrasts] == ["year[T.2014.0]", "year[T.2015.0]"]
    members = np.array([[10.0, 10], [5, 15], [15, 5]])
    assert_allclose(membership_effects(design, members).estimate[0], [-0.25, 0.25], atol=1e-9)


def test_a_level_that_does_not_occur_has_no_effect_and_one_alone_a_share():
    design = read_design("area", pl.DataFrame({"area": ["a", "b", "c"]}), 3)
    found = membership_effects(design, np.array([[5.0, 5], [0, 10], [0, 0]]))
    assert found.estimate[0, 0] == pytest.approx(-0.5, abs=1e-6)
    assert np.isnan(found.estimate[:, 1]).all()
    assert np.isfinite(found.se[:, 0]).all()


def test_what_the_data_do_not_have_is_named():
    with pytest.raises(UserError, match="rarcat column 'sex' is not in the data"):
        read_design("sex", pl.DataFrame({"area": ["a"]}), 1)
