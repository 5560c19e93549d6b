"""Ties in times that differ only by rounding error."""

import numpy as np

from trajectories.arrays import Floats

TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))
"""Neighbouring times closer than this, or than this share of their mean size, are tied, as in R's
`survival` (`timefix`; vignette "Roundoff error and tied times")."""


def tied(*times: Floats) -> tuple[Floats, ...]:
    """Replace nearly equal times by the earliest of their run.

    3 × 0.1 and 0.3 are the same time but different floating-point numbers. Pass all times of a data
    set together: entries and stops of all strata.

    Returns:
        The arrays, with ties made exact.
    """
    every = np.concatenate([part[np.isfinite(part)] for part in times])
    distinct = np.unique(every)
    if len(distinct) < 2:
        return times
    gaps = np.diff(distinct)
    near = (gaps <= TOLERANCE) | (gaps <= TOLERANCE * float(np.abs(distinct).mean()))
    if not near.any():
        return times
    first = distinct[np.append(True, ~near)]
    return tuple(_at(part, first) for part in times)


def _at(part: Floats, first: Floats) -> Floats:
    finite = np.isfinite(part)
    moved = part.copy()
    moved[finite] = first[np.searchsorted(first, part[finite], side="right") - 1]
    return moved
