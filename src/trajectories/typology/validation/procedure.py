"""One way of clustering, applied alike to the observed sequences and to every replicate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.dissimilarity.matrix.square_rows import Rows
from trajectories.parallel import Team
from trajectories.typology.indices.quality_indices import INDICES, quality_of_rows
from trajectories.typology.partitions import build
from trajectories.typology.trees.linkage_tree import WardMethod, WardStart


@dataclass(frozen=True)
class Procedure:
    """How items are clustered for every number of clusters.

    Attributes:
        ks: numbers of clusters.
        method: `pam` partitions around medoids, from BUILD's and Ward's clusters; `ward` cuts
            Ward's tree.
        starts: random starts of `pam` for each k.
        seed: seed of the random starts.
        ward: Ward's criterion.
        ward_start: how weights enter Ward's tree.
    """

    ks: tuple[int, ...]
    method: Literal["pam", "ward"] = "pam"
    starts: int = 0
    seed: int = 0
    ward: WardMethod = "ward.D2"
    ward_start: WardStart = "replicates"

    def __post_init__(self) -> None:
        """Check the numbers of clusters."""
        if not self.ks or min(self.ks) < 2 or len(set(self.ks)) < len(self.ks):
            raise ValueError("ks must be different numbers of clusters, from 2")

    def labels(self, d: NDArray[np.floating], weights: Floats) -> dict[int, Ints]:
        """Cluster items on one thread.

        Args:
            d: condensed distances of n items.
            weights: (n,) positive weights.

        Returns:
            (n,) labels 0…k−1 for each k that does not exceed the number of items.
        """
        possible = [k for k in self.ks if k <= weights.size]
        if not possible:
            return {}
        found = build(
            d,
            weights,
            methods=("ward",) if self.method == "ward" else ("ward", "pam"),
            ks=possible,
            starts=self.starts,
            seed=self.seed,
            ward_method=self.ward,
            ward_start=self.ward_start,
            with_quality=False,
            threads=1,
        )
        return {k: found.labels[self.method, k] for k in possible}


def index_values(
    d: NDArray[np.floating], labels: dict[int, Ints], weights: Floats, ks: Sequence[int]
) -> Floats:
    """Return the ten indices of partitions, float64 (len(ks), 10), computed on one thread.

    NaN for a k without labels, or with labels of a single cluster.
    """
    out = np.full((len(ks), len(INDICES)), np.nan)
    dense = {k: np.unique(labels[k], return_inverse=True)[1].ravel() for k in ks if k in labels}
    known = [k for k in ks if k in dense and dense[k].any()]
    if known:
        with Team(1) as team:
            rows = Rows(d, team)
            found = quality_of_rows(rows, [dense[k].astype(np.int64) for k in known], weights)
        for k, one in zip(known, found, strict=True):
            out[list(ks).index(k)] = [one[name] for name in INDICES]
    return out


def pseudo_f_scale(ks: Sequence[int], total: float, used: float) -> Floats:
    """Return factors, (k, 10), by which a pseudo-F of weight `used` becomes one of `total`."""
    out = np.ones((len(ks), len(INDICES)))
    if total != used:
        for name in ("CH", "CHsq"):
            out[:, INDICES.index(name)] = [(total - k) / (used - k) for k in ks]
    return out
