"""Bounds from the leads: sets against linear programs, intervals against a planted truth."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from trajectories.caseworkers.assignments import first_teams
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.hazards.checks.lead_bounds import (
    AFTER_BINS,
    LEAD_BINS,
    QUARTERS,
    RELATIVE,
    Restriction,
    against_before,
    against_others,
    lead_bounds,
)
from trajectories.hazards.designs.contrasts import Coefficients
from trajectories.hazards.designs.stacked_departures import (
    AGAINST_BEFORE,
    AGAINST_OTHERS,
    OTHERS,
    stack,
)
from trajectories.survival.errors import NotEstimableError

MODELS = ModelsConfig(adjustment=("C(duration_band)", "C(municipality)"))
PLACE = {name: i for i, name in enumerate(QUARTERS)}
LEADS, AFTER = list(LEAD_BINS), list(AFTER_BINS)
# Months from the middle of the last lead to the middles of the quarters after, in leads.
DISTANCES = np.array([7, 10, 13, 16]) / 3


def coefficients(coef: np.ndarray, se: float = 0.1) -> Coefficients:
    return Coefficients(PLACE, coef, se**2 * np.eye(len(coef)), 30)


def largest_and_smallest(constraints: list[tuple[np.ndarray, float]]) -> tuple[float, float]:
    """The range of the mean of four deviations under a·δ ≤ b, by linear programs."""
    left, right = (np.array(side) for side in zip(*constraints, strict=True))
    ends = [
        linprog(sign * np.full(4, 0.25), A_ub=left, b_ub=right, bounds=(None, None)).fun
        for sign in (-1, 1)
    ]
    return -ends[0], ends[1]


coefs = st.lists(st.floats(-1, 1), min_size=8, max_size=8).map(np.array)


@given(coef=coefs, relative=st.floats(0, 3))
@settings(max_examples=40, deadline=None)
def test_levels_after_are_bounded_as_a_program_bounds_them(coef, relative):
    largest = max(abs(coef[PLACE[name]]) for name in LEADS)
    limit = relative * largest
    constraints = [(sign * row, limit) for row in np.eye(4) for sign in (1, -1)]
    high, low = largest_and_smallest(constraints)
    mean = np.mean([coef[PLACE[name]] for name in AFTER])
    found = against_others(coefficients(coef), 29).identified_set(relative)
    assert found == pytest.approx((mean - high, mean - low), abs=1e-6)


@given(coef=coefs, relative=st.floats(0, 3))
@settings(max_examples=40, deadline=None)
def test_changes_after_are_bounded_as_a_program_bounds_them(coef, relative):
    """Rambachan & Roth's Δ^RM: each step as far as the largest step before, by its length."""
    leads = [coef[PLACE[name]] for name in LEADS]
    steps = np.diff([0, *DISTANCES])
    limit = relative * np.abs(np.diff(leads)).max()
    constraints = []
    for i, step in enumerate(steps):
        row = np.eye(4)[i] - (np.eye(4)[i - 1] if i else 0)
        constraints += [(sign * row, limit * step) for sign in (1, -1)]
    high, low = largest_and_smallest(constraints)
    estimate = np.mean([coef[PLACE[name]] for name in AFTER]) - leads[-1]
    found = against_before(coefficients(coef), 29).identified_set(relative)
    assert found == pytest.approx((estimate - high, estimate - low), abs=1e-6)


@given(coef=coefs, relative=st.floats(0, 3))
@settings(max_examples=40, deadline=None)
def test_the_interval_holds_the_set_and_grows_with_the_magnitude(coef, relative):
    for make in (against_others, against_before):
        restriction = make(coefficients(coef), 29)
        low, high = restriction.interval(relative)
        inner_low, inner_high = restriction.identified_set(relative)
        assert low < inner_low <= inner_high < high
        wider = restriction.interval(relative + 0.1)
        assert wider[0] <= low + 1e-9
        assert wider[1] >= high - 1e-9


def test_without_violations_the_interval_is_the_contrasts_own():
    rng = np.random.default_rng(2)
    root = rng.normal(size=(8, 8))
    one = Coefficients(PLACE, rng.normal(size=8), root @ root.T / 50, 30)
    for make, base in ((against_others, []), (against_before, [LEADS[-1]])):
        own = one.estimate(AFTER, base)
        low, high = make(one, 29).interval(0.0)
        assert (np.exp(low), np.exp(high)) == pytest.approx((own["low"], own["high"]))


def test_the_breakdown_is_where_the_interval_first_holds_zero():
    restriction = against_others(
        coefficients(np.array([0.05, -0.1, 0.02, 0, -0.5, -0.4, -0.6, -0.5]), 0.02), 29
    )
    breakdown = restriction.breakdown()
    assert 1 < breakdown < 10
    below, above = (restriction.interval(breakdown + step)[1] for step in (-1e-6, 1e-6))
    assert below < 0 < above
    nothing = Restriction(np.zeros(2), np.eye(2), np.eye(2)[0], np.eye(2)[1:], 29)
    assert nothing.breakdown() == 0
    exact = Restriction(np.array([1.0, 0.0]), 1e-9 * np.eye(2), np.eye(2)[0], np.eye(2)[1:], 29)
    assert exact.breakdown() == float("inf")


@pytest.mark.parametrize("largest", [0, 1, 2])
def test_intervals_hold_the_truth_at_the_edge_of_the_restriction(largest):
    """The bias is as large as allowed, whichever lead is the largest: held in 95 % or more."""
    rng = np.random.default_rng(largest)
    leads = np.array([0.05, -0.05, 0.04])
    leads[largest] = 0.3
    effect, relative = -0.25, 1.0
    coef = np.concatenate([leads, [0.0], np.full(4, effect + relative * 0.3)])
    root = rng.normal(size=(8, 8)) / np.sqrt(8)
    vcov = 0.15**2 * (root @ root.T + 0.2 * np.eye(8))
    drawn = rng.multivariate_normal(coef, vcov, size=2000)
    held = [
        low <= effect <= high
        for one in drawn
        for low, high in [
            against_others(Coefficients(PLACE, one, vcov, 10_000), 9_999).interval(relative)
        ]
    ]
    # At the edge of the set one end alone can fail: 97.5 %, less four standard errors.
    assert np.mean(held) > 0.975 - 4 * np.sqrt(0.975 * 0.025 / 2000)


def test_changes_need_two_neighbouring_leads_and_the_last():
    for missing in (LEADS[1], LEADS[2]):
        place = {name: i for name, i in PLACE.items() if name != missing}
        few = Coefficients(place, np.zeros(8), np.eye(8), 30)
        with pytest.raises(NotEstimableError, match="leads hold too few events"):
            against_before(few, 29)
        assert against_others(few, 29).violations.shape == (2, 6)


@pytest.fixture(scope="module")
def rows(inputs: dict[str, pl.DataFrame]) -> pl.DataFrame:
    departures = inputs["lists"].filter(pl.col("kind").cast(pl.String) == "departure")
    teams = first_teams(inputs["assignments"])
    return stack(inputs["panel"], inputs["exposures"], departures, teams)


def test_the_bounds_of_a_register(rows):
    table = lead_bounds(rows, MODELS)
    for contrast in (AGAINST_OTHERS, AGAINST_BEFORE):
        found = table.filter(pl.col("contrast") == contrast, pl.col("bound") != "breakdown")
        assert found["relative"].to_list() == list(RELATIVE.values())
        first = found.row(0, named=True)
        assert first["set_low"] == pytest.approx(first["set_high"])
        assert first["low"] < first["set_low"] < first["high"]
        assert found["low"].is_sorted(descending=True)
        assert found["high"].is_sorted()
    months = rows.filter(pl.col("event_month").cast(pl.String) != OTHERS).with_columns(
        pl.col("event_month").cast(pl.String).cast(pl.Int64)
    )
    sizes = [
        months.filter(pl.col("event_month").is_between(*ends)) for ends in ((-12, -4), (1, 12))
    ]
    assert set(table["events"]) == {min(int(part["job"].sum()) for part in sizes)}
    assert set(table["persons"]) == {min(part["person"].n_unique() for part in sizes)}


def test_without_months_after_there_are_no_bounds(rows):
    early = rows.filter(~pl.col("event_month").cast(pl.String).is_in([str(m) for m in range(13)]))
    with pytest.raises(NotEstimableError, match="Too few have the event"):
        lead_bounds(early, MODELS)
