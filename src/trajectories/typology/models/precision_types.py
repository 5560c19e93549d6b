"""Exponential-distance components: modal sequences and the precisions that a type allows."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from trajectories.arrays import Floats, Ints
from trajectories.typology.models.feature_rows import FeatureRows
from trajectories.typology.models.starting_centres import ALL, Gap

PrecisionType = Literal["CC", "UC", "CU", "UU", "CCN", "UCN", "CUN", "UUN"]
"""Precision over clusters and over positions: common (C) or unconstrained (U); N adds noise."""

PRECISION_TYPES: Final[tuple[PrecisionType, ...]] = get_args(PrecisionType)


TIE: Final = 1e-12
"""Relative difference below which counts are tied: the order of a sum decides no mode."""


@dataclass(frozen=True)
class ExponentialDistance:
    """Components whose density falls exponentially with the Hamming distance to a modal sequence.

    p(s | θ, λ) = Π_t exp(−λ_t [s_t ≠ θ_t]) / (1 + (v − 1) exp(−λ_t)), v the number of states of
    the alphabet; noise gives every sequence v^−L (Murphy et al. 2021).

    Attributes:
        type: which precisions are equal.
        length: number of positions L.
        states: number of states v.
    """

    type: PrecisionType
    length: int
    states: int

    @property
    def noise(self) -> bool:
        """Return whether the last component is noise."""
        return self.type.endswith("N")

    def estimates(self, counts: Floats) -> tuple[Ints, Floats]:
        """Return modal states and precisions (clusters, L) that maximise the likelihood.

        λ = log(v − 1) + log(n − D) − log D over the positions and clusters that share it, of which
        n is the expected number and D that of mismatches; 0 where D ≥ n(v − 1)/v. The first state
        of the alphabet wins a tie.
        """
        table = counts.reshape(self.length, self.states, -1)
        table = table[:, :, : table.shape[2] - self.noise]
        theta = (table >= table.max(axis=1, keepdims=True) * (1 - TIE)).argmax(axis=1)
        matches = np.take_along_axis(table, theta[:, None, :], axis=1)[:, 0, :]
        others = table.copy()
        np.put_along_axis(others, theta[:, None, :], 0.0, axis=1)
        mismatches = others.sum(axis=1)
        shared = tuple(
            axis for axis, letter in ((0, self.type[1]), (1, self.type[0])) if letter == "C"
        )
        matched = matches.sum(axis=shared, keepdims=True)
        missed = mismatches.sum(axis=shared, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = np.log(self.states - 1) + np.log(matched) - np.log(missed)
        free = missed < (matched + missed) * (self.states - 1) / self.states
        precision = np.where(free, precision, 0.0)
        return theta.T, np.ascontiguousarray(np.broadcast_to(precision, theta.shape).T)

    def maximise(self, counts: Floats) -> Floats:
        """Return the log-densities (L·v, components) that maximise the likelihood."""
        theta, precision = self.estimates(counts)
        scale = -np.log1p((self.states - 1) * np.exp(-precision)).T
        density = np.full((self.length, self.states, counts.shape[1]), -np.log(self.states))
        density[:, :, : len(theta)] = (scale - precision.T)[:, None, :]
        inner = density[:, :, : len(theta)]
        np.put_along_axis(inner, theta.T[:, None, :], scale[:, None, :], axis=1)
        return density.reshape(self.length * self.states, -1)

    def gap(self, rows: FeatureRows) -> Gap:
        """Return the function that gives all rows' Hamming distances to one."""

        def hamming(row: int, among: Ints | slice = ALL) -> Floats:
            different = rows.codes[among] != rows.codes[row]
            gaps: Floats = different.sum(axis=1).astype(np.float64)
            return gaps

        return hamming

    def parameters(self, k: int, rows: FeatureRows, counts: Floats) -> int:
        """Return the number of free parameters of `k` clusters, mixing proportions excluded.

        A modal state costs one parameter less than its position shows states; precisions count as
        the type allows, also where they are 0 or infinite.
        """
        used = rows.codes[rows.counts > 0]
        seen = sum(np.unique(column).size - 1 for column in used.T)
        over_clusters = k if self.type[0] == "U" else 1
        over_positions = self.length if self.type[1] == "U" else 1
        return k * seen + (over_clusters * over_positions if k else 0)
