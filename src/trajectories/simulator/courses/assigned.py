"""Assignments of a block's persons to caseworkers, as arrays."""

from typing import NamedTuple, Self

import numpy as np

from trajectories.arrays import Bools, Ints
from trajectories.simulator.calendar import Days
from trajectories.simulator.courses.spans import Rows
from trajectories.simulator.statuses import NEW_CASE


class Assigned(NamedTuple):
    """Assignments, sorted by person and start.

    Attributes:
        who: row of the person in the block.
        start, end: days since 1970, inclusive.
        caseworker: a number made of block, position in its offices, and holder of that position.
        team: municipality × 4 + team; −1 − municipality for closing caseworkers.
        cause: why it begins: index in `CAUSES`, `CLOSING` or `RECODING`.
    """

    who: Rows
    start: Days
    end: Days
    caseworker: Ints
    team: Ints
    cause: Ints

    def chosen(self, rows: Bools) -> Self:
        """Return the selected assignments."""
        return self._replace(
            who=self.who[rows],
            start=self.start[rows],
            end=self.end[rows],
            caseworker=self.caseworker[rows],
            team=self.team[rows],
            cause=self.cause[rows],
        )

    def handed(self) -> Bools:
        """Return whether each assignment is followed by another caseworker in the same case."""
        followed = np.zeros(len(self.who), bool)
        followed[:-1] = (self.who[1:] == self.who[:-1]) & (self.cause[1:] != NEW_CASE)
        return followed

    def next_start(self, last: int) -> Days:
        """Return the first day of the same person's next assignment, or the day after `last`."""
        following = np.full(len(self.who), last + 1, np.int32)
        same = self.who[1:] == self.who[:-1]
        following[:-1][same] = self.start[1:][same]
        return following


def in_order(*parts: Assigned) -> Assigned:
    """Concatenate assignments, sorted by person and start."""
    who = np.concatenate([part.who for part in parts])
    start = np.concatenate([part.start for part in parts])
    order = np.lexsort((start, who))
    return Assigned(
        who[order],
        start[order],
        np.concatenate([part.end for part in parts])[order],
        np.concatenate([part.caseworker for part in parts])[order],
        np.concatenate([part.team for part in parts])[order],
        np.concatenate([part.cause for part in parts])[order],
    )
