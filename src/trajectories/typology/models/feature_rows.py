"""Rows of features that mixtures are fitted to: equal rows once, with their weight."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.errors import UserError

Codes = NDArray[np.unsignedinteger[Any]]


class CountedFeatures(NamedTuple):
    """Which features rows hold, and how often.

    Attributes:
        bounds: (u + 1,) int64, where each row's features begin; the last is their number.
        feature: int32, the features of one row after another.
        times: uint16, how often the row holds each.
    """

    bounds: Ints
    feature: NDArray[np.int32]
    times: NDArray[np.uint16]

    @classmethod
    def of(cls, codes: Codes, offsets: NDArray[np.uint64]) -> "CountedFeatures":
        """Gather neighbours that are equal: those of chains are sorted within phases."""
        flat = (codes + offsets).astype(np.int32)
        first = np.ones(flat.shape, np.bool_)
        first[:, 1:] = flat[:, 1:] != flat[:, :-1]
        bounds = np.concatenate([[0], np.cumsum(first.sum(axis=1))])
        places = np.flatnonzero(first.ravel())
        times = np.diff(places, append=flat.size)
        return cls(bounds, flat.ravel()[places], times.astype(np.uint16))


@dataclass(frozen=True, eq=False)
class FeatureRows:
    """Distinct rows, sorted by covariate pattern and then by content.

    Attributes:
        codes: (u, m) uint8 or uint16, the feature at each position, counted from `offsets`.
        offsets: (m,) uint64, the number of each position's first feature.
        features: number of features.
        counted: the rows' features, neighbours that are equal gathered.
        pattern: (u,) covariate pattern of each row.
        pattern_start: (P,) first row of each pattern.
        weights: (u,) total weight; all weights add up to `size`.
        counts: (u,) number of cases with positive weight.
        size: number of cases with positive weight.
        inverse: (n,) the distinct row of each case.
    """

    codes: Codes
    offsets: NDArray[np.uint64]
    features: int
    counted: "CountedFeatures"
    pattern: Ints
    pattern_start: Ints
    weights: Floats
    counts: Ints
    size: int
    inverse: Ints

    def __len__(self) -> int:
        """Return the number of distinct rows."""
        return len(self.codes)


def aggregate(
    codes: Codes,
    offsets: NDArray[np.uint64],
    features: int,
    pattern: Ints,
    weights: Floats,
) -> FeatureRows:
    """Gather equal rows of equal covariates.

    Args:
        codes: (n, m) features of each case, as in `FeatureRows`.
        offsets: (m,) first feature of each position.
        features: number of features.
        pattern: (n,) covariate pattern of each case, 0…P−1; each occurs.
        weights: (n,) non-negative weights, of any scale.

    Raises:
        UserError: no case has a positive weight.
    """
    cases = int(np.count_nonzero(weights))
    if not cases:
        raise UserError("No sequence has a weight above 0: a model needs at least one.")
    keys = [*_words(codes).T[::-1], pattern]
    # Weights are added in ascending order within a row, so that the sum does not depend on cases.
    order = np.lexsort(keys if np.all(weights == weights[0]) else [weights, *keys])
    change = np.ones(len(order), np.bool_)
    change[1:] = np.any([key[order[1:]] != key[order[:-1]] for key in keys], axis=0)
    first = np.flatnonzero(change)
    inverse = np.empty(len(order), np.int64)
    inverse[order] = np.cumsum(change) - 1
    rows = order[first]
    own = np.add.reduceat(weights[order], first)
    distinct = np.ascontiguousarray(codes[rows])
    return FeatureRows(
        codes=distinct,
        offsets=offsets,
        features=features,
        counted=CountedFeatures.of(distinct, offsets),
        pattern=pattern[rows],
        pattern_start=np.searchsorted(pattern[rows], np.arange(int(pattern.max()) + 1)),
        weights=own * (cases / math.fsum(own)),
        counts=np.bincount(inverse, weights=weights > 0, minlength=len(first)).astype(np.int64),
        size=cases,
        inverse=inverse,
    )


def sampled(rows: FeatureRows, cases: int, seed: list[int]) -> FeatureRows:
    """Draw cases with replacement, with probability proportional to weight.

    Args:
        rows: the distinct rows of all cases.
        cases: number of draws.
        seed: seed of the draws.

    Returns:
        The rows that were drawn, with covariates left out; `inverse` is empty.
    """
    drawn = np.random.default_rng(seed).multinomial(cases, rows.weights / rows.size)
    kept = np.flatnonzero(drawn)
    return FeatureRows(
        codes=rows.codes[kept],
        offsets=rows.offsets,
        features=rows.features,
        counted=CountedFeatures.of(rows.codes[kept], rows.offsets),
        pattern=np.zeros(kept.size, np.int64),
        pattern_start=np.zeros(1, np.int64),
        weights=drawn[kept].astype(np.float64),
        counts=drawn[kept],
        size=cases,
        inverse=np.zeros(0, np.int64),
    )


def _words(codes: Codes) -> NDArray[np.uint64]:
    """Pack rows into big-endian 64-bit words."""
    raw = np.ascontiguousarray(codes).view(np.uint8).reshape(len(codes), -1)
    padded = np.zeros((len(raw), -(-max(raw.shape[1], 1) // 8) * 8), np.uint8)
    padded[:, : raw.shape[1]] = raw
    return padded.view(">u8").astype(np.uint64)
