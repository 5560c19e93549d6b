"""K-means of numeric series, whose time is warped: centres are barycentres."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.channels import SeriesMeasure
from trajectories.dissimilarity.series.warping import WarpedSeries
from trajectories.notebook.described import described

ITERATIONS = 50


@described(lambda x: f"{len(x.labels):,} series in {x.k} clusters, spread {x.spread:,.6g}")
@dataclass(frozen=True, eq=False)
class SeriesClusters:
    """Clusters of series.

    Attributes:
        centres: (k, L) their barycentres, from the lowest mean to the highest.
        labels: (n,) int64, the cluster of each series, 0…k−1.
        spread: weighted sum of the squared DTW, or of the soft-DTW divergence, from each series to
            its centre; never negative.
    """

    centres: Floats
    labels: Ints
    spread: float

    @property
    def k(self) -> int:
        """The number of clusters."""
        return len(self.centres)


def warped_kmeans(
    series: npt.ArrayLike,
    ks: Sequence[int],
    measure: SeriesMeasure = "softdtw",
    weights: npt.ArrayLike | None = None,
    *,
    gamma: float = 1.0,
    starts: int = 4,
    seed: int = 0,
    tolerance: float = 1e-5,
) -> dict[int, SeriesClusters]:
    """Cluster series by k-means under dynamic time warping, for several numbers of clusters.

    A series belongs to the centre from which its squared DTW, or its soft-DTW (Cuturi & Blondel
    2017), is the least. A centre moves to the means of what warpings pair with each of its months
    (Petitjean et al. 2011), which never raises the sum. Starts are series drawn far from each other
    (k-means++), and the centres of one cluster fewer with one more series; the lowest sum is taken.
    Equal series count once, with their weight, and their order does not matter.

    Python equivalent: tslearn's `TimeSeriesKMeans`, which moves each centre to the end after every
    assignment.

    Args:
        series: float (n, L), finite.
        ks: numbers of clusters; those above the number of different series are left out.
        measure: "softdtw" or "dtw".
        weights: (n,) weights above 0; ones by default.
        gamma: smoothness of soft-DTW, in squared units of the series.
        starts: drawn starts of each k.
        seed: seed of the starts.
        tolerance: steps end where the loss of a series falls by less, as a share of the mean
            squared difference between a series and the mean of all.

    Raises:
        ValueError: series that are not finite numbers, weights that do not fit, or a k below 1.

    Examples:
        >>> import numpy as np
        >>> from trajectories.typology import warped_kmeans
        >>> hours = np.array([[0, 0, 37, 37], [0, 37, 37, 37], [9, 9, 9, 9], [8, 9, 9, 9]])
        >>> warped_kmeans(hours, [2], gamma=10)[2].labels.tolist()
        [1, 1, 0, 0]
    """
    values = np.asarray(series, np.float64)
    mass = np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)
    if mass.shape != (len(values),) or not (mass > 0).all():
        raise ValueError("weights must hold a positive number for each series")
    if not ks or min(ks) < 1:
        raise ValueError("ks must be numbers of clusters, from 1")
    rows, place = np.unique(values, axis=0, return_inverse=True)
    place = place.reshape(-1)
    own = WarpedSeries.of(rows, measure, gamma)
    total = np.bincount(place, mass, len(rows)).astype(np.float64)
    found: dict[int, SeriesClusters] = {}
    before: Floats | None = None
    for k in range(1, min(max(ks), len(rows)) + 1):
        random = np.random.default_rng([seed, k])
        begins = [_far_apart(own, total, k, random) for _ in range(starts)]
        if before is not None:
            begins.append(_one_more(own, total, before, random))
        ended = [_lowered(own, total, begin, tolerance) for begin in begins]
        before, labels, _ = min(ended, key=lambda one: one[2])
        if k in ks:
            found[k] = _in_order(own, total, before, labels[place])
    return found


def assigned(series: npt.ArrayLike, centres: Floats, measure: SeriesMeasure, gamma: float) -> Ints:
    """Return the position of the centre from which each series is the least far, (n,)."""
    rows, place = np.unique(np.asarray(series, np.float64), axis=0, return_inverse=True)
    own = WarpedSeries.of(rows, measure, gamma)
    found: Ints = _losses(own, centres).argmin(axis=0)[place.reshape(-1)]
    return found


def _losses(own: WarpedSeries, centres: Floats) -> Floats:
    """Return the (k, n) (soft-)DTW from centres to series, less a number of each series."""
    return np.stack([own.away(centre) + own.itself(centre) / 2 for centre in centres])


def _lowered(
    own: WarpedSeries, mass: Floats, centres: Floats, tolerance: float
) -> tuple[Floats, Ints, float]:
    """Assign and move in turn until the loss falls no more; return centres, labels and loss."""
    centres = centres.copy()
    losses = _losses(own, centres)
    labels = losses.argmin(axis=0)
    last = float(mass @ losses.min(axis=0))
    for _ in range(ITERATIONS):
        moved = centres.copy()
        for c in range(len(centres)):
            members = np.flatnonzero(labels == c)
            if members.size:
                moved[c] = own.nearer(members, mass[members], centres[c])
        losses = _losses(own, moved)
        loss = float(mass @ losses.min(axis=0))
        if not loss < last:
            break
        fallen = last - loss
        centres, labels, last = moved, losses.argmin(axis=0), loss
        if fallen <= tolerance * own.scale * mass.sum():
            break
    return centres, labels, last


def _far_apart(own: WarpedSeries, mass: Floats, k: int, random: np.random.Generator) -> Floats:
    """Draw k different series, each the likelier the farther from those before."""
    drawn = [_drawn(mass, random)]
    least = own.away(own.rows[drawn[0]])
    least[drawn] = 0.0
    for _ in range(k - 1):
        drawn.append(_drawn(mass * least, random))
        least = np.minimum(least, own.away(own.rows[drawn[-1]]))
        least[drawn] = 0.0
    return own.rows[drawn]


def _one_more(
    own: WarpedSeries, mass: Floats, centres: Floats, random: np.random.Generator
) -> Floats:
    least = np.stack([own.away(centre) for centre in centres]).min(axis=0)
    return np.vstack([centres, own.rows[_drawn(mass * least, random)]])


def _drawn(mass: Floats, random: np.random.Generator) -> int:
    upto = np.cumsum(mass)
    if not upto[-1] > 0:
        return 0
    found = int(np.searchsorted(upto, random.random() * upto[-1], side="right"))
    return min(found, int(np.flatnonzero(mass)[-1]))


def _in_order(own: WarpedSeries, mass: Floats, centres: Floats, labels: Ints) -> SeriesClusters:
    order = np.argsort(centres.mean(axis=1), kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    away = np.stack([own.away(centre) for centre in centres])
    nearest = _losses(own, centres).argmin(axis=0)
    spread = float(mass @ away[nearest, np.arange(len(mass))])
    return SeriesClusters(centres[order], place[labels], spread)
