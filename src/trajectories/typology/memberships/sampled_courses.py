"""What needs all distances of some windows: a map, and what a typology keeps of associations."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.spatial.distance import squareform

from trajectories.arrays import Floats, Ints
from trajectories.typology.covariate_association import cluster_association
from trajectories.typology.validation.bootstrap_quality import Among

ITERATIONS = 300


def sample_windows(weights: Floats, size: int, seed: int) -> Ints:
    """Draw at most `size` windows without replacement, by weight; all where there are no more."""
    counted = np.flatnonzero(weights)
    if counted.size <= size:
        return counted
    stream = np.random.default_rng([seed, 8])
    probability = weights[counted] / weights[counted].sum()
    return np.sort(stream.choice(counted, size, replace=False, p=probability))


def square_among(distances: Among, item: Ints) -> Floats:
    """Return the (n, n) distances of cases, each of which is a unique sequence `item`."""
    unique, place = np.unique(item, return_inverse=True)
    square = squareform(np.asarray(distances(unique), dtype=np.float64))
    found: Floats = square[np.ix_(place, place)]
    return found


def associations_kept(
    square: Floats, labels: Ints, covariates: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """Say how much of each covariate's association with courses the clusters keep.

    Args:
        square: (n, n) distances.
        labels: (n,) cluster of each case.
        covariates: (n,) values by name, none missing.

    Returns:
        covariate, alone (pseudo-R² of the covariate alone), remaining (given the clusters) and
        unaccounted, its share; see `cluster_association`.
    """
    d = squareform(square, checks=False)
    rows = []
    for name, values in covariates.items():
        if values.n_unique() < 2:
            continue
        table = cluster_association(d, [labels], values)
        alone, given = table["remaining"].to_list()
        rows.append((name, alone, given, table["unaccounted"][1]))
    schema = {
        "covariate": pl.String,
        **dict.fromkeys(("alone", "remaining", "unaccounted"), pl.Float64),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def map_table(square: Floats, labels: Ints, person: Ints) -> pl.DataFrame:
    """Place cases on a plane by multidimensional scaling and describe where clusters lie.

    Metric scaling by SMACOF (scikit-learn) from classical scaling; axes are principal ones, and the
    first cluster lies to the left. Nobody's own point is in the table.

    Args:
        square: (n, n) distances.
        labels: (n,) cluster of each case, 0…k−1.
        person: (n,) person of each case.

    Returns:
        cluster (from 1), windows, persons, x, y (means), sd_x, sd_y, correlation, stress (the same
        in each row: the root of the sum of squared errors over that of squared distances).
    """
    points, stress = plane(square)
    if points[labels == labels.min(), 0].mean() > 0:
        points = points * [-1, 1]
    rows = []
    for cluster in np.unique(labels):
        own = points[labels == cluster]
        spread = own.std(axis=0)
        together = float(np.mean(np.prod(own - own.mean(axis=0), axis=1)))
        flat = spread.prod()
        rows.append(
            {
                "cluster": int(cluster) + 1,
                "windows": len(own),
                "persons": len(np.unique(person[labels == cluster])),
                "x": float(own[:, 0].mean()),
                "y": float(own[:, 1].mean()),
                "sd_x": float(spread[0]),
                "sd_y": float(spread[1]),
                "correlation": together / flat if flat > 0 else 0.0,
                "stress": stress,
            }
        )
    return pl.DataFrame(rows)


def plane(square: Floats) -> tuple[Floats, float]:
    """Return (n, 2) points whose distances are close to given ones, and their stress."""
    # Imported here because it is slow.
    from sklearn.manifold import smacof

    points, raw = smacof(
        square,
        init=classical(square),
        n_init=1,
        n_components=2,
        max_iter=ITERATIONS,
        normalized_stress=False,
    )
    centred = points - points.mean(axis=0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    turned: Floats = centred @ axes[:, np.argsort(-values)]
    total = float(np.square(square).sum() / 2)
    return turned, float(np.sqrt(raw / total)) if total > 0 else 0.0


def classical(square: Floats) -> Floats:
    """Return (n, 2) points by classical scaling (Torgerson 1952)."""
    n = len(square)
    centring = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * centring @ np.square(square) @ centring)
    points: Floats = vectors[:, [-1, -2]] * np.sqrt(np.maximum(values[[-1, -2]], 0.0))
    return points
