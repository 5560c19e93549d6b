"""Pseudonymous identifiers: one-to-one scrambles of numbers that reveal nothing."""

import binascii

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.simulator.random_kernels import mix

PERSON, CASEWORKER, STRANGER = "p", "c", "x"
"""First letter of the identifiers of persons, caseworkers and unknown persons."""


def opaque(letter: str, seed: int, numbers: Ints) -> pl.Series:
    """Return an identifier for each number: a letter and twelve hexadecimal digits.

    Args:
        letter: the kind of thing identified; each letter has its own scramble.
        seed: the run's seed.
        numbers: integers from 0 to 2^48 − 1; distinct numbers get distinct identifiers.
    """
    key = int(mix(np.uint64(seed ^ ord(letter) << 40)))
    low, high = numbers & 0xFFFFFF, numbers >> 24
    for turn in range(4):
        low, high = high ^ _round(low, (key >> 12 * turn) & 0xFFFFFFFF), low
    scrambled = (high << 24 | low).astype(">u8")
    digits = np.frombuffer(binascii.hexlify(scrambled.tobytes()), "S16")
    return letter + pl.Series(digits.astype("U16")).str.slice(4)


def _round(half: Ints, key: int) -> Ints:
    """Apply one round of a Feistel network to 24 bits."""
    mixed = (half.astype(np.uint64) + np.uint64(key)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(40)).astype(np.int64)
