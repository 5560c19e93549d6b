"""Difference in differences, and differences of trends by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import polars as pl
from scipy.special import ndtr, ndtri

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError
from trajectories.notebook.checked_frames import Kind, checked_frame, require_column
from trajectories.notebook.checked_values import one_of, whole_number
from trajectories.notebook.described import described
from trajectories.reform.design.calendar import AFTER, Calendar
from trajectories.reform.design.cell_means import CellMeans, cell_means
from trajectories.reform.inputs import level_of

Scale = Literal["difference", "ratio"]

CONTRAST_SCHEMA = {
    **dict.fromkeys(
        ("touched_before", "touched_after", "comparison_before", "comparison_after"), pl.Float64
    ),
    **dict.fromkeys(("estimate", "se", "low", "high", "p_value"), pl.Float64),
    **dict.fromkeys(("rows", "persons", "persons_touched", "persons_comparison"), pl.Int64),
}
TREND_SCHEMA = {
    "step": pl.Int64,
    **dict.fromkeys(("touched", "comparison", "estimate", "se", "low", "high"), pl.Float64),
    **dict.fromkeys(("persons_touched", "persons_comparison"), pl.Int64),
}
DESIGN: Final[Mapping[str, Kind]] = {"person": "label", "touched": "flag", "weight": "weight"}
"""The columns of the data beside months and outcomes."""
DID = np.array([[1.0, -1.0, -1.0, 1.0]])
"""Cells: comparison before, comparison after, touched before, touched after."""


@described(
    lambda x: f"{len(x.steps) + 1} steps, reference {x.reference}, {x.persons:,} persons",
    "table",
)
@dataclass(frozen=True)
class Trends:
    """Differences between the groups by step, relative to the last step before.

    Attributes:
        table: step, touched and comparison (means), estimate (their difference minus that of the
            reference step), se, low, high, persons_touched, persons_comparison; steps without a
            mean in a group are absent. The reference step has estimate 0 and no interval.
        steps: (s,) the steps other than the reference.
        estimate: (s,) their estimates.
        vcov: (s, s) their covariance.
        reference: the reference step.
        persons: persons with a row, in the group that has fewer.
    """

    table: pl.DataFrame
    steps: Ints
    estimate: Floats
    vcov: Floats
    reference: int
    persons: int


def difference_in_differences(
    data: pl.DataFrame,
    outcome: str,
    *,
    calendar: Calendar,
    scale: Scale = "difference",
    confidence: float = 0.95,
) -> pl.DataFrame:
    """Compare the change of those touched with the change of the comparison group.

    The estimate is (touched after − touched before) − (comparison after − comparison before) of
    weighted means; it equals the interaction's coefficient in a saturated regression, with standard
    errors clustered by person. With `scale="ratio"` means are compared on the logarithmic scale,
    and estimate and interval are ratios of ratios.

    Args:
        data: one row a month at risk or a window: person, month (Date; a window's origin), touched
            (Boolean), weight, and the outcome. Rows in months that the calendar leaves out take no
            part.
        outcome: a column of 0 and 1, Booleans or numbers, without missing values.
        calendar: the months that are compared.
        scale: `"difference"` or `"ratio"`.
        confidence: level of the interval (normal).

    Returns:
        One row: the four means, estimate, se (of the logarithm for ratios), low, high, p_value,
        rows, persons, persons_touched, persons_comparison. Estimates are null if a cell has no
        rows, or on the ratio scale a mean of 0.

    Examples:
        >>> from datetime import date
        >>> import polars as pl
        >>> from trajectories.reform import Calendar, difference_in_differences
        >>> data = pl.DataFrame(
        ...     {
        ...         "person": range(8),
        ...         "month": [date(2013, 6, 1)] * 4 + [date(2014, 6, 1)] * 4,
        ...         "touched": [True, True, False, False] * 2,
        ...         "weight": 1.0,
        ...         "job": [0, 0, 0, 1, 0, 1, 0, 1],
        ...     }
        ... )
        >>> reform = Calendar(
        ...     date(2014, 1, 1), anticipation_months=0, span_months=12, step_months=6
        ... )
        >>> row = difference_in_differences(data, "job", calendar=reform)
        >>> row.select("touched_before", "touched_after", "estimate").row(0)
        (0.0, 0.5, 0.5)

    Raises:
        UserError: the data lack a column, or a column holds what it must not, in rows that take
            part; the confidence is no level.
        ValueError: the scale is unknown, or the calendar is none.

    See Also:
        `trends`, `Calendar`, `composition_weights`.

    R equivalent: `fixest::feols(y ~ touched * after, cluster = ~person)`.
    """
    confidence = level_of(confidence)
    one_of(scale, "scale", get_args(Scale))
    dated = _dated(data, calendar)
    part = _usable(dated.filter(calendar.side(pl.col("month")).is_not_null()), outcome)
    part = part.with_columns(side=calendar.side(pl.col("month")))
    after = part["side"] == AFTER
    cell = 2 * part["touched"].cast(pl.Int64) + after.cast(pl.Int64)
    means = cell_means(part, outcome, cell, 4)
    scaled = means.logs() if scale == "ratio" else means
    value, variance = scaled.contrast(DID)
    known = not scaled.empty.any()
    estimate = float(value[0]) if known else np.nan
    se = float(np.sqrt(variance[0, 0])) if known else np.nan
    row = {
        "touched_before": means.mean[2],
        "touched_after": means.mean[3],
        "comparison_before": means.mean[0],
        "comparison_after": means.mean[1],
        **_estimated(estimate, se, scale, confidence),
        "rows": part.height,
        "persons": means.total_persons,
        "persons_touched": int(means.persons[2:].min()),
        "persons_comparison": int(means.persons[:2].min()),
    }
    return pl.DataFrame([row], schema=CONTRAST_SCHEMA).with_columns(
        pl.col(pl.Float64).fill_nan(None)
    )


def _dated(data: object, calendar: object) -> pl.DataFrame:
    """Return the data as a frame of polars with dates."""
    if not isinstance(calendar, Calendar):
        raise ValueError(f"calendar is {calendar!r}: give a trajectories.reform.Calendar.")
    return checked_frame(data, "data", {"month": "day"})


def _usable(part: pl.DataFrame, outcome: str) -> pl.DataFrame:
    """Return the rows that take part, after checking the columns that estimates use."""
    require_column(part, outcome, "data")
    if outcome in DESIGN:
        raise UserError(f"outcome is {outcome!r}, which says who is compared: name another column.")
    return checked_frame(part, "rows that take part", {**DESIGN, outcome: "outcome"})


def _estimated(estimate: float, se: float, scale: Scale, confidence: float) -> dict[str, float]:
    z = float(ndtri(0.5 + confidence / 2))
    shown = np.exp if scale == "ratio" else float
    # Without variation a p-value says nothing.
    p = 2 * float(ndtr(-abs(estimate) / se)) if se > 0 else np.nan
    return {
        "estimate": float(shown(estimate)),
        "se": se,
        "low": float(shown(estimate - z * se)),
        "high": float(shown(estimate + z * se)),
        "p_value": p,
    }


def trends(
    data: pl.DataFrame,
    outcome: str,
    *,
    calendar: Calendar,
    shown_months: int,
    confidence: float = 0.95,
) -> Trends:
    """Compare the groups step by step, before and after.

    Args:
        data: as for `difference_in_differences`.
        outcome: as there.
        calendar: the reform's date, the months left out and the steps' length.
        shown_months: months before the anticipation, and after the date, that are shown at most.
        confidence: level of the intervals (normal, pointwise).

    Raises:
        ValueError: the step before the months left out lacks rows in a group; the months shown
            are no whole number of at least a step.
        UserError: as for `difference_in_differences`.
    """
    confidence = level_of(confidence)
    dated = _dated(data, calendar)
    shown_months = whole_number(shown_months, "shown_months", least=calendar.step_months)
    step = calendar.step(pl.col("month"))
    out, most = calendar.steps_left_out, shown_months // calendar.step_months
    reference = -out - 1
    seen = step.is_between(reference - most + 1, reference) | step.is_between(0, most - 1)
    part = _usable(dated.filter(seen), outcome).with_columns(step=step)
    steps = part["step"].unique().sort().to_numpy()
    position = np.searchsorted(steps, part["step"].to_numpy())
    cell = 2 * position + part["touched"].cast(pl.Int64).to_numpy()
    means = cell_means(part, outcome, cell, 2 * len(steps))
    whole = np.flatnonzero(~means.empty.reshape(-1, 2).any(axis=1))
    if reference not in steps[whole]:
        raise ValueError("the last step before has no rows in one of the groups")
    base = int(np.flatnonzero(steps == reference)[0])
    contrast = np.zeros((len(whole), 2 * len(steps)))
    contrast[np.arange(len(whole)), 2 * whole + 1] += 1
    contrast[np.arange(len(whole)), 2 * whole] -= 1
    contrast[:, 2 * base + 1] -= 1
    contrast[:, 2 * base] += 1
    estimate, vcov = means.contrast(contrast)
    others = np.flatnonzero(steps[whole] != reference)
    return Trends(
        _trend_table(steps[whole], means, whole, estimate, vcov, reference, confidence),
        steps[whole][others],
        estimate[others],
        vcov[np.ix_(others, others)],
        reference,
        min(part.filter(pl.col("touched") == side)["person"].n_unique() for side in (True, False)),
    )


def _trend_table(
    steps: Ints,
    means: CellMeans,
    whole: Ints,
    estimate: Floats,
    vcov: Floats,
    reference: int,
    confidence: float,
) -> pl.DataFrame:
    z = float(ndtri(0.5 + confidence / 2))
    se = np.where(steps == reference, np.nan, np.sqrt(np.maximum(np.diag(vcov), 0)))
    return pl.DataFrame(
        {
            "step": steps,
            "touched": means.mean[2 * whole + 1],
            "comparison": means.mean[2 * whole],
            "estimate": estimate,
            "se": se,
            "low": estimate - z * se,
            "high": estimate + z * se,
            "persons_touched": means.persons[2 * whole + 1],
            "persons_comparison": means.persons[2 * whole],
        },
        schema=TREND_SCHEMA,
    ).with_columns(pl.col(pl.Float64).fill_nan(None))
