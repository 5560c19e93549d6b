"""Two more kinds of registers with planted types, which share no code with the simulator.

`hazards` moves persons month by month: each type has its own chances of leaving a state, which
change with the months spent in it, and its own destinations; persons of a type differ in pace.
`scripts` writes a course as stages of a plan with lognormal lengths; interruptions break into a
stage and lead back to it. Both differ from `planted_types.py` in states, number and kind of types,
lengths and randomness. `scripts` and the seeds from 100 are held out: nothing is tuned on them.
"""

import numpy as np
from numpy.typing import NDArray
from planted_types import World

from trajectories.sequences import StateSequences

WORK, PART, STUDY, BENEFIT, COURSE, ILL, HOME, RETIRED, AWAY = range(9)
CAREER_STATES = ("WORK", "PART", "STUDY", "BENEFIT", "COURSE", "ILL", "HOME", "RETIRED", "AWAY")

# By type: the state a course begins in with its chances, the monthly chance of leaving a state and
# how it changes with each further month there (a factor), and where to.
Leaving = dict[int, tuple[float, float, dict[int, float]]]
HAZARDS: tuple[tuple[dict[int, float], Leaving], ...] = (
    (  # back to work for good
        {BENEFIT: 0.9, COURSE: 0.1},
        {
            BENEFIT: (0.25, 1.0, {WORK: 0.85, PART: 0.15}),
            WORK: (0.01, 1.0, {BENEFIT: 1.0}),
            PART: (0.10, 1.1, {WORK: 1.0}),
        },
    ),
    (  # part-time work beside the benefit
        {BENEFIT: 0.7, PART: 0.3},
        {
            BENEFIT: (0.20, 1.0, {PART: 0.9, HOME: 0.1}),
            PART: (0.15, 1.0, {BENEFIT: 0.9, WORK: 0.1}),
            WORK: (0.10, 1.0, {PART: 1.0}),
        },
    ),
    (  # illness, then retired
        {BENEFIT: 0.6, ILL: 0.4},
        {
            BENEFIT: (0.12, 1.0, {ILL: 0.9, COURSE: 0.1}),
            ILL: (0.03, 1.12, {RETIRED: 0.7, BENEFIT: 0.3}),
            COURSE: (0.30, 1.0, {ILL: 0.5, BENEFIT: 0.5}),
            RETIRED: (0.0, 1.0, {RETIRED: 1.0}),
        },
    ),
    (  # one course after another
        {BENEFIT: 0.5, COURSE: 0.5},
        {
            BENEFIT: (0.35, 1.0, {COURSE: 0.95, WORK: 0.05}),
            COURSE: (0.10, 1.15, {BENEFIT: 0.9, STUDY: 0.1}),
            STUDY: (0.05, 1.0, {BENEFIT: 1.0}),
        },
    ),
    (  # into education
        {BENEFIT: 0.8, HOME: 0.2},
        {
            BENEFIT: (0.12, 1.1, {STUDY: 0.8, COURSE: 0.2}),
            COURSE: (0.25, 1.0, {STUDY: 0.8, BENEFIT: 0.2}),
            STUDY: (0.03, 1.0, {WORK: 0.6, BENEFIT: 0.4}),
            HOME: (0.25, 1.0, {STUDY: 0.4, BENEFIT: 0.6}),
        },
    ),
)
EVERYBODY: Leaving = {
    WORK: (0.08, 0.95, {BENEFIT: 0.5, ILL: 0.2, PART: 0.2, AWAY: 0.1}),
    PART: (0.12, 1.0, {WORK: 0.5, BENEFIT: 0.5}),
    STUDY: (0.06, 1.0, {WORK: 0.4, BENEFIT: 0.4, HOME: 0.2}),
    BENEFIT: (0.15, 0.95, {WORK: 0.35, COURSE: 0.3, ILL: 0.15, STUDY: 0.1, HOME: 0.1}),
    COURSE: (0.20, 1.0, {BENEFIT: 0.7, WORK: 0.2, STUDY: 0.1}),
    ILL: (0.12, 0.95, {BENEFIT: 0.6, WORK: 0.3, RETIRED: 0.1}),
    HOME: (0.15, 1.0, {BENEFIT: 0.6, WORK: 0.4}),
    RETIRED: (0.0, 1.0, {RETIRED: 1.0}),
    AWAY: (0.05, 1.0, {BENEFIT: 1.0}),
}
"""Moves that types share: those of a month that noise takes, and of states a type does not know."""


def hazards(seed: int, n: int = 1500, length: int = 24, *, noise: float = 0.2) -> World:
    """Draw persons who move by their type's monthly chances.

    Args:
        seed: seed of all draws.
        n: number of persons.
        length: months of a course.
        noise: chance that a month follows the moves that all types share.
    """
    random = np.random.default_rng([41, seed])
    shares = random.dirichlet(np.full(len(HAZARDS), 6.0))
    kind = random.choice(len(HAZARDS), n, p=shares)
    pace = random.gamma(4.0, 0.25, n)  # coefficient of variation 0.5
    states = np.empty((n, length), np.uint8)
    for who in range(n):
        begins, own = HAZARDS[kind[who]]
        state, months = _drawn(random, begins), 1
        for month in range(length):
            states[who, month] = state
            shared = random.random() < noise or state not in own
            chance, factor, targets = (EVERYBODY if shared else own)[state]
            if random.random() < min(chance * pace[who] * factor ** (months - 1), 0.95):
                state, months = _drawn(random, targets), 1
            else:
                months += 1
    return World(StateSequences(states, CAREER_STATES, np.ones(n)), kind.astype(np.int64))


JOB, WAGE_SUBSIDY, SCHOOL, AID, SICK_PAY, FLEX, FAMILY = range(7)
SCRIPT_STATES = ("JOB", "WAGE_SUBSIDY", "SCHOOL", "AID", "SICK_PAY", "FLEX", "FAMILY")
SCRIPTS: tuple[tuple[float, tuple[tuple[int, float], ...], bool], ...] = (
    (0.22, ((AID, 4), (JOB, 60)), False),
    (0.18, ((AID, 3), (JOB, 5)), True),
    (0.17, ((AID, 40), (FAMILY, 3)), True),
    (0.14, ((AID, 6), (WAGE_SUBSIDY, 6), (JOB, 60)), False),
    (0.12, ((AID, 5), (SCHOOL, 30), (JOB, 60)), False),
    (0.10, ((AID, 6), (SICK_PAY, 9), (FLEX, 90)), False),
    (0.07, ((AID, 4), (WAGE_SUBSIDY, 5)), True),
)
"""Share of a type, its stages with mean months, and whether the plan begins anew at its end."""
INTERRUPTIONS = ((SICK_PAY, 0.35, 3.0), (AID, 0.3, 3.0), (FAMILY, 0.2, 4.0), (JOB, 0.15, 2.0))
"""State, share and mean months of what breaks into a stage."""


def scripts(seed: int, n: int = 1500, length: int = 36, *, noise: float = 0.2) -> World:
    """Draw persons who follow their type's plan, with interruptions.

    Args:
        seed: seed of all draws.
        n: number of persons.
        length: months of a course.
        noise: a quarter of it is the monthly chance of an interruption; and it is the share of
            stages that are left out.
    """
    random = np.random.default_rng([43, seed])
    shares = np.array([share for share, _, _ in SCRIPTS]) * random.gamma(8.0, 1 / 8, len(SCRIPTS))
    kind = random.choice(len(SCRIPTS), n, p=shares / shares.sum())
    states = np.empty((n, length), np.uint8)
    for who in range(n):
        states[who] = _followed(random, SCRIPTS[kind[who]], length, noise)
    return World(StateSequences(states, SCRIPT_STATES, np.ones(n)), kind.astype(np.int64))


def _followed(
    random: np.random.Generator,
    script: tuple[float, tuple[tuple[int, float], ...], bool],
    length: int,
    noise: float,
) -> NDArray[np.uint8]:
    _, stages, again = script
    course: list[int] = []
    place = 0
    while len(course) < length:
        state, mean = stages[place]
        last = place == len(stages) - 1
        place = (place + 1) % len(stages) if again or not last else place
        if course and not last and random.random() < noise:
            continue
        for _ in range(max(1, round(mean * random.lognormal(-0.18, 0.6)))):
            if course and random.random() < noise / 4:
                which = int(random.choice(len(INTERRUPTIONS), p=[p for _, p, _ in INTERRUPTIONS]))
                other, _, months = INTERRUPTIONS[which]
                course += [other] * max(1, round(random.exponential(months)))
            course.append(state)
    return np.array(course[:length], np.uint8)


def _drawn(random: np.random.Generator, chances: dict[int, float]) -> int:
    return int(random.choice(list(chances), p=list(chances.values())))
