"""Bounds for the year after a departure if confounding is like that in the months before.

After Rambachan & Roth (2023), restrictions of relative magnitudes: the bias in the months after a
departure is at most `relative` times the largest violation before it.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Floats
from trajectories.caseworkers.handovers import COUNTED, COUNTED_SCHEMA, LAST_LISTED, count_of
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.distributions import t_quantile
from trajectories.hazards.designs.contrasts import Coefficients
from trajectories.hazards.designs.rows import CLUSTER
from trajectories.hazards.designs.stacked_departures import (
    AGAINST_BEFORE,
    AGAINST_OTHERS,
    binned,
)
from trajectories.hazards.designs.stacked_rows import LEAD_BINS, OTHERS
from trajectories.survival.errors import NotEstimableError

AFTER_BINS = {
    "1 to 3": range(1, 4),
    "4 to 6": range(4, 7),
    "7 to 9": range(7, 10),
    "10 to 12": range(10, 13),
}
BETWEEN = {"-3 to 0": range(-3, 1)}
QUARTERS = {**LEAD_BINS, **BETWEEN, **AFTER_BINS}
SPACING = 3
"""Months between the midpoints of neighbouring leads."""
AS_LARGE = "as large"
RELATIVE = {
    "no difference": 0.0,
    "half as large": 0.5,
    AS_LARGE: 1.0,
    "half as large again": 1.5,
    "twice as large": 2.0,
}
"""Relative magnitudes by name."""
BREAKDOWN = "breakdown"
LARGEST = 100.0
"""Largest breakdown value searched for; beyond it the breakdown is infinite."""
BISECTIONS = 50
BOUND_SCHEMA = {
    "contrast": pl.String,
    "bound": pl.String,
    **dict.fromkeys(("person_months", "persons", "events", "clusters"), pl.Int64),
    **COUNTED_SCHEMA,
    **dict.fromkeys(("relative", "set_low", "set_high", "low", "high"), pl.Float64),
}


@dataclass(frozen=True)
class Restriction:
    """A contrast of coefficients and the restriction on its bias.

    Attributes:
        coef: (k,) coefficients.
        vcov: (k, k) their variance.
        target: (k,) weights of the contrast.
        violations: (m, k) contrasts of leads; the bias is at most `relative` times the largest of
            their absolute values.
        degrees: degrees of freedom of the intervals.
    """

    coef: Floats
    vcov: Floats
    target: Floats
    violations: Floats
    degrees: int

    def identified_set(self, relative: float) -> tuple[float, float]:
        """The values of the contrast that the restriction allows at these coefficients."""
        middle = float(self.target @ self.coef)
        reach = relative * float(np.abs(self.violations @ self.coef).max())
        return middle - reach, middle + reach

    def interval(self, relative: float, *, confidence: float = 0.95) -> tuple[float, float]:
        """A robust interval of the contrast.

        Given which violation is the largest and its sign, the ends of the identified set are linear
        in the coefficients. The interval is the union, over violations and signs, of the intervals
        of these linear ends: its coverage holds whichever violation is the largest (as in Rambachan
        & Roth's union over the largest violation).
        """
        quantile = t_quantile((1 + confidence) / 2, self.degrees)
        ends = np.concatenate([self.target + sign * relative * self.violations for sign in (1, -1)])
        middle = ends @ self.coef
        wide = quantile * np.sqrt(np.einsum("ij,jk,ik->i", ends, self.vcov, ends))
        return float((middle - wide).min()), float((middle + wide).max())

    def breakdown(self) -> float:
        """The smallest `relative` at which the interval includes 0; infinite beyond `LARGEST`.

        The ends move outwards as `relative` grows, so bisection finds it.
        """

        def holds(relative: float) -> bool:
            low, high = self.interval(relative)
            return low <= 0 <= high

        low, high = 0.0, LARGEST
        if holds(low):
            return 0.0
        if not holds(high):
            return float("inf")
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (low, middle) if holds(middle) else (middle, high)
        return high


def against_others(coefs: Coefficients, degrees: int) -> Restriction:
    """The mean of the quarters after, against other clients: the bias in levels is as in leads."""
    leads, after = _known(coefs, LEAD_BINS), _known(coefs, AFTER_BINS)
    violations = np.array([coefs.contrast([lead], []) for lead in leads])
    return _restriction(coefs, coefs.contrast(after, []), violations, degrees)


def against_before(coefs: Coefficients, degrees: int) -> Restriction:
    """The mean of the quarters after, against the last lead: the bias changes as among leads.

    The difference from other clients may change from quarter to quarter by `relative` times the
    largest change between neighbouring leads, and the changes may accumulate (Rambachan & Roth's
    Δ^RM).

    Raises:
        NotEstimableError: there are no two neighbouring leads, or the last is missing.
    """
    leads, after = _known(coefs, LEAD_BINS), _known(coefs, AFTER_BINS)
    names = list(LEAD_BINS)
    pairs = [
        (one, other) for one, other in itertools.pairwise(names) if one in leads and other in leads
    ]
    if not pairs or names[-1] not in leads:
        raise NotEstimableError("The leads hold too few events to see how far they change.")
    quarters = [
        (_middle(AFTER_BINS[name]) - _middle(LEAD_BINS[names[-1]])) / SPACING for name in after
    ]
    violations = np.array([coefs.contrast([other], [one]) for one, other in pairs])
    reach = float(np.mean(quarters))
    return _restriction(coefs, coefs.contrast(after, [names[-1]]), reach * violations, degrees)


def lead_bounds(rows: pl.DataFrame, rules: ModelsConfig) -> pl.DataFrame:
    """Bounds of the year after a departure for each contrast of the event study.

    Returns:
        Columns of `BOUND_SCHEMA`: contrast; bound (a name of `RELATIVE`, or "breakdown", the
        smallest relative magnitude at which the interval includes a ratio of 1; no such row if
        there is none); person_months, persons, events, from_caseworkers and to_caseworkers of
        clients on a list, the smaller of the leads and the year after; clusters with such clients;
        relative; set_low, set_high (the ratios that the restriction allows at the estimates); low,
        high (95 % interval, t(G−1)).

    Raises:
        NotEstimableError: no lead or no quarter after could be estimated.
    """
    coefs = binned(rows, rules, QUARTERS)
    parts = [_part(rows, list(bins.values())) for bins in (LEAD_BINS, AFTER_BINS)]
    if not all(_known(coefs, bins) for bins in (LEAD_BINS, AFTER_BINS)):
        raise NotEstimableError("Too few have the event long before a departure or in its year.")
    clusters = min(coefs.clusters, *(part[CLUSTER].n_unique() for part in parts))
    sizes = {
        "person_months": min(part.height for part in parts),
        "persons": min(part["person"].n_unique() for part in parts),
        "events": min(int(part[rules.event].sum()) for part in parts),
        "clusters": clusters,
        **_fewer_caseworkers(parts),
    }
    found: list[dict[str, Any]] = []
    for contrast, make in ((AGAINST_OTHERS, against_others), (AGAINST_BEFORE, against_before)):
        try:
            restriction = make(coefs, max(clusters - 1, 1))
        except NotEstimableError:
            continue
        for bound, relative in RELATIVE.items():
            set_low, set_high = np.exp(restriction.identified_set(relative))
            low, high = np.exp(restriction.interval(relative))
            ends = {"set_low": set_low, "set_high": set_high, "low": low, "high": high}
            row = {"contrast": contrast, "bound": bound, "relative": relative}
            found.append(row | sizes | {name: float(end) for name, end in ends.items()})
        breakdown = restriction.breakdown()
        if np.isfinite(breakdown):
            row = {"contrast": contrast, "bound": BREAKDOWN, "relative": breakdown}
            found.append(row | sizes)
    return pl.DataFrame(found, schema=BOUND_SCHEMA)


def _restriction(
    coefs: Coefficients, target: Floats, violations: Floats, degrees: int
) -> Restriction:
    """The restriction in the coefficients that it uses; others may have no variance."""
    used = np.flatnonzero(np.any(np.vstack([target, violations]) != 0, axis=0))
    return Restriction(
        coefs.coef[used], coefs.vcov[np.ix_(used, used)], target[used], violations[:, used], degrees
    )


def _known(coefs: Coefficients, bins: dict[str, range]) -> list[str]:
    return [name for name in bins if name in coefs.place]


def _fewer_caseworkers(parts: list[pl.DataFrame]) -> dict[str, Any]:
    """The smaller number of leavers and of successors; None if the rows do not name them."""
    counts = [count_of(part, LAST_LISTED) for part in parts]
    return {
        name: None if None in values else min(values)
        for name in COUNTED
        for values in [[one[name] for one in counts]]
    }


def _middle(months: range) -> float:
    return (months[0] + months[-1]) / 2


def _part(rows: pl.DataFrame, bins: list[range]) -> pl.DataFrame:
    months = [str(month) for one in bins for month in one]
    return rows.filter(
        pl.col("event_month").cast(pl.String).is_in(months) & (pl.col("event_month") != OTHERS)
    )
