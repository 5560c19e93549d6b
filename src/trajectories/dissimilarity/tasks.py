"""Measures of states, channels and numeric series, prepared for their distance matrix."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from trajectories.arrays import Array
from trajectories.config.sections.channels import ChannelConfig
from trajectories.config.sections.dissimilarity import MeasureConfig
from trajectories.dissimilarity import on_demand
from trajectories.dissimilarity.channels import combine
from trajectories.dissimilarity.costs import Costs, substitution_costs
from trajectories.dissimilarity.distances import Distances, fill_condensed
from trajectories.dissimilarity.measures import Recipe
from trajectories.dissimilarity.on_demand import OnDemand
from trajectories.dissimilarity.series.warping import fill_series
from trajectories.sequences import StateSequences, UniqueSequences
from trajectories.sequences.coding import LARGEST_ALPHABET
from trajectories.sequences.months.channels import Compared

Fill = Callable[[range, Distances, int], None]


@dataclass(frozen=True, eq=False)
class Task:
    """One measure of some windows.

    Attributes:
        unique: the distinct windows with their multiplicities; windows that differ in a channel or
            series are distinct, even with equal states.
        compared: further data of each distinct window, an array (u, L) by name.
        dtype: type of the distances.
        normalisation: the chosen normalisation.
        costs: the content of `costs.json`.
        fill: writes rows of the condensed matrix of the distinct windows, given the rows, an output
            array and a number of threads.
        space: the same distances when they are asked for, by a number of threads.
    """

    unique: UniqueSequences
    compared: dict[str, Array]
    dtype: np.dtype[Any]
    normalisation: str
    costs: dict[str, Any]
    fill: Fill
    space: Callable[[int], OnDemand]


def of_states(windows: StateSequences, recipe: Recipe) -> Task:
    """Return a measure of state sequences."""
    unique = windows.unique()
    states, costs = unique.sequences.states, recipe.costs
    return Task(
        unique=unique,
        compared={},
        dtype=recipe.dtype,
        normalisation=recipe.normalisation,
        costs={
            "alphabet": list(windows.alphabet),
            "substitution": None if costs is None else costs.substitution.tolist(),
            "indel": None if costs is None else np.asarray(costs.indel).tolist(),
        },
        fill=lambda rows, out, threads: fill_condensed(recipe, states, rows, out, threads),
        space=lambda threads: on_demand.of_states(recipe, states, threads),
    )


def of_channels(windows: StateSequences, options: MeasureConfig, compared: Compared) -> Task:
    """Return a measure of several channels.

    Raises:
        ValueError: too many combinations of values occur, or options that do not fit.
    """
    channels = [
        replace(part, weights=windows.weights)
        for part in compared.values()
        if isinstance(part, StateSequences)
    ]
    settings = list(options.channels.values())
    costs = [_channel_costs(*pair) for pair in zip(channels, settings, strict=True)]
    weights = [channel.weight for channel in settings]
    seqs, added = combine(channels, costs, weights)
    recipe = recipe_with(seqs, added, options)
    # Combinations come first, so that windows are in the order in which kernels are fastest.
    joint = np.hstack([seqs.states, windows.states])
    every = StateSequences(joint, tuple(range(LARGEST_ALPHABET)), windows.weights).unique()
    combined = np.ascontiguousarray(every.sequences.states[:, : windows.length])
    _, first = np.unique(every.inverse, return_index=True)
    return Task(
        unique=UniqueSequences(
            replace(windows[first], weights=every.sequences.weights), every.count, every.inverse
        ),
        compared={
            name: part.states[first] for name, part in zip(options.channels, channels, strict=True)
        },
        dtype=recipe.dtype,
        normalisation=recipe.normalisation,
        costs={
            "channels": {
                name: {
                    "alphabet": list(part.alphabet),
                    "weight": channel.weight,
                    "substitution": cost.substitution.tolist(),
                    "indel": np.asarray(cost.indel).tolist(),
                }
                for (name, channel), part, cost in zip(
                    options.channels.items(), channels, costs, strict=True
                )
            }
        },
        fill=lambda rows, out, threads: fill_condensed(recipe, combined, rows, out, threads),
        space=lambda threads: on_demand.of_states(recipe, combined, threads),
    )


def recipe_with(seqs: StateSequences, costs: Costs | None, options: MeasureConfig) -> Recipe:
    """Return the recipe of a configured measure with its costs.

    Raises:
        ValueError: they do not fit the sequences.
    """
    return Recipe.of(
        seqs,
        options.measure,  # type: ignore[arg-type]
        costs,
        options.normalise,
        options.dtype,
        **options.options(),
    )


def of_series(windows: StateSequences, options: MeasureConfig, compared: Compared) -> Task:
    """Return a measure of a numeric series."""
    (series,) = (part for part in compared.values() if isinstance(part, np.ndarray))
    joint = np.hstack([series, windows.states.astype(np.float64)])
    rows, first, inverse, count = np.unique(
        joint, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    place = inverse.reshape(-1).astype(np.uint32)
    mass = np.bincount(place, weights=windows.weights, minlength=len(rows)).astype(np.float64)
    numbers = np.ascontiguousarray(rows[:, : windows.length])
    gamma = options.gamma or 0.0
    return Task(
        unique=UniqueSequences(
            replace(windows[first], weights=mass), count.astype(np.int64), place
        ),
        compared={"series": numbers},
        dtype=np.dtype(options.dtype),
        normalisation="none",
        costs={"series": options.series, "gamma": options.gamma},
        fill=lambda some, out, threads: fill_series(numbers, gamma, some, out, threads),
        space=lambda threads: on_demand.of_series(numbers, gamma, threads),
    )


def stored_costs(stored: dict[str, Any]) -> Costs:
    """Return the costs stored in `costs.json`."""
    indel = stored["indel"]
    return Costs(
        np.array(stored["substitution"]), np.array(indel) if isinstance(indel, list) else indel
    )


def _channel_costs(channel: StateSequences, options: ChannelConfig) -> Costs:
    costs = substitution_costs(channel, options.costs, cval=options.cval, lag=options.lag)
    return costs if options.indel is None else Costs(costs.substitution, options.indel)
