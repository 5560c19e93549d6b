"""Employment rows: jobs, flexjobs, and small jobs while on social assistance."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Bools, Floats, Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.courses.courses import Block
from trajectories.simulator.courses.spans import Runs
from trajectories.simulator.random_kernels import uniforms
from trajectories.simulator.statuses import ASSISTANCE, FLEXJOB, JOB

INDUSTRIES = (
    "011100",
    "101190",
    "412000",
    "433410",
    "471120",
    "494100",
    "532000",
    "551010",
    "561010",
    "562900",
    "781000",
    "782000",
    "812100",
    "841100",
    "851000",
    "862100",
    "871010",
    "881030",
    "889110",
    "960210",
)
"""Six-digit industry codes (DB07) from which the industry of a job is drawn."""

HOURS_SHARES = (0.60, 0.72, 0.91)
"""Cumulative shares of jobs with full time, 30–36, 15–29 and 5–14 hours a week."""
HOURS_FROM = (37.0, 30.0, 15.0, 5.0)
HOURS_KINDS = (1, 7, 15, 10)

SECOND_EMPLOYER_DAYS = 300
SECOND_EMPLOYER_SHARE = 0.3
SMALL_JOB_DAYS = 150
SMALL_JOB_SHARE = 0.12


def employment_of(block: Block, runs: Runs, settings: SimulatorConfig) -> pl.DataFrame:
    """Return a block's employment.

    Returns:
        who (i64), start, end (i32 days since 1970), weekly_hours (f64), industry (str), sorted by
        who and start, without overlap.
    """
    status = runs.status
    length = runs.end - runs.start + 1
    index = block.people["index"][runs.who]
    day = runs.start.astype(np.int64)

    def draw(purpose: int) -> Floats:
        return uniforms(settings.seed, index, purpose, day)

    job, flexjob = status == JOB, status == FLEXJOB
    changing = job & (length >= SECOND_EMPLOYER_DAYS)
    changing &= draw(purposes.SECOND_EMPLOYER) < SECOND_EMPLOYER_SHARE
    small = (status == ASSISTANCE) & (length >= SMALL_JOB_DAYS)
    small &= draw(purposes.SMALL_JOB) < SMALL_JOB_SHARE
    middle = runs.start + length // 2
    first_end = np.where(changing, middle - 1, runs.end)
    begins = runs.start + (length * 0.1 + length * 0.3 * draw(purposes.SMALL_JOB_MONTH)).astype(
        np.int32
    )
    lasts = (28 + (length * 0.5 - 28) * draw(purposes.SMALL_JOB_LENGTH)).astype(np.int32)
    u, v = draw(purposes.HOURS), draw(purposes.SMALL_JOB_HOURS)
    kind = (draw(purposes.INDUSTRY) * len(INDUSTRIES)).astype(np.int64)
    parts = [
        _rows(runs, job, runs.start, first_end, ordinary_hours(u), kind),
        _rows(runs, changing, middle, runs.end, ordinary_hours(v), (kind + 7) % len(INDUSTRIES)),
        _rows(runs, flexjob, runs.start, runs.end, 8.0 + np.floor(13 * u), kind),
        _rows(runs, small, begins, begins + lasts - 1, 3.0 + np.floor(10 * v), kind),
    ]
    return pl.concat(parts).sort("who", "start")


def ordinary_hours(u: Floats) -> Floats:
    """Return the weekly hours of ordinary jobs from uniform random numbers."""
    edges = np.array([0.0, *HOURS_SHARES, 1.0])
    kind = np.searchsorted(HOURS_SHARES, u, side="right")
    within = (u - edges[kind]) / (edges[kind + 1] - edges[kind])
    hours: Floats = np.array(HOURS_FROM)[kind] + np.floor(np.array(HOURS_KINDS)[kind] * within)
    return hours


def _rows(
    runs: Runs,
    chosen: Bools,
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    hours: Floats,
    industry: Ints,
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "who": runs.who[chosen],
            "start": start[chosen].astype(np.int32),
            "end": end[chosen].astype(np.int32),
            "weekly_hours": hours[chosen],
            "industry": np.array(INDUSTRIES)[industry[chosen]],
        }
    )
