"""Numbers that an earlier release published, and that stand as they were published there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Floats, Ints
from trajectories.release.gate.bounds import propagated
from trajectories.release.gate.layout import System
from trajectories.release.gate.rounding import count_interval
from trajectories.release.gate.rules import Rules

UNKNOWN = -1e6
"""A difference of which nothing is known may be at least this."""


@dataclass(frozen=True)
class Before:
    """The numbers of one earlier release, in the order of the new one.

    Attributes:
        exact: (v,) exact numbers, NaN where it had none.
        shown: (v,) what it published, NaN where it withheld.
    """

    exact: Floats
    shown: Floats


@dataclass(frozen=True)
class Standing:
    """What stands of earlier releases.

    Attributes:
        which: (v,) numbers that stand.
        shown: (v,) what was published of them, NaN where they were withheld.
        was: (v,) the exact numbers of which that was published.
        reach: (v,) by how much a number may differ from the one of which it was published.
        frames: by table, the exact table with the numbers that are published of it.
        before: the earlier releases.
    """

    which: Bools
    shown: Floats
    was: Floats
    reach: Floats
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    before: Sequence[Before] = ()

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

    def told(self, system: System, gone: Bools, shown: Floats, rules: Rules) -> Ints:
        """Find what to withhold so that no small difference from an earlier release can be told.

        Differences between releases add up as the numbers do. Of one that stands it is known that
        it is small, of one that changed that it is not; so the parts of a sum that moved by eight
        differ by four each where two of them stand.

        Args:
            system: the numbers and their identities.
            gone: (v,) what is not shown.
            shown: (v,) what is shown otherwise.
            rules: the gate's rules.

        Returns:
            Numbers to withhold; none where every small difference may have enough values.
        """
        found: set[int] = set()
        for before in self.before:
            low, high, inner = self._differences(before, system, gone, shown, rules)
            low, high = propagated(low, high, inner)
            moved = system.exact - before.exact
            small = self.which & (moved != 0) & (np.abs(moved) < rules.threshold)
            for one in np.flatnonzero(small & (high - low < rules.width)):
                near = np.unique(inner.parts[inner.parts[:, 1] == one, 0])
                near = np.union1d(near, np.flatnonzero(inner.wholes == one))
                some = inner.parts[np.isin(inner.parts[:, 0], near), 1]
                others = np.unique(np.concatenate([some, inner.wholes[near]]))
                others = others[(others != one) & ~gone[others] & (shown[others] > 0)]
                if len(others):
                    order = np.lexsort((others, shown[others], self.which[others]))
                    found.add(int(others[order[0]]))
        return np.array(sorted(found), np.int64)

    def _differences(
        self, before: Before, system: System, gone: Bools, shown: Floats, rules: Rules
    ) -> tuple[Floats, Floats, System]:
        """(v,) least and largest differences by themselves, and the identities between them."""
        was_low, was_high = _known(before.shown, before.exact, rules)
        there = np.where(gone, np.nan, shown)
        now_low, now_high = self.widened(*_known(there, system.exact, rules), there)
        both = np.isfinite(before.shown) & np.isfinite(there)
        low = np.maximum(now_low - was_high, UNKNOWN)
        high = now_high - was_low
        stands = both & self.which & (shown == before.shown)
        low = np.where(stands, -self.reach, low)
        high = np.where(stands, self.reach, high)
        anew = both & ~self.which
        low = np.where(anew & (shown > before.shown), np.maximum(low, rules.threshold), low)
        high = np.where(anew & (shown < before.shown), np.minimum(high, -rules.threshold), high)
        # Where a definition grew or shrank, it is known in which direction numbers went.
        true = np.where(np.isfinite(before.exact), system.exact - before.exact, 0.0)
        missing = ~np.isfinite(before.exact)
        broken = np.isin(
            np.arange(len(system.wholes)), system.parts[missing[system.parts[:, 1]], 0]
        )
        kept = np.flatnonzero(~broken & ~missing[system.wholes])
        inside = np.isin(system.parts[:, 0], kept)
        parts = system.parts[inside].copy()
        parts[:, 0] = np.searchsorted(kept, parts[:, 0])
        inner = replace(system, parts=parts, wholes=system.wholes[kept])
        low = np.where(true > 0, np.maximum(low, 0.0), low)
        high = np.where(true < 0, np.minimum(high, 0.0), high)
        # A moved number lies outside of what it shows: what is true must remain possible.
        return np.minimum(low, true), np.maximum(high, true), inner


def _known(shown: Floats, exact: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """(v,) what a number may be; of a dash it is known whether it stands for a small count."""
    low, high = count_interval(shown, rules)
    dash = np.isnan(shown)
    most = np.where(exact < rules.threshold, rules.threshold - 1.0, np.inf)
    return np.where(dash, 0.0, low), np.where(dash, most, high)


def rows_standing(exact: pl.DataFrame, as_shown: pl.DataFrame) -> int:
    """Count the rows of a table that are published of other numbers than their exact ones."""
    differ = [exact[name].ne_missing(as_shown[name]) for name in exact.columns]
    return int(pl.DataFrame(differ).select(pl.any_horizontal(pl.all())).to_series().sum() or 0)
