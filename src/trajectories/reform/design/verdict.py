"""The verdict on a difference in differences: contradicted, inconclusive or supported."""

from typing import Any

import numpy as np
import polars as pl

from trajectories.distributions import chi2_tail
from trajectories.reform.design.contrasts import Scale
from trajectories.reform.design.pre_trends import PreTrends
from trajectories.survival.verdicts import CONTRADICTED, LEAST_P, NEAR_ONE, SILENT, SUPPORTED

PRE_TRENDS, PLACEBOS, SMOOTHNESS = "pre_trends", "placebos", "smoothness"
FEWEST_PLACEBOS = 4
"""With fewer dates the spread of placebos tells too little."""

VERDICT_SCHEMA = {
    "check": pl.String,
    "verdict": pl.String,
    "p_value": pl.Float64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


def design_verdict(
    contrast: pl.DataFrame,
    tested: PreTrends,
    placebos: pl.DataFrame,
    bounds: pl.DataFrame,
    *,
    steps_between: float,
    scale: Scale = "difference",
) -> pl.DataFrame:
    """Judge the design of one contrast.

    - pre_trends: contradicted if the test of earlier steps rejects; supported if the trend before
      the reform, carried on to the months after it, would have moved the contrast by less than
      `NEAR_ONE` of the touched group's mean before, with its whole interval.
    - placebos: contradicted if the placebo contrasts are larger than their standard errors allow
      (Σ z² against χ²), so that the model's interval is too short; supported if the reform's
      contrast is larger than every placebo's.
    - smoothness: supported if the interval leaves out no difference under every bound given;
      inconclusive otherwise. It never contradicts.

    Args:
        contrast: as `difference_in_differences` returns it.
        tested: as `pre_trends` returns it.
        placebos: as `placebo_contrasts` returns them.
        bounds: low, high; one row a bound.
        steps_between: steps from the middle of the months before to the middle of those after.
        scale: the scale of contrast and placebos; the trend is on the scale of differences.

    Returns:
        check, verdict, p_value, value, low, high (of what the check looks at: the trend carried
        on; the number of placebos with the smallest and the largest; the number of bounds with
        the widest interval).
    """
    row = contrast.row(0, named=True)
    return pl.DataFrame(
        [
            _pre_trends(row, tested, steps_between),
            _placebos(row, placebos, scale),
            _smoothness(bounds),
        ],
        schema=VERDICT_SCHEMA,
    )


def may_say_effect(verdict: pl.DataFrame) -> bool:
    """Tell whether the word effect may be used: the pre-trend check ran and did not contradict."""
    checked = verdict.filter((pl.col("check") == PRE_TRENDS) & pl.col("p_value").is_not_null())
    return checked.height == 1 and checked["verdict"].item() != CONTRADICTED


def _pre_trends(row: dict[str, Any], tested: PreTrends, between: float) -> dict[str, Any]:
    carried = [between * v for v in (tested.slope, tested.slope_low, tested.slope_high)]
    found = {
        "check": PRE_TRENDS,
        "verdict": SILENT,
        "p_value": _known(tested.p_value),
        "value": _known(carried[0]),
        "low": _known(carried[1]),
        "high": _known(carried[2]),
    }
    if found["p_value"] is None or row["touched_before"] is None:
        return found
    margin = NEAR_ONE * abs(row["touched_before"])
    if tested.p_value < LEAST_P:
        found["verdict"] = CONTRADICTED
    elif -margin < carried[1] and carried[2] < margin:
        found["verdict"] = SUPPORTED
    return found


def _placebos(row: dict[str, Any], placebos: pl.DataFrame, scale: Scale) -> dict[str, Any]:
    found = {
        "check": PLACEBOS,
        "verdict": SILENT,
        "p_value": None,
        "value": float(placebos.height),
        "low": placebos["estimate"].min(),
        "high": placebos["estimate"].max(),
    }
    if placebos.height < FEWEST_PLACEBOS or row["estimate"] is None:
        return found
    values = np.append(placebos["estimate"].to_numpy(), row["estimate"])
    values = np.log(values) if scale == "ratio" else values
    z = values[:-1] / placebos["se"].to_numpy()
    p_value = float(chi2_tail(z @ z, len(z)))
    if p_value < LEAST_P:
        word = CONTRADICTED
    else:
        word = SUPPORTED if abs(values[-1]) > np.abs(values[:-1]).max() else SILENT
    return found | {"verdict": word, "p_value": p_value}


def _smoothness(bounds: pl.DataFrame) -> dict[str, Any]:
    known = bounds.drop_nulls(["low", "high"])
    apart = (known["low"] > 0) | (known["high"] < 0)
    return {
        "check": SMOOTHNESS,
        "verdict": SUPPORTED if known.height and apart.all() else SILENT,
        "p_value": None,
        "value": float(known.height),
        "low": known["low"].min(),
        "high": known["high"].max(),
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
