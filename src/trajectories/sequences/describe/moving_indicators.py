"""Indicators in windows that move along the sequences (Pelletier et al. 2020)."""

import numpy as np
import polars as pl

from trajectories.sequences.convert.reshape import cut
from trajectories.sequences.describe.sequence_indicators import indicators
from trajectories.sequences.state_sequences import StateSequences


def moving_indicators(
    seqs: StateSequences,
    *,
    window: int,
    step: int = 1,
    growing: bool = False,
    with_missing: bool = False,
) -> pl.DataFrame:
    """Return indicators within a window that moves along each sequence.

    Args:
        seqs: the sequences.
        window: positions in the window; if it grows, in the first one.
        step: positions from one window to the next.
        growing: whether all windows begin at the first position.
        with_missing: whether to treat missing as a state.

    Returns:
        One row per sequence and window: sequence (u32 row number), first and last (i32, positions
        of the window from 1), and the columns of `indicators`, normalised within the window.
        Positions after the end of a sequence are ignored.

    Raises:
        ValueError: the window does not fit the sequences, or the step is less than one position.
    """
    if not 1 <= window <= seqs.length:
        raise ValueError(
            f"a window of {window} positions does not fit sequences of {seqs.length} positions"
        )
    if step < 1:
        raise ValueError("windows are at least one position apart")
    frames = []
    for last in range(window, seqs.length + 1, step):
        first = 1 if growing else last - window + 1
        described = indicators(
            cut(seqs, first, last), with_missing=with_missing, longest=last - first + 1
        )
        frames.append(
            described.select(
                pl.Series("sequence", np.arange(len(seqs), dtype=np.uint32)),
                pl.lit(first, pl.Int32).alias("first"),
                pl.lit(last, pl.Int32).alias("last"),
                pl.all(),
            )
        )
    return pl.concat(frames).sort("sequence", "last")
