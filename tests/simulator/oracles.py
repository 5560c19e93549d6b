"""Slow and plain twins of what the simulator computes fast."""

import math

import numpy as np
import polars as pl

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import calendar_of

CALENDAR = calendar_of(SimulatorConfig())
FIRST_DAY, LAST_DAY = CALENDAR.first_day, CALENDAR.last_day
BITS = 2**64 - 1


def mix(value: int) -> int:
    z = (value + 0x9E3779B97F4A7C15) & BITS
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & BITS
    return z ^ (z >> 31)


def uniform(seed: int, person: int, purpose: int, month: int) -> float:
    key = mix(mix(seed) ^ person)
    return ((mix(key ^ mix(purpose << 32 | (month + 4096))) >> 11) + 0.5) / 2**53


def job_hazard(row: dict, hazard_ratio: float, extra: float = 0.0) -> float:
    """Chance of a job from the planted numbers, for a row of the truth panel."""
    duration = sum(row["duration"] >= start for start in (3, 6, 12, 24, 36))
    age = sum(row["age_months"] >= 12 * start for start in (30, 40, 50))
    eta = -3.25 - 0.75 * (row["least_ready"] == 2) - 0.10 * row["female"]
    eta += (0.25, 0.0, -0.15, -0.55)[age]
    eta += {751: 0.0, 657: 0.10, 740: -0.15, 661: 0.20, 159: -0.05, 820: 0.05}[row["municipality"]]
    eta += (0.0, -0.10, -0.30, -0.60, -0.80, -1.0)[duration]
    eta += 0.0 if row["month"] < 72 else 0.08 if row["month"] < 105 else 0.18
    eta += 0.10 * math.cos(2 * math.pi * (row["month"] % 12 - 4) / 12)
    eta += math.log(hazard_ratio) * row["changes"] + extra
    return 1 - math.exp(-math.exp(eta))


def cloglog(design: np.ndarray, trials: np.ndarray, events: np.ndarray) -> tuple:
    """Maximum likelihood of a complementary log-log model by scoring: coefficients and SEs."""
    beta = np.zeros(design.shape[1])
    beta[0] = -4.0
    for _ in range(50):
        hazard = np.exp(design @ beta)
        mean = -np.expm1(-hazard)
        slope = hazard * np.exp(-hazard)
        weight = trials * slope**2 / (mean * (1 - mean))
        information = design.T @ (design * weight[:, None])
        step = np.linalg.solve(information, design.T @ (weight * (events / trials - mean) / slope))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return beta, np.sqrt(np.diag(np.linalg.inv(information)))


def days_of(frame: pl.DataFrame, value: str, persons: int) -> np.ndarray:
    """Values day by day, (persons, days of the register), None where there is no row.

    Fails where two rows claim one day.
    """
    days = np.full((persons, LAST_DAY - FIRST_DAY + 1), None, dtype=object)
    for row in frame.iter_rows(named=True):
        own = days[row["who"], row["start"] - FIRST_DAY : row["end"] - FIRST_DAY + 1]
        assert len(own) == row["end"] - row["start"] + 1
        assert not any(one is not None for one in own)
        own[:] = row[value]
    return days
