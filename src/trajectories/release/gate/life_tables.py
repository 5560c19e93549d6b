"""Life tables whose steps wait for enough events, and the curves recomputed from them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.release.gate.derive import NORMAL_95, floats
from trajectories.release.gate.rounding import (
    publish_counts,
    round_decimals,
    round_to_base,
    supported_decimals,
)
from trajectories.release.gate.rules import Rules
from trajectories.release.gate.spec import LifeTable

CURVE_COLUMNS = ("estimate", "se", "low", "high")


@dataclass(frozen=True)
class Steps:
    """The published steps of one life table.

    Attributes:
        events: (times, exits) events published at each time, zero where no step falls.
        at_risk: (times,) published numbers at risk, NaN where too few are left.
    """

    events: Floats
    at_risk: Floats


def wait_for_events(events: Floats, rules: Rules) -> Floats:
    """Collect events until there are enough for a step.

    The running total is what is rounded, so that rounding errors do not add up; a step is made
    once `rules.step_events` events have come since the last one and the rounding shows as many as
    a count may be.

    Returns:
        (times,) published events: multiples of the base at the steps, zero between them.
    """
    running = np.cumsum(events)
    published = np.zeros_like(running)
    last_exact = last_published = 0.0
    for step, total in enumerate(running):
        rounded = float(total) if rules.exact else float(round_to_base(total, rules.base))
        enough = total - last_exact >= rules.step_events
        if enough and rounded - last_published >= rules.threshold:
            published[step] = rounded - last_published
            last_exact, last_published = total, rounded
    return published


def publish_steps(events: Floats, at_risk: Floats, rules: Rules) -> Steps:
    """Publish the steps of one life table.

    Args:
        events: (times, exits) exact events.
        at_risk: (times,) exact numbers at risk just before each time.
        rules: the gate's rules.
    """
    risk = publish_counts(at_risk, rules)
    usable = np.cumprod(np.isfinite(risk) & (np.nan_to_num(risk) > 0)).astype(bool)
    waited = np.column_stack([wait_for_events(column * usable, rules) for column in events.T])
    total = waited.sum(axis=1)
    # rounding may lift the events of the last steps above the number at risk
    shrink = np.where(total > risk, risk / np.where(total > 0, total, 1.0), 1.0)
    return Steps(np.nan_to_num(waited * shrink[:, None]), np.where(usable, risk, np.nan))


def aalen_johansen(steps: Steps) -> tuple[Floats, Floats]:
    """Compute cumulative incidences and their standard errors from published steps.

    Aalen & Johansen (1978); variance by the delta method (Marubini & Valsecchi 1995, p. 341).
    With one exit 1 − estimate is Kaplan & Meier's and the standard error Greenwood's.

    Returns:
        (times, exits) estimates, (times, exits) standard errors.
    """
    events, n = steps.events, np.nan_to_num(steps.at_risk, nan=1.0)
    total = events.sum(axis=1)
    survival = np.cumprod(1 - total / n)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before[:, None] * events / n[:, None], axis=0)
    left = n - total
    pooled = np.where(left > 0, total / (n * np.where(left > 0, left, 1.0)), 0.0)
    errors = np.empty_like(incidence)
    for t in range(len(n)):
        past = slice(0, t + 1)
        gap = incidence[t] - incidence[past]
        own, size, alive = events[past], n[past, None], before[past, None]
        variance = (
            gap**2 * pooled[past, None]
            + alive**2 * (size - own) * own / size**3
            - 2 * gap * alive * own / size**2
        ).sum(axis=0)
        errors[t] = np.sqrt(np.maximum(variance, 0.0))
    return incidence, errors


def publish_life_table(table: pl.DataFrame, layout: LifeTable, rules: Rules) -> pl.DataFrame:
    """Publish all life tables of a frame.

    Args:
        table: columns `layout.by`, time, [exit], at_risk, events; exact.
        layout: the table's columns.
        rules: the gate's rules.

    Returns:
        [by…], time, [exit], at_risk, events, estimate, se, low, high: one row a step, and one
        at the last time with enough persons at risk.
    """
    parts = [
        _publish_one(part, layout, rules)
        for part in (table.partition_by(layout.by, maintain_order=True) if layout.by else [table])
    ]
    return pl.concat(parts)


def _publish_one(part: pl.DataFrame, layout: LifeTable, rules: Rules) -> pl.DataFrame:
    exits = [""] if layout.exit is None else part[layout.exit].unique(maintain_order=True).to_list()
    exit_of = [""] * part.height if layout.exit is None else part[layout.exit].to_list()
    times = sorted(set(part["time"].to_list()))
    row_of, column_of = {t: i for i, t in enumerate(times)}, {e: j for j, e in enumerate(exits)}
    events, at_risk = np.zeros((len(times), len(exits))), np.zeros(len(times))
    risks, counts = floats(part, "at_risk"), floats(part, "events")
    for row, (time, name) in enumerate(zip(part["time"].to_list(), exit_of, strict=True)):
        events[row_of[time], column_of[name]] += counts[row]
        at_risk[row_of[time]] = max(at_risk[row_of[time]], risks[row])
    steps = publish_steps(events, at_risk, rules)
    incidence, errors = aalen_johansen(steps)
    usable = np.flatnonzero(np.isfinite(steps.at_risk))
    decimals = int(supported_decimals(steps.at_risk[usable[:1]], rules).sum())
    rows = []
    for column, name in enumerate(exits):
        at = set(np.flatnonzero(steps.events[:, column] > 0).tolist()) | set(usable[-1:].tolist())
        for step in sorted(at):
            share, error = float(incidence[step, column]), float(errors[step, column])
            low, high = max(0.0, share - NORMAL_95 * error), min(1.0, share + NORMAL_95 * error)
            if layout.survival:
                share, low, high = 1 - share, 1 - high, 1 - low
            curve = round_decimals([share, error, low, high], decimals, rules).tolist()
            rows.append(
                {
                    **{key: part[key][0] for key in layout.by},
                    "time": times[step],
                    **({} if layout.exit is None else {layout.exit: name}),
                    "at_risk": steps.at_risk[step],
                    "events": steps.events[step, column] or None,
                    **dict(zip(CURVE_COLUMNS, curve, strict=True)),
                }
            )
    kept = [*layout.by, "time", *([] if layout.exit is None else [layout.exit])]
    schema = {
        **{column: part.schema[column] for column in kept},
        **dict.fromkeys(("at_risk", "events", *CURVE_COLUMNS), pl.Float64()),
    }
    return pl.DataFrame(rows, schema=schema)
