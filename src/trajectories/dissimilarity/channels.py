"""Multichannel sequences: combinations of states, with costs that add up over channels.

Optimal matching of k parallel sequences replaces and deletes the states of all channels of a month
together, at the weighted sum of their costs (Pollock 2007). With one state for each combination
that occurs, this is a measure of single sequences, so every measure with costs applies.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Floats
from trajectories.dissimilarity.costs import Costs
from trajectories.notebook.checked_values import unmasked
from trajectories.sequences import VOID, StateSequences

SEPARATOR = " + "


def combine(
    channels: Sequence[StateSequences],
    costs: Sequence[Costs],
    channel_weights: npt.ArrayLike | None = None,
) -> tuple[StateSequences, Costs]:
    """Combine channels into sequences over one alphabet, and their costs into one set of costs.

    Args:
        channels: state sequences of the same n cases and L positions; void at the same positions.
            The weights are those of the first.
        costs: costs of each channel, not varying with the position.
        channel_weights: weight of each channel's costs, not negative; 1 for all by default.

    Returns:
        State sequences over the combinations that occur, named as "a + b", in the order of the
        channels' alphabets; and substitution costs and indels that are the weighted sums of the
        channels'.

    Raises:
        ValueError: channels or costs do not fit each other, or too many combinations occur for an
            alphabet.
    """
    for part, given, kind in (("channels", channels, StateSequences), ("costs", costs, Costs)):
        if not isinstance(given, Sequence) or not all(isinstance(one, kind) for one in given):
            raise ValueError(f"{part} must be a list of {kind.__name__}")
    weights = np.ones(len(channels))
    if channel_weights is not None:
        weights = unmasked(channel_weights, "channel_weights")
    if weights.dtype.kind not in "iuf":
        raise ValueError("weights of channels must be numbers")
    _check(channels, costs, weights)
    void = channels[0].states == VOID
    code = np.zeros(void.shape, np.int64)
    for channel in channels:
        code = code * len(channel.alphabet) + np.where(void, 0, channel.states)
    used = np.unique(code[~void])
    if len(used) > VOID:
        raise ValueError(
            f"{len(used)} combinations of states occur, more than {VOID} cannot be held: "
            f"merge states of a channel"
        )
    states = np.where(void, VOID, np.searchsorted(used, code)).astype(np.uint8)
    size = len(used)
    names: list[list[str]] = [[] for _ in range(size)]
    substitution, indel = np.zeros((size, size)), np.zeros(size)
    rest = used
    for channel, cost, weight in reversed(list(zip(channels, costs, weights, strict=True))):
        rest, own = np.divmod(rest, len(channel.alphabet))
        substitution += weight * cost.substitution[own[:, None], own]
        indel += weight * np.broadcast_to(cost.indel, cost.states)[own]
        for name, state in zip(names, own, strict=True):
            name.insert(0, str(channel.alphabet[state]))
    alphabet = tuple(SEPARATOR.join(name) for name in names)
    combined = StateSequences(states, alphabet, channels[0].weights)
    return combined, Costs(substitution, indel)


def _check(channels: Sequence[StateSequences], costs: Sequence[Costs], weights: Floats) -> None:
    """Raise a ValueError unless channels, costs and weights fit."""
    if not channels or len(costs) != len(channels) or weights.shape != (len(channels),):
        raise ValueError(
            f"{len(channels)} channels need as many costs and weights, "
            f"not {len(costs)} and {weights.size}"
        )
    if not np.all(np.isfinite(weights) & (weights >= 0)):
        raise ValueError("weights of channels must be finite and not negative")
    first = channels[0]
    for place, (channel, cost) in enumerate(zip(channels, costs, strict=True), start=1):
        if channel.states.shape != first.states.shape:
            raise ValueError(
                f"channel {place} has the shape {channel.states.shape}, "
                f"but the first one {first.states.shape}"
            )
        if not np.array_equal(channel.states == VOID, first.states == VOID):
            raise ValueError(f"channel {place} ends at other positions than the first one")
        if channel.has_missing:
            raise ValueError(
                f"channel {place} holds missing states: give these a state of their own"
            )
        if cost.substitution.ndim != 2 or cost.states != len(channel.alphabet):
            raise ValueError(
                f"channel {place} needs constant costs of {len(channel.alphabet)} states"
            )
