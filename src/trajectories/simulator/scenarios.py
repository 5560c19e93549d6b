"""What is planted: one named scenario is one set of departures from the clean generator."""

import math
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator.calendar import month_number


class Scenario(NamedTuple):
    """Departures from the clean generator; the defaults are the clean generator.

    Attributes:
        frailty_variance: variance of the gamma frailty of the job hazard (mean 1); 0 = none.
        health_effect: log hazard of a job per standard deviation of (bad) health.
        requests_on_frailty: log hazard of a request per unit of −log frailty.
        requests_on_health: log hazard of a request per standard deviation of health.
        closing_share: share of job exits whose case passes to a closing caseworker in that month.
        recoded_municipality: place of the municipality in the list whose caseworkers get new
            identifiers, −1 for none.
        recoded_month: month on whose first day they get them.
        caseworker_sd: standard deviation of the caseworkers' effects on the log job hazard.
        transitory_months: months that the effect of the latest change lasts; 0 = for good, and
            changes add up.
        upgrade_counts: whether an activity-ready person whom the caseworker registers as job-ready
            gets the job-ready's chance of a job. In the clean generator the register's word changes
            nothing: who has been activity-ready in a course keeps that chance, so that following
            everybody from time zero neither adds nor hides an effect.
        hazard_ratio: overrides the configured hazard ratio where it is not 0.
        requests_after_departure: log factor of the chance of a request in the twelve months after
            a departure.
        upgrades_after_departure: log factor of the chance of an upgrade in the same months.
        upgrades_on_frailty: log chance of an upgrade in these months per unit of log frailty.
        leavers_on_effect: log chance of leaving per standard deviation of the caseworker's effect.
        shocks: whether each municipality's quarters have shocks that turnover and the job hazard
            share.
        trends: whether turnover and the job hazard have trends, different ones by municipality.
        smooth: whether the job hazard has a logit link and falls smoothly with duration and age.
        notice_effect: log hazard of a job of the leaver's clients in the month of the departure and
            the two before it.
        strain_effect: log hazard of a job of a team's clients per share of its places left in the
            three months before.
        closing_months: a closing caseworker takes over up to this many months before the exit.
        other_ratio: hazard ratio of changes that are no departures, 0 = that of departures.
        other_ratio_of_null: the same where departures have none.
        novices_leave: log chance of leaving of caseworkers in their first two years, who get the
            new cases of low frailty.
        reorganised_share: share of the caseworkers of some municipalities who leave on one day, on
            which the service changes as well.
        absence_factor: factor of the chance of a leave with return.
        lost_rate: chance a month that a person's caseworkers are no longer in the extract.
        visitation_2014: as the setting of that name.
        coordinated: share of the activity-ready young who get a coordinating caseworker in 2014.
        by_lot: whether caseworkers leave by lot: no share of the above in who leaves, and when.
        departure_in: completed months after which every case meets the effect of a departure,
            besides what else it meets; −1 = in none.
        paid_to_month_end: whether social assistance that ends in a job or in self-support is paid
            to the end of that month, and the case stays open until then.
        closed_with_job: share of the job exits whose case is closed when the job begins, though the
            benefit is paid to the month's end.
        closed_early: share of the cases whose assignment is registered to end before the case does.
        closed_late: share of those registered to end after it.
        vacancies: share of the lists whose clients wait for weeks for the leaver's successor.
        gradual: share of the lists that are handed over one by one.
        heaped: share of the hand-overs that are dated the 1st, the 15th or the last of the month.
        misreported: share of the hand-overs in which the old caseworker's end is wrong by weeks.
        mixed_teams: whether an office's teams take clients of every age.
        caseload_sd: standard deviation of the log of what caseworkers take of a team's cases.
        team_sd: standard deviation of the teams' effects on the log job hazard.
    """

    frailty_variance: float = 0.0
    health_effect: float = 0.0
    requests_on_frailty: float = 0.0
    requests_on_health: float = 0.0
    closing_share: float = 0.0
    recoded_municipality: int = -1
    recoded_month: int = 0
    caseworker_sd: float = 0.0
    transitory_months: int = 0
    upgrade_counts: bool = False
    hazard_ratio: float = 0.0
    requests_after_departure: float = 0.0
    upgrades_after_departure: float = 0.0
    upgrades_on_frailty: float = 0.0
    leavers_on_effect: float = 0.0
    shocks: bool = False
    trends: bool = False
    smooth: bool = False
    notice_effect: float = 0.0
    strain_effect: float = 0.0
    closing_months: int = 0
    other_ratio: float = 0.0
    other_ratio_of_null: float = 0.0
    novices_leave: float = 0.0
    reorganised_share: float = 0.0
    absence_factor: float = 1.0
    lost_rate: float = 0.0
    visitation_2014: bool = False
    coordinated: float = 0.5
    by_lot: bool = False
    departure_in: int = -1
    paid_to_month_end: bool = False
    closed_with_job: float = 0.0
    closed_early: float = 0.0
    closed_late: float = 0.0
    vacancies: float = 0.0
    gradual: float = 0.1
    heaped: float = 0.0
    misreported: float = 0.0
    mixed_teams: bool = False
    caseload_sd: float = 0.0
    team_sd: float = 0.0


AS_IT_IS: dict[str, Scenario] = {
    "H17a": Scenario(paid_to_month_end=True),
    "H17b": Scenario(paid_to_month_end=True, closed_with_job=0.5),
    "H17c": Scenario(closed_early=0.08, closed_late=0.2),
    "H17d": Scenario(vacancies=0.9),
    "H17e": Scenario(gradual=0.4),
    "H17f": Scenario(heaped=0.5),
    "H17g": Scenario(misreported=0.3),
    "H17h": Scenario(mixed_teams=True),
    "H17i": Scenario(caseload_sd=0.5),
    "H17j": Scenario(caseworker_sd=0.2, team_sd=0.15),
}
"""The parts of the scenario "registers as they are"."""


def together(parts: Iterable[Scenario]) -> Scenario:
    """The scenario that departs from the clean generator wherever one of its parts does."""
    clean = Scenario()._asdict()
    departures = (set(part._asdict().items()) - set(clean.items()) for part in parts)
    return Scenario(**dict(chain.from_iterable(departures)))


SCENARIOS: dict[str, Scenario] = {
    "A": Scenario(),
    "B": Scenario(frailty_variance=0.6),
    "C1": Scenario(frailty_variance=0.6, requests_on_frailty=0.8),
    "C2": Scenario(frailty_variance=0.3, health_effect=-0.5, requests_on_health=0.8),
    "C3": Scenario(frailty_variance=0.3, health_effect=-0.5, requests_on_health=-0.8),
    "E": Scenario(closing_share=0.15),
    "F": Scenario(recoded_municipality=0, recoded_month=month_number(2013, 3)),
    "G": Scenario(caseworker_sd=0.3),
    "null": Scenario(hazard_ratio=1.0),
    "transitory": Scenario(transitory_months=6, hazard_ratio=0.6),
    "H1": Scenario(
        frailty_variance=0.6, requests_on_frailty=0.8, requests_after_departure=math.log(4)
    ),
    "H2": Scenario(
        frailty_variance=0.6,
        upgrade_counts=True,
        upgrades_after_departure=math.log(4),
        upgrades_on_frailty=0.8,
    ),
    "H3": Scenario(caseworker_sd=0.3, leavers_on_effect=-0.7),
    "H3b": Scenario(caseworker_sd=0.3, leavers_on_effect=0.7),
    "H4": Scenario(shocks=True),
    "H5": Scenario(trends=True),
    "H6": Scenario(smooth=True),
    "H7": Scenario(notice_effect=-0.35),
    "H8": Scenario(strain_effect=-1.0),
    "H9": Scenario(closing_share=0.15, closing_months=3),
    "H10": Scenario(other_ratio=1.25, other_ratio_of_null=0.6),
    "H11": Scenario(frailty_variance=0.6, novices_leave=math.log(3)),
    "H12": Scenario(reorganised_share=0.4),
    "H13": Scenario(absence_factor=10.0),
    "H14": Scenario(lost_rate=0.004),
    "H15": Scenario(visitation_2014=True, coordinated=0.9),
    "H16": Scenario(transitory_months=6),
    "H17": together(AS_IT_IS.values()),
    **AS_IT_IS,
}

BY_LOT = " by lot"
"""Added to a scenario's name where caseworkers leave by lot in it: what an intervention gives."""

MISDATED = (
    "paid_to_month_end",
    "closed_with_job",
    "closed_early",
    "closed_late",
    "heaped",
    "misreported",
)
"""What only dates things otherwise than they were: an intervention is seen without it."""

DEPARTURE_IN = " with a departure in month "
"""Added, with a month, where every case meets the effect of a departure in it."""

CLEAN = len(Scenario._fields[: Scenario._fields.index("requests_after_departure")])


def scenario_of(settings: SimulatorConfig) -> Scenario:
    """The scenario of a run; its name may end in `BY_LOT`, or in `DEPARTURE_IN` and a month."""
    name, _, month = str(settings.scenario).partition(DEPARTURE_IN)
    if month:
        return SCENARIOS[name]._replace(departure_in=int(month))
    if name.endswith(BY_LOT):
        scenario, clean = SCENARIOS[name.removesuffix(BY_LOT)], Scenario()
        dated = {field: getattr(clean, field) for field in MISDATED}
        return scenario._replace(by_lot=True, **dated)
    return SCENARIOS[name]


def with_departures_by_lot(settings: SimulatorConfig) -> SimulatorConfig:
    """The same run with caseworkers who leave by lot, everything dated as it was."""
    return settings.model_copy(update={"scenario": f"{settings.scenario}{BY_LOT}"})


def with_departures_in(settings: SimulatorConfig, month: int | None) -> SimulatorConfig:
    """The same run where no caseworker leaves but every case meets a departure in one month.

    Args:
        settings: the simulator's section of the configuration.
        month: completed months on social assistance; None for no departure at all.
    """
    name = str(settings.scenario) + ("" if month is None else f"{DEPARTURE_IN}{month}")
    return settings.model_copy(update={"scenario": name, "departure_rate": 0.0})


def planted_of(scenario: Scenario) -> dict[str, Any]:
    """What a scenario plants, as `truth.json` has it: what it leaves as it is need not stand."""
    clean = Scenario()._asdict()
    return {
        name: value
        for place, (name, value) in enumerate(scenario._asdict().items())
        if place < CLEAN or value != clean[name]
    }
