"""Numbers that an earlier release published, and that stand as they were published there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats


@dataclass(frozen=True)
class Standing:
    """What stands of earlier releases.

    Attributes:
        which: (v,) numbers that stand.
        shown: (v,) what was published of them, NaN where they were withheld.
        was: (v,) the exact numbers of which that was published.
        reach: (v,) by how much a number may differ from the one of which it was published.
        frames: by table, the exact table with the numbers that are published of it.
        releases: with how many earlier releases was compared.
    """

    which: Bools
    shown: Floats
    was: Floats
    reach: Floats
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    releases: int = 0

    @classmethod
    def nothing(cls, exact: Floats) -> "Standing":
        """Nothing stands: no earlier release is known."""
        none = np.full(len(exact), np.nan)
        return cls(np.zeros(len(exact), bool), none, exact, np.zeros(len(exact)))

    def widened(self, low: Floats, high: Floats, shown: Floats) -> tuple[Floats, Floats]:
        """Widen intervals of what is shown by what may have changed since it was published."""
        here = self.which & np.isfinite(shown)
        wide_low = np.where(here, np.maximum(low - self.reach, 0.0), low)
        return wide_low, np.where(here, high + self.reach, high)


def rows_standing(exact: pl.DataFrame, as_shown: pl.DataFrame) -> int:
    """Count the rows of a table that are published of other numbers than their exact ones."""
    differ = [exact[name].ne_missing(as_shown[name]) for name in exact.columns]
    return int(pl.DataFrame(differ).select(pl.any_horizontal(pl.all())).to_series().sum() or 0)
