"""Representative sets: the fewest sequences in whose neighbourhood a share of all lies."""

import itertools
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Array, Floats, Ints
from trajectories.dissimilarity.matrix.checked_distances import (
    among,
    checked_distances,
    checked_weights,
    item_count,
    rows_of,
)
from trajectories.dissimilarity.matrix.square_rows import Distances, Rows
from trajectories.notebook.described import described
from trajectories.parallel import Team
from trajectories.sequences import StateSequences, log_probabilities
from trajectories.sequences.describe.cross_sections import weighted_counts

Criterion = Literal["density", "freq", "dist", "mscore", "prob"]
DIGITS = 12
"""Scores that agree to so many digits are equal: the order of a sum does not decide."""


@described(
    lambda x: f"{len(x.items)} of {len(x.labels):,} items, coverage {x.coverage:.0%}",
    "statistics",
)
@dataclass(frozen=True, eq=False)
class Representatives:
    """A representative set.

    Attributes:
        items: (r,) int64, the representatives, best score first.
        scores: (n,) float64 by which candidates were sorted.
        labels: (n,) int64, position in `items` of the nearest representative; the first at ties.
        distances: (n,) float64 distance to it.
        radius: size of a neighbourhood, in units of distance.
        coverage: share of the weight within the radius of a representative.
        quality: share by which distances to the representatives are smaller than those to the
            centre of all.
        statistics: one row a representative and a last one ("total"): `representative`, `item`,
            `na` weight assigned to it and `na_percent`; `nb` weight of those of them within the
            radius and `nb_percent`; `sd` sum and `md` mean of their distances to it; `dc` sum of
            their distances to the centre of all; `v` their discrepancy; `q` 100 (dc − sd) / dc.
    """

    items: Ints
    scores: Floats
    labels: Ints
    distances: Floats
    radius: float
    coverage: float
    quality: float
    statistics: pl.DataFrame


def representatives(
    d: ArrayLike,
    criterion: Criterion = "density",
    weights: ArrayLike | None = None,
    *,
    seqs: StateSequences | None = None,
    score: ArrayLike | None = None,
    decreasing: bool = True,
    coverage: float = 0.25,
    nrep: int | None = None,
    pradius: float = 0.1,
    dmax: float | None = None,
) -> Representatives:
    """Find a small set of sequences that represents all of them.

    Candidates are sorted by how well each represents the others, and taken in this order unless
    they lie in the neighbourhood of one that was taken, until the set covers enough (Gabadinho &
    Ritschard 2013, Searching for typical life trajectories). At equal scores the lower item comes
    first.

    Args:
        d: condensed distances, n(n−1)/2, row-major.
        criterion: "density" weight of the neighbourhood; "freq" weight of the equal sequences;
            "dist" centrality, the least sum of distances to all; "mscore" the sum over positions of
            the share that is in the same state; "prob" the sequence's probability under the
            transition rates of each position. The last two need `seqs`.
        weights: (n,) non-negative weights; by default those of `seqs`, else ones. An item of weight
            0 is assigned and represents nobody.
        seqs: the n sequences.
        score: (n,) scores of your own instead of the criterion's.
        decreasing: whether the largest of your scores is the best.
        coverage: share of the weight that is to lie in a neighbourhood.
        nrep: number of representatives, instead of a coverage.
        pradius: radius of a neighbourhood as a share of the largest distance.
        dmax: the largest possible distance; the largest of `d` by default.

    Raises:
        ValueError: malformed distances, weights or scores, shares outside 0…1, or a criterion
            without the sequences that it needs.

    R equivalent: `TraMineR::seqrep`, `TraMineR::dissrep`. The discrepancy `v` of those assigned to
    a representative is weighted here, where R takes a plain mean of weighted distances.

    Examples:
        >>> from trajectories.typology import representatives
        >>> representatives([1.0, 4.0, 5.0], nrep=1).items.tolist()
        [0]

    See Also:
        `relative_frequency_groups`, `trajectories.plot.representatives`.
    """
    distances = checked_distances(d)
    n = item_count(distances)
    if weights is None and seqs is not None:
        weights = seqs.weights
    masses = checked_weights(weights, n)
    if not (0 <= pradius <= 1 and 0 < coverage <= 1):
        raise ValueError("pradius must lie between 0 and 1, coverage above 0 and not above 1")
    if nrep is not None and nrep < 1:
        raise ValueError(f"nrep must be at least 1, not {nrep}")
    radius = pradius * float(distances.max(initial=0.0) if dmax is None else dmax)
    with Team() as team:
        rows = Rows(distances, team)
        if score is not None:
            scores = np.asarray(score, dtype=np.float64)
        elif criterion in ("mscore", "prob"):
            scores, decreasing = _of_states(seqs, criterion, masses)
        elif criterion in get_args(Criterion):
            scores, decreasing = _of_distances(rows, criterion, masses, radius)
        else:
            raise ValueError(f"criterion must be one of {get_args(Criterion)}, not {criterion!r}")
        if scores.shape != (n,) or np.isnan(scores).any():
            raise ValueError(f"scores must be of shape ({n},), without missing ones")
        order = _order(scores, decreasing=decreasing)
        order = order[masses[order] > 0]
        items = _selected(
            distances, order, masses, radius, coverage if nrep is None else None, nrep
        )
        to_centre = _distances_to_centre(rows, masses)
    nearest = rows_of(distances, items).astype(np.float64)
    labels = nearest.argmin(axis=0)
    own = nearest[labels, np.arange(n)]
    statistics = _statistics(distances, items, labels, own, to_centre, masses, radius)
    spent, whole = float(masses @ own), float(masses @ to_centre)
    return Representatives(
        items=items,
        scores=scores,
        labels=labels,
        distances=own,
        radius=radius,
        coverage=float(masses[own < radius].sum() / masses.sum()),
        quality=(whole - spent) / whole if whole else np.nan,
        statistics=statistics,
    )


def _of_distances(
    rows: Rows, criterion: Criterion, masses: Floats, radius: float
) -> tuple[Floats, bool]:
    """Return the scores of a criterion on distances, and whether the largest is the best."""
    scores = np.empty(rows.n)
    for first, block in rows.blocks():
        measured: Array = block
        if criterion == "density":
            measured = block < radius
        elif criterion == "freq":
            measured = block == 0
        scores[first : first + len(block)] = measured @ masses
    return scores, criterion != "dist"


def _of_states(
    seqs: StateSequences | None, criterion: Criterion, masses: Floats
) -> tuple[Floats, bool]:
    """Return the scores of a criterion on states, and whether the largest is the best."""
    if seqs is None or len(seqs) != len(masses):
        raise ValueError(f"the criterion {criterion!r} needs the {len(masses)} sequences: seqs=…")
    weighted = StateSequences(seqs.states, seqs.alphabet, masses, seqs.long_labels)
    if criterion == "prob":
        return log_probabilities(weighted), False
    counts = weighted_counts(weighted)
    total = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    known = seqs.states < len(seqs.alphabet)
    places = np.where(known, seqs.states, 0)
    own = shares[np.arange(seqs.length), places]
    return np.where(known, own, 0.0).sum(axis=1), True


def _order(scores: Floats, *, decreasing: bool) -> Ints:
    """Sort items by score, the lower item first at equal scores."""
    finite = np.abs(scores[np.isfinite(scores)]).max(initial=0.0)
    digits = DIGITS - int(np.ceil(np.log10(finite))) if finite else DIGITS
    snapped = np.round(scores, digits)
    return np.argsort(-snapped if decreasing else snapped, kind="stable")


def _selected(
    d: Distances,
    order: Ints,
    masses: Floats,
    radius: float,
    coverage: float | None,
    most: int | None,
) -> Ints:
    """Take candidates in order that are not near one taken, until they cover or are enough."""
    redundant = np.zeros(len(masses), bool)
    covered = np.zeros(len(masses), bool)
    taken: list[int] = []
    for item in order:
        if redundant[item]:
            continue
        taken.append(int(item))
        row = rows_of(d, [item])[0]
        redundant |= row <= radius
        covered |= row < radius
        if most is not None and len(taken) == most:
            break
        if coverage is not None and masses[covered].sum() >= coverage * masses.sum():
            break
    return np.array(taken, dtype=np.int64)


def _distances_to_centre(rows: Rows, masses: Floats) -> Floats:
    """Return each item's distance to the centre of all (Studer et al. 2011)."""
    means = np.empty(rows.n)
    for first, block in rows.blocks():
        means[first : first + len(block)] = block @ masses
    means /= masses.sum()
    centred: Floats = means - float(masses @ means) / float(masses.sum()) / 2
    return centred


def _statistics(
    d: Distances,
    items: Ints,
    labels: Ints,
    own: Floats,
    to_centre: Floats,
    masses: Floats,
    radius: float,
) -> pl.DataFrame:
    """Tabulate what each representative represents, and all together."""
    r, whole = len(items), float(masses.sum())

    def by_representative(values: Floats) -> Floats:
        sums = np.bincount(labels, masses * values, r).astype(np.float64)
        return np.append(sums, sums.sum())

    assigned = by_representative(np.ones(len(masses)))
    near = by_representative((own < radius).astype(np.float64))
    spent, centre = by_representative(own), by_representative(to_centre)
    spread = [_discrepancy(d, np.flatnonzero(labels == place), masses) for place in range(r)]
    return pl.DataFrame(
        {
            "representative": [*(str(place + 1) for place in range(r)), "total"],
            "item": [*items.tolist(), None],
            "na": assigned,
            "na_percent": 100 * assigned / whole,
            "nb": near,
            "nb_percent": 100 * near / whole,
            "sd": spent,
            "md": spent / assigned,
            "dc": centre,
            "v": [*spread, centre[-1] / whole],
            "q": np.divide(
                100 * (centre - spent), centre, out=np.full(r + 1, np.nan), where=centre != 0
            ),
        },
        schema_overrides={"item": pl.Int64},
    )


def _discrepancy(d: Distances, members: Ints, masses: Floats) -> float:
    """Return Σ_i<j w_i w_j d(i, j) / W² of some items."""
    members = members[masses[members] > 0]
    mass = masses[members]
    inside = among(d, members)
    ends = np.cumsum(np.arange(len(members) - 1, 0, -1))
    starts = np.concatenate([[0], ends])
    total = sum(
        mass[place] * float(inside[a:b] @ mass[place + 1 :])
        for place, (a, b) in enumerate(itertools.pairwise(starts))
    )
    return float(total / mass.sum() ** 2)
