"""Optimal matching as a maximisation: what matching two states saves.

Deleting x and inserting y costs Σ indel(x) + Σ indel(y); each matched pair of states a, b saves
w(a, b) = max(0, indel(a) + indel(b) − sub(a, b)). The distance is the first less the most that a
monotone matching saves.
"""

import numpy as np

from trajectories.dissimilarity.blocks import States
from trajectories.dissimilarity.costs import Costs, Floats
from trajectories.sequences import VOID


def gains(costs: Costs) -> Floats:
    """Return what matching two states saves, (a + 1, a + 1); the last state stands for none."""
    indel = np.append(np.broadcast_to(costs.indel, costs.states), 0.0)
    gain = indel[:, None] + indel
    gain[:-1, :-1] -= costs.substitution
    gain[-1] = gain[:, -1] = 0
    saved: Floats = np.maximum(gain, 0)
    return saved


def padded(states: States, length: int, void: int) -> States:
    """Return sequences of `length` positions, those after a sequence's end in the state `void`."""
    rows = np.full((len(states), length), void, np.uint8)
    rows[:, : states.shape[1]] = np.where(states == VOID, void, states)
    return rows
