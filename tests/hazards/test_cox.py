"""The Cox model against a naive likelihood, and its sentences."""

import re

import numpy as np
import polars as pl
import pytest
from scipy.optimize import approx_fprime

from trajectories.errors import UserError
from trajectories.hazards import NotEstimableError
from trajectories.hazards.cox import fit_cox
from trajectories.hazards.fine_gray import extended, fine_gray


def drawn(rows: int = 60, seed: int = 3) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 4, rows)
    return pl.DataFrame(
        {
            "id": np.arange(rows) // 2,
            "entry": entry,
            "stop": entry + rng.integers(1, 7, rows),
            "event": rng.integers(0, 2, rows),
            "x": rng.normal(size=rows),
            "z": rng.integers(0, 2, rows),
            "layer": rng.integers(0, 2, rows),
            "w": rng.uniform(0.5, 2.0, rows),
        }
    )


def naive(frame: pl.DataFrame, coef: np.ndarray, *, efron: bool) -> float:
    """The weighted log partial likelihood, summed event time by event time."""
    x = frame.select("x", "z").to_numpy().astype(float)
    eta, w = x @ coef, frame["w"].to_numpy()
    total = 0.0
    for layer in (0, 1):
        own = frame["layer"].to_numpy() == layer
        stop, entry = frame["stop"].to_numpy(), frame["entry"].to_numpy()
        for now in np.unique(stop[own]):
            dead = own & (stop == now) & (frame["event"].to_numpy() == 1)
            risk = own & (stop >= now) & (entry < now)
            count = dead.sum()
            total += np.sum(w[dead] * eta[dead])
            for step in range(count):
                tied = np.sum(w[dead] * np.exp(eta[dead])) * (step / count if efron else 0.0)
                whole = np.sum(w[risk] * np.exp(eta[risk]))
                total -= w[dead].sum() / count * np.log(whole - tied)
    return float(total)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_maximum_is_that_of_the_naive_likelihood(ties):
    frame = drawn()
    fit = fit_cox(
        frame,
        entry="entry",
        stop="stop",
        event="event",
        terms=["x", "z"],
        ties=ties,
        strata="layer",
        weight="w",
    )
    coef = fit.table["coef"].to_numpy()
    value = naive(frame, coef, efron=ties == "efron")
    slope = approx_fprime(coef, lambda b: naive(frame, b, efron=ties == "efron"), 1e-6)
    np.testing.assert_allclose(slope, 0, atol=1e-3)
    # centring moves the likelihood by nothing
    assert fit.loglik == pytest.approx(value, rel=1e-10)
    curvature = approx_fprime(
        coef,
        lambda b: approx_fprime(b, lambda c: naive(frame, c, efron=ties == "efron"), 1e-5),
        1e-4,
    )
    np.testing.assert_allclose(np.linalg.inv(-curvature), fit.vcov, rtol=2e-2)


def test_terms_that_add_nothing_are_left_out_with_a_note():
    frame = drawn().with_columns(one=pl.lit(1), y=2 * pl.col("x"))
    fit = fit_cox(frame, stop="stop", event="event", terms=["one", "x", "y"])
    assert fit.table["term"].to_list() == ["x"]
    assert [note.split(" ")[2] for note in fit.notes] == ["one", "y"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"stop": "end"}, "no column 'end'"),
        ({"terms": ["one"]}, "No term differs"),
        ({"event": "none"}, "There is no event"),
        ({"terms": ["event"]}, "runs away"),
        ({"entry": "stop"}, "does not lie before"),
        ({"cluster": "hole"}, "'hole' of the rows at risk has empty values"),
    ],
)
def test_mistakes_get_a_sentence(change, sentence):
    frame = drawn().with_columns(
        one=pl.lit(1), none=pl.lit(0), hole=pl.when(pl.col("id") > 3).then("id")
    )
    arguments = {"stop": "stop", "event": "event", "terms": ["x"], **change}
    with pytest.raises(UserError, match=re.escape(sentence)):
        fit_cox(frame, **arguments)


def test_fine_gray_keeps_other_exits_with_falling_weights():
    durations = pl.DataFrame(
        {
            "person": [1, 2, 3, 4, 5],
            "time": [1, 2, 3, 4, 5],
            "exit": [2, 1, 0, 1, 1],
            "x": [0, 1, 0, 1, 0],
        }
    )
    rows = extended(durations, 1, "after").filter(pl.col("person") == 1).sort("__entry")
    # one of three is lost at 3: G falls to 2/3 before the events at 4 and 5
    assert rows.select("__entry", "__stop").rows() == [(0.0, 1.0), (1.0, 2.0), (2.0, 5.0)]
    assert rows["__weight"].to_list() == pytest.approx([1.0, 1.0, 2 / 3])
    assert rows["__event"].sum() == 0


def test_fine_gray_without_another_exit_is_the_cox_model():
    durations = drawn().select("x", person="id", time="stop", exit="event")
    plain = durations.with_columns(pl.col("person").cum_count())
    one = fine_gray(plain, terms=["x"])
    cox = fit_cox(plain, stop="time", event="exit", terms=["x"], cluster="person")
    np.testing.assert_allclose(one.table["coef"], cox.table["coef"], rtol=1e-10)
    np.testing.assert_allclose(one.table["se"], cox.table["se"], rtol=1e-10)


def test_fine_gray_says_what_it_cannot_do():
    durations = drawn().select("x", "entry", person="id", time="stop", exit="event")
    with pytest.raises(UserError, match="from their start only"):
        fine_gray(durations, terms=["x"])
    with pytest.raises(UserError, match="no column 'exit'"):
        fine_gray(durations.drop("exit"), terms=["x"])
    with pytest.raises(NotEstimableError, match="Nobody leaves"):
        fine_gray(durations.drop("entry"), terms=["x"], exit_number=4)
