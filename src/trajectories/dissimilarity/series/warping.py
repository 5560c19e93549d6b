"""Distances between numeric series, such as monthly hours of work, by dynamic time warping.

Dynamic time warping (Sakoe & Chiba 1978) and its smooth variant, soft-DTW (Cuturi & Blondel 2017),
here as the divergence of Blondel, Mensch & Vert (2021), which is 0 between equal series and never
negative. They are for numbers, not for states. Results have the form of `pairwise` and `cross`, for
use in typologies. Distances and barycentres equal those of tslearn (Tavenard et al. 2020).
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from trajectories.arrays import Array, Floats, Ints
from trajectories.config.sections.channels import SeriesMeasure
from trajectories.dissimilarity.condensed import entries_of, expand, row_offsets
from trajectories.dissimilarity.matrix.checked_distances import numbers
from trajectories.dissimilarity.series import warping_kernels as kernels
from trajectories.parallel import run, thread_count

TOLERANCE = 1e-3
DBA_TOLERANCE = 1e-5
"""Those of tslearn's barycentres."""


def pairwise_series(
    series: npt.ArrayLike, measure: SeriesMeasure, *, gamma: float = 1.0, threads: int | None = None
) -> Floats:
    """Return the distances between all pairs of series.

    Args:
        series: float (n, L), finite.
        measure: "dtw": square root of the least sum of squared differences along a warping of time;
            "softdtw": the soft-DTW divergence.
        gamma: smoothness of soft-DTW, more than 0; near 0 it is squared DTW.
        threads: number of threads; the processor's by default. It does not change the result.

    Returns:
        float64 (n(n−1)/2,), row-major as SciPy's condensed matrices.

    Raises:
        ValueError: an unknown measure, or series that are not finite numbers.
    """
    rows, places = np.unique(_checked(series), axis=0, return_inverse=True)
    workers = thread_count(threads)
    every = range(max(len(rows) - 1, 0))
    out = np.empty(entries_of(len(rows), every))
    fill_series(rows, _smoothness(measure, gamma), every, out, workers)
    return np.asarray(expand(out, places.reshape(-1), workers), np.float64)


def cross_series(
    series: npt.ArrayLike,
    references: npt.ArrayLike,
    measure: SeriesMeasure,
    *,
    gamma: float = 1.0,
    threads: int | None = None,
) -> Floats:
    """Return the distances from series to references, float64 (n, m).

    Args:
        series: float (n, L), finite.
        references: float (m, L′), finite.
        measure: as in `pairwise_series`.
        gamma: as there.
        threads: as there.

    Raises:
        ValueError: as there.
    """
    rows, columns = _checked(series), _checked(references)
    smooth = _smoothness(measure, gamma)
    out = np.empty((len(rows), len(columns)))
    own, theirs = _selves(rows, smooth), _selves(columns, smooth)
    jobs = ((rows[i], columns, smooth, own[i], theirs, out[i]) for i in range(len(rows)))
    run(kernels.fill_warped, jobs, thread_count(threads))
    return out


def fill_series(series: Floats, gamma: float, rows: range, out: Array, threads: int) -> None:
    """Write rows of the condensed matrix of series.

    Args:
        series: float64 (n, L).
        gamma: smoothness of soft-DTW; 0 for dynamic time warping.
        rows: the rows to write.
        out: flat output array for these rows, float32 or float64.
        threads: number of threads.
    """
    own = _selves(series, gamma)
    starts = row_offsets(len(series)) + np.arange(1, len(series) + 1)
    first = starts[rows.start] if len(rows) else 0
    jobs = (
        (
            series[i],
            series[i + 1 :],
            gamma,
            own[i],
            own[i + 1 :],
            out[starts[i] - first : starts[i] - first + len(series) - i - 1],
        )
        for i in rows
    )
    run(kernels.fill_warped, jobs, threads)


def barycentre(
    series: npt.ArrayLike,
    measure: SeriesMeasure,
    *,
    weights: npt.ArrayLike | None = None,
    gamma: float = 1.0,
    iterations: int = 50,
) -> Floats:
    """Return the barycentre of series, float64 (L,): the least sum of distances, from their mean.

    For soft-DTW it is found by L-BFGS-B, as in tslearn's `softdtw_barycenter`; for DTW by averaging
    the months that the series pair with each of its own (`dtw_barycenter_averaging`).

    Args:
        series: float (n, L), finite, n at least 1.
        measure: "dtw": barycentre averaging (Petitjean et al. 2011); "softdtw": of soft-DTW.
        weights: (n,) weights; equal by default.
        gamma: smoothness of soft-DTW.
        iterations: largest number of iterations.

    Raises:
        ValueError: as in `pairwise_series`, or no series.
    """
    rows = _checked(series)
    _smoothness(measure, gamma)
    if not len(rows):
        raise ValueError("a barycentre needs at least one series")
    mass = np.ones(len(rows)) if weights is None else np.asarray(weights, np.float64)
    centre = np.average(rows, axis=0, weights=mass)
    masses, pulls = np.empty_like(centre), np.empty_like(centre)
    if measure == "dtw":
        last = np.inf
        for _ in range(iterations):
            cost = kernels.add_aligned(centre, rows, mass, 0.0, masses, pulls)
            if last - cost < DBA_TOLERANCE:
                break
            centre, last = pulls / masses, cost
        return centre

    def cost_and_slope(at: Floats) -> tuple[float, Floats]:
        cost = kernels.add_aligned(at, rows, mass, gamma, masses, pulls)
        return cost, 2 * (masses * at - pulls)

    found = minimize(
        cost_and_slope, centre, jac=True, method="L-BFGS-B", tol=TOLERANCE,
        options={"maxiter": iterations},
    )  # fmt: skip
    return np.asarray(found.x, np.float64)


@dataclass(frozen=True, eq=False)
class WarpedSeries:
    """Series that are compared with many centres, on one thread.

    Attributes:
        rows: float64 (n, L), the series.
        gamma: smoothness; 0 for dynamic time warping.
        selves: (n,) the soft-DTW of each with itself.
    """

    rows: Floats
    gamma: float
    selves: Floats

    @classmethod
    def of(cls, series: npt.ArrayLike, measure: SeriesMeasure, gamma: float) -> "WarpedSeries":
        """Prepare series; see `cross_series` for arguments and errors."""
        rows, smooth = _checked(series), _smoothness(measure, gamma)
        return cls(rows, smooth, _selves(rows, smooth))

    @property
    def scale(self) -> float:
        """The mean squared difference between a series and the mean of all, over its months."""
        return float(self.rows.var(axis=0).sum())

    def itself(self, centre: Floats) -> float:
        """Return the soft-DTW of a centre with itself, 0 without smoothing."""
        return float(_selves(centre[np.newaxis], self.gamma)[0])

    def away(self, centre: Floats) -> Floats:
        """Return the squared DTW or the soft-DTW divergence from a centre to each series, (n,)."""
        out = np.empty(len(self.rows))
        kernels.fill_warped(centre, self.rows, self.gamma, self.itself(centre), self.selves, out)
        return out if self.gamma > 0 else np.square(out)

    def nearer(self, members: Ints, weights: Floats, centre: Floats) -> Floats:
        """Return a centre from which the members' sum of (soft-)DTW is no higher.

        Each of its months is the mean of the values that warpings pair with it (barycentre
        averaging, Petitjean et al. 2011). Soft-DTW is concave in the squared differences, so that
        what is lowered, the squared differences along the warpings as they are now, lies above it.
        """
        masses, pulls = np.empty_like(centre), np.empty_like(centre)
        kernels.add_aligned(centre, self.rows[members], weights, self.gamma, masses, pulls)
        return pulls / masses


def _selves(series: Floats, gamma: float) -> Floats:
    """Return the soft-DTW of each series with itself; zeros without smoothing."""
    out = np.zeros(len(series))
    if gamma > 0:
        kernels.with_themselves(series, gamma, out)
    return out


def _checked(series: npt.ArrayLike) -> Floats:
    """Return series as float64 (n, L); raise a ValueError unless two-dimensional and finite."""
    values = np.ascontiguousarray(numbers(series, "series"))
    if values.ndim != 2 or not values.shape[1] or not np.isfinite(values).all():
        raise ValueError("series must be finite numbers of two dimensions (n, L), L at least 1")
    return values


def _smoothness(measure: str, gamma: float) -> float:
    """Return the smoothness for the kernels: 0 for plain dynamic time warping.

    Raises:
        ValueError: an unknown measure, or a smoothness that is not greater than 0.
    """
    if measure not in get_args(SeriesMeasure):
        known = ", ".join(get_args(SeriesMeasure))
        raise ValueError(f"unknown measure of series {measure!r}: use one of {known}")
    if not gamma > 0:
        raise ValueError(f"gamma must be more than 0, not {gamma}")
    return gamma if measure == "softdtw" else 0.0
