"""Payment of social assistance to the end of the month in which it ends."""

import numpy as np

from trajectories.arrays import Bools
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.calendar import Days, calendar_of
from trajectories.simulator.courses.course_kernels import Courses
from trajectories.simulator.courses.courses import Block
from trajectories.simulator.courses.spans import Pieces, Rows, Runs
from trajectories.simulator.random_kernels import uniforms
from trajectories.simulator.scenarios import scenario_of
from trajectories.simulator.statuses import ASSISTANCE, JOB, SELF_SUPPORT

NO_BENEFIT = (JOB, SELF_SUPPORT)
"""Statuses after social assistance that leave the rest of the month paid."""


def paid_until(runs: Runs, settings: SimulatorConfig) -> Days:
    """Return the last paid day of each run: for social assistance a month's last, if so planted.

    If another benefit, death or emigration follows, the run is paid to its own end.
    """
    end = runs.end.copy()
    if not scenario_of(settings).paid_to_month_end:
        return end
    calendar = calendar_of(settings)
    ended = _followed_by(runs, NO_BENEFIT)
    end[ended] = calendar.month_starts[calendar.months_of(end[ended]) + 1] - 1
    return end


def open_until(runs: Runs, block: Block, settings: SimulatorConfig) -> Days:
    """Return the last day on which each run's case is open: the last paid day, or the job start."""
    paid, closed = paid_until(runs, settings), _followed_by(runs, (JOB,))
    month = block.calendar.months_of(runs.end[closed] + 1)
    drawn = uniforms(
        settings.seed, block.people["index"][runs.who[closed]], purposes.CLOSED_WITH_JOB, month
    )
    at_job = closed[drawn < scenario_of(settings).closed_with_job]
    paid[at_job] = runs.end[at_job]
    return paid


def with_paid_days(pieces: Pieces, runs: Runs, settings: SimulatorConfig) -> Pieces:
    """Extend pieces that end with a paid run to its last paid day."""
    if not scenario_of(settings).paid_to_month_end:
        return pieces
    stamps = runs.who << 32 | runs.end
    row = np.searchsorted(stamps, pieces.who << 32 | pieces.end)
    row = np.minimum(row, len(stamps) - 1)
    ends_with_run = stamps[row] == (pieces.who << 32 | pieces.end)
    end = np.where(ends_with_run, paid_until(runs, settings)[row], pieces.end)
    return pieces._replace(end=end.astype(np.int32))


def paid_beyond(courses: Courses, settings: SimulatorConfig) -> Bools:
    """Return whether a person is paid to each month's end but no longer on social assistance.

    Returns:
        (persons, months).
    """
    if not scenario_of(settings).paid_to_month_end:
        return np.zeros((len(courses), courses.shape[1] - 1), bool)
    status, day = (np.ascontiguousarray(courses[name]) for name in ("status", "status_day"))
    ended = (status[:, :-1] == ASSISTANCE) & np.isin(status[:, 1:], NO_BENEFIT)
    beyond: Bools = ended & (day[:, 1:] > 1)
    return beyond


def _followed_by(runs: Runs, statuses: tuple[int, ...]) -> Rows:
    same: Bools = runs.who[1:] == runs.who[:-1]
    before, after = runs.status[:-1] == ASSISTANCE, np.isin(runs.status[1:], statuses)
    return np.flatnonzero(same & before & after)
