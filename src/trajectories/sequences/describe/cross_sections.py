"""Cross-sectional description: distributions, mean times, transition rates, modal states.

Definitions as TraMineR's seqstatd, seqmeant, seqtrate and seqmodst (Gabadinho, Ritschard, Müller
& Studer 2011, Journal of Statistical Software 40(4)). Missing positions are ignored, or a state of
their own with `with_missing`; void ones are always ignored.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.sequences import row_kernels as _row_kernels
from trajectories.sequences.state_sequences import StateSequences


def weighted_counts(seqs: StateSequences) -> Floats:
    """Return the total weight of each state at each position, float64 (L, a)."""
    counts = np.zeros((seqs.length, len(seqs.alphabet)))
    _row_kernels.add_states(seqs.states, seqs.weights, counts)
    return counts


def state_distribution(
    seqs: StateSequences, *, with_missing: bool = False, normalise: bool = True
) -> pl.DataFrame:
    """Return the weighted shares of the states at each position.

    Args:
        seqs: the sequences.
        with_missing: whether to treat missing as a state, called `*`.
        normalise: whether to divide the entropy by the log of the alphabet's size.

    Returns:
        One row per position: position (1…L), one column per state with its weighted share among the
        valid states, n (weight of valid states), entropy (of the shares, natural logarithm).
        Shares and entropy are NaN if no state is valid.

    Raises:
        ValueError: a state is called position, n or entropy.

    Examples:
        >>> from trajectories.sequences import as_sequences, state_distribution
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> state_distribution(seqs)["b"].to_list()
        [0.25, 0.5, 0.75]

    See Also:
        `modal_states`, `trajectories.plot.chronogram`.

    R equivalent: `TraMineR::seqstatd`.
    """
    seqs = seqs.with_missing_state() if with_missing else seqs
    names = [str(state) for state in seqs.alphabet]
    taken = {"position", "n", "entropy"} & set(names)
    if taken:
        raise ValueError(f"a state is called {min(taken)}, which is a column of the result")
    counts = weighted_counts(seqs)
    valid = counts.sum(axis=1)
    shares = divided(counts, valid[:, None])
    return pl.DataFrame(
        {
            "position": np.arange(1, seqs.length + 1),
            **{name: shares[:, place] for place, name in enumerate(names)},
            "n": valid,
            "entropy": normalised_entropy(shares) if normalise else _entropy(shares),
        }
    )


def mean_time(seqs: StateSequences, *, with_missing: bool = False) -> pl.DataFrame:
    """Return the mean number of positions in each state.

    The variance is weighted, Σw(x − m)²·W/(W² − Σw²) with W = Σw, and the standard error of the
    mean is the standard deviation over √W, both as in seqmeant: weights are numbers of cases.

    Args:
        seqs: the sequences.
        with_missing: whether to treat missing as a state, called `*`.

    Returns:
        One row per state: state, mean, variance, sd, se (in positions), share (of the valid
        positions).

    Examples:
        >>> from trajectories.sequences import as_sequences, mean_time
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> mean_time(seqs)["mean"].to_list()
        [1.5, 1.5]

    See Also:
        `times_in_states`, `trajectories.plot.mean_time`.

    R equivalent: `TraMineR::seqmeant`.
    """
    seqs = seqs.with_missing_state() if with_missing else seqs
    times = state_times(seqs).astype(np.float64)
    w = seqs.weights
    mass, squares = w.sum(), (w**2).sum()
    mean = divided((times * w[:, None]).sum(axis=0), mass)
    spread = (w[:, None] * (times - mean) ** 2).sum(axis=0)
    variance = divided(spread * mass, mass**2 - squares)
    return pl.DataFrame(
        {
            "state": [str(state) for state in seqs.alphabet],
            "mean": mean,
            "variance": variance,
            "sd": np.sqrt(variance),
            "se": np.sqrt(divided(variance, mass)),
            "share": divided(mean, mean.sum()),
        }
    )


def state_times(seqs: StateSequences) -> Ints:
    """Return the number of positions in each state of each sequence, int64 (n, a), as seqistatd."""
    times = np.zeros((len(seqs), len(seqs.alphabet)), dtype=np.int64)
    _row_kernels.count_times(seqs.states, times)
    return times


def transition_counts(seqs: StateSequences, *, lag: int = 1) -> Floats:
    """Return the weight of each pair of valid states `lag` positions apart.

    Returns:
        float64 (L − lag, a, a), from × to, by the position of the first.

    Raises:
        ValueError: the lag is less than one.
    """
    if lag < 1:
        raise ValueError(f"the lag must be at least one position, not {lag}")
    size = len(seqs.alphabet)
    counts = np.zeros((max(seqs.length - lag, 0), size, size))
    _row_kernels.add_transitions(seqs.states, seqs.weights, lag, counts)
    return counts


def transition_rates(
    seqs: StateSequences,
    *,
    time_varying: bool = False,
    lag: int = 1,
    with_missing: bool = False,
    count: bool = False,
) -> Floats:
    """Return the rates of transition between positions.

    Args:
        seqs: the sequences.
        time_varying: whether each pair of positions has rates of its own.
        lag: the distance between the positions of a pair.
        with_missing: whether to treat missing as a state, the last one.
        count: whether to return weighted numbers of pairs instead of rates.

    Returns:
        float64 (a, a), from × to by position in the alphabet, pooled over time; with
        `time_varying` (L − lag, a, a). Rows add up to one; a state that is never left or kept has
        a row of zeros, as in R.

    Raises:
        ValueError: the lag is less than one.

    Examples:
        >>> from trajectories.sequences import as_sequences, transition_rates
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> transition_rates(seqs).tolist()
        [[0.6, 0.4], [0.0, 1.0]]

    See Also:
        `trajectories.plot.transitions`.

    R equivalent: `TraMineR::seqtrate`.
    """
    counts = transition_counts(seqs.with_missing_state() if with_missing else seqs, lag=lag)
    pooled = counts if time_varying else counts.sum(axis=0)
    if count:
        return pooled
    rates: Floats = np.nan_to_num(divided(pooled, pooled.sum(axis=-1, keepdims=True)))
    return rates


def modal_states(seqs: StateSequences, *, with_missing: bool = False) -> pl.DataFrame:
    """Return the commonest state of each position; ties go to the alphabet's first.

    Args:
        seqs: the sequences.
        with_missing: whether to treat missing as a state, called `*`.

    Returns:
        One row per position: position (1…L), state, share (weighted, of the valid states); null and
        NaN if no state is valid.

    Examples:
        >>> from trajectories.sequences import as_sequences, modal_states
        >>> seqs = as_sequences([list("aab"), list("abb"), list("bbb"), list("aaa")])
        >>> modal_states(seqs)["state"].to_list()
        ['a', 'a', 'b']

    See Also:
        `state_distribution`, `trajectories.plot.modal`.

    R equivalent: `TraMineR::seqmodst`.
    """
    seqs = seqs.with_missing_state() if with_missing else seqs
    counts = weighted_counts(seqs)
    best = counts.argmax(axis=1)
    valid = counts.sum(axis=1)
    names = [str(state) for state in seqs.alphabet]
    return pl.DataFrame(
        {
            "position": np.arange(1, seqs.length + 1),
            "state": [
                names[place] if mass > 0 else None for place, mass in zip(best, valid, strict=True)
            ],
            "share": divided(counts[np.arange(seqs.length), best], valid),
        },
        schema_overrides={"state": pl.String},
    )


def normalised_entropy(shares: Floats) -> Floats:
    """Return the entropy of each row of shares, divided by the log of the number of columns."""
    entropy: Floats = _entropy(shares) / np.log(max(shares.shape[-1], 2))
    return entropy


def _entropy(shares: Floats) -> Floats:
    """Return the entropy of each row of shares, natural logarithm, NaN if a share is."""
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy: Floats = np.abs(np.einsum("...a,...a->...", shares, logs))
    return entropy


def divided(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> Floats:
    """Return the quotient, NaN if the denominator is zero."""
    above, below = np.broadcast_arrays(
        np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    )
    quotient = np.full(above.shape, np.nan, dtype=np.float64)
    np.divide(above, below, out=quotient, where=below != 0)
    return quotient
