"""Distances between numeric series, such as monthly hours of work, by dynamic time warping.

Both measures are tslearn's (Tavenard et al. 2020): dynamic time warping (Sakoe & Chiba 1978) and
its smooth variant, soft-DTW (Cuturi & Blondel 2017), here as the divergence of Blondel, Mensch &
Vert (2021), which is 0 between equal series and never negative. They are for numbers with a
distance between them, not for states. Results have the form of `pairwise` and `cross`, so that a
typology can be built on them.
"""

import warnings
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

with warnings.catch_warnings():
    # tslearn tells at import that h5py, which nothing here needs, is not installed.
    warnings.filterwarnings("ignore", message="h5py not installed")
    from tslearn.barycenters import dtw_barycenter_averaging, softdtw_barycenter
    from tslearn.metrics import cdist_dtw, cdist_soft_dtw

Floats = npt.NDArray[np.float64]
SeriesMeasure = Literal["dtw", "softdtw"]


def pairwise_series(series: npt.ArrayLike, measure: SeriesMeasure, *, gamma: float = 1.0) -> Floats:
    """Return the distances between all pairs of series.

    Args:
        series: float (n, L), finite.
        measure: "dtw": square root of the least sum of squared differences along a warping of time;
            "softdtw": the soft-DTW divergence.
        gamma: smoothness of soft-DTW, more than 0; near 0 it is squared DTW.

    Returns:
        float64 (n(n−1)/2,), row-major as SciPy's condensed matrices.

    Raises:
        ValueError: an unknown measure, or series that are not finite numbers.
    """
    rows, places = np.unique(_checked(series), axis=0, return_inverse=True)
    square = _distances(rows, rows, measure, gamma)
    first, second = np.triu_indices(len(places), 1)
    found: Floats = square[places.reshape(-1)[first], places.reshape(-1)[second]]
    return found


def cross_series(
    series: npt.ArrayLike,
    references: npt.ArrayLike,
    measure: SeriesMeasure,
    *,
    gamma: float = 1.0,
) -> Floats:
    """Return the distances from series to references, float64 (n, m).

    Args:
        series: float (n, L), finite.
        references: float (m, L′), finite.
        measure: as in `pairwise_series`.
        gamma: as there.

    Raises:
        ValueError: as there.
    """
    return _distances(_checked(series), _checked(references), measure, gamma)


def barycentre(
    series: npt.ArrayLike,
    measure: SeriesMeasure,
    *,
    weights: npt.ArrayLike | None = None,
    gamma: float = 1.0,
    iterations: int = 50,
) -> Floats:
    """Return the series that is nearest to all, float64 (L,).

    Args:
        series: float (n, L), finite, n at least 1; some hundreds of them take seconds.
        measure: "dtw": barycentre averaging (Petitjean et al. 2011); "softdtw": of soft-DTW.
        weights: (n,) weights; equal where left out.
        gamma: smoothness of soft-DTW.
        iterations: most rounds of improvement.

    Raises:
        ValueError: as in `pairwise_series`, or no series.
    """
    rows = _checked(series)
    _known(measure)
    if not len(rows):
        raise ValueError("a barycentre needs at least one series")
    mass = np.ones(len(rows)) if weights is None else np.asarray(weights, np.float64)
    if measure == "dtw":
        found = dtw_barycenter_averaging(rows, weights=mass, max_iter=iterations)
    else:
        found = softdtw_barycenter(rows, gamma=gamma, weights=mass, max_iter=iterations)
    return np.asarray(found, np.float64).reshape(-1)


def _distances(rows: Floats, columns: Floats, measure: SeriesMeasure, gamma: float) -> Floats:
    _known(measure)
    if not len(rows) or not len(columns):
        return np.zeros((len(rows), len(columns)))
    if measure == "dtw":
        found: Floats = np.asarray(cdist_dtw(rows, columns), np.float64)
        return found
    if gamma <= 0:
        raise ValueError(f"gamma must be more than 0, not {gamma}")
    together = np.concatenate([rows, columns]) if rows is not columns else rows
    own = np.array([_soft(row[None], row[None], gamma)[0, 0] for row in together])
    first, second = own[: len(rows)], own[len(own) - len(columns) :]
    divergence = _soft(rows, columns, gamma) - (first[:, None] + second) / 2
    positive: Floats = np.maximum(divergence, 0.0)
    return positive


def _soft(rows: Floats, columns: Floats, gamma: float) -> Floats:
    return np.asarray(cdist_soft_dtw(rows, columns, gamma=gamma), np.float64)


def _checked(series: npt.ArrayLike) -> Floats:
    """Return series as float64 (n, L).

    Raises:
        ValueError: they are not two-dimensional and finite.
    """
    values = np.asarray(series, np.float64)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise ValueError("series must be finite numbers of two dimensions (n, L)")
    return values


def _known(measure: str) -> None:
    if measure not in get_args(SeriesMeasure):
        known = ", ".join(get_args(SeriesMeasure))
        raise ValueError(f"unknown measure of series {measure!r}: use one of {known}")
