"""The compiled sweep over sorted intervals that gives each month its state."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

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
Int64s = npt.NDArray[np.int64]


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
def _winning_state(pieces: Int32s, n: int, rank: Int8s, days: Int32s, rule: int) -> int:
    """Return the state of a month by most days or by priority; `days` is scratch space (a,)."""
    days[:] = 0
    for i in range(n):
        days[pieces[i, STATE]] += pieces[i, DAYS]
    winner = -1
    for state in range(len(days)):
        if days[state] == 0:
            continue
        better = winner < 0 or rank[state] < rank[winner]
        if rule != PRIORITY and winner >= 0 and days[state] != days[winner]:
            better = days[state] > days[winner]
        if better:
            winner = state
    return winner


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

    Args:
        first_person: the first person to sweep.
        last_person: the one after the last.
        calendar: the months to fill.
        spells: the benefit spells.
        ready: the readiness intervals.
        jobs: the employment intervals.
        persons: what is known of each person.
        meaning: what spells and readiness mean.
        choice: how a month is decided.
        output: the columns to fill.
    """
    state, benefit = output.state, output.benefit
    readiness, municipality = output.readiness, output.municipality
    for person in range(first_person, last_person):
        pieces = np.empty((LONGEST_MONTH, 5), np.int32)
        days = np.empty(len(choice.rank), np.int32)
        spell, last_spell = spells.at[person], spells.at[person + 1]
        value, last_value = ready.at[person], ready.at[person + 1]
        job, last_job = jobs.at[person], jobs.at[person + 1]
        row, last_row = calendar.offset[person], calendar.offset[person + 1]
        if row == last_row:
            continue
        out = persons.out_day[person]
        place = np.int32(persons.home[person])
        for known in range(spell, last_spell):
            if spells.municipality[known] != NO_PLACE:
                place = np.int32(spells.municipality[known])
                break
        month = calendar.begins[person]
        day = calendar.starts[month]
        n = 0
        while row < last_row:
            end = np.int32(LAST_DAY)
            here, where = np.int32(choice.out), np.int32(NO_PLACE)
            pay, ability = np.int32(NO_CODE), np.int32(NO_CODE)
            if day < out:
                end = min(end, out - 1)
                left = False
                while spell < last_spell and spells.end[spell] < day:
                    left = left or meaning.state[spells.kind[spell], 0] == choice.out
                    if spells.municipality[spell] != NO_PLACE:
                        place = np.int32(spells.municipality[spell])
                    spell += 1
                if spell < last_spell and spells.start[spell] <= day:
                    end = min(end, spells.end[spell])
                    while value < last_value and ready.end[value] < day:
                        value += 1
                    column = 0
                    if value < last_value and ready.start[value] <= day:
                        column = ready.value[value] + 1
                        end = min(end, ready.end[value])
                    elif value < last_value:
                        end = min(end, ready.start[value] - 1)
                    kind = spells.kind[spell]
                    here = np.int32(meaning.state[kind, column])
                    left = left or here == choice.out
                    pay = np.int32(spells.benefit[spell])
                    ability = np.int32(meaning.readiness[kind, column])
                    if spells.municipality[spell] != NO_PLACE:
                        place = np.int32(spells.municipality[spell])
                else:
                    if spell < last_spell:
                        end = min(end, spells.start[spell] - 1)
                    while job < last_job and jobs.end[job] < day:
                        job += 1
                    here = np.int32(choice.none)
                    if job < last_job and jobs.start[job] <= day:
                        here = np.int32(choice.job)
                        end = min(end, jobs.end[job])
                    elif job < last_job:
                        end = min(end, jobs.start[job] - 1)
                if left:
                    out = day
                    continue
                where = place
            while row < last_row and day <= end:
                month_end = calendar.starts[month + 1] - 1
                stop = min(end, month_end)
                if n == 0 and stop == month_end and day == calendar.starts[month]:
                    state[row], benefit[row] = here, pay
                    readiness[row], municipality[row] = ability, where
                else:
                    pieces[n, STATE], pieces[n, BENEFIT] = here, pay
                    pieces[n, READINESS], pieces[n, MUNICIPALITY] = ability, where
                    pieces[n, DAYS] = stop - day + 1
                    if choice.rule == THURSDAYS:
                        pieces[n, DAYS] = _thursdays(day, stop)
                    n += 1
                    if stop == month_end and choice.rule in (FIRST_DAY, MID_MONTH):
                        asked = 1 if choice.rule == FIRST_DAY else MID_MONTH_DAY
                        chosen = _piece_of_day(pieces, n, asked)
                        state[row], benefit[row] = pieces[chosen, STATE], pieces[chosen, BENEFIT]
                        readiness[row] = pieces[chosen, READINESS]
                        municipality[row] = pieces[chosen, MUNICIPALITY]
                        n = 0
                    elif stop == month_end:
                        winner = _winning_state(pieces, n, choice.rank, days, choice.rule)
                        state[row], benefit[row] = winner, _heaviest(pieces, n, BENEFIT, winner)
                        readiness[row] = _heaviest(pieces, n, READINESS, winner)
                        municipality[row] = _heaviest(pieces, n, MUNICIPALITY, winner)
                        n = 0
                if stop == month_end:
                    output.month[row] = calendar.starts[month]
                    row += 1
                    month += 1
                day = stop + 1
