"""Step curves over time with their bands."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes


def step_line(
    axes: Axes, part: pl.DataFrame, start: float, colour: str, dash: object
) -> tuple[float, float]:
    """Draw one step curve with its interval; return its last point."""
    part = part.sort("time")
    time = np.concatenate([[0], part["time"].to_numpy()])

    def values(column: str) -> np.ndarray:
        return np.concatenate([[start], part[column].to_numpy()])

    axes.fill_between(
        time, values("low"), values("high"), step="post", color=colour, alpha=0.15, linewidth=0
    )
    axes.step(time, values("estimate"), where="post", color=colour, linestyle=dash)
    return float(time[-1]), float(values("estimate")[-1])


def with_bands(part: pl.DataFrame, critical: float) -> pl.DataFrame:
    """Replace the pointwise bounds by those of a band, on the complementary log-log scale."""
    share, se = (part[name].cast(pl.Float64).to_numpy() for name in ("estimate", "se"))
    inside = (share > 0) & (share < 1)
    left = np.where(inside, 1 - share, 0.5)
    power = np.where(inside, critical * se / (left * np.log(left)), 0.0)
    low, high = (np.where(inside, 1 - left ** np.exp(sign * power), share) for sign in (1, -1))
    return part.with_columns(low=pl.Series(low), high=pl.Series(high))
