"""Nearly equal times are one time, as R's survival has it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trajectories.errors import UserError
from trajectories.survival.cox.model import fit_cox
from trajectories.survival.cox.subdistribution import fine_gray
from trajectories.survival.life_tables import cumulative_incidence, kaplan_meier
from trajectories.survival.tied_times import TOLERANCE, tied

TENTHS = np.array([1, 2, 3, 3, 4, 5, 6, 6, 7, 8], dtype=float)
RESIDUE = np.array([0.1, 0.2, 0.1 + 0.2, 0.3, 0.4, 0.5, 0.6, 3 * 0.2, 0.7, 0.1 * 8])
FRAME = pl.DataFrame(
    {
        "person": np.arange(10),
        "event": [1, 0, 1, 1, 0, 1, 1, 1, 0, 1],
        "exit": [1, 0, 1, 2, 0, 2, 1, 1, 0, 1],
        "x": [1.0, 0, 1, 0, 1, 0, 0, 1, 1, 0],
    }
)


def test_residue_is_there_and_goes():
    assert len(np.unique(RESIDUE)) == 10
    assert len(np.unique(tied(RESIDUE)[0])) == 8


def test_estimates_of_tenths_are_those_of_whole_numbers():
    whole, parts = (FRAME.with_columns(time=pl.Series(t)) for t in (TENTHS, RESIDUE))
    for fit in (
        lambda f: fit_cox(f, stop="time", event="event", terms=["x"]).table,
        lambda f: fine_gray(f, terms=["x"]).table,
    ):
        np.testing.assert_allclose(fit(parts)["coef"], fit(whole)["coef"], rtol=1e-12)
    for curve in (cumulative_incidence, kaplan_meier):
        assert curve(parts)["estimate"].to_list() == curve(whole)["estimate"].to_list()


def test_an_interval_of_residue_alone_is_refused():
    frame = FRAME.with_columns(time=pl.Series(RESIDUE), entry=pl.lit(0.0)).with_columns(
        entry=pl.when(pl.col("person") == 2).then(pl.lit(0.3)).otherwise("entry")
    )
    with pytest.raises(UserError, match="'entry' equals 'time' in 1 duration"):
        kaplan_meier(frame)
    with pytest.raises(UserError, match="'entry' equals 'time' in 1 row at risk"):
        fit_cox(frame, stop="time", entry="entry", event="event", terms=["x"])


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.floats(0.01, 1e6))
def test_times_on_a_grid_tie_exactly_where_their_steps_agree(steps, width):
    rng = np.random.default_rng(len(steps))
    jitter = 1 + rng.uniform(-1, 1, len(steps)) * 1e-15
    made = tied(np.array(steps) * width * jitter)[0]
    for i, one in enumerate(steps):
        for j, other in enumerate(steps):
            assert (made[i] == made[j]) == (one == other)


def test_infinite_times_and_single_ones_stay():
    entry, stop = tied(np.array([-np.inf, 0.3]), np.array([0.1 + 0.2, 5.0]))
    assert entry.tolist() == [-np.inf, 0.3]
    assert stop.tolist() == [0.3, 5.0]
    assert tied(np.array([2.0]))[0].tolist() == [2.0]
    assert pytest.approx(1.4901161193847656e-08) == TOLERANCE
