"""Benefit spells with the register's codes, and the readiness table."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trajectories.arrays import Bools, Ints
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import random_streams as purposes
from trajectories.simulator.calendar import GUIDANCE_CODE_CHANGES, Days, calendar_of
from trajectories.simulator.courses.courses import Block
from trajectories.simulator.courses.payments import with_paid_days
from trajectories.simulator.courses.spans import (
    Rows,
    changes_of,
    cut,
    joined,
    status_runs,
    value_on,
)
from trajectories.simulator.persons.people import People, birthdays
from trajectories.simulator.persons.places import MUNICIPALITIES
from trajectories.simulator.persons.planted_reform import reform_month
from trajectories.simulator.random_kernels import uniforms
from trajectories.simulator.scenarios import scenario_of
from trajectories.simulator.statuses import (
    ASSISTANCE,
    CLARIFICATION,
    DISABILITY,
    EDUCATION,
    FLEX_UNEMPLOYED,
    FLEXJOB,
    INSURANCE,
    PARENTAL,
    REHABILITATION,
    RESOURCE,
    RETIRED,
    SICKNESS,
    STATUSES,
)

GUIDANCE_DAY = int(np.datetime64(GUIDANCE_CODE_CHANGES, "D").astype(np.int64))

PASSIVE_CODES = {
    EDUCATION: 651,
    INSURANCE: 111,
    ASSISTANCE: 130,
    SICKNESS: 890,
    PARENTAL: 881,
    REHABILITATION: 760,
    RESOURCE: 810,
    CLARIFICATION: 785,
    FLEX_UNEMPLOYED: 740,
    FLEXJOB: 771,
    DISABILITY: 783,
    RETIRED: 998,
}
"""The code of each status without an activity; statuses without a benefit have none."""

NOT_READY, EDUCATION_HELP = 600, 10
"""Added to 13x: 73x if not job-ready; 14x instead of 13x; subtracted from 73x: 72x."""

OLDER_GUIDANCE = (INSURANCE, ASSISTANCE)
"""Benefits whose guidance was coded …1 in the older scheme."""

PARTLY_INSURED = (0.75, 0.90)
"""Shares of the unemployed who are so for the whole week, and for at least half of it."""
ACTIVE_INSURANCE = 99
"""Added to 111 and the activity's digit: 21x."""
UNPAID_EDUCATION = 0.12
EARLY_RETIREMENT = 621

JOB_READY, ACTIVITY_READY, EDUCATION_READY = 1, 2, 3
READINESS = ("", "job_ready", "activity_ready", "education_ready")
LABELLED_ACTIVITY_READY = 0.35
"""Share of the job-ready young whom the criteria of 2014 classify as activity-ready."""


def spells_of(block: Block, settings: SimulatorConfig) -> pl.DataFrame:
    """Return a block's benefit spells.

    Returns:
        who (i64, row of the person in the block), code (i64), start, end (i32 days since 1970; the
        last paid day), municipality (i16), sorted by who and start, without overlap.
    """
    people, courses, calendar = block.people, block.courses, block.calendar
    everyone = np.arange(len(people), dtype=np.int64)
    pieces = cut(
        len(people),
        [
            *(changes_of(courses, field, calendar) for field in ("status", "activity", "ready")),
            changes_of(courses, "municipality", calendar),
            (everyone, np.full(len(people), reform_day(settings), np.int32)),
            (everyone, np.full(len(people), GUIDANCE_DAY, np.int32)),
            (everyone, birthdays(people, 30, calendar)),
            (everyone, birthdays(people, 65, calendar)),
        ],
        calendar,
    )
    who, dates = pieces.who, pieces.start
    code = codes_on(block, settings, who, dates)
    place = value_on(courses, "municipality", who, dates, calendar).astype(np.int64)
    places = np.where(code > 0, code * len(MUNICIPALITIES) + place, 0)
    kept, value = joined(pieces, places, calendar)
    kept = with_paid_days(kept, status_runs(courses, calendar), settings)
    return pl.DataFrame(
        {
            "who": kept.who,
            "code": value // len(MUNICIPALITIES),
            "start": kept.start,
            "end": kept.end,
            "municipality": MUNICIPALITIES[value % len(MUNICIPALITIES)],
        }
    )


def readiness_of(block: Block, settings: SimulatorConfig) -> pl.DataFrame:
    """Return a block's readiness (visitation groups) while on social assistance.

    Returns:
        who (i64), readiness (str), start, end (i32 days since 1970), sorted, without overlap.
    """
    people, calendar = block.people, block.calendar
    everyone = np.arange(len(people), dtype=np.int64)
    pieces = cut(
        len(people),
        [
            changes_of(block.courses, "ready", calendar),
            (everyone, np.full(len(people), reform_day(settings), np.int32)),
            (everyone, birthdays(people, 30, calendar)),
        ],
        calendar,
    )
    label = readiness_on(block, settings, pieces.who, pieces.start)
    kept, value = joined(pieces, label, calendar)
    kept = with_paid_days(kept, status_runs(block.courses, calendar), settings)
    return pl.DataFrame(
        {
            "who": kept.who,
            "readiness": np.array(READINESS)[value],
            "start": kept.start,
            "end": kept.end,
        }
    )


def reform_day(settings: SimulatorConfig) -> int:
    """Return the day on which the reform is in force, in days since 1970."""
    return int(calendar_of(settings).month_starts[reform_month(settings)])


def under_youth_rules(people: People, settings: SimulatorConfig, who: Rows, dates: Days) -> Bools:
    """Return whether the rules for under-30s without education apply on each date.

    They begin with the reform, or end with it where it was the one of 2025.
    """
    after = dates >= reform_day(settings)
    rules: Bools = _young_without_education(people, settings, who, dates)
    rules &= after != settings.relabelling_2025
    return rules


def renamed_on(people: People, settings: SimulatorConfig, who: Rows, dates: Days) -> Bools:
    """Return whether the reform has given social assistance another code by each date.

    Without the renaming the code would be the one that the person had before.
    """
    if not (settings.relabelling_2014 or settings.relabelling_2025):
        return np.zeros(len(who), bool)
    renamed: Bools = _young_without_education(people, settings, who, dates)
    renamed &= dates >= reform_day(settings)
    return renamed


def _young_without_education(
    people: People, settings: SimulatorConfig, who: Rows, dates: Days
) -> Bools:
    young = dates < birthdays(people, 30, calendar_of(settings))[who]
    found: Bools = young & (people["educated"][who] == 0)
    return found


def readiness_on(block: Block, settings: SimulatorConfig, who: Rows, dates: Days) -> Ints:
    """Return the registered readiness on each date, as an index in `READINESS`."""
    ready = value_on(block.courses, "ready", who, dates, block.calendar).astype(np.int64)
    if not (settings.visitation_2014 or scenario_of(settings).visitation_2014):
        return ready
    index = block.people["index"][who]
    stricter = uniforms(settings.seed, index, purposes.VISITATION_LABEL, np.zeros_like(index))
    label = np.where(stricter < LABELLED_ACTIVITY_READY, ACTIVITY_READY, EDUCATION_READY)
    affected = under_youth_rules(block.people, settings, who, dates) & (ready == JOB_READY)
    return np.where(affected, label, ready)


def codes_on(block: Block, settings: SimulatorConfig, who: Rows, dates: Days) -> Ints:
    """Return the register's code on each date, 0 if there is no benefit."""
    people, courses, calendar = block.people, block.courses, block.calendar
    status = value_on(courses, "status", who, dates, calendar)
    digit = value_on(courses, "activity", who, dates, calendar).astype(np.int64)
    base = np.zeros(len(STATUSES), np.int64)
    base[list(PASSIVE_CODES)] = list(PASSIVE_CODES.values())
    code = base[status] + digit
    assisted = status == ASSISTANCE
    code[assisted & (readiness_on(block, settings, who, dates) == ACTIVITY_READY)] += NOT_READY
    old_guidance = (digit == 3) & np.isin(status, OLDER_GUIDANCE) & (dates < GUIDANCE_DAY)
    code[old_guidance] -= 2
    if settings.relabelling_2014 or settings.relabelling_2025:
        helped = assisted & under_youth_rules(people, settings, who, dates)
        code[helped & (code < NOT_READY)] += EDUCATION_HELP
        code[helped & (code >= NOT_READY)] -= EDUCATION_HELP
    code[(status == RETIRED) & (dates < birthdays(people, 65, calendar)[who])] = EARLY_RETIREMENT
    return _with_own_kind(code, block, settings, who, status, digit)


def _with_own_kind(
    code: Ints,
    block: Block,
    settings: SimulatorConfig,
    who: Rows,
    status: NDArray[np.uint8],
    digit: Ints,
) -> Ints:
    """Assign kinds of unemployment insurance and education, drawn once per person."""
    index = block.people["index"][who]
    nothing = np.zeros_like(index)
    insured = status == INSURANCE
    part = uniforms(settings.seed, index, purposes.INSURANCE_CODE, nothing)
    code[insured & (digit == 0)] += np.searchsorted(PARTLY_INSURED, part)[insured & (digit == 0)]
    code[insured & (digit > 0)] += ACTIVE_INSURANCE
    unpaid = uniforms(settings.seed, index, purposes.EDUCATION_CODE, nothing) < UNPAID_EDUCATION
    code[(status == EDUCATION) & unpaid] += 1
    return code
