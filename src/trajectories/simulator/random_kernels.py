"""Random numbers that depend on who draws them, for what and when, and on nothing else.

Each number is a hash of (seed, person, purpose, month): no state is carried, so neither the number
of persons nor chunks nor threads change what one person draws. The hash chains the finaliser of
splitmix64 (Steele, Lea & Flood 2014, OOPSLA).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints

MONTH_OFFSET = 4096
"""Added to month numbers, which may be negative, before hashing."""


@njit(cache=True)
def mix(value: np.uint64) -> np.uint64:
    """Scramble 64 bits: the finaliser of splitmix64."""
    z = np.uint64(value) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True)
def person_key(seed: int, person: int) -> np.uint64:
    """Key of all of one person's streams."""
    return mix(mix(np.uint64(seed)) ^ np.uint64(person))


@njit(cache=True)
def uniform(key: np.uint64, purpose: int, month: int) -> float:
    """A number in (0, 1) for one purpose and month of the person with `key`."""
    counter = np.uint64(purpose) << np.uint64(32) | np.uint64(month + MONTH_OFFSET)
    bits = mix(key ^ mix(counter)) >> np.uint64(11)
    return (np.float64(bits) + 0.5) * 2.0**-53


@njit(cache=True)
def uniforms(seed: int, persons: Ints, purpose: int, months: Ints) -> Floats:
    """Draw `uniform` for each pair of a person's index and a month."""
    drawn = np.empty(len(persons), np.float64)
    for row in range(len(persons)):
        drawn[row] = uniform(person_key(seed, persons[row]), purpose, months[row])
    return drawn


@njit(cache=True)
def keys_of(seed: int, persons: Ints) -> NDArray[np.uint64]:
    """`person_key` of each person's index."""
    keys = np.empty(len(persons), np.uint64)
    for row in range(len(persons)):
        keys[row] = person_key(seed, persons[row])
    return keys


@njit(cache=True)
def uniform_of(keys: NDArray[np.uint64], purpose: int) -> Floats:
    """Draw `uniform` once for each key."""
    drawn = np.empty(len(keys), np.float64)
    for row in range(len(keys)):
        drawn[row] = uniform(keys[row], purpose, 0)
    return drawn
