"""Spells: runs of the same state."""

from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Array, Ints
from trajectories.dissimilarity.lanes.blocks import States
from trajectories.dissimilarity.spells_kernels import find_spells, most_spells
from trajectories.sequences import VOID


@dataclass(frozen=True, eq=False)
class Spells:
    """The spells of sequences.

    Attributes:
        states: state of each spell, void after the last one, uint8 (n, most spells).
        durations: number of positions of each spell, 0 after the last one, int64.
        number: the spell of each position, counted from 0, int64 (n, L); −1 at void positions.
    """

    states: States
    durations: Ints
    number: Ints

    @classmethod
    def of(cls, states: States) -> "Spells":
        """Find the spells of sequences, uint8 (n, L)."""
        most = max(most_spells(states, VOID), 1)
        names = np.full((len(states), most), VOID, np.uint8)
        durations = np.zeros((len(states), most), np.int64)
        number = np.full(states.shape, -1, np.int64)
        find_spells(states, VOID, names, durations, number)
        return cls(names, durations, number)

    def by_position(self) -> Ints:
        """Return the duration of the spell that each position belongs to, (n, L)."""
        return np.take_along_axis(self.durations, np.maximum(self.number, 0), axis=1)


def backwards(values: Array, lengths: Ints) -> Array:
    """Return rows with their first `lengths` entries reversed and the others unchanged."""
    place = np.arange(values.shape[1])
    turned = np.where(place < lengths[:, None], lengths[:, None] - 1 - place, place)
    return np.take_along_axis(values, turned, axis=1)
