"""Exponential and Weibull models against a plain likelihood and planted truth."""

import numpy as np
import polars as pl
import pytest
from scipy.optimize import approx_fprime

from trajectories.errors import UserError
from trajectories.hazards import NotEstimableError
from trajectories.survival.parametric import LOG_SHAPE, fit_parametric


def drawn(rows: int, seed: int = 1, shape: float = 1.4) -> pl.DataFrame:
    """Weibull durations with late entry, losses at 3, and weights."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=rows), rng.integers(0, 2, rows)
    entry = np.where(rng.integers(0, 2, rows) == 1, rng.uniform(0, 0.5, rows), 0.0)
    hazard = rng.exponential(size=rows) / np.exp(-0.3 + 0.5 * x - 0.7 * z)
    time = (entry**shape + hazard) ** (1 / shape)
    return pl.DataFrame(
        {
            "id": np.arange(rows) // 2,
            "entry": entry,
            "time": np.minimum(time, 3.0),
            "event": (time < 3).astype(int),
            "x": x,
            "z": z,
            "w": rng.uniform(0.5, 2, rows),
        }
    )


def plain(frame: pl.DataFrame, parameters: np.ndarray) -> float:
    """The log-likelihood of the definition: hazards at events less cumulative hazards."""
    total = 0.0
    shape = np.exp(parameters[3])
    for row in frame.iter_rows(named=True):
        eta = parameters[0] + parameters[1] * row["x"] + parameters[2] * row["z"]
        if row["event"]:
            total += row["w"] * (np.log(shape) + (shape - 1) * np.log(row["time"]) + eta)
        total -= row["w"] * (row["time"] ** shape - row["entry"] ** shape) * np.exp(eta)
    return total


OPTIONS = {"stop": "time", "event": "event", "entry": "entry", "weight": "w"}


def test_the_maximum_is_that_of_the_plain_likelihood():
    frame = drawn(30)
    fit = fit_parametric(frame, **OPTIONS, terms=["x", "z"])
    at = fit.table["coef"].to_numpy()
    assert fit.table["term"].to_list() == ["Intercept", "x", "z", LOG_SHAPE]
    assert fit.loglik == pytest.approx(plain(frame, at), rel=1e-12)
    logs = (frame["w"] * frame["event"] * frame["time"].log()).sum()
    assert fit.loglik_log_time == pytest.approx(fit.loglik + logs, rel=1e-12)
    np.testing.assert_allclose(approx_fprime(at, lambda b: plain(frame, b), 1e-7), 0, atol=1e-3)
    curvature = approx_fprime(at, lambda b: approx_fprime(b, lambda c: plain(frame, c), 1e-5), 1e-4)
    np.testing.assert_allclose(np.linalg.inv(-curvature), fit.vcov, rtol=0.02, atol=1e-4)


def test_without_covariates_the_exponential_rate_is_events_over_exposure():
    frame = drawn(80).with_columns(one=pl.lit(1))
    fit = fit_parametric(frame, **OPTIONS, terms=["one"], distribution="exponential")
    exposure = ((frame["time"] - frame["entry"]) * frame["w"]).sum()
    events = (frame["event"] * frame["w"]).sum()
    assert fit.table["coef"].to_list() == [pytest.approx(np.log(events / exposure), rel=1e-12)]
    assert fit.table["se"][0] == pytest.approx(1 / np.sqrt(events), rel=1e-12)
    assert fit.notes == (
        "The term one is constant, or a combination of the terms before it, and was left out.",
    )


def test_the_truth_is_found():
    fit = fit_parametric(drawn(4000), **{**OPTIONS, "weight": None}, terms=["x", "z"])
    away = (fit.table["coef"].to_numpy() - [-0.3, 0.5, -0.7, np.log(1.4)]) / fit.table["se"]
    assert away.abs().max() < 3
    assert (fit.rows, fit.clusters) == (4000, 0)


def test_the_sandwich_agrees_with_the_model_where_it_holds():
    frame = drawn(4000).with_columns(row=pl.int_range(4000))
    options = {**OPTIONS, "weight": None}
    model = fit_parametric(frame, **options, terms=["x", "z"])
    robust = fit_parametric(frame, **options, terms=["x", "z"], cluster="row")
    assert robust.clusters == 4000
    np.testing.assert_allclose(robust.table["se"], model.table["se"], rtol=0.05)
    # Each row twice, as one cluster, is each row once.
    twice = fit_parametric(pl.concat([frame, frame]), **options, terms=["x", "z"], cluster="row")
    np.testing.assert_allclose(twice.vcov, robust.vcov, rtol=1e-8)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stop": "end"}, "no column 'end'"),
        ({"cluster": "hole"}, "'hole' is empty in 8 durations"),
        ({"entry": "time"}, "'time' is not before 'time' in 40 durations"),
        ({"event": "none"}, "There is no event"),
        ({"terms": ["event"]}, "The likelihood has no maximum"),
    ],
)
def test_mistakes_get_a_sentence(change, sentence):
    frame = drawn(40).with_columns(none=pl.lit(0), hole=pl.when(pl.col("id") > 3).then("id"))
    options = {**OPTIONS, "terms": ["x"], **change}
    with pytest.raises((UserError, NotEstimableError), match=sentence):
        fit_parametric(frame, **options)
