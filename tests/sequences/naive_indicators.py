"""Indicators of one sequence as plainly as their definitions read; states are positions."""

from itertools import combinations, pairwise

import numpy as np

from trajectories.sequences import VOID


def known(row, size: int) -> list[int]:
    """The states of a row without missing and void."""
    return [int(cell) for cell in row if cell < size]


def runs(states: list[int]) -> list[tuple[int, int]]:
    """Distinct successive states with their durations."""
    found: list[list[int]] = []
    for state in states:
        if found and found[-1][0] == state:
            found[-1][1] += 1
        else:
            found.append([state, 1])
    return [(state, duration) for state, duration in found]


def entropy(states: list[int], size: int) -> float:
    shares = np.array([states.count(state) for state in set(states)]) / max(len(states), 1)
    return float(abs((shares * np.log(shares)).sum()) / np.log(max(size, 2)))


def largest_spread(spells: int, positions: int, zeros: int) -> float:
    """The variance with every spell but one as short as can be."""
    durations = [1] * (spells - 1) + [positions - spells + 1] + [0] * zeros
    return float(np.var(durations))


def turbulence(states: list[int], size: int, version: int) -> float:
    spells = runs(states)
    letters = [state for state, _ in spells]
    subsequences = {c for k in range(len(letters) + 1) for c in combinations(letters, k)}
    unvisited = size - len(set(letters))
    durations = [duration for _, duration in spells] + [0] * (unvisited * (version == 2))
    zeros = 0
    if version == 2:
        zeros = size - 1 if len(spells) == 1 else max(size - 2, 0)
    most = largest_spread(len(spells), len(states), zeros)
    return float(np.log2(len(subsequences) * (most + 1) / (np.var(durations) + 1)))


def describe(row, size: int, *, weight: float) -> dict[str, float]:
    """Every indicator that needs no other sequence, of a row with at least one state."""
    states = known(row, size)
    spells = runs(states)
    length = int((row != VOID).sum())
    visited = len(set(states))
    moves = len(spells) - 1
    moved = moves / max(length - 1, 1)
    durations = [duration for _, duration in spells]
    padded = durations + [0] * (size - visited)
    spread = entropy(states, size)
    seen = (visited - 1) / max(size - 1, 1)
    return {
        "length": length,
        "valid": len(states),
        "spells": len(spells),
        "transitions": moves,
        "transition_share": moved,
        "visited": visited,
        "visited_share": visited / size,
        "recurrence": len(spells) / visited,
        "entropy": spread,
        "mean_duration": np.mean(durations),
        "sd_duration": np.std(durations),
        "mean_duration_2": np.mean(padded),
        "sd_duration_2": np.std(padded),
        "volatility": weight * seen + (1 - weight) * moved,
        "complexity": np.sqrt(moved * spread),
        "turbulence": turbulence(states, size, 1),
        "turbulence_2": turbulence(states, size, 2),
    }


def integrated(states: list[int], chosen: list[bool], power: float) -> float:
    """The share of late positions that are chosen."""
    late = [(t + 1) ** power for t in range(len(states))]
    return sum(x for x, mine in zip(late, chosen, strict=True) if mine) / sum(late)


def degradation(states: list[int], degree: list[float], power: float) -> float:
    """Moves to worse minus moves to better states, each by where it leads."""
    total, place = 0.0, 0
    spells = runs(states)
    spans = []
    for _, duration in spells:
        spans.append((place, place + duration))
        place += duration
    for i, ((before, _), (now, _)) in enumerate(pairwise(spells)):
        low, high = spans[i + 1]
        inside = [low <= t < high for t in range(len(states))]
        total += (degree[now] - degree[before]) * integrated(states, inside, power)
    return total
