"""The planted reform: whom it touches, from when, and its truth by intervention."""

import datetime as dt

import numpy as np
import pytest
from pydantic import ValidationError

from trajectories.config.sections.simulator import PlantedReformConfig, SimulatorConfig, TypesConfig
from trajectories.simulator import simulate, truth_of
from trajectories.simulator.courses.courses import live_block
from trajectories.simulator.courses.spans import value_on
from trajectories.simulator.courses.spells import codes_on, readiness_on
from trajectories.simulator.persons.course_types import NAMES
from trajectories.simulator.persons.people import draw_people
from trajectories.simulator.persons.planted_reform import reform_month, without_reform
from trajectories.simulator.reform_truth import ACTIVITIES, RENAMED, VISITED
from trajectories.simulator.statuses import ASSISTANCE

SMALL = {"persons": 3_000, "office_persons": 3_000, "caseload": 30, "seed": 8}
NOTHING = {"shift_share": 0.0, "education_ratio": 1.0, "activation_ratio": 1.0}


def settings(**reform: object) -> SimulatorConfig:
    return SimulatorConfig.model_validate(SMALL | {"reform": reform})


def truth(config: SimulatorConfig) -> dict:
    register = simulate(config)
    return truth_of(config, register.tallies, register.truth_departures)["reform"]


@pytest.mark.parametrize("year", [2012, 2014])
def test_nobody_s_months_differ_before_the_reform_nor_those_of_the_older(year):
    config = settings(in_force=dt.date(year, 1, 1))
    with_it, without = (live_block(one, 0) for one in (config, without_reform(config)))
    month = reform_month(config)
    fields = ("status", "activity", "ready", "duration", "hazard")
    before = slice(0, month + 1)
    same_type = with_it.people["kind"] == without.people["kind"]
    for name in fields:
        one, other = with_it.courses[name], without.courses[name]
        assert (one[same_type, before] == other[same_type, before]).all()
    older = with_it.people["birth_month"] + 12 * 30 <= month
    assert older.mean() > 0.2
    for name in fields:
        assert (with_it.courses[name][older] == without.courses[name][older]).all()
    assert (with_it.courses["status"] != without.courses["status"]).mean() > 0.003


def test_types_are_shifted_for_the_touched_who_arrive_later():
    config = settings(shift_share=0.5)
    people, before = (draw_people(one, 0, 20_000) for one in (config, without_reform(config)))
    moved = people["kind"] != before["kind"]
    age = (people["arrival"] - people["birth_month"]) / 12
    eligible = (people["arrival"] >= reform_month(config)) & (age < 30)
    eligible &= before["kind"] == NAMES.index("long_passive")
    assert not moved[~eligible].any()
    assert abs(moved[eligible].mean() - 0.5) < 0.08
    assert (people["kind"][moved] == NAMES.index("activation_education")).all()


def test_the_truth_is_the_planted_factor_and_zero_for_the_others():
    config = settings(**(NOTHING | {"education_ratio": 3.0}))
    told = truth(config.model_copy(update={"types": TypesConfig(separation=0)}))
    rates = told["exits to education"]
    ratio = rates["with"]["touched"]["after"] / rates["without"]["touched"]["after"]
    assert 2.3 < ratio < 3.7
    assert rates["effect"]["touched"] > 0
    assert rates["with"]["touched"]["before"] == rates["without"]["touched"]["before"]
    assert told["type none"]["effect"] == {"touched": 0.0, "others": 0.0}


def test_entries_to_activities_are_counted_among_the_passive_on_support():
    config = settings(**(NOTHING | {"activation_ratio": 3.0}))
    rates = truth(config)[ACTIVITIES]
    assert 1.5 < rates["with"]["touched"]["after"] / rates["without"]["touched"]["after"] < 3.0
    assert rates["with"]["touched"]["before"] == rates["without"]["touched"]["before"]
    block, seen = live_block(config, 0), {True: 0, False: 0}
    month, young = reform_month(config), 12 * 30
    for person, course in zip(block.people, block.courses, strict=True):
        for column in range(month + 1, len(course)):
            now, before = course[column], course[column - 1]
            on = now["duration"] >= 0 and now["status"] == before["status"] == ASSISTANCE
            if on and before["activity"] == 0 and column - 1 - person["birth_month"] < young:
                seen[bool(now["activity"])] += 1
    found = seen[True] / (seen[True] + seen[False])
    assert rates["with"]["touched"]["after"] == pytest.approx(found)


def test_a_job_ratio_multiplies_the_hazard_of_the_touched():
    config = settings(**(NOTHING | {"job_ratio": 2.0}))
    with_it, without = (live_block(one, 0) for one in (config, without_reform(config)))
    month = reform_month(config)
    column = month + 1
    both = (with_it.courses["duration"][:, column] >= 0) & (
        with_it.people["birth_month"] + 12 * 30 > month
    )
    assert both.sum() > 50
    hazard = [block.courses["hazard"][both, column] for block in (with_it, without)]
    logs = [np.log(-np.log1p(-one.astype(np.float64))) for one in hazard]
    assert np.allclose(logs[0] - logs[1], np.log(2.0), atol=1e-4)


def test_anticipation_begins_before_and_is_a_part():
    config = settings(
        **(NOTHING | {"job_ratio": 2.0, "anticipation_months": 6, "anticipation": 0.5})
    )
    with_it, without = (live_block(one, 0) for one in (config, without_reform(config)))
    first = reform_month(config) - 6
    for column, expected in ((first, 0.0), (first + 1, 0.5 * np.log(2.0))):
        own = (without.courses["duration"][:, column] >= 0) & (
            without.people["birth_month"] + 12 * 30 > column - 1
        )
        logs = [
            np.log(-np.log1p(-block.courses["hazard"][own, column].astype(np.float64)))
            for block in (with_it, without)
        ]
        assert own.sum() > 50
        assert np.allclose(logs[0] - logs[1], expected, atol=1e-4)


def test_a_shift_of_ages_is_no_effect():
    config = settings(**(NOTHING | {"composition": 0.7}))
    plain = settings(**NOTHING)
    shifted, usual = (draw_people(one, 0, 20_000) for one in (config, plain))
    age = [(p["arrival"] - p["birth_month"]) / 12 for p in (shifted, usual)]
    later = usual["arrival"] >= reform_month(config)
    assert (age[0][~later] == age[1][~later]).all()
    assert (age[0][later] < 30).mean() > (age[1][later] < 30).mean() + 0.1
    told = truth(config)
    assert told["exits to education"]["effect"] == {"touched": 0.0, "others": 0.0}


def test_pure_relabelling_changes_codes_alone_at_any_date():
    config = settings(enabled=False, in_force=dt.date(2012, 3, 1))
    renamed = simulate(config)
    same = simulate(config.model_copy(update={"relabelling_2014": False}))
    assert truth_of(config, renamed.tallies, renamed.truth_departures)["reform"] is None
    helped = renamed.spells.filter(renamed.spells["code"].str.contains("^(14|72)"))
    assert helped.height > 100
    assert helped["start"].min() == dt.date(2012, 3, 1)
    assert not same.spells["code"].str.contains("^(14|72)").any()
    assert renamed.employment.equals(same.employment)
    assert renamed.readiness.equals(same.readiness)


NAMES_OF_BEFORE_2025 = {
    "relabelling_2025": False,
    "relabelling_2014": True,
    "reform": NOTHING | {"in_force": dt.date(2009, 1, 1)},
}
"""The names that the reform of 2014 gave, from a year after the register opens to its end."""


@pytest.mark.parametrize(
    ("kind", "otherwise", "label_on"),
    [
        ("relabelling_2014", {"relabelling_2014": False}, codes_on),
        ("relabelling_2025", NAMES_OF_BEFORE_2025, codes_on),
        ("visitation_2014", {"visitation_2014": False}, readiness_on),
    ],
)
def test_the_truth_counts_months_that_have_a_new_label_alone(kind, otherwise, label_on):
    base = SMALL | {"reform": NOTHING, "relabelling_2014": False, kind: True}
    chosen, other = (SimulatorConfig.model_validate(base | one) for one in ({}, otherwise))
    told = truth(chosen)
    name = VISITED if label_on is readiness_on else RENAMED
    assert ({RENAMED, VISITED} & set(told)) == {name}

    block = live_block(chosen, 0)
    who, column = np.nonzero(block.courses["duration"] >= 0)
    dates = block.calendar.month_starts[column - 1].astype(np.int32)
    labels = [label_on(block, one, who, dates) for one in (chosen, other)]
    on = block.calendar.months_of(dates) >= reform_month(chosen)
    on &= value_on(block.courses, "status", who, dates, block.calendar) == ASSISTANCE
    touched = column - 1 - block.people["birth_month"][who] < 12 * 30
    # Some are renamed on the first of the month in which they turn 30, when none is touched.
    for group, own, least in (("touched", touched, 0.1), ("others", ~touched, 0.0)):
        share = (labels[0] != labels[1])[on & own].mean()
        assert least <= share < least + 0.9
        assert told[name]["with"][group] == {"before": 0.0, "after": pytest.approx(share)}
        assert told[name]["effect"][group] == pytest.approx(share)


def test_without_reform_no_persons_months_are_other():
    config = settings(**NOTHING)
    courses = [live_block(one, 0).courses for one in (config, without_reform(config))]
    assert (courses[0] == courses[1]).all()
    assert (courses[0]["status"] == ASSISTANCE).any()


def test_the_date_is_the_first_of_a_month_of_the_register():
    with pytest.raises(ValidationError, match="first day of a month"):
        PlantedReformConfig(in_force=dt.date(2014, 1, 2))
