"""What the planted reform changes, by intervention: the same persons with and without it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from trajectories.arrays import Bools
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.courses.courses import Block, live_block
from trajectories.simulator.courses.spans import value_on
from trajectories.simulator.courses.spells import readiness_on, renamed_on
from trajectories.simulator.persons.course_types import NAMES
from trajectories.simulator.persons.planted_reform import reform_month, without_reform
from trajectories.simulator.statuses import ASSISTANCE, EDUCATION, FLEX_UNEMPLOYED, JOB, STATUSES

PREFIX = "reform: "
WORLDS = ("with", "without")
GROUPS = ("touched", "others")
PERIODS = ("before", "after")
EXITS = (JOB, EDUCATION, FLEX_UNEMPLOYED)
MONTHS_AT_RISK, PERSONS, PASSIVE = "months at risk", "persons", "passive months"
ACTIVITIES = "entries to an activity"
"""Of the months on support after a passive one, those that end in an activity."""
SUPPORTED = "months on support"
RENAMED, VISITED = "months under another code", "months under another readiness"
"""Of the months that begin on support, those that only the reform's words made other."""
BASES = {ACTIVITIES: PASSIVE, RENAMED: SUPPORTED, VISITED: SUPPORTED}
"""What rates are shares of, other than months at risk."""


def reform_tallies(block: Block, settings: SimulatorConfig) -> dict[str, int]:
    """Count months at risk, exits, types and new labels with the reform and without it.

    Returns:
        counts that add up over blocks, by "reform: world/group/period/what"; none without a reform.
    """
    if not settings.reform.enabled:
        return {}
    counts: dict[str, int] = {}
    worlds = (block, live_block(without_reform(settings), block.number))
    for world, one in zip(WORLDS, worlds, strict=True):
        people, columns = one.people, np.arange(one.calendar.months + 1)
        at_risk = one.courses["duration"] >= 0
        age = columns - 1 - people["birth_month"][:, None]
        touched = age < 12 * settings.reform.touched_under
        after = columns - 1 >= reform_month(settings)
        status, digit = one.courses["status"], one.courses["activity"]
        passive = np.zeros_like(at_risk)
        passive[:, 1:] = at_risk[:, 1:] & (status[:, 1:] == ASSISTANCE) & (digit[:, :-1] == 0)
        first = people["arrival"]
        young = first - people["birth_month"] < 12 * settings.reform.touched_under
        supported, labels = _labelled(one, settings, world)
        for group in range(2):
            for period in range(2):
                key = f"{PREFIX}{world}/{GROUPS[group]}/{PERIODS[period]}/"
                months = at_risk & (touched == (group == 0)) & (after == (period == 1))
                counts[key + MONTHS_AT_RISK] = int(months.sum())
                for leaving in EXITS:
                    left = months & (status == leaving)
                    counts[f"{key}exits to {STATUSES[leaving]}"] = int(left.sum())
                counts[key + PASSIVE] = int((months & passive).sum())
                counts[key + ACTIVITIES] = int((months & passive & (digit > 0)).sum())
                counts[key + SUPPORTED] = int((months & supported).sum())
                for name, labelled in labels.items():
                    counts[key + name] = int((months & labelled).sum())
                own: Bools = (first >= 0) & (young == (group == 0))
                own &= (first >= reform_month(settings)) == (period == 1)
                counts[key + PERSONS] = int(own.sum())
                for number, name in enumerate(NAMES):
                    counts[f"{key}type {name}"] = int((own & (people["kind"] == number)).sum())
    return counts


def _labelled(
    block: Block, settings: SimulatorConfig, world: str
) -> tuple[Bools, dict[str, Bools]]:
    """Find the months whose code or readiness is another because of the reform alone.

    Returns:
        the months that begin on social assistance, and of them those under another label, by what
        the label is; nothing is renamed in the world without the reform.
    """
    month_starts = block.calendar.month_starts[: block.calendar.months].astype(np.int32)
    who, month = np.nonzero(block.courses["duration"][:, 1:] >= 0)
    dates = month_starts[month]
    on = value_on(block.courses, "status", who, dates, block.calendar) == ASSISTANCE
    who, month, dates = who[on], month[on], dates[on]

    def months_where(chosen: Bools) -> Bools:
        found = np.zeros(block.courses.shape, bool)
        found[who[chosen], month[chosen] + 1] = True
        return found

    labels = {}
    told = world == WORLDS[0]
    if settings.relabelling_2014 or settings.relabelling_2025:
        labels[RENAMED] = months_where(told & renamed_on(block.people, settings, who, dates))
    if settings.visitation_2014:
        own = value_on(block.courses, "ready", who, dates, block.calendar)
        labels[VISITED] = months_where(told & (readiness_on(block, settings, who, dates) != own))
    return months_where(np.ones(len(who), bool)), labels


def reform_truth(settings: SimulatorConfig, tallies: Mapping[str, int]) -> dict[str, Any] | None:
    """Return the reform's parameters and effects, as in `truth.json`; None without a reform.

    Shares of types are those of persons whose first course begins in the period; monthly chances of
    exits those in its months at risk, of activities those after its passive months, of new labels
    those in its months that begin on support. `effect` is the
    difference between the two worlds, and `difference_in_differences` what the touched's
    change over time exceeds the others' by.
    """
    if not settings.reform.enabled:
        return None
    names = [
        key.rsplit("/", 1)[1] for key in tallies if key.startswith(f"{PREFIX}with/touched/after/")
    ]
    told: dict[str, Any] = {"settings": settings.reform.model_dump(mode="json")}
    for name in names:
        if name in (MONTHS_AT_RISK, PERSONS, PASSIVE, SUPPORTED):
            continue
        base = PERSONS if name.startswith("type ") else BASES.get(name, MONTHS_AT_RISK)
        rates = {
            world: {
                group: {
                    period: tallies[f"{PREFIX}{world}/{group}/{period}/{name}"]
                    / max(tallies[f"{PREFIX}{world}/{group}/{period}/{base}"], 1)
                    for period in PERIODS
                }
                for group in GROUPS
            }
            for world in WORLDS
        }
        seen = rates["with"]
        told[name] = {
            **rates,
            "effect": {
                group: seen[group]["after"] - rates["without"][group]["after"] for group in GROUPS
            },
            "difference_in_differences": (seen["touched"]["after"] - seen["touched"]["before"])
            - (seen["others"]["after"] - seen["others"]["before"]),
        }
    return told
