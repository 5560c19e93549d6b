"""A case on social assistance: who takes it, and when and why another caseworker takes over.

At most one change of caseworker falls in a month. Where several would, the order is: move to
another municipality, the youth border, the reform's assignment, visitation, the caseworker's
departure, leave or return, request.
"""

import numpy as np
from numba import njit

from trajectories.simulator import random_streams as on
from trajectories.simulator.courses.offices import GRADUAL, SUCCESSION, Offices
from trajectories.simulator.random_kernels import uniform
from trajectories.simulator.statuses import (
    ABSENCE,
    DEPARTURE,
    MOVE,
    NO_CHANGE,
    REFORM_ASSIGNMENT,
    REQUEST,
    RETURN,
    TEAM_SWITCH,
    VISITATION,
)

CASE = np.dtype(
    [
        ("place", np.int64),
        ("covered", np.int64),
        ("young", np.int64),
        ("ready", np.int64),
        ("least_ready", np.int64),
        ("changes", np.int64),
        ("last_change", np.int64),
        ("departures", np.int64),
        ("last_departure", np.int64),
    ]
)
"""A running case: the caseworker's place; the place whose absent holder that one stands in for, or
−1; 1 in the young team; 1 job-ready, 2 activity-ready, and the farthest from a job it has been;
changes so far; month of the latest, or −1; departures so far; month of the latest, or −1."""

YOUTH_MONTHS_BEFORE = 25 * 12
YOUTH_MONTHS_AFTER = 30 * 12
"""Age at which a client leaves the young team, before and from the reform."""

MONTHS_AFTER_DEPARTURE = 12
"""Months for which a departure may raise requests and upgrades."""

ANYBODY, NOVICES = 0, 1
"""Whom a new case may go to."""

MIXED_YOUNG = 0.21
"""Share of the cases that the first two teams get where teams take clients of every age."""

ATTEMPTS = 8
"""Random places tried before all are gone through in order."""


@njit(cache=True)
def youth_border(month: int, rates: np.record) -> int:
    """Age in months at which a client leaves the young team."""
    return YOUTH_MONTHS_AFTER if month >= rates.reform_2014 else YOUTH_MONTHS_BEFORE


@njit(cache=True)
def free_place(
    key: np.uint64,
    turn: int,
    month: int,
    offices: Offices,
    first: int,
    count: int,
    avoid: int,
    whom: int,
) -> int:
    """A place among `count` from `first` on that takes clients in `month`, −1 for none."""
    for attempt in range(ATTEMPTS):
        stream = (2 * month + turn) * ATTEMPTS + attempt
        place = first + int(count * uniform(key, on.PLACE, stream))
        if place != avoid and offices.plan[place, month].free:
            last = attempt == ATTEMPTS - 1
            wanted = whom == ANYBODY or last or offices.plan[place, month].novice
            full = not last and offices.appetite[place] < 1.0
            if full:
                full = uniform(key, on.PLACE_TAKEN, stream) >= offices.appetite[place]
            if wanted and not full:
                return place
    for place in range(first, first + count):
        if place != avoid and offices.plan[place, month].free:
            return place
    return -1


@njit(cache=True)
def find_place(
    key: np.uint64,
    month: int,
    offices: Offices,
    municipality: int,
    team: int,
    avoid: int,
    whom: int,
) -> int:
    """A place of the team, else of the municipality, that takes clients in `month`.

    Returns:
        The place; `avoid`, or the team's first place where that is −1, if no place does.
    """
    own, last = offices.teams[municipality, team], offices.teams[municipality, -1]
    place = free_place(key, 0, month, offices, own.first, own.count, avoid, whom)
    if place < 0:
        first = offices.teams[municipality, 0].first
        count = last.first + last.count - first
        place = free_place(key, 1, month, offices, first, count, avoid, whom)
    if place >= 0:
        return place
    return avoid if avoid >= 0 else int(own.first)


@njit(cache=True)
def team_of(young: int, ready: int) -> int:
    """The team that a case belongs to."""
    return 2 * (1 - young) + int(ready == 2)


@njit(cache=True)
def begin_case(
    case: np.record,
    person: np.record,
    month: int,
    municipality: int,
    offices: Offices,
    whom: int,
    rates: np.record,
) -> None:
    """Give a new case its first caseworker; in mixed teams whatever the client's age."""
    key = person.key
    case.young = int(month - person.birth_month < youth_border(month, rates))
    if rates.mixed_teams != 0.0:
        case.young = int(uniform(key, on.SECTION, month) < MIXED_YOUNG)
    case.covered = -1
    team = team_of(case.young, case.ready)
    case.place = find_place(key, month, offices, municipality, team, -1, whom)
    case.changes = 0
    case.last_change = -1
    case.departures = 0
    case.last_departure = -1


@njit(cache=True)
def after_departure(case: np.record, month: int) -> bool:
    """Whether a caseworker of the case left not long ago."""
    last = case.last_departure
    return bool(last >= 0 and month - last <= MONTHS_AFTER_DEPARTURE)


@njit(cache=True)
def own_cause(
    case: np.record, person: np.record, month: int, begun: int, moved: bool, rates: np.record
) -> int:
    """The change that the client's own circumstances bring about this month, if any."""
    key = person.key
    age = month - person.birth_month
    if moved:
        return MOVE
    mixed = rates.mixed_teams != 0.0
    if not mixed and case.young and age >= youth_border(month, rates):
        return TEAM_SWITCH
    if month == person.reform_month and begun < rates.reform_2014 and age < YOUTH_MONTHS_AFTER:
        coordinated = case.ready == 2 and person.coordinator < rates.coordinator
        if coordinated or not (case.young or mixed):
            return REFORM_ASSIGNMENT
    chance = rates.upgrade if case.ready == 2 else rates.downgrade
    if case.ready == 2 and rates.upgrades_after_departure != 0.0 and after_departure(case, month):
        lean = rates.upgrades_on_frailty * person.bounded_frailty
        chance *= np.exp(min(max(rates.upgrades_after_departure + lean, -4.0), 4.0))
    if uniform(key, on.READINESS_CHANGE, month) < chance:
        return VISITATION
    return NO_CHANGE


@njit(cache=True)
def office_cause(case: np.record, key: np.uint64, month: int, offices: Offices) -> tuple[int, int]:
    """The change that the caseworker's comings and goings bring about, and its day (0 = any)."""
    place, covered = case.place, case.covered
    leaving = offices.plan[place, month].leaving_day
    if leaving > 0:
        if offices.plan[place, month].mode != GRADUAL:
            return DEPARTURE, leaving
        return DEPARTURE, 2 + int((leaving - 1) * uniform(key, on.CHANGE_DAY, month))
    if offices.plan[place, month].notice and uniform(key, on.HAND_OVER, month) < 0.5:
        return DEPARTURE, 0
    if offices.plan[place, month].absence_day > 0:
        return ABSENCE, offices.plan[place, month].absence_day
    if covered >= 0 and offices.plan[covered, month].return_day > 0:
        return RETURN, offices.plan[covered, month].return_day
    return NO_CHANGE, 0


@njit(cache=True)
def next_change(
    case: np.record,
    person: np.record,
    month: int,
    begun: int,
    moved: bool,
    health: float,
    offices: Offices,
    rates: np.record,
) -> tuple[int, int]:
    """Cause and day (2–28) of the case's change of caseworker this month; nothing is changed."""
    key = person.key
    cause = own_cause(case, person, month, begun, moved, rates)
    day = 2 + int(27 * uniform(key, on.CHANGE_DAY, month))
    if cause == TEAM_SWITCH:
        day = max(2, person.birth_day)
    office, office_day = office_cause(case, key, month, offices)
    if cause != NO_CHANGE:
        return cause, min(day, office_day) if office_day > 0 else day
    if office != NO_CHANGE:
        return office, office_day if office_day > 0 else day
    lean = rates.requests_on_health * health - rates.requests_on_frailty * person.bounded_frailty
    if rates.requests_after_departure != 0.0 and after_departure(case, month):
        lean += rates.requests_after_departure
    if uniform(key, on.REQUEST_CHANCE, month) < rates.request * np.exp(min(max(lean, -4.0), 4.0)):
        return REQUEST, day
    return NO_CHANGE, 0


@njit(cache=True)
def change_caseworker(
    case: np.record,
    key: np.uint64,
    month: int,
    cause: int,
    municipality: int,
    offices: Offices,
    mixed: bool,
) -> bool:
    """Carry out a change of caseworker; False, and nothing done, where no colleague is free."""
    place, covered = case.place, case.covered
    young, ready = case.young, case.ready
    if cause in (TEAM_SWITCH, REFORM_ASSIGNMENT) and not mixed:
        young = int(cause == REFORM_ASSIGNMENT)
    if cause == VISITATION:
        ready = 3 - ready
    if cause == RETURN:
        found = covered
    elif cause == DEPARTURE and offices.plan[place, month].mode == SUCCESSION:
        found = place
    else:
        team = team_of(young, ready)
        found = find_place(key, month, offices, municipality, team, place, ANYBODY)
        if found == place and cause != DEPARTURE:
            return False
    case.place, case.young, case.ready = found, young, ready
    case.least_ready = max(case.least_ready, ready)
    case.covered = -1
    if cause == ABSENCE:
        case.covered = covered if covered >= 0 else place
    case.changes += 1
    case.last_change = month
    if cause == DEPARTURE:
        case.departures += 1
        case.last_departure = month
    return True
