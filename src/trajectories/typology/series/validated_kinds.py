"""How many kinds of numeric courses there are: k-means, compared with months in random order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.channels import SeriesMeasure
from trajectories.notebook.described import described
from trajectories.parallel import Team
from trajectories.typology.series.warped_kmeans import (
    SeriesClusters,
    assigned,
    warped_kmeans,
)
from trajectories.typology.validation.null_tests import NullQuality, Tested, tested

EXPLAINED = "R2"
MODEL = "months"
QUICK = 3e-3
"""How nearly observed and random courses are clustered for the comparison, from one drawn start."""


@described(lambda x: f"{len(x.labels):,} courses of {x.k} kinds, made from {x.used:,}")
@dataclass(frozen=True, eq=False)
class SeriesTypology:
    """Kinds of numeric courses.

    Attributes:
        k: number of kinds; 1 where no number is clearer than chance.
        labels: (n,) int64, the kind of each course, 0…k−1, from the lowest mean to the highest.
        centres: (k, L) their barycentres.
        test: shares explained, compared with those of months in random order, by k.
        smallest_share: the smallest kind's share of the sample's weight, by k.
        used: number of courses from which the kinds were made.
    """

    k: int
    labels: Ints
    centres: Floats
    test: NullQuality
    smallest_share: dict[int, float]
    used: int


def series_typology(
    series: npt.ArrayLike,
    ks: Sequence[int],
    measure: SeriesMeasure = "softdtw",
    weights: npt.ArrayLike | None = None,
    *,
    gamma: float = 1.0,
    sample: int | None = None,
    replicates: int = 99,
    level: float = 0.05,
    minimum_share: float = 0.0,
    seed: int = 0,
    threads: int | None = None,
) -> SeriesTypology:
    """Find kinds of numeric courses, and whether there are any.

    `warped_kmeans` makes the kinds from a sample, and everybody goes to the nearest barycentre. The
    share of the spread that k kinds explain is compared with that in courses whose months are put
    in random order, each course by itself: they keep everybody's level and lose what goes together
    in time. A number of kinds takes part if it explains more than chance (one test over all k), and
    if no kind is smaller than `minimum_share`; the one that stands out most wins. If none takes
    part, all courses are of one kind.

    Args:
        series: float (n, L), finite.
        ks: numbers of kinds, from 2.
        measure: "softdtw" or "dtw".
        weights: (n,) non-negative weights, by which the sample is drawn; ones by default.
        gamma: smoothness of soft-DTW, in squared units of the series.
        sample: largest number of courses that the kinds are made from; all by default.
        replicates: number of random courses; a level of 5 % needs at least 19.
        level: level of the test.
        minimum_share: smallest share of a kind in the sample.
        seed: seed of sample, starts and random courses.
        threads: number of threads; they do not change the result.

    Raises:
        ValueError: malformed arguments, or too few replicates for the level.

    Examples:
        >>> import numpy as np
        >>> from trajectories.typology import series_typology
        >>> month = np.arange(12)
        >>> early, late = np.where(month < 3, 160.0, 0.0), np.where(month < 3, 0.0, 160.0)
        >>> hours = np.vstack([early, late] * 10) + np.arange(20)[:, None]
        >>> series_typology(hours, [2], gamma=100, replicates=19).labels[:4].tolist()
        [0, 1, 0, 1]
    """
    values = np.asarray(series, np.float64)
    mass = np.ones(len(values)) if weights is None else np.asarray(weights, np.float64)
    if not ks or min(ks) < 2:
        raise ValueError("ks must be numbers of kinds, from 2")
    rows = _sampled(values, mass, sample, seed)
    kept, own = values[rows], mass[rows]
    if rows.size < np.count_nonzero(mass):
        own = np.ones(rows.size)
    wanted = sorted(set(ks))

    def fits(drawn: Floats) -> dict[int, SeriesClusters]:
        return warped_kmeans(
            drawn,
            [1, *wanted],
            measure,
            own,
            gamma=gamma,
            starts=1,
            seed=seed,
            tolerance=QUICK,
        )

    observed = fits(kept)
    random = np.full((replicates, len(wanted), 1), np.nan)

    def work(number: int) -> None:
        stream = np.random.default_rng([seed, 1, number])
        random[number, :, 0] = _explained(fits(stream.permuted(kept, axis=1)), wanted)

    with Team(threads) as team:
        team.each(work, range(replicates), "courses in random order")
    test = tested(
        Tested(wanted, (EXPLAINED,), np.ones(1)),
        _explained(observed, wanted)[:, np.newaxis],
        random,
        MODEL,
        level=level,
        sequences=int(np.count_nonzero(mass)),
        used=rows.size,
    )
    shares = {
        k: float(np.bincount(fit.labels, own, k).min() / own.sum())
        for k, fit in observed.items()
        if k > 1
    }
    k = _chosen(test, shares, minimum_share)
    centres = warped_kmeans(kept, [k], measure, own, gamma=gamma, seed=seed)[k].centres
    return SeriesTypology(
        k, assigned(values, centres, measure, gamma), centres, test, shares, rows.size
    )


def kinds_table(found: SeriesTypology) -> pl.DataFrame:
    """Return k, explained, threshold, p_value and chosen, by number of kinds.

    `chosen` is false of all where the courses are of one kind.
    """
    return found.test.table.select(
        "k",
        "threshold",
        "p_value",
        explained=pl.col("observed"),
        chosen=pl.col("k") == found.k,
    ).select("k", "explained", "threshold", "p_value", "chosen")


def _sampled(values: Floats, mass: Floats, sample: int | None, seed: int) -> Ints:
    """Return the rows with weight in the order of their content, or so many drawn by weight."""
    counted = np.flatnonzero(mass)
    order: Ints = counted[np.lexsort((mass[counted], *values[counted].T[::-1]))]
    if sample is None or order.size <= sample:
        return order
    stream = np.random.default_rng([seed, 0])
    drawn = stream.choice(order.size, sample, replace=False, p=mass[order] / mass[order].sum())
    return order[np.sort(drawn)]


def _explained(fits: dict[int, SeriesClusters], ks: Sequence[int]) -> Floats:
    """Return the share of the spread that each number of kinds explains; 0 where it is left out."""
    whole = fits[1].spread
    return np.array([1 - fits[k].spread / whole if k in fits and whole > 0 else 0.0 for k in ks])


def _chosen(test: NullQuality, shares: dict[int, float], minimum_share: float) -> int:
    possible = {
        row["k"]: row["standardised"]
        for row in test.table.iter_rows(named=True)
        if row["p_value"] is not None
        and row["p_value"] <= test.level
        and shares.get(row["k"], 0.0) >= max(minimum_share, 1e-12)
    }
    return max(possible, key=lambda k: (possible[k], -k)) if possible else 1
