"""What a factor explains at each position of sequences."""

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from trajectories.arrays import Floats, Ints
from trajectories.discrepancy.association import STATISTICS, statistics_of
from trajectories.discrepancy.items import Metric, coded_groups
from trajectories.dissimilarity.matrix.checked_distances import checked_weights, rows_of
from trajectories.sequences import VOID, StateSequences

LCS = Metric("lcs", options={"normalise": "auto"})


def by_position(
    seqs: StateSequences,
    groups: ArrayLike | pl.Series,
    weights: ArrayLike | None = None,
    *,
    window: tuple[int, int] = (0, 1),
    squared: bool = False,
    with_missing: bool = False,
    metric: Metric = LCS,
) -> pl.DataFrame:
    """Analyse the discrepancy of short windows that slide along the sequences.

    Statistics of `discrepancy` at each position, on the states around it (Studer et al. 2011).
    Windows of a few states are few: their dissimilarities are computed once a pattern, so that
    time grows with the number of sequences and not with its square.

    R equivalent: `TraMineR::seqdiff`, without its print of each step.

    Args:
        seqs: n sequences.
        groups: (n,) the group of each, none missing.
        weights: (n,) non-negative; those of the sequences by default.
        window: first and last position of the window, counted from the position itself.
        squared: whether to analyse squared dissimilarities.
        with_missing: whether missing is a state. Otherwise a sequence with a missing position in
            the window is left out at that position; one that has ended always is.
        metric: the dissimilarity of windows; the longest common subsequence, normalised, by
            default.

    Returns:
        One row a position where the window fits: position (from 1), the statistics by R's names
        (NaN where they are not defined), n (weight of the sequences that count), discrepancy of
        all and discrepancy_<group> of each group.

    Raises:
        ValueError: malformed weights or groups, or a window that fits nowhere.

    Examples:
        >>> from trajectories.discrepancy import by_position
        >>> from trajectories.sequences import as_sequences
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> by_position(seqs, ["f", "f", "m", "m"])["position"].to_list()
        [1, 2]

    See Also:
        `discrepancy`, `trajectories.plot.by_position`.
    """
    masses = checked_weights(seqs.weights if weights is None else weights, len(seqs))
    rows = np.flatnonzero(masses)
    codes, names = coded_groups(groups, rows, len(seqs))
    chosen = (seqs.with_missing_state() if with_missing else seqs)[rows]
    start, stop = max(0, -window[0]), chosen.length - max(0, window[1])
    if window[0] > window[1] or start >= stop:
        raise ValueError(f"a window from {window[0]} to {window[1]} fits nowhere")
    places = np.arange(start, stop)
    power = 2 if squared else 1
    found = []
    for place in places:
        around = slice(place + window[0], place + window[1] + 1)
        found.append(_at(chosen, around, codes, masses[rows], metric, power=power))
    table = np.stack(found)
    columns = [*STATISTICS, "n", "discrepancy", *(f"discrepancy_{name}" for name in names)]
    return pl.DataFrame(table, schema=columns).insert_column(0, pl.Series("position", places + 1))


def _at(
    seqs: StateSequences, window: slice, codes: Ints, weights: Floats, metric: Metric, *, power: int
) -> Floats:
    """Return statistics, weight and discrepancies (total, groups) of one window."""
    g = int(codes.max()) + 1
    states = seqs.states[:, window]
    whole = (states < VOID).all(axis=1)
    patterns = StateSequences.from_array(states[whole], seqs.alphabet).unique()
    masses = np.bincount(
        patterns.inverse * np.int64(g) + codes[whole], weights[whole], len(patterns) * g
    ).reshape(-1, g)
    d = metric.between(patterns.sequences) ** power
    sizes = masses.sum(axis=0)
    sums = rows_of(d, np.arange(len(patterns))) @ masses
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = (masses * sums).sum(axis=0) / (2 * sizes)
        to_centre = sums / sizes - squares / sizes
        first, second = ((masses * to_centre**k).sum(axis=0) for k in (1, 2))
        total = float(sums.sum(axis=1) @ masses.sum(axis=1)) / (2 * sizes.sum())
        statistics = statistics_of(sizes, squares, total, first, second)
        variances = [total / sizes.sum(), *(squares / sizes)]
    return np.array([*statistics, sizes.sum(), *variances])
