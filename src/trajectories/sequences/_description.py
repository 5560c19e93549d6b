"""Cross-sectional description: distributions, mean times, transition rates, modal states.

Definitions as TraMineR's seqstatd, seqmeant, seqtrate and seqmodst (Gabadinho, Ritschard, Müller
& Studer 2011, Journal of Statistical Software 40(4)). Missing and void positions are left out.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.sequences._state_sequences import StateSequences

Floats = npt.NDArray[np.float64]


def weighted_counts(seqs: StateSequences) -> Floats:
    """Return the total weight of each state at each position, float64 (L, a)."""
    counts = np.zeros((seqs.length, len(seqs.alphabet)))
    for t in range(seqs.length):
        counts[t] = np.bincount(seqs.states[:, t], seqs.weights, 256)[: counts.shape[1]]
    return counts


def state_distribution(seqs: StateSequences) -> pl.DataFrame:
    """Describe each position by the weighted shares of the states.

    Args:
        seqs: the sequences.

    Returns:
        One row a position: position (1…L), one column a state with its weighted share among the
        valid states, n (weight of valid states), entropy (of the shares, divided by the log of the
        alphabet's size). Shares and entropy are NaN where no state is valid.

    Raises:
        ValueError: a state is called position, n or entropy.
    """
    names = [str(state) for state in seqs.alphabet]
    taken = {"position", "n", "entropy"} & set(names)
    if taken:
        raise ValueError(f"a state is called {min(taken)}, which is a column of the result")
    counts = weighted_counts(seqs)
    valid = counts.sum(axis=1)
    shares = _divided(counts, valid[:, None])
    return pl.DataFrame(
        {
            "position": np.arange(1, seqs.length + 1),
            **{name: shares[:, place] for place, name in enumerate(names)},
            "n": valid,
            "entropy": normalised_entropy(shares),
        }
    )


def mean_time(seqs: StateSequences) -> pl.DataFrame:
    """Describe the number of positions that sequences spend in each state.

    The variance is weighted, Σw(x − m)²·W/(W² − Σw²) with W = Σw, and the standard error of the
    mean is the standard deviation over √W, both as in seqmeant: weights are read as numbers of
    cases.

    Args:
        seqs: the sequences.

    Returns:
        One row a state: state, mean, variance, sd, se (in positions), share (of the valid
        positions).
    """
    times = state_times(seqs).astype(np.float64)
    w = seqs.weights
    mass, squares = w.sum(), (w**2).sum()
    mean = _divided((times * w[:, None]).sum(axis=0), mass)
    spread = (w[:, None] * (times - mean) ** 2).sum(axis=0)
    variance = _divided(spread * mass, mass**2 - squares)
    return pl.DataFrame(
        {
            "state": [str(state) for state in seqs.alphabet],
            "mean": mean,
            "variance": variance,
            "sd": np.sqrt(variance),
            "se": np.sqrt(_divided(variance, mass)),
            "share": _divided(mean, mean.sum()),
        }
    )


def state_times(seqs: StateSequences) -> npt.NDArray[np.int64]:
    """Return the number of positions in each state of each sequence, int64 (n, a)."""
    return np.stack(
        [np.count_nonzero(seqs.states == place, axis=1) for place in range(len(seqs.alphabet))],
        axis=1,
    )


def transition_counts(seqs: StateSequences) -> Floats:
    """Return the weighted pairs of successive valid states, float64 (L − 1, a, a) from × to."""
    size = len(seqs.alphabet)
    counts = np.zeros((max(seqs.length - 1, 0), size, size))
    for t in range(seqs.length - 1):
        now, then = seqs.states[:, t].astype(np.int64), seqs.states[:, t + 1].astype(np.int64)
        valid = (now < size) & (then < size)
        pair = now[valid] * size + then[valid]
        counts[t] = np.bincount(pair, seqs.weights[valid], size * size).reshape(size, size)
    return counts


def transition_rates(seqs: StateSequences, *, time_varying: bool = False) -> Floats:
    """Return the rates of transition between successive positions.

    Args:
        seqs: the sequences.
        time_varying: whether each pair of positions has rates of its own.

    Returns:
        float64 (a, a), from × to by position in the alphabet, pooled over time; with
        `time_varying` (L − 1, a, a). Rows add up to one; a state that is never left or kept has a
        row of zeros, as in R.
    """
    counts = transition_counts(seqs)
    pooled = counts if time_varying else counts.sum(axis=0)
    rates: Floats = np.nan_to_num(_divided(pooled, pooled.sum(axis=-1, keepdims=True)))
    return rates


def modal_states(seqs: StateSequences) -> pl.DataFrame:
    """Return the commonest state of each position; ties go to the alphabet's first.

    Args:
        seqs: the sequences.

    Returns:
        One row a position: position (1…L), state, share (weighted, of the valid states); null and
        NaN where no state is valid.
    """
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
            "share": _divided(counts[np.arange(seqs.length), best], valid),
        },
        schema_overrides={"state": pl.String},
    )


def normalised_entropy(shares: Floats) -> Floats:
    """Return the entropy of each row of shares, divided by the log of the number of columns."""
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    most = np.log(max(shares.shape[-1], 2))
    entropy: Floats = np.einsum("...a,...a->...", shares, logs) / -most
    return entropy


def _divided(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> Floats:
    """Return the quotient, NaN where the denominator is zero."""
    above, below = np.broadcast_arrays(
        np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    )
    quotient = np.full(above.shape, np.nan, dtype=np.float64)
    np.divide(above, below, out=quotient, where=below != 0)
    return quotient
