"""Contrasts between means of a fit's coefficients, with t(G−1) intervals."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from trajectories.arrays import Floats
from trajectories.distributions import t_quantile
from trajectories.hazards.designs.rows import two_sided
from trajectories.survival.discrete_time.fit import HazardFit


@dataclass(frozen=True)
class Coefficients:
    """Coefficients of event months, or bins of them, and their variance.

    Attributes:
        place: month or bin → its position among the coefficients; only those estimated.
        coef: (k,) coefficients.
        vcov: (k, k) their variance.
        clusters: number of clusters G.
    """

    place: dict[Any, int]
    coef: Floats
    vcov: Floats
    clusters: int

    @classmethod
    def of(cls, fit: HazardFit, names: dict[str, Any]) -> "Coefficients":
        """Take the months or bins from a fit, by the names of its terms."""
        known = fit.table["se"].is_not_nan() & fit.table["se"].is_not_null()
        place = {
            names[term]: i
            for i, (term, use) in enumerate(zip(fit.table["term"], known, strict=True))
            if term in names and use
        }
        return cls(place, fit.table["coef"].to_numpy(), fit.vcov, fit.clusters)

    def contrast(self, months: list[Any], base: list[Any]) -> Floats:
        """The mean of some months minus the mean of others, as weights of the coefficients."""
        weights = np.zeros(len(self.coef))
        weights[[self.place[month] for month in months]] += 1 / len(months)
        if base:
            weights[[self.place[month] for month in base]] -= 1 / len(base)
        return weights

    def estimate(
        self, months: list[Any], base: list[Any], *, confidence: float = 0.95
    ) -> dict[str, float]:
        """The contrast as a row: coef, se, hazard_ratio, low, high, p_value; t(G−1)."""
        weights = self.contrast(months, base)
        # Use only the coefficients in the contrast: the variance of another may be unknown.
        used = np.flatnonzero(weights)
        shares = weights[used]
        coef = float(shares @ self.coef[used])
        se = float(np.sqrt(shares @ self.vcov[np.ix_(used, used)] @ shares))
        wide = t_quantile((1 + confidence) / 2, max(self.clusters - 1, 1)) * se
        return {
            "coef": coef,
            "se": se,
            "hazard_ratio": float(np.exp(coef)),
            "low": float(np.exp(coef - wide)),
            "high": float(np.exp(coef + wide)),
            "p_value": two_sided(coef / se, self.clusters),
        }
