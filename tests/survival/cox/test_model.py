"""The Cox model against a naive likelihood, and its sentences."""

import re
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scipy import stats
from scipy.optimize import approx_fprime

from survival.cox_oracles import ARGUMENTS, Naive, drawn
from trajectories.errors import UserError
from trajectories.hazards import NotEstimableError
from trajectories.survival.cox.model import fit_cox, likelihood
from trajectories.survival.cox.residuals import score_residuals
from trajectories.survival.cox.subdistribution import extended, fine_gray


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_maximum_is_that_of_the_naive_likelihood(ties):
    frame = drawn()
    fit = fit_cox(frame, **ARGUMENTS, ties=ties, strata="layer", weight="w")
    naive, efron = Naive(frame), ties == "efron"
    coef = fit.coef
    slope = approx_fprime(coef, lambda b: naive.loglik(b, efron=efron), 1e-6)
    np.testing.assert_allclose(slope, 0, atol=1e-3)
    # centring moves the likelihood by nothing
    assert fit.loglik == pytest.approx(naive.loglik(coef, efron=efron), rel=1e-10)
    assert fit.loglik_null == pytest.approx(naive.loglik(0 * coef, efron=efron), rel=1e-10)
    curvature = approx_fprime(
        coef,
        lambda b: approx_fprime(b, lambda c: naive.loglik(c, efron=efron), 1e-5),
        1e-4,
    )
    np.testing.assert_allclose(np.linalg.inv(-curvature), fit.vcov, rtol=2e-2)


def every_set(frame: pl.DataFrame, coef: np.ndarray) -> float:
    """The conditional log-likelihood, with all sets of d rows at risk written out."""
    naive = Naive(frame, weighted=False)
    eta, total = naive.x @ coef, 0.0
    for _, _, at_risk, dead in naive.moments():
        sets = combinations(np.flatnonzero(at_risk), int(dead.sum()))
        total += eta[dead].sum() - np.log(sum(np.exp(eta[list(s)].sum()) for s in sets))
    return float(total)


def test_exact_ties_are_those_of_all_sets():
    frame = drawn(24, seed=5)
    fit = fit_cox(frame, **ARGUMENTS, ties="exact", strata="layer")
    assert fit.loglik == pytest.approx(every_set(frame, fit.coef), rel=1e-12)
    assert fit.loglik_null == pytest.approx(every_set(frame, 0 * fit.coef), rel=1e-12)
    coef = fit.coef + np.array([0.3, -0.2])
    _, gradient, information = likelihood(fit._rows, coef, "exact")
    slope = approx_fprime(coef, lambda b: every_set(frame, b), 1e-7)
    np.testing.assert_allclose(gradient, slope, rtol=1e-4, atol=1e-5)
    curvature = np.column_stack(
        [likelihood(fit._rows, coef + step, "exact")[1] - gradient for step in np.eye(2) * 1e-6]
    )
    np.testing.assert_allclose(information, -curvature / 1e-6, rtol=1e-4)
    np.testing.assert_allclose(np.linalg.inv(fit.model_vcov), likelihood_at(fit), rtol=1e-9)


def likelihood_at(fit) -> np.ndarray:
    return likelihood(fit._rows, fit.coef, "exact")[2]


def test_without_ties_all_ways_agree():
    frame = drawn().with_columns(stop=pl.int_range(60) + 5)
    fits = [fit_cox(frame, **ARGUMENTS, ties=ties) for ties in ("efron", "breslow", "exact")]
    for other in fits[1:]:
        np.testing.assert_allclose(other.coef, fits[0].coef, rtol=1e-9)
        np.testing.assert_allclose(other.vcov, fits[0].vcov, rtol=1e-9)
        assert other.loglik == pytest.approx(fits[0].loglik, rel=1e-12)


def test_many_ties_overflow_nothing():
    # With one covariate of two values the likelihood is a hypergeometric one.
    x = np.repeat([0, 1], 600)
    event = np.tile([1, 0, 0], 400)
    event[600:900] = 1
    fit = fit_cox(
        pl.DataFrame({"t": 1, "x": x, "event": event}),
        stop="t",
        event="event",
        terms=["x"],
        ties="exact",
    )
    exposed = int(event[x == 1].sum())
    law = stats.nchypergeom_fisher(1200, 600, int(event.sum()), float(np.exp(fit.coef[0])))
    assert law.mean() == pytest.approx(exposed, rel=1e-6)


def test_a_step_that_goes_too_far_is_halved():
    # Newton's second step from 0 loses likelihood here.
    x = [-71.4, -0.9, 0.4, 2.0, 0.3, -1.3, 1.8, -3.3]
    fit = fit_cox(
        pl.DataFrame({"t": range(1, 9), "d": 1, "x": x}), stop="t", event="d", terms=["x"]
    )
    around = [likelihood(fit._rows, fit.coef + move, "efron")[0] for move in (-1e-3, 1e-3)]
    assert fit.loglik > max(around)


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
        ({"terms": ["event"]}, "diverges"),
        ({"entry": "stop"}, "'stop' is not before 'stop'"),
        ({"cluster": "hole"}, "'hole' is empty in 8 rows at risk"),
        ({"ties": "exact", "cluster": "id"}, "do not support weights or clusters"),
        ({"ties": "exact", "weight": "w"}, "do not support weights or clusters"),
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
    assert rows.select("__entry", "__stop").rows() == [(0.0, 2.0), (2.0, 5.0)]
    assert rows["__weight"].to_list() == pytest.approx([1.0, 2 / 3])
    assert rows["__event"].sum() == 0


def test_fine_gray_without_another_exit_is_the_cox_model():
    durations = drawn().select("x", person="id", time="stop", exit="event")
    plain = durations.with_columns(pl.col("person").cum_count())
    one = fine_gray(plain, terms=["x"])
    cox = fit_cox(plain, stop="time", event="exit", terms=["x"], cluster="person")
    np.testing.assert_allclose(one.table["coef"], cox.table["coef"], rtol=1e-10)
    np.testing.assert_allclose(one.table["se"], cox.table["se"], rtol=1e-10)


def exits(people: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=people), rng.integers(0, 2, people)
    first, second = rng.exponential(np.exp(-0.5 * x)), rng.exponential(1.5, people)
    lost = rng.exponential(2.0, people)
    time = np.minimum(np.minimum(first, second), lost)
    exit_number = np.where(time == first, 1, np.where(time == second, 2, 0))
    return pl.DataFrame(
        {"person": np.arange(people), "time": time, "exit": exit_number, "x": x, "z": z}
    )


@pytest.mark.parametrize("censored", ["after", "with"])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_what_estimated_weights_add_to_the_scores(censored, ties):
    durations = exits(40, 2).with_columns((pl.col("time") * 5).ceil())
    durations = durations.with_columns(person=pl.col("person") // 2)
    fit = fine_gray(durations, terms=["x", "z"], censored=censored, ties=ties, weights="estimated")
    rows = extended(durations.with_row_index("row"), 1, censored)
    known = fit_cox(
        rows,
        entry="__entry",
        stop="__stop",
        event="__event",
        terms=["x", "z"],
        ties=ties,
        weight="__weight",
    )
    # Fine and Gray's sums, person by person and time by time
    time, ends = durations["time"].to_numpy(), durations["exit"].to_numpy()
    weight = {(r["row"], r["__stop"]): r["__weight"] for r in rows.iter_rows(named=True)}
    x = durations.select("x", "z").to_numpy()
    steps = schoenfeld_means(known, rows)
    scores = np.zeros((40, 2))
    np.add.at(scores, rows["row"].to_numpy(), score_residuals(known))

    def q(u: float) -> np.ndarray:
        total = np.zeros(2)
        for i in np.flatnonzero((ends == 2) & (time < u)):
            for t, jump, mean in steps:
                if t >= u:
                    stop = min(s for r, s in weight if r == i and s >= t)
                    total += weight[i, stop] * np.exp(x[i] @ known.coef) * (x[i] * jump - mean)
        return total

    def at_risk(u: float) -> np.ndarray:
        return (time > u) | ((time == u) & ((ends == 0) | (censored == "with")))

    for u in np.unique(time[ends == 0]):
        count, lost = at_risk(u).sum(), ((time == u) & (ends == 0)).astype(float)
        scores += np.outer(lost - at_risk(u) * lost.sum() / count, q(u) / count)
    sums = scores[::2] + scores[1::2]
    influence = sums @ known.model_vcov
    np.testing.assert_allclose(fit.vcov, influence.T @ influence, rtol=1e-9)


def schoenfeld_means(fit, rows: pl.DataFrame) -> list[tuple[float, float, np.ndarray]]:
    """Each event time with its step of the baseline hazard at 0, and mean covariates · step."""
    naive = Naive(
        rows.rename({"__entry": "entry", "__stop": "stop", "__event": "event", "__weight": "w"}),
        layered=False,
    )
    found = []
    for _, now, at_risk, dead in naive.moments():
        each = list(naive.substeps(fit.coef, at_risk, dead, efron=fit.ties == "efron"))
        found.append((now, sum(s[0] for s in each), sum(s[0] * s[1] for s in each)))
    return found


def test_fine_gray_says_what_it_cannot_do():
    durations = drawn().select("x", "entry", person="id", time="stop", exit="event")
    with pytest.raises(UserError, match="does not support late entry"):
        fine_gray(durations, terms=["x"])
    with pytest.raises(UserError, match="no column 'exit'"):
        fine_gray(durations.drop("exit"), terms=["x"])
    with pytest.raises(NotEstimableError, match="Nobody leaves"):
        fine_gray(durations.drop("entry"), terms=["x"], exit_number=4)
