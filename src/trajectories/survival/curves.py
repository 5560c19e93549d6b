"""Survival curves: confidence limits, quantiles, restricted means and cumulative hazards."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl

from trajectories.distributions import normal_quantile
from trajectories.errors import UserError
from trajectories.survival.life_tables import By, groups_of, kaplan_meier

NORMAL_95 = normal_quantile(0.975)
# A curve this close to a level is on it: products of fractions may miss it in the last digit.
ON_LEVEL = 1.5e-8


def survival_limits(curve: pl.DataFrame) -> pl.DataFrame:
    """Add pointwise 95 % limits to a Kaplan–Meier curve, normal on the scale of log survival.

    R's `survfit` calls these limits "log".

    Args:
        curve: as `kaplan_meier` returns it.

    Returns:
        Its columns with low and high (f64); high is at most 1, and both are null where the curve
        is 0.
    """
    relative = NORMAL_95 * pl.col("se") / pl.col("estimate")
    return curve.with_columns(
        low=pl.col("estimate") * (-relative).exp(),
        high=(pl.col("estimate") * relative.exp()).clip(upper_bound=1.0),
    )


def cumulative_hazard(durations: pl.DataFrame, by: By = None) -> pl.DataFrame:
    """The Nelson–Aalen estimate of the cumulative hazard (Nelson 1972; Aalen 1978).

    Args:
        durations: as for `kaplan_meier`.
        by: one or more columns of groups.

    Returns:
        [by…], time, at_risk, events, censored (i64), estimate, se (f64), sorted; the variance is
        Σ events / at_risk².

    Raises:
        UserError: as for `kaplan_meier`.
    """
    over = groups_of(by) or pl.lit(1)
    hazard = pl.col("events") / pl.col("at_risk")
    return kaplan_meier(durations, by).with_columns(
        estimate=hazard.cum_sum().over(over),
        se=(hazard / pl.col("at_risk")).cum_sum().sqrt().over(over),
    )


def survival_quantiles(
    durations: pl.DataFrame, probabilities: Iterable[float] = (0.25, 0.5, 0.75), by: By = None
) -> pl.DataFrame:
    """The times by which given shares have left, with 95 % limits (Brookmeyer & Crowley 1982).

    The limits are the times at which the limits of the curve (`survival_limits`) cross the level.
    If the curve is flat at the level, the midpoint of the flat part is returned.

    Args:
        durations: as for `kaplan_meier`.
        probabilities: shares that have left, each between 0 and 1.
        by: one or more columns of groups.

    Returns:
        [by…], probability, estimate, low, high (f64), sorted; null where the level is not reached.

    Raises:
        UserError: as for `kaplan_meier`, or a probability is not between 0 and 1.
    """
    if isinstance(probabilities, str) or not isinstance(probabilities, Iterable):
        raise UserError(f"The probabilities are {probabilities!r}: give a list, such as [0.5].")
    probabilities = list(probabilities)
    if not all(0 < p < 1 for p in probabilities):
        raise UserError("The probabilities of quantiles must be between 0 and 1.")
    rows = [
        {
            **key,
            "probability": p,
            "estimate": _crossing_time(curve, "estimate", 1 - p),
            "low": _crossing_time(curve, "low", 1 - p),
            "high": _crossing_time(curve, "high", 1 - p),
        }
        for key, curve in _each(survival_limits(kaplan_meier(durations, by)), by)
        for p in sorted(probabilities)
    ]
    numbers = ("probability", "estimate", "low", "high")
    return pl.DataFrame(rows, schema=_schema(durations, by, numbers))


def restricted_mean(
    durations: pl.DataFrame, by: By = None, *, until: float | None = None
) -> pl.DataFrame:
    """The restricted mean: the area under the Kaplan–Meier curve from 0 to a limit (Irwin 1949).

    Args:
        durations: as for `kaplan_meier`.
        by: one or more columns of groups.
        until: the limit; the last time in any group if None. A curve that ends earlier is extended
            at its last level.

    Returns:
        [by…], until, estimate, se (f64), sorted; the standard error is Greenwood's.

    Raises:
        UserError: as for `kaplan_meier`, or the limit is not above 0.
    """
    curves = kaplan_meier(durations, by)
    limit = float(np.max(curves["time"].to_numpy())) if until is None else float(until)
    if not 0 < limit < np.inf:
        raise UserError("The limit of a restricted mean must be a finite number above 0.")
    rows = []
    for key, curve in _each(curves, by):
        curve = curve.filter(pl.col("time") < limit)
        at_risk, events = (curve[c].to_numpy().astype(np.float64) for c in ("at_risk", "events"))
        edges = np.concatenate([[0.0], curve["time"].to_numpy(), [limit]])
        areas = np.append(1.0, curve["estimate"].to_numpy()) * np.diff(edges)
        # The area to the right of each time; 0 after a time at which everybody leaves.
        behind = np.cumsum(areas[::-1])[::-1][1:]
        left = np.where(at_risk > events, at_risk - events, np.inf)
        variance = float(np.sum(behind**2 * events / (at_risk * left)))
        rows.append(
            {**key, "until": limit, "estimate": float(areas.sum()), "se": float(variance**0.5)}
        )
    return pl.DataFrame(rows, schema=_schema(durations, by, ("until", "estimate", "se")))


def _schema(durations: pl.DataFrame, by: By, numbers: Sequence[str]) -> pl.Schema:
    groups = [(name, durations.schema[name]) for name in groups_of(by)]
    return pl.Schema([*groups, *((name, pl.Float64()) for name in numbers)])


def _each(curves: pl.DataFrame, by: By) -> Iterator[tuple[dict[str, object], pl.DataFrame]]:
    names = groups_of(by)
    if not names:
        yield {}, curves
        return
    for key, curve in curves.partition_by(names, as_dict=True, maintain_order=True).items():
        yield dict(zip(names, key, strict=True)), curve


def _crossing_time(curve: pl.DataFrame, name: str, level: float) -> float | None:
    # Limits are null where the curve is 0; comparisons with NaN are false.
    values = curve[name].to_numpy()
    times = curve["time"].to_numpy().astype(np.float64)
    under = np.flatnonzero(values <= level + ON_LEVEL)
    if not len(under):
        return None
    first = int(under[0])
    below = np.flatnonzero(values < level - ON_LEVEL)
    if abs(values[first] - level) <= ON_LEVEL and len(below):
        return float((times[first] + times[int(below[0])]) / 2)
    return float(times[first])
