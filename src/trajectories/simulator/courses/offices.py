"""The simulated caseworkers: positions in teams, their holders, and who leaves when.

A block of consecutive persons shares one office in each municipality. An office has four teams
(young or adult, job-ready or activity-ready) with a fixed number of positions (`places`), planned
for a full block; if a team has nobody free, another team of the office takes the case. The history
of a position is drawn from the seed, the block and the position alone, so that a person meets the
same caseworkers however many others are simulated.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trajectories.arrays import Floats, Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as on
from trajectories.simulator.calendar import calendar_of
from trajectories.simulator.courses.status_kernels import normal
from trajectories.simulator.persons.places import CASES_PER_PERSON, MUNICIPALITY_SHARES, TEAM_SHARES
from trajectories.simulator.random_kernels import mix
from trajectories.simulator.scenarios import Scenario, scenario_of
from trajectories.simulator.shocks import strain_of, times_of

SUCCESSION, SPREAD, GRADUAL = 1, 2, 3
MODES = ("none", "succession", "spread", "gradual")
"""How a leaver's list is handed over."""
MODE_SHARES = (0.60, 0.90)
"""Cumulative shares of succession and spread; the rest (a tenth) is gradual."""

NOTICE_MONTHS = 2
"""Months of gradual hand-over before the month in which the leaver's list ends."""

SMALLEST_TEAM = 1
TOGETHER_DAY = 15
NOVICE_MONTHS, FIRST_TENURE = 24, 60
"""Months for which a holder is new; first holders started up to `FIRST_TENURE` months earlier."""

OCCUPANTS = 64
"""Factor in a caseworker's number, larger than the number of holders of a position."""

PLACE_MONTH = np.dtype(
    [
        ("holder", np.uint8),
        ("leaving_day", np.uint8),
        ("mode", np.uint8),
        ("notice", np.uint8),
        ("absence_day", np.uint8),
        ("return_day", np.uint8),
        ("free", np.uint8),
        ("novice", np.uint8),
    ]
)
"""A position in a month: its holder at the month's end; the day from which the leaver's clients
have another caseworker (2–28, 0 = nobody leaves) and how the list is handed over; 1 in months of
gradual hand-over before the last; the days on which the holder goes on leave and returns; 1 if the
position takes clients, because one holder is present all month; 1 in a holder's first two years."""

TEAM = np.dtype([("first", np.int64), ("count", np.int64)])
"""The first position of a team and its number of positions."""


class Offices(NamedTuple):
    """One block's caseworkers.

    Attributes:
        teams: (municipalities, teams) of `TEAM`; positions are ordered by municipality, then team.
        plan: (places, months) of `PLACE_MONTH`.
        climate: (municipalities, months) effect of calendar time on the log job hazard.
        strain: (municipalities, teams, months) share of a team's positions left in the three
            months before.
        appetite: (places,) probability that a position accepts a client offered to it, 1 for the
            team's largest list.
        team_effect: (places,) effect of the position's team on the log job hazard.
    """

    teams: NDArray[np.void]
    plan: NDArray[np.void]
    climate: Floats
    strain: Floats
    appetite: Floats
    team_effect: Floats


def team_places(settings: SimulatorConfig) -> Ints:
    """Return the number of positions by municipality and team, for a full block."""
    cases = settings.office_persons * CASES_PER_PERSON
    wished = cases * np.outer(MUNICIPALITY_SHARES, TEAM_SHARES) / settings.caseload
    places: Ints = np.maximum(SMALLEST_TEAM, np.round(wished)).astype(np.int64)
    return places


def block_key_of(seed: int, block: int) -> np.uint64:
    """Return the key of the random streams of one block's caseworkers."""
    return np.uint64(mix(np.uint64(mix(np.uint64(seed))) ^ np.uint64(block)))


def open_offices(settings: SimulatorConfig, block: int) -> Offices:
    """Simulate one block's caseworkers."""
    scenario = scenario_of(settings)
    count = team_places(settings)
    places = int(count.sum())
    teams = np.zeros(count.shape, TEAM)
    teams["count"] = count
    teams["first"] = (np.cumsum(count) - count.ravel()).reshape(count.shape)
    months = calendar_of(settings).months
    key = [int(mix(np.uint64(settings.seed))), (1 << 63) | block]
    draws = np.random.Generator(np.random.Philox(key=key)).random((places, 4, months))
    times = times_of(settings.seed, scenario, months)
    plan = np.zeros((places, months), PLACE_MONTH)
    plan["free"] = 1
    municipality = np.repeat(np.arange(len(count)), count.sum(axis=1))
    block_key = block_key_of(settings.seed, block)
    modes = tuple(share * (1 - scenario.gradual) / MODE_SHARES[-1] for share in MODE_SHARES)
    for place in range(places):
        leaving = Leaving(
            settings.departure_rate,
            settings.absence_rate * scenario.absence_factor,
            (times.turnover[municipality[place]]).tolist(),
            0.0 if scenario.random_departures else scenario.leavers_on_effect,
            0.0 if scenario.random_departures else scenario.novices_leave,
            times.together(municipality[place], float(draws[place, 1, 0])),
            np.uint64(block_key ^ np.uint64(place * OCCUPANTS)),
            modes,
        )
        _run_place(plan[place], draws[place].tolist(), leaving)
    appetite, team_effect = _differences(count, block_key, scenario)
    return Offices(teams, plan, times.climate, strain_of(teams, plan), appetite, team_effect)


def _differences(count: Ints, block_key: np.uint64, scenario: Scenario) -> tuple[Floats, Floats]:
    """Return the acceptance probability of each position, and its team's effect."""
    teams = np.repeat(np.arange(count.size), count.ravel())

    def drawn(purpose: int, length: int, spread: float) -> Floats:
        if spread == 0.0:
            return np.zeros(length)
        keys = (np.uint64(mix(np.uint64(block_key ^ np.uint64(one)))) for one in range(length))
        return spread * np.array([normal(key, purpose, 0) for key in keys])

    wished = np.exp(drawn(on.APPETITE, len(teams), scenario.caseload_sd))
    first = np.cumsum(count.ravel()) - count.ravel()
    most = np.maximum.reduceat(wished, first)
    return wished / most[teams], drawn(on.TEAM_EFFECT, count.size, scenario.team_sd)[teams]


class Leaving(NamedTuple):
    """The process by which holders leave a position.

    Attributes:
        rate: monthly probability of leaving.
        absence: monthly probability of a leave of absence.
        turnover: (months,) effect of calendar time on the log rate.
        on_effect: log rate per standard deviation of the caseworker's own effect.
        novices: log rate ratio in a caseworker's first two years.
        together: month in which the holder leaves together with others, −1 for none.
        key: key of the random streams of the position's holders.
        modes: cumulative shares of the modes of hand-over, as `MODE_SHARES`.
    """

    rate: float
    absence: float
    turnover: list[float]
    on_effect: float
    novices: float
    together: int
    key: np.uint64
    modes: tuple[float, ...]

    def chance(self, month: int, holder: int, novice: bool) -> float:
        """Return the probability that a holder leaves in a month."""
        lean = self.turnover[month] + self.novices * novice
        if self.on_effect:
            key = np.uint64(mix(np.uint64(self.key ^ np.uint64(holder))))
            own = normal(key, on.CASEWORKER_EFFECT, 0)
            lean += self.on_effect * own
        return self.rate * math.exp(lean) if lean else self.rate


def _run_place(months: NDArray[np.void], draws: list[list[float]], leaving: Leaving) -> None:
    """Fill in one position's months: its holders, departures and leaves of absence."""
    chance, kind, day, length = draws
    holder, busy_until, since = 0, 1, -int(FIRST_TENURE * chance[0])
    for month in range(1, len(months)):
        novice = month - since < NOVICE_MONTHS
        months["novice"][month] = novice
        if month < busy_until:
            continue
        event_day = 2 + int(27 * day[month])
        together = month == leaving.together
        leaves = chance[month] < leaving.chance(month, holder, novice) or together
        if leaves and holder < OCCUPANTS - 1:
            mode = 1 + int(np.searchsorted(leaving.modes, kind[month], side="right"))
            if together:
                mode, event_day = SUCCESSION, TOGETHER_DAY
            last = month + (NOTICE_MONTHS if mode == GRADUAL else 0)
            vacant = 0 if mode == SUCCESSION else 1 + int(3 * length[month])
            busy_until = last + 1 + vacant
            since = last
            months["notice"][month:last] = 1
            if last < len(months):
                holder += 1
                months["leaving_day"][last] = event_day
                months["mode"][last] = mode
                months["holder"][last:] = holder
        elif chance[month] > 1 - leaving.absence:
            back = month + 2 + int(5 * length[month])
            busy_until = back + 1
            months["absence_day"][month] = event_day
            if back < len(months):
                months["return_day"][back] = event_day
        else:
            continue
        months["free"][month:busy_until] = 0
