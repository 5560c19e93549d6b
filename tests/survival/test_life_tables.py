"""Competing exits against R's survfit and a naive jackknife."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.errors import UserError
from trajectories.hazards import cumulative_incidence, kaplan_meier, life_table

FIXTURES = Path(__file__).parents[1] / "fixtures" / "hazards"

EXITS = (1, 2, 3, 4, 5)


def test_curves_equal_r(r_durations):
    ours = cumulative_incidence(r_durations)
    r = pl.read_csv(FIXTURES / "aalen_johansen.csv.gz")
    assert ours.columns == ["time", "exit", "at_risk", "estimate", "se"]
    for exit_number in EXITS:
        both = ours.filter(pl.col("exit") == exit_number).join(r, on="time")
        assert both.height == r.height
        assert both["at_risk"].equals(both["n.risk"], check_names=False)
        np.testing.assert_allclose(both["estimate"], both[f"X{exit_number + 1}"], atol=1e-14)
        np.testing.assert_allclose(both["se"], both[f"se.{exit_number + 1}"], atol=1e-14)


def test_curves_by_group_equal_r(r_durations):
    ours = cumulative_incidence(r_durations, by="ar0")
    r = pl.read_csv(FIXTURES / "aalen_johansen_by_readiness_at_start.csv.gz").with_columns(
        ar0=pl.col("strata").str.tail(1).cast(pl.Int64)
    )
    for exit_number in EXITS:
        both = ours.filter(pl.col("exit") == exit_number).join(r, on=["ar0", "time"])
        assert both.height == r.height
        np.testing.assert_allclose(both["estimate"], both[f"X{exit_number + 1}"], atol=1e-14)
        np.testing.assert_allclose(both["se"], both[f"se.{exit_number + 1}"], atol=1e-14)


def test_staying_equals_r(r_durations):
    """The state that nobody has left: one minus all incidences, whose error is Greenwood's."""
    r = pl.read_csv(FIXTURES / "aalen_johansen.csv.gz")
    ours = kaplan_meier(r_durations)
    assert ours["time"].to_list() == r["time"].to_list()
    np.testing.assert_allclose(ours["estimate"], r["X1"], atol=1e-14)
    np.testing.assert_allclose(ours["se"], r["se.1"], atol=1e-14)
    r = pl.read_csv(FIXTURES / "aalen_johansen_by_readiness_at_start.csv.gz")
    ours = kaplan_meier(r_durations, by="ar0")
    assert [f"ar0={g}" for g in ours["ar0"]] == r["strata"].to_list()
    assert ours["time"].to_list() == r["time"].to_list()
    np.testing.assert_allclose(ours["estimate"], r["X1"], atol=1e-14)
    np.testing.assert_allclose(ours["se"], r["se.1"], atol=1e-14)


def test_kaplan_meier_equals_r(r_durations):
    job = r_durations.with_columns(exit=(pl.col("exit") == 1).cast(pl.Int64))
    ours = kaplan_meier(job)
    both = ours.join(pl.read_csv(FIXTURES / "kaplan_meier_job.csv.gz"), on="time")
    assert both.height == ours.height
    assert both["at_risk"].equals(both["n.risk"], check_names=False)
    assert both["events"].equals(both["n.event"], check_names=False)
    np.testing.assert_allclose(both["estimate"], both["surv"], atol=1e-14)
    np.testing.assert_allclose(both["se"] / both["estimate"], both["std.err_log"], atol=1e-14)


def test_colon_cancer_equals_r(reference: Path):
    colon = pl.read_csv(reference / "data" / "survival" / "colon_cr.csv")
    ours = cumulative_incidence(colon.rename({"id": "person", "ev": "exit"}), by="rx")
    r = pl.read_csv(reference / "survival" / "aj_colon_byrx.csv.gz").with_columns(
        rx=pl.col("strata").str.strip_prefix("rx=")
    )
    for exit_number, name in ((1, "recur"), (2, "death")):
        both = ours.filter(pl.col("exit") == exit_number).join(r, on=["rx", "time"])
        assert both.height == r.height
        assert both["at_risk"].equals(both["n.risk"], check_names=False)
        np.testing.assert_allclose(both["estimate"], both[f"p_{name}"], atol=1e-14)
        np.testing.assert_allclose(both["se"], both[f"se_{name}"], atol=1e-14)
    staying = kaplan_meier(colon.rename({"id": "person", "ev": "exit"}), by="rx")
    both = staying.join(r, on=["rx", "time"])
    assert both.height == r.height
    np.testing.assert_allclose(both["estimate"], both["p_s0"], atol=1e-14)


def weighted_curve(durations: pl.DataFrame, weight: np.ndarray, kinds: list[int]) -> np.ndarray:
    """(times, kinds) Aalen–Johansen with case weights, written down as in the textbook."""
    entry, time, exit_number = (durations[c].to_numpy() for c in ("entry", "time", "exit"))
    survival, incidence, rows = 1.0, np.zeros(len(kinds)), []
    for now in np.unique(time):
        at_risk = weight[(entry < now) & (time >= now)].sum()
        hazard = np.array(
            [weight[(time == now) & (exit_number == k)].sum() / at_risk for k in kinds]
        )
        incidence = incidence + survival * hazard
        survival *= 1 - hazard.sum()
        rows.append(incidence)
    return np.array(rows)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.booleans())
def test_standard_errors_are_those_of_the_infinitesimal_jackknife(seed, repeated):
    rng = np.random.default_rng(seed)
    n = 14
    entry = rng.integers(0, 3, n)
    durations = pl.DataFrame(
        {
            "person": rng.integers(0, 6, n) if repeated else np.arange(n),
            "entry": entry,
            "time": entry + rng.integers(1, 6, n),
            "exit": np.append(rng.integers(0, 3, n - 2), [1, 2]),
        }
    )
    kinds = [1, 2]
    ours = cumulative_incidence(durations)
    exact = weighted_curve(durations, np.ones(n), kinds)
    np.testing.assert_allclose(ours["estimate"].to_numpy().reshape(exact.shape), exact, atol=1e-12)
    step, total = 1e-6, np.zeros(exact.shape)
    for person in durations["person"].unique():
        own = (durations["person"] == person).to_numpy() * step
        influence = (
            weighted_curve(durations, 1 + own, kinds) - weighted_curve(durations, 1 - own, kinds)
        ) / (2 * step)
        total += influence**2
    np.testing.assert_allclose(
        ours["se"].to_numpy().reshape(exact.shape), np.sqrt(total), atol=1e-6
    )


def test_life_table_counts_exits_before_censorings():
    durations = pl.DataFrame(
        {"person": [1, 2, 3, 4], "time": [2, 2, 3, 3], "exit": [1, 0, 2, 0], "g": list("aabb")}
    )
    assert life_table(durations).rows() == [
        (2, 1, 4, 1, 1),
        (2, 2, 4, 0, 1),
        (3, 1, 2, 0, 1),
        (3, 2, 2, 1, 1),
    ]
    grouped = life_table(durations, by=["g"])
    assert grouped.columns == ["g", "time", "exit", "at_risk", "events", "censored"]
    assert grouped.filter(pl.col("g") == "b").rows() == [("b", 3, 1, 2, 0, 1), ("b", 3, 2, 2, 1, 1)]


def test_nobody_exits():
    durations = pl.DataFrame({"person": [1, 2], "time": [2, 5], "exit": [0, 0]})
    assert cumulative_incidence(durations)["estimate"].to_list() == [0.0, 0.0]
    assert kaplan_meier(durations).rows() == [(2, 2, 0, 1, 1.0, 0.0), (5, 1, 0, 1, 1.0, 0.0)]


def test_survival_that_reaches_zero_has_no_standard_error():
    durations = pl.DataFrame({"person": [1, 2], "time": [2, 5], "exit": [1, 3]})
    curve = kaplan_meier(durations)
    assert curve["estimate"].to_list() == [0.5, 0.0]
    assert curve["se"].to_list() == [pytest.approx(np.sqrt(0.125)), None]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"person": [1], "time": [2]}, "no column 'exit'"),
        ({"person": [1], "time": [None], "exit": [1]}, "'time' is empty in 1 duration:"),
        ({"person": [1], "time": [2], "exit": ["job"]}, "must hold whole numbers, 0 for censored"),
        (
            {"person": [1], "time": [2], "exit": [1], "entry": [2]},
            "'entry' is not before 'time' in 1 duration",
        ),
    ],
)
def test_mistakes_get_a_sentence(columns, sentence):
    with pytest.raises(UserError, match=sentence):
        cumulative_incidence(pl.DataFrame(columns))


def test_no_durations_get_a_sentence():
    empty = pl.DataFrame(schema={"person": pl.Int64, "time": pl.Int64, "exit": pl.Int64})
    with pytest.raises(UserError, match="have no rows"):
        cumulative_incidence(empty)
