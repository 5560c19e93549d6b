"""Measures and costs as configured."""

from collections.abc import Mapping, Sequence

import numpy as np

from trajectories.config.sections.dissimilarity import MeasureConfig
from trajectories.dissimilarity.costs import Costs, substitution_costs
from trajectories.dissimilarity.measures import Recipe
from trajectories.dissimilarity.tasks import Task, of_channels, of_series, of_states, recipe_with
from trajectories.sequences import StateSequences
from trajectories.sequences.months.channels import Compared


def task_of(options: MeasureConfig, windows: StateSequences, compared: Compared) -> Task:
    """Return the configured measure of states, channels or a series.

    Raises:
        ValueError: the options do not fit the windows.
    """
    if options.channels:
        return of_channels(windows, options, compared)
    if options.series is not None:
        return of_series(windows, options, compared)
    return of_states(windows, recipe_of(options, windows))


def recipe_of(options: MeasureConfig, windows: StateSequences) -> Recipe:
    """Return the recipe of a configured measure of state sequences.

    Raises:
        ValueError: the options do not fit the sequences.
    """
    costs, names = None, [str(state) for state in windows.alphabet]
    if options.costs == "custom":
        costs = custom_costs(options.custom, names)
    elif options.costs != "default":
        described = options.state_features
        if described and not described.keys() >= set(names):
            raise ValueError("state_features must describe every state of the alphabet")
        costs = substitution_costs(
            windows,
            options.costs,
            cval=constant_of(options),
            lag=options.lag,
            time_varying=options.time_varying,
            transition=options.transition,
            state_features=[described[name] for name in names] if described else None,
        )
    elif options.indel is not None or options.indels:
        costs = substitution_costs(windows, "constant")
    if costs is not None and options.indel is not None:
        costs = Costs(costs.substitution, options.indel)
    if costs is not None and options.indels:
        if options.indels.keys() != set(names):
            raise ValueError("indels must hold every state of the alphabet and no other")
        costs = Costs(costs.substitution, np.array([options.indels[name] for name in names]))
    return recipe_with(windows, costs, options)


def custom_costs(table: Mapping[str, Mapping[str, float]], names: Sequence[str]) -> Costs:
    """Return the costs of a table of pairs of states, and half the largest as indel.

    Raises:
        ValueError: a pair is missing, has two different costs, or is not in the alphabet.
    """
    place = {name: position for position, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    np.fill_diagonal(matrix, 0.0)
    for a, row in table.items():
        for b, cost in row.items():
            if a not in place or b not in place:
                raise ValueError(f"custom names {a} and {b}, which are not both in the alphabet")
            i, j = place[a], place[b]
            if not np.isnan(matrix[i, j]) and matrix[i, j] != cost:
                raise ValueError(f"custom gives {a} and {b} two costs, or a cost to a state itself")
            matrix[i, j] = matrix[j, i] = cost
    absent = np.argwhere(np.isnan(matrix))
    if len(absent):
        a, b = (names[position] for position in absent[0])
        raise ValueError(f"custom lacks the cost of {a} and {b}")
    if not matrix.any():
        raise ValueError("custom gives no pair of states a cost above 0")
    return Costs(matrix, float(matrix.max()) / 2)


def constant_of(options: MeasureConfig) -> float | None:
    """Return the constant from which costs are derived; by default, Hamming counts differences."""
    if options.cval is None and options.measure == "ham" and options.costs == "constant":
        return 1.0
    return options.cval
