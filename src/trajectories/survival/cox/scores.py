"""Baseline hazard steps and row scores of a Cox model at given coefficients."""

from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.survival.cox.cox_kernels import event_steps
from trajectories.survival.cox.rows import CoxRows


@dataclass(frozen=True)
class Steps:
    """The steps of the baseline hazard, in the order of the rows (latest first).

    Each event time is one step; with Efron's ties each event at that time is a step of its own.

    Attributes:
        stratum: (steps,) stratum number.
        time: (steps,) event times.
        events: (steps,) weight of the events attributed to the step.
        hazard: (steps,) increment dΛ of the baseline hazard at the mean covariates.
        share: (steps,) share of the tied events that is still at risk.
        mean: (steps, k) mean covariates of the rows at risk.
    """

    stratum: Ints
    time: Floats
    events: Floats
    hazard: Floats
    share: Floats
    mean: Floats

    @property
    def first(self) -> Ints:
        """(times,) number of the first step of each event time."""
        other = (np.diff(self.stratum) != 0) | (np.diff(self.time) != 0)
        return np.flatnonzero(np.append(True, other))

    def each_time(self, values: Floats) -> Floats:
        """Sum values of the steps, (steps,) or (steps, k), over each event time."""
        return np.asarray(np.add.reduceat(values, self.first, axis=0))


def steps_of(rows: CoxRows, coef: Floats, efron: bool) -> Steps:
    """The steps of the baseline hazard at `coef`, with Efron's or Breslow's ties."""
    ends = (rows.weight, rows.entry, rows.stop, rows.event, rows.stratum, rows.by_entry)
    count = int(rows.event.sum()) if efron else 1 + int(at_event(rows)[-1])
    return Steps(*event_steps(rows.x, rows.risk(coef)[1], *ends, efron, count))


def at_event(rows: CoxRows) -> Ints:
    """(events,) the number of each event's time, in the order of the rows."""
    stratum, stop = rows.stratum[rows.event], rows.stop[rows.event]
    # The rows are sorted, so every change of stratum or stop is a new event time.
    return np.append(0, np.cumsum((np.diff(stratum) != 0) | (np.diff(stop) != 0)))


def lived(rows: CoxRows, steps: Steps, values: Floats) -> Floats:
    """Sum a quantity over the steps at which each row is at risk.

    Args:
        rows: the rows.
        steps: their steps.
        values: (steps,) or (steps, k) a quantity of each step, such as dΛ.

    Returns:
        (rows,) or (rows, k) sums from entry to stop; at the row's own event the step counts by the
        share to which the row is still at risk.
    """
    share = steps.share if values.ndim == 1 else steps.share[:, None]
    whole, dead = steps.each_time(values), steps.each_time(values * share)
    layers, times = steps.stratum[steps.first], steps.time[steps.first]
    result = np.zeros((len(rows.stop), *values.shape[1:]))
    for layer in np.unique(layers):
        own = np.flatnonzero(layers == layer)[::-1]
        members = np.flatnonzero(rows.stratum == layer)
        total = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(whole[own], axis=0)])
        last = np.searchsorted(times[own], rows.stop[members], side="right")
        first = np.searchsorted(times[own], rows.entry[members], side="right")
        result[members] = total[last] - total[first]
    result[rows.event] += (dead - whole)[at_event(rows)]
    return result


def mean_at_event(rows: CoxRows, steps: Steps) -> Floats:
    """(events, k) mean covariates at risk at each event, averaged over the steps of its time."""
    sizes = np.diff(np.append(steps.first, len(steps.time)))
    means = steps.each_time(steps.mean) / sizes[:, None]
    return np.asarray(means[at_event(rows)])


def score_rows(rows: CoxRows, coef: Floats, efron: bool) -> Floats:
    """(rows, k) each row's contribution to the score times its weight, in sorted order."""
    steps = steps_of(rows, coef, efron)
    hazard = lived(rows, steps, steps.hazard)
    moved = lived(rows, steps, steps.hazard[:, None] * steps.mean)
    risk = rows.risk(coef)[1]
    result = -risk[:, None] * (rows.x * hazard[:, None] - moved)
    died = np.flatnonzero(rows.event)
    result[died] += rows.weight[died][:, None] * (rows.x[died] - mean_at_event(rows, steps))
    return np.asarray(result)
