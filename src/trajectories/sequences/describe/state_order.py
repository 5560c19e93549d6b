"""Orders of states from best to worst, with equivalent and incomparable states."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trajectories.arrays import Bools, Floats, Ints
from trajectories.notebook.described import described
from trajectories.sequences.coding import State


@described(lambda x: f"{x.comparable.sum()} of {len(x.degree)} states in order")
@dataclass(frozen=True, eq=False)
class StateOrder:
    """How undesirable each state of an alphabet is.

    Attributes:
        degree: float64 (a,), 0 for the best and 1 for the worst state; equivalent states have the
            mean of their class, incomparable states the mean of all others.
        comparable: whether the state is in the order (a,).
        stands_for: the first state of its class of equivalent states (a,).
        rank: rank of the state in the order, the same for equivalent states (a,).
    """

    degree: Floats
    comparable: Bools
    stands_for: Ints
    rank: Ints


def state_order(
    alphabet: Sequence[State],
    order: Sequence[State],
    *,
    equivalent: Sequence[Sequence[State]] = (),
    degrees: Sequence[float] | None = None,
) -> StateOrder:
    """Assign degrees of undesirability to the states of an alphabet, as seqprecstart.

    Args:
        alphabet: the states.
        order: states from the best to the worst. Other states are equivalent to one of them or
            incomparable.
        equivalent: classes of equally good states.
        degrees: increasing undesirability of the states of `order`; equal steps by default.

    Raises:
        ValueError: a state is not in the alphabet or repeated, or fewer than two are comparable.
    """
    place = {state: i for i, state in enumerate(alphabet)}
    for state in (*order, *(state for states in equivalent for state in states)):
        if state not in place:
            raise ValueError(f"the state {state!r} is not in the alphabet")
    members = [state for states in equivalent for state in states]
    if len(set(order)) != len(order) or len(set(members)) != len(members):
        raise ValueError("a state is repeated in the order or in the classes of equivalent states")
    listed = list(order)
    for states in equivalent:
        known = [state for state in states if state in listed]
        if known:
            spot = listed.index(known[0])
            listed[spot + 1 : spot + 1] = [state for state in states if state not in listed]
    if len(listed) < 2:
        raise ValueError("an order needs at least two states")
    given = np.linspace(0, 1, len(listed)) if degrees is None else np.array(degrees, np.float64)
    if len(given) != len(listed) or (np.diff(given) < 0).any() or given[-1] <= given[0]:
        raise ValueError(f"degrees must be {len(listed)} increasing numbers")
    degree = np.full(len(place), given.mean())
    rank = np.zeros(len(place), dtype=np.int64)
    comparable = np.zeros(len(place), dtype=np.bool_)
    for i, state in enumerate(listed):
        degree[place[state]], rank[place[state]] = given[i], i
        comparable[place[state]] = True
    degree = (degree - given[0]) / (given[-1] - given[0])
    stands_for = np.arange(len(place))
    for states in equivalent:
        codes = [place[state] for state in states]
        degree[codes] = degree[codes].mean()
        stands_for[codes], rank[codes] = codes[0], rank[codes].min()
    return StateOrder(degree, comparable, stands_for, rank)
