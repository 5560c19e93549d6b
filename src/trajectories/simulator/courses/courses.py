"""The courses of one block of persons by month."""

from typing import NamedTuple

import numpy as np

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import Calendar, calendar_of, calendar_rates_for
from trajectories.simulator.courses.activity_kernels import run_activities, run_beside
from trajectories.simulator.courses.case_kernels import CASE
from trajectories.simulator.courses.course_kernels import COURSE_MONTH, Courses, walk_all
from trajectories.simulator.courses.offices import Offices, block_key_of, open_offices
from trajectories.simulator.parameters import packed, rates_for
from trajectories.simulator.persons.people import People, draw_people
from trajectories.simulator.persons.planted_reform import reform_rates_for
from trajectories.simulator.scenarios import scenario_of
from trajectories.simulator.type_parameters import type_rates_for


class Block(NamedTuple):
    """The simulated persons, caseworkers and courses of one block.

    Attributes:
        number: the block's number, from 0.
        people: fixed attributes of its persons, an array of `PERSON`.
        offices: its caseworkers.
        courses: (persons, months + 1) of `COURSE_MONTH`.
        calendar: the register's months.
    """

    number: int
    people: People
    offices: Offices
    courses: Courses
    calendar: Calendar


def blocks_of(settings: SimulatorConfig) -> range:
    """Return the numbers of all blocks of a run."""
    return range(-(-settings.persons // settings.office_persons))


def live_block(settings: SimulatorConfig, number: int) -> Block:
    """Simulate the persons of one block."""
    scenario = scenario_of(settings)
    rates = packed(
        rates_for(settings, scenario),
        type_rates_for(settings),
        reform_rates_for(settings),
        calendar_rates_for(settings),
    )
    first = number * settings.office_persons
    count = min(settings.office_persons, settings.persons - first)
    people = draw_people(settings, first, count)
    block_key = block_key_of(settings.seed, number)
    offices = open_offices(settings, number)
    calendar = calendar_of(settings)
    courses = np.zeros((count, calendar.months + 1), COURSE_MONTH)
    courses["duration"] = -1
    courses["place"] = -1
    run_beside(people, rates, courses)
    walk_all(people, np.zeros(1, CASE).view(np.recarray)[0], offices, block_key, rates, courses)
    run_activities(people, rates, courses)
    return Block(number, people, offices, courses, calendar)
