"""The test of proportional hazards against a model with the products of time in it."""

import numpy as np
import polars as pl
import pytest

from survival.cox_oracles import ARGUMENTS, drawn
from trajectories.errors import UserError
from trajectories.survival.cox.model import fit_cox, likelihood
from trajectories.survival.cox.proportional_hazards_test import ALL, proportional_hazards_test

FUNCTIONS = {"identity": lambda t: t, "log": np.log}


def cut_at_events(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows cut at every event time, so that a function of time is a covariate."""
    events = frame.filter(pl.col("event") == 1)["stop"].unique().sort().to_list()
    return (
        frame.with_columns(
            edge=pl.struct("entry", "stop").map_elements(
                lambda r: [t for t in events if r["entry"] < t < r["stop"]] + [r["stop"]],
                return_dtype=pl.List(pl.Int64),
            )
        )
        .with_row_index("row")
        .explode("edge")
        .with_columns(
            entry=pl.coalesce(pl.col("edge").shift(1).over("row"), "entry"),
            event=pl.when(pl.col("edge") == pl.col("stop")).then("event").otherwise(0),
        )
        .with_columns(stop="edge")
    )


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("scale", ["identity", "log"])
def test_it_is_the_score_test_of_the_products(ties, scale):
    frame = drawn(80, seed=6)
    options = {"ties": ties, "strata": "layer", "weight": "w"}
    fit = fit_cox(frame, **ARGUMENTS, **options)
    ours = proportional_hazards_test(fit, scale=scale)
    g = FUNCTIONS[scale](pl.col("stop"))
    wide = cut_at_events(frame).with_columns(xg=pl.col("x") * g, zg=pl.col("z") * g)
    both = fit_cox(wide, **{**ARGUMENTS, "terms": ("x", "z", "xg", "zg")}, **options)
    at = np.append(fit.coef, [0.0, 0.0])
    _, gradient, information = likelihood(both._rows, at, ties)
    np.testing.assert_allclose(gradient[:2], 0, atol=1e-8)
    expected = []
    for own in ([2], [3], [2, 3]):
        keep = [0, 1, *own]
        part = np.linalg.inv(information[np.ix_(keep, keep)])
        expected.append(gradient[keep] @ part @ gradient[keep])
    assert ours["term"].to_list() == ["x", "z", ALL]
    assert ours["df"].to_list() == [1, 1, 2]
    np.testing.assert_allclose(ours["chi2"], expected, rtol=1e-8)


def test_scales_are_functions_of_the_event_times():
    # With times 1, 2, … and nobody lost, one minus the survival before t is (t − 1) / n.
    frame = drawn(50, seed=1).with_columns(stop=pl.int_range(1, 51), event=pl.lit(1))
    fit = fit_cox(frame, stop="stop", event="event", terms=["x", "z"])
    tests = [proportional_hazards_test(fit, scale=s) for s in ("identity", "rank", "km")]
    for other in tests[1:]:
        np.testing.assert_allclose(other["chi2"], tests[0]["chi2"], rtol=1e-8)


def test_levels_of_a_term_are_tested_together():
    frame = drawn(120, seed=2).with_columns(g=pl.Series(["a", "b", "c"] * 40))
    fit = fit_cox(frame, stop="stop", event="event", terms=["C(g)", "x", "C(g):C(z)"])
    found = proportional_hazards_test(fit)
    assert found["term"].to_list() == ["C(g)", "x", "C(g):C(z)", ALL]
    assert found["df"].to_list() == [2, 1, 3, 6]


def test_it_finds_an_effect_that_fades_and_keeps_its_size_without():
    rng = np.random.default_rng(3)
    x = rng.integers(0, 2, 400)
    rejected = []
    for late in (1.0, 3.0):
        # The hazard ratio is 3 until time 0.3, and `late` after it.
        total, early = rng.exponential(size=(40, 400)), np.where(x == 1, 3.0, 1.0)
        past = 0.3 + (total - 0.3 * early) / np.where(x == 1, late, 1.0)
        times = np.where(total <= 0.3 * early, total / early, past)
        p = [
            proportional_hazards_test(
                fit_cox(
                    pl.DataFrame({"t": t, "d": t < 3, "x": x}), stop="t", event="d", terms=["x"]
                )
            )["p"][0]
            for t in times
        ]
        rejected.append(float(np.mean(np.array(p) < 0.05)))
    assert rejected[0] > 0.5
    assert rejected[1] < 0.15


def test_mistakes_get_a_sentence():
    fit = fit_cox(drawn(), **ARGUMENTS)
    with pytest.raises(UserError, match="'cube' is unknown: write one of km, identity, log, rank"):
        proportional_hazards_test(fit, scale="cube")
    early = drawn().with_columns(pl.col("stop") - pl.col("stop").min())
    from_start = ARGUMENTS | {"entry": None}
    with pytest.raises(UserError, match="requires positive times"):
        proportional_hazards_test(fit_cox(early, **from_start), scale="log")
    with pytest.raises(UserError, match="Efron's or Breslow's ties"):
        proportional_hazards_test(fit_cox(drawn(), **ARGUMENTS, ties="exact"))
