"""The caseworkers' own world: places in teams, who holds them, and who leaves when.

A block of consecutive persons shares one office in each municipality. An office has four teams
(young or adult, job-ready or activity-ready) with a fixed number of places, planned for a full
block; where a team has nobody free, another team of the office takes the case. What happens to a
place is drawn from the seed, the block and the place alone: no person is needed to draw it, so a
person meets the same caseworkers however many others are simulated.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trajectories.config.simulator import SimulatorConfig
from trajectories.register.simulator.calendar import MONTHS
from trajectories.register.simulator.places import (
    CASES_PER_PERSON,
    MUNICIPALITY_SHARES,
    TEAM_SHARES,
)
from trajectories.register.simulator.streams_kernels import mix

SUCCESSION, SPREAD, GRADUAL = 1, 2, 3
MODES = ("none", "succession", "spread", "gradual")
"""How a leaver's list is handed over."""
MODE_SHARES = (0.60, 0.90)
"""Cumulative shares of succession and spread; the rest is gradual."""

NOTICE_MONTHS = 2
"""Months of gradual hand-over before the month in which the leaver's list ends."""

SMALLEST_TEAM = 1
OCCUPANTS = 64
"""Room for the successive holders of one place in a caseworker's number."""

PLACE_MONTH = np.dtype(
    [
        ("holder", np.uint8),
        ("leaving_day", np.uint8),
        ("mode", np.uint8),
        ("notice", np.uint8),
        ("absence_day", np.uint8),
        ("return_day", np.uint8),
        ("free", np.uint8),
    ]
)
"""One place in one month: which of its holders it has at the month's end; the day from which the
leaver's clients have another caseworker (2–28, 0 = nobody leaves) and how the list is handed over;
1 in months of gradual hand-over before the last; the days from which the holder is on leave and
back; 1 where the place takes clients, having one holder who is present all month."""

TEAM = np.dtype([("first", np.int64), ("count", np.int64)])
"""The first place of a team and its number of places."""


class Offices(NamedTuple):
    """One block's caseworkers.

    Attributes:
        teams: (municipalities, teams) of `TEAM`; places run over municipality, then team.
        plan: (places, months) of `PLACE_MONTH`.
    """

    teams: NDArray[np.void]
    plan: NDArray[np.void]


def team_places(settings: SimulatorConfig) -> NDArray[np.int64]:
    """Number of places by municipality and team, for a full block."""
    cases = settings.office_persons * CASES_PER_PERSON
    wished = cases * np.outer(MUNICIPALITY_SHARES, TEAM_SHARES) / settings.caseload
    places: NDArray[np.int64] = np.maximum(SMALLEST_TEAM, np.round(wished)).astype(np.int64)
    return places


def open_offices(settings: SimulatorConfig, block: int) -> Offices:
    """Draw the world of one block's caseworkers.

    Args:
        settings: the simulator's section of the configuration.
        block: the block's number, from 0.
    """
    count = team_places(settings)
    places = int(count.sum())
    teams = np.zeros(count.shape, TEAM)
    teams["count"] = count
    teams["first"] = (np.cumsum(count) - count.ravel()).reshape(count.shape)
    key = [int(mix(np.uint64(settings.seed))), (1 << 63) | block]
    draws = np.random.Generator(np.random.Philox(key=key)).random((places, 4, MONTHS))
    plan = np.zeros((places, MONTHS), PLACE_MONTH)
    plan["free"] = 1
    for place in range(places):
        _run_place(plan[place], draws[place].tolist(), settings)
    return Offices(teams, plan)


def _run_place(
    months: NDArray[np.void], draws: list[list[float]], settings: SimulatorConfig
) -> None:
    """Fill one place's months: who holds it, and when its holder leaves or is on leave."""
    chance, kind, day, length = draws
    holder, busy_until = 0, 1
    for month in range(1, MONTHS):
        if month < busy_until:
            continue
        event_day = 2 + int(27 * day[month])
        if chance[month] < settings.departure_rate and holder < OCCUPANTS - 1:
            mode = 1 + int(np.searchsorted(MODE_SHARES, kind[month], side="right"))
            last = month + (NOTICE_MONTHS if mode == GRADUAL else 0)
            vacant = 0 if mode == SUCCESSION else 1 + int(3 * length[month])
            busy_until = last + 1 + vacant
            months["notice"][month:last] = 1
            if last < MONTHS:
                holder += 1
                months["leaving_day"][last] = event_day
                months["mode"][last] = mode
                months["holder"][last:] = holder
        elif chance[month] > 1 - settings.absence_rate:
            back = month + 2 + int(5 * length[month])
            busy_until = back + 1
            months["absence_day"][month] = event_day
            if back < MONTHS:
                months["return_day"][back] = event_day
        else:
            continue
        months["free"][month:busy_until] = 0
