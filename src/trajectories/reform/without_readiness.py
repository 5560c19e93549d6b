"""The comparison in states that do not use readiness.

A reform can change what readiness means, which no table of renamed codes shows. Types whose shares
differ between periods only by readiness do not differ where the states do not use it.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Array, Ints

States = npt.NDArray[np.uint8]


def states_of(person_months: pl.DataFrame, windows: pl.DataFrame, length_months: int) -> States:
    """Return the states of windows in other person-months of the same persons.

    Args:
        person_months: person, month, state (Enum); sorted by person and month, without gaps.
        windows: person, origin (first day of the first month).
        length_months: length of the windows.

    Returns:
        (n, L) uint8, positions of the states among the categories.

    Raises:
        ValueError: a month of a window is not among the person-months.
    """
    person, theirs = (frame["person"].to_numpy() for frame in (person_months, windows))
    months, origins = person_months["month"], _month_number(windows["origin"])
    first = np.searchsorted(person, theirs)
    held = first < len(person)
    first_months = _month_number(months.gather(np.where(held, first, 0))) if len(person) else first
    starts = first + origins - first_months
    held &= (starts >= first) & (starts < len(person))
    there = np.where(held, starts, 0)
    if (
        not held.all()
        or ((person[there] != theirs) | (_month_number(months.gather(there)) != origins)).any()
    ):
        raise ValueError("a window begins in a month that the person-months do not hold")
    rows = starts[:, None] + np.arange(length_months)
    if len(rows) and rows.max() >= person_months.height:
        raise ValueError("a window ends after the person-months")
    if (person[rows[:, -1]] != person[rows[:, 0]]).any():
        raise ValueError("a window ends after the person-months of its person")
    codes: States = person_months["state"].to_physical().to_numpy().astype(np.uint8)
    found: States = codes[rows]
    return found


def _month_number(months: pl.Series) -> Ints:
    """Return the months since the year 0."""
    number: Ints = (months.dt.year().cast(pl.Int64) * 12 + months.dt.month()).to_numpy()
    return number


def recoded_medoids(registered: Array, medoids: Array, recoded: Array) -> Array:
    """Return each medoid's sequence in other states.

    Several windows can share a medoid's sequence and differ in the other states; the most frequent
    of their sequences is taken, the first in order at ties.

    Args:
        registered: states of all windows (n, L).
        medoids: states of the medoids (k, L), each that of some window.
        recoded: the other states of all windows (n, L).

    Returns:
        (k, L), the dtype of `recoded`.

    Raises:
        ValueError: no window has a medoid's sequence.
    """
    found = []
    for medoid in medoids:
        same: Ints = np.flatnonzero((registered == medoid).all(axis=1))
        if not len(same):
            raise ValueError("no window has the sequence of a medoid")
        unique, counts = np.unique(recoded[same], axis=0, return_counts=True)
        found.append(unique[counts.argmax()])
    return np.array(found, dtype=recoded.dtype)
