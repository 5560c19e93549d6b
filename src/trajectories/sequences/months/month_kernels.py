"""The compiled sweep over sorted intervals that gives each month its state."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from trajectories.arrays import Ints

MAJORITY: Final = 0
FIRST_DAY: Final = 1
MID_MONTH: Final = 2
PRIORITY: Final = 3
THURSDAYS: Final = 4

MID_MONTH_DAY: Final = 15
DAYS_A_WEEK: Final = 7
LONGEST_MONTH: Final = 31
LAST_DAY: Final = 2**31 - 2
NO_CODE: Final = 255
NO_PLACE: Final = -1

STATE, BENEFIT, READINESS, MUNICIPALITY, DAYS = range(5)

Int8s = npt.NDArray[np.uint8]
Int16s = npt.NDArray[np.int16]
Int32s = npt.NDArray[np.int32]
Int64s = Ints


class Calendar(NamedTuple):
    """Which months each person has.

    Attributes:
        starts: first day of each month and of the one after the last, int32 (m + 1,).
        begins: each person's first month as a place in `starts`, int32 (p,).
        offset: each person's first output row, and the number of rows at the end, int64 (p + 1,).
    """

    starts: Int32s
    begins: Int32s
    offset: Int64s


class Spells(NamedTuple):
    """Benefit spells by person and start, without overlaps; days inclusive.

    Attributes:
        at: each person's first spell, and the number of spells at the end, int64 (p + 1,).
        start: first day, int32.
        end: last day, int32.
        kind: row of `Meaning`, int32.
        benefit: code of the benefit, uint8, `NO_CODE` unknown.
        municipality: int16, `NO_PLACE` unknown.
    """

    at: Int64s
    start: Int32s
    end: Int32s
    kind: Int32s
    benefit: Int8s
    municipality: Int16s


class Readiness(NamedTuple):
    """Readiness intervals by person and start, without overlaps; `value` is a code, int16."""

    at: Int64s
    start: Int32s
    end: Int32s
    value: Int16s


class Jobs(NamedTuple):
    """Employment by person and start; intervals may overlap."""

    at: Int64s
    start: Int32s
    end: Int32s


class Persons(NamedTuple):
    """What is known of each person: first day out of the population, home municipality."""

    out_day: Int32s
    home: Int16s


class Meaning(NamedTuple):
    """State and readiness of (kind, readiness in force), uint8 (kinds, values + 1).

    Column 0 is a day without a readiness interval, column v + 1 a day with the code v.
    """

    state: Int8s
    readiness: Int8s


class Choice(NamedTuple):
    """How a month is decided.

    Attributes:
        job: state of a day in employment without a benefit.
        none: state of a day with neither.
        out: absorbing state, -1 where there is none.
        rule: `MAJORITY`, `FIRST_DAY`, `MID_MONTH`, `PRIORITY` or `THURSDAYS`.
        rank: rank of each state, uint8 (a,); the lower wins.
    """

    job: int
    none: int
    out: int
    rule: int
    rank: Int8s


class Output(NamedTuple):
    """The columns to fill, one entry a person and month.

    Attributes:
        month: first day of the month, int32 (rows,).
        state: uint8 (rows,).
        benefit: uint8 (rows,), `NO_CODE` = none.
        readiness: uint8 (rows,), `NO_CODE` = none.
        municipality: int16 (rows,), `NO_PLACE` = unknown.
    """

    month: Int32s
    state: Int8s
    benefit: Int8s
    readiness: Int8s
    municipality: Int16s


@njit(cache=True)
def _heaviest(pieces: Int32s, n: int, field: int, winner: int) -> int:
    """Return the value of `field` that covers most days of the winning state, ties to the first."""
    best, value = -1, 0
    for i in range(n):
        if pieces[i, STATE] != winner:
            continue
        days = 0
        for j in range(n):
            if pieces[j, STATE] == winner and pieces[j, field] == pieces[i, field]:
                days += pieces[j, DAYS]
        if days > best:
            best = days
            value = pieces[i, field]
    return value


@njit(cache=True)
def _winning_state(pieces: Int32s, n: int, rank: Int8s, rule: int) -> int:
    """Return the state of a month by most days or by priority."""
    winner, most = -1, 0
    for i in range(n):
        state = pieces[i, STATE]
        days = 1
        if rule != PRIORITY:
            days = 0
            for j in range(n):
                if pieces[j, STATE] == state:
                    days += pieces[j, DAYS]
        if days > most or (days == most and winner >= 0 and rank[state] < rank[winner]):
            winner, most = state, days
    return winner


@njit(cache=True)
def _same_throughout(pieces: Int32s, n: int, chosen: int) -> bool:
    """Return whether all pieces in the state of a chosen one equal it in all but their days."""
    for i in range(n):
        if pieces[i, STATE] == pieces[chosen, STATE]:
            for field in (BENEFIT, READINESS, MUNICIPALITY):
                if pieces[i, field] != pieces[chosen, field]:
                    return False
    return True


@njit(cache=True)
def _piece_of_day(pieces: Int32s, n: int, day: int) -> int:
    """Return the piece that holds a day of the month, counted from 1."""
    passed = 0
    for i in range(n):
        passed += pieces[i, DAYS]
        if passed >= day:
            return i
    return n - 1


@njit(cache=True)
def _thursdays(first: int, last: int) -> int:
    """Count the Thursdays between two days, both inclusive; day 0, 1 January 1970, was one."""
    return last // DAYS_A_WEEK - (first - 1) // DAYS_A_WEEK


@njit(cache=True)
def _decide(pieces: Int32s, n: int, rank: Int8s, rule: int) -> tuple[int, int, int, int]:
    """Return state, benefit, readiness and municipality of a month that pieces share."""
    if rule in (FIRST_DAY, MID_MONTH):
        chosen = _piece_of_day(pieces, n, 1 if rule == FIRST_DAY else MID_MONTH_DAY)
        whole = True
    elif n == 2 and rule != PRIORITY:
        # Most months that are shared are shared by two.
        more = pieces[1, DAYS] - pieces[0, DAYS]
        ahead = rank[pieces[1, STATE]] < rank[pieces[0, STATE]]
        chosen = 1 if more > 0 or (more == 0 and ahead) else 0
        whole = True
    else:
        winner = _winning_state(pieces, n, rank, rule)
        chosen = 0
        while pieces[chosen, STATE] != winner:
            chosen += 1
        whole = _same_throughout(pieces, n, chosen)
    state, pay = pieces[chosen, STATE], pieces[chosen, BENEFIT]
    ability, where = pieces[chosen, READINESS], pieces[chosen, MUNICIPALITY]
    if not whole:
        pay = _heaviest(pieces, n, BENEFIT, state)
        ability = _heaviest(pieces, n, READINESS, state)
        where = _heaviest(pieces, n, MUNICIPALITY, state)
    return state, pay, ability, where


@njit(cache=True, nogil=True)
def sweep_months(
    first_person: int,
    last_person: int,
    calendar: Calendar,
    spells: Spells,
    ready: Readiness,
    jobs: Jobs,
    persons: Persons,
    meaning: Meaning,
    choice: Choice,
    output: Output,
) -> None:
    """Fill the months of each person from sorted intervals, one sweep a person.

    Time is cut into pieces at every change of spell, readiness, employment or presence. A piece
    that covers a month alone decides it; the pieces of other months are collected and weighed.
    Persons write to rows of their own and the interpreter's lock is released, so blocks of persons
    can be swept at once.
    """
    # Arrays are taken out of their tuples once: within the loop that would count references.
    state, benefit = output.state, output.benefit
    readiness, municipality, first_days = output.readiness, output.municipality, output.month
    begins, offset = calendar.begins, calendar.offset
    spell_at, spell_start, spell_end = spells.at, spells.start, spells.end
    spell_kind, spell_pay, spell_place = spells.kind, spells.benefit, spells.municipality
    ready_at, ready_start, ready_end, ready_value = ready.at, ready.start, ready.end, ready.value
    job_at, job_start, job_end = jobs.at, jobs.start, jobs.end
    out_day, home = persons.out_day, persons.home
    state_of, readiness_of = meaning.state, meaning.readiness
    rank, rule, absorbing = choice.rank, choice.rule, choice.out
    starts = calendar.starts
    pieces = np.empty((LONGEST_MONTH, 5), np.int32)
    for person in range(first_person, last_person):
        spell, last_spell = spell_at[person], spell_at[person + 1]
        value, last_value = ready_at[person], ready_at[person + 1]
        job, last_job = job_at[person], job_at[person + 1]
        row, last_row = offset[person], offset[person + 1]
        if row == last_row:
            continue
        out = out_day[person]
        place = np.int32(home[person])
        for known in range(spell, last_spell):
            if spell_place[known] != NO_PLACE:
                place = np.int32(spell_place[known])
                break
        month = begins[person]
        day = starts[month]
        n = 0
        while row < last_row:
            end = np.int32(LAST_DAY)
            here, where = np.int32(absorbing), np.int32(NO_PLACE)
            pay, ability = np.int32(NO_CODE), np.int32(NO_CODE)
            if day < out:
                end = min(end, out - 1)
                left = False
                while spell < last_spell and spell_end[spell] < day:
                    left = left or state_of[spell_kind[spell], 0] == absorbing
                    if spell_place[spell] != NO_PLACE:
                        place = np.int32(spell_place[spell])
                    spell += 1
                if spell < last_spell and spell_start[spell] <= day:
                    end = min(end, spell_end[spell])
                    while value < last_value and ready_end[value] < day:
                        value += 1
                    column = 0
                    if value < last_value and ready_start[value] <= day:
                        column = ready_value[value] + 1
                        end = min(end, ready_end[value])
                    elif value < last_value:
                        end = min(end, ready_start[value] - 1)
                    kind = spell_kind[spell]
                    here = np.int32(state_of[kind, column])
                    left = left or here == absorbing
                    pay = np.int32(spell_pay[spell])
                    ability = np.int32(readiness_of[kind, column])
                    if spell_place[spell] != NO_PLACE:
                        place = np.int32(spell_place[spell])
                else:
                    if spell < last_spell:
                        end = min(end, spell_start[spell] - 1)
                    while job < last_job and job_end[job] < day:
                        job += 1
                    here = np.int32(choice.none)
                    if job < last_job and job_start[job] <= day:
                        here = np.int32(choice.job)
                        end = min(end, job_end[job])
                    elif job < last_job:
                        end = min(end, job_start[job] - 1)
                if left:
                    out = day
                    continue
                where = place
            while row < last_row and day <= end:
                if n == 0 and starts[month + 1] <= end + 1:
                    state[row], benefit[row] = here, pay
                    readiness[row], municipality[row] = ability, where
                    first_days[row] = day
                    row += 1
                    month += 1
                    day = starts[month]
                    continue
                month_end = starts[month + 1] - 1
                stop = min(end, month_end)
                pieces[n, STATE], pieces[n, BENEFIT] = here, pay
                pieces[n, READINESS], pieces[n, MUNICIPALITY] = ability, where
                pieces[n, DAYS] = stop - day + 1
                if rule == THURSDAYS:
                    pieces[n, DAYS] = _thursdays(day, stop)
                n += 1
                if stop == month_end:
                    chosen = _decide(pieces, n, rank, rule)
                    state[row], benefit[row] = chosen[0], chosen[1]
                    readiness[row], municipality[row] = chosen[2], chosen[3]
                    first_days[row] = starts[month]
                    n = 0
                    row += 1
                    month += 1
                day = stop + 1
