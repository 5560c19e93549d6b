"""Registers of six planted types of course, written without the simulator.

A person's course is a series of spells whose states and lengths are drawn by type; `noise` of the
spells are replaced by spells of a chain that all types share, and `drift` sets how much persons of
a type differ in when things happen.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trajectories.sequences import StateSequences

ALPHABET = (
    "JOB",
    "EDU",
    "UI",
    "SA_READY",
    "SA_PASSIVE",
    "SA_ACTIVE",
    "REHAB",
    "SICK",
    "FLEX",
    "PENSION",
    "SELF",
    "OUT",
)
(JOB, EDU, UI, READY, PASSIVE, ACTIVE, REHAB, SICK, FLEX, PENSION, SELF, OUT) = range(len(ALPHABET))
TYPES = (
    "quick job",
    "seasonal cycling",
    "long passive then flexjob",
    "activation then education",
    "long support",
    "churners",
)
SHARED = {
    JOB: ((READY, 3), (UI, 3), (SELF, 2), (SICK, 2)),
    EDU: ((JOB, 4), (SELF, 3), (PASSIVE, 2), (ACTIVE, 1)),
    UI: ((JOB, 6), (READY, 2), (SICK, 1), (SELF, 1)),
    READY: ((JOB, 4), (ACTIVE, 3), (SELF, 2), (SICK, 1), (EDU, 1)),
    PASSIVE: ((ACTIVE, 5), (SICK, 2), (SELF, 2), (JOB, 2), (REHAB, 1)),
    ACTIVE: ((PASSIVE, 5), (JOB, 2), (EDU, 1), (SELF, 1), (REHAB, 1)),
    REHAB: ((PASSIVE, 3), (FLEX, 2), (JOB, 1), (PENSION, 1)),
    SICK: ((PASSIVE, 4), (JOB, 3), (REHAB, 2), (READY, 1)),
    FLEX: ((FLEX, 8), (PENSION, 1), (SICK, 1)),
    PENSION: ((PENSION, 1),),
    SELF: ((READY, 3), (PASSIVE, 2), (JOB, 4), (EDU, 1)),
    OUT: ((OUT, 1),),
}
"""What follows a spell in the chain that all types share, with weights."""
SHARED_MONTHS = np.array([8.0, 12.0, 5.0, 4.0, 6.0, 4.0, 12.0, 4.0, 20.0, 99.0, 5.0, 99.0])


class World(NamedTuple):
    """A register of planted types: the courses and each one's type."""

    seqs: StateSequences
    kind: NDArray[np.int64]


def world(
    seed: int,
    n: int = 2000,
    length: int = 24,
    *,
    noise: float = 0.25,
    drift: float = 1.0,
    shares: tuple[float, ...] | None = None,
    types: tuple[int, ...] = (0, 1, 2, 3, 4, 5),
) -> World:
    """Draw a register of persons of several types.

    Args:
        seed: seed of all draws.
        n: number of courses.
        length: months of a course.
        noise: share of spells that follow the chain that all types share.
        drift: factor of the spread of spells' lengths.
        shares: share of each type; drawn from a Dirichlet distribution by default.
        types: which types there are, places in `TYPES`.
    """
    random = np.random.default_rng([20130, seed])
    drawn = random.dirichlet(np.full(len(types), 8.0)) if shares is None else np.asarray(shares)
    kind = random.choice(len(types), n, p=drawn / drawn.sum())
    states = np.empty((n, length), np.uint8)
    for who in range(n):
        course = _course(random, types[kind[who]], length, noise, drift)
        states[who] = course
    return World(StateSequences(states, ALPHABET, np.ones(n)), kind.astype(np.int64))


def _months(random: np.random.Generator, mean: float, drift: float) -> int:
    """A spell's length: gamma, at least one month; its coefficient of variation is drift / √3."""
    shape = 3.0 / max(drift, 1e-3) ** 2
    return max(1, round(random.gamma(shape, mean / shape)))


def _course(
    random: np.random.Generator, kind: int, length: int, noise: float, drift: float
) -> list[int]:
    course: list[int] = []
    step, phase = 0, int(random.integers(0, 12))
    while len(course) < length:
        if course and random.random() < noise:
            after, weights = zip(*SHARED[course[-1]], strict=True)
            state = int(random.choice(after, p=np.array(weights) / sum(weights)))
            course += [state] * max(1, round(random.exponential(SHARED_MONTHS[state])))
            continue
        state, mean = _spell(random, kind, step, len(course), phase)
        course += [state] * _months(random, mean, drift)
        step += 1
    return course[:length]


def _spell(
    random: np.random.Generator, kind: int, step: int, month: int, phase: int
) -> tuple[int, float]:
    """State and mean length of the next spell of a type."""
    u = random.random()
    if kind == 0:
        if step == 0:
            return (READY if u < 0.8 else PASSIVE), 4
        return (JOB, 18) if step % 2 else ((UI if u < 0.5 else READY), 3)
    if kind == 1:
        season = (month + phase) % 12
        if step == 0:
            return (READY if u < 0.7 else PASSIVE), 4
        if 2 <= season < 8:
            return JOB, float(max(8 - season, 2))
        return (READY if u < 0.5 else UI), float((14 - season) % 12 or 1)
    if kind == 2:
        if step == 0:
            return PASSIVE, 12
        if step == 1:
            return (REHAB if u < 0.4 else SICK if u < 0.6 else FLEX), 6 if u < 0.6 else 30
        return FLEX, 30
    if kind == 3:
        if step == 0:
            return (PASSIVE if u < 0.6 else READY), 2
        if step == 1:
            return ACTIVE, 6
        return (EDU, 24) if step == 2 or u < 0.7 else (ACTIVE, 4)
    if kind == 4:
        return (ACTIVE, 4) if step % 2 else (PASSIVE, 9)
    if step % 2 == 0:
        return (READY if u < 0.5 else PASSIVE if u < 0.8 else ACTIVE), 3
    return (JOB if u < 0.4 else SELF if u < 0.8 else SICK), 3
