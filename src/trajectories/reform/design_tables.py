"""Tables of the comparison with those whom the reform did not touch."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.reform.design.calendar import AFTER, BEFORE, Calendar
from trajectories.reform.design.contrasts import Trends, difference_in_differences, trends
from trajectories.reform.design.placebos import (
    placebo_contrasts,
    placebo_dates,
    placebo_p_value,
)
from trajectories.reform.design.pre_trends import pre_trends
from trajectories.reform.design.smoothness import breakdown, honest_interval
from trajectories.reform.design.verdict import design_verdict, may_say_effect

EXIT, CLUSTER = "exit", "cluster"
MEANS = {
    f"{who}_{side}": (touched, side)
    for who, touched in (("touched", True), ("comparison", False))
    for side in (BEFORE, AFTER)
}
"""The four means of a contrast: of whom, and of which side of the reform."""

DESIGN_SCHEMA = {
    "outcome": pl.String,
    **dict.fromkeys(("persons_touched", "persons_comparison", "fewest_rows"), pl.Int64),
    **dict.fromkeys((f"{name}_fewer" for name in MEANS), pl.Int64),
    **dict.fromkeys(
        (
            *("touched_before", "touched_after", "comparison_before", "comparison_after"),
            *("estimate", "low", "high", "p_value"),
            *("pre_trend_p_value", "trend_carried", "placebo_p_value", "placebo_count"),
            *("bounded_low", "bounded_high", "breakdown"),
        ),
        pl.Float64,
    ),
    **dict.fromkeys(("pre_trends", "placebos", "smoothness", "word"), pl.String),
}
TREND_SCHEMA = {
    "outcome": pl.String,
    "lag": pl.Int64,
    "months": pl.Int64,
    **dict.fromkeys(("persons_touched", "persons_comparison", "fewest_rows"), pl.Int64),
    **dict.fromkeys(("estimate", "low", "high"), pl.Float64),
}
PLACEBO_SCHEMA = {
    "outcome": pl.String,
    "year": pl.String,
    **dict.fromkeys(("persons_touched", "persons_comparison", "fewest_rows"), pl.Int64),
    **dict.fromkeys(("estimate", "low", "high"), pl.Float64),
}


@dataclass(frozen=True)
class Compared:
    """Rows of touched and comparison group, and the calendar of their comparison.

    Attributes:
        data: person, month, touched, weight and one column an outcome.
        outcomes: columns by the name of the outcome.
        calendar: the months that are compared.
        gap_months: months left out before placebo dates; None for as many as before the reform.
    """

    data: pl.DataFrame
    outcomes: Mapping[str, str]
    calendar: Calendar
    gap_months: int | None = None


def design_tables(
    parts: Sequence[Compared],
    *,
    shown_months: int,
    bounds: Sequence[float],
    confidence: float,
) -> dict[str, pl.DataFrame]:
    """Make the tables of the design.

    Args:
        parts: what is compared.
        shown_months: months before and after that trends show at most.
        bounds: largest changes of the differential trend's slope, in shares of the touched
            group's mean before.
        confidence: level of all intervals.

    Returns:
        - design: outcome, persons of both groups, fewest_rows (in one of the four means),
          of each mean `<mean>_fewer` (the rows with the outcome, or those without if they are
          fewer), the means before and after, the contrast with its interval, the checks' numbers
          and verdicts, the interval under the largest bound, the bound at which the contrast is
          lost (a share, as `bounds`), and the word that may be used, "effect" or "difference".
        - design_trends: outcome, lag (steps from the reform), months (from the reform to the
          step's first), persons of both groups, fewest_rows, estimate, low, high.
        - design_placebos: outcome, year, persons of both groups, fewest_rows, estimate, low, high.
    """
    rows: list[dict[str, object]] = []
    by_step: list[pl.DataFrame] = [pl.DataFrame(schema=TREND_SCHEMA)]
    by_date: list[pl.DataFrame] = [pl.DataFrame(schema=PLACEBO_SCHEMA)]
    for part in parts:
        dates = _dates(part)
        for name, column in part.outcomes.items():
            own = difference_in_differences(
                part.data, column, calendar=part.calendar, confidence=confidence
            )
            if own["estimate"].item() is None or not own["se"].item() > 0:
                continue
            found = _trends(part, column, shown_months, confidence)
            if found is None:
                continue
            calendar = part.calendar
            repeated = calendar if part.gap_months is None else calendar.with_gap(part.gap_months)
            placebos = placebo_contrasts(
                part.data, column, calendar=repeated, dates=dates, confidence=confidence
            )
            rows.append(
                {
                    "outcome": name,
                    **_judged(part, column, own, found, placebos, bounds, confidence),
                }
            )
            by_step.append(_stepwise(name, found, part))
            fewest = [_fewest(part.data, repeated.moved(date)) for date in placebos["date"]]
            by_date.append(
                placebos.select(
                    pl.lit(name).alias("outcome"),
                    pl.col("date").dt.strftime("%Y").alias("year"),
                    "persons_touched",
                    "persons_comparison",
                    pl.Series("fewest_rows", fewest, pl.Int64),
                    "estimate",
                    "low",
                    "high",
                )
            )
    return {
        "design": pl.DataFrame(rows, schema=DESIGN_SCHEMA),
        "design_trends": pl.concat(by_step),
        "design_placebos": pl.concat(by_date),
    }


def _dates(part: Compared) -> list[dt.date]:
    first, last = part.data["month"].min(), part.data["month"].max()
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        return []
    return placebo_dates(part.calendar, first, last, gap_months=part.gap_months)


def _trends(part: Compared, column: str, shown: int, confidence: float) -> Trends | None:
    try:
        found = trends(
            part.data, column, calendar=part.calendar, shown_months=shown, confidence=confidence
        )
    except ValueError:
        # Nobody in the last step before: there is nothing to compare steps with.
        return None
    return found if (found.steps >= 0).any() else None


def _judged(
    part: Compared,
    column: str,
    own: pl.DataFrame,
    found: Trends,
    placebos: pl.DataFrame,
    bounds: Sequence[float],
    confidence: float,
) -> dict[str, object]:
    row = own.row(0, named=True)
    calendar = part.calendar
    between = (calendar.span_months + calendar.left_out_months) / calendar.step_months
    tested = pre_trends(found, confidence=confidence)
    unit = abs(row["touched_before"])
    later = found.steps[found.steps >= 0]
    after = (later < calendar.span_months // calendar.step_months).astype(np.float64)
    after /= max(after.sum(), 1.0)
    bounded = pl.DataFrame(schema={"low": pl.Float64, "high": pl.Float64})
    lost = None
    if tested.steps and unit > 0 and after.any():
        intervals = [
            honest_interval(found, after, unit * bound, confidence=confidence) for bound in bounds
        ]
        bounded = pl.DataFrame(
            {"low": [i.low for i in intervals], "high": [i.high for i in intervals]}
        )
        at = breakdown(found, after, unit * max(bounds), confidence=confidence) / unit
        lost = at if np.isfinite(at) else None
    verdict = design_verdict(own, tested, placebos, bounded, steps_between=between)
    words = dict(verdict.select("check", "verdict").iter_rows())
    rank = placebo_p_value(row["estimate"], placebos, scale="difference")
    wide = bounded.tail(1)
    return {
        **{name: row[name] for name in own.columns if name in DESIGN_SCHEMA},
        "fewest_rows": _fewest(part.data, calendar),
        **_fewer(part.data, column, calendar),
        "pre_trend_p_value": _known(tested.p_value),
        "trend_carried": _known(between * tested.slope),
        "placebo_p_value": rank,
        "placebo_count": float(placebos.height),
        "bounded_low": wide["low"].item() if wide.height else None,
        "bounded_high": wide["high"].item() if wide.height else None,
        "breakdown": lost,
        **words,
        "word": "effect" if may_say_effect(verdict) else "difference",
    }


def _fewest(data: pl.DataFrame, calendar: Calendar) -> int:
    """Count the rows of the smallest of a contrast's four groups."""
    rows = data.group_by("touched", side=calendar.side(pl.col("month"))).len().drop_nulls("side")
    return min(rows["len"].to_list()) if rows.height == len(MEANS) else 0


def _fewer(data: pl.DataFrame, outcome: str, calendar: Calendar) -> dict[str, int]:
    """Count behind each mean the rows with the outcome, or without it if these are fewer."""
    having = pl.col(outcome).cast(pl.Float64) != 0
    counted = data.group_by("touched", side=calendar.side(pl.col("month"))).agg(
        fewer=pl.min_horizontal(having.sum(), (~having).sum()).cast(pl.Int64)
    )
    found = {(touched, side): fewer for touched, side, fewer in counted.iter_rows()}
    return {f"{name}_fewer": found.get(cell, 0) for name, cell in MEANS.items()}


def _stepwise(name: str, found: Trends, part: Compared) -> pl.DataFrame:
    step = part.calendar.step(pl.col("month"))
    rows = part.data.group_by("touched", step=step).len().group_by("step").agg(pl.col("len").min())
    reference = rows.filter(pl.col("step") == found.reference)["len"]
    return found.table.join(rows, on="step", how="left", maintain_order="left").select(
        pl.lit(name).alias("outcome"),
        pl.col("step").alias("lag"),
        (pl.col("step") * part.calendar.step_months).alias("months"),
        "persons_touched",
        "persons_comparison",
        # a step is compared with the reference, whose rows may be fewer
        pl.min_horizontal("len", pl.lit(reference.item())).cast(pl.Int64).alias("fewest_rows"),
        "estimate",
        "low",
        "high",
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
