"""Named scenarios: the effects and artefacts planted in the simulated register."""

import math
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

from trajectories.config.sections.simulator import SimulatorConfig


class Scenario(NamedTuple):
    """Deviations from the clean generator; the defaults are the clean generator.

    Attributes:
        frailty_variance: variance of the gamma frailty of the job hazard (mean 1); 0 = none.
        health_effect: log hazard of a job per standard deviation of (bad) health.
        requests_on_frailty: log hazard of a request per unit of −log frailty.
        requests_on_health: log hazard of a request per standard deviation of health.
        closing_share: share of job exits whose case goes to a closing caseworker in that month.
        recoded_municipality: index of the municipality whose caseworkers get new identifiers, −1
            for none.
        recoded_month: month of the register on whose first day they get them.
        caseworker_sd: standard deviation of the caseworkers' effects on the log job hazard.
        transitory_months: duration in months of the effect of the latest change; 0 = permanent,
            and changes add up.
        upgrade_counts: whether an activity-ready person registered as job-ready by the caseworker
            gets the job hazard of the job-ready. In the clean generator this registration has no
            effect: a person once activity-ready in a course keeps that hazard, so that following
            everybody from time zero neither adds nor hides an effect.
        hazard_ratio: overrides the configured hazard ratio unless 0.
        requests_after_departure: log hazard ratio of a request in the twelve months after a
            departure.
        upgrades_after_departure: log factor of the probability of an upgrade in the same months.
        upgrades_on_frailty: log probability of an upgrade in these months per unit of log frailty.
        leavers_on_effect: log probability of leaving per standard deviation of the caseworker's
            effect.
        shocks: whether turnover and the job hazard share shocks by municipality and quarter.
        trends: whether turnover and the job hazard have trends that differ by municipality.
        smooth: whether the job hazard has a logit link and falls smoothly with duration and age.
        notice_effect: log job hazard of the leaver's clients in the month of the departure and the
            two before it.
        strain_effect: log job hazard of a team's clients per share of its positions left in the
            three months before.
        closing_months: a closing caseworker takes over up to this many months before the exit.
        other_ratio: hazard ratio of changes other than departures, 0 = that of departures.
        other_ratio_of_null: the same in a run where departures have no effect.
        novices_leave: log probability ratio of leaving for caseworkers in their first two years,
            who get the new cases with low frailty.
        reorganised_share: share of the caseworkers of some municipalities who leave on one day, on
            which the service changes as well.
        absence_factor: factor of the probability of a leave of absence with return.
        lost_rate: monthly probability that a person's caseworkers disappear from the extract.
        visitation_2014: as the setting of that name.
        coordinated: share of the activity-ready young who get a coordinating caseworker in 2014.
        random_departures: whether caseworkers leave at random, regardless of the above.
        departure_in: completed months after which every case has the effect of a departure, in
            addition to its own changes; −1 = never.
        paid_to_month_end: whether social assistance that ends in a job or self-support is paid to
            the end of that month, with the case open until then.
        closed_with_job: share of job exits whose case is closed when the job begins, although the
            benefit is paid to the month's end.
        closed_early: share of cases whose assignment is recorded to end before the case.
        closed_late: share of cases whose assignment is recorded to end after the case.
        vacancies: share of lists whose clients wait weeks for the leaver's successor.
        gradual: share of lists that are handed over gradually.
        heaped: share of hand-overs dated the 1st, the 15th or the last day of the month.
        misreported: share of hand-overs in which the old caseworker's end is wrong by weeks.
        mixed_teams: whether an office's teams take clients of every age.
        caseload_sd: standard deviation of the caseworkers' log share of a team's cases.
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
    random_departures: bool = False
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
    """Return a scenario with the deviations of all its parts."""
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
    "F": Scenario(recoded_municipality=0, recoded_month=62),
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

RANDOM_DEPARTURES = " with random departures"
"""Suffix of a scenario's name in which caseworkers leave at random, as under an intervention."""

MISDATED = (
    "paid_to_month_end",
    "closed_with_job",
    "closed_early",
    "closed_late",
    "heaped",
    "misreported",
)
"""Deviations that concern only recorded dates, which an intervention does without."""

DEPARTURE_IN = " with a departure in month "
"""Suffix, followed by a month, of a scenario in which every case has a departure in that month."""

CLEAN = len(Scenario._fields[: Scenario._fields.index("requests_after_departure")])


def scenario_of(settings: SimulatorConfig) -> Scenario:
    """Return the scenario of a run; its name may end in one of the two suffixes."""
    name, _, month = str(settings.scenario).partition(DEPARTURE_IN)
    if month:
        return SCENARIOS[name]._replace(departure_in=int(month))
    if name.endswith(RANDOM_DEPARTURES):
        scenario, clean = SCENARIOS[name.removesuffix(RANDOM_DEPARTURES)], Scenario()
        dated = {field: getattr(clean, field) for field in MISDATED}
        return scenario._replace(random_departures=True, **dated)
    return SCENARIOS[name]


def with_random_departures(settings: SimulatorConfig) -> SimulatorConfig:
    """Return the same run with caseworkers leaving at random and true dates."""
    return settings.model_copy(update={"scenario": f"{settings.scenario}{RANDOM_DEPARTURES}"})


def with_departures_in(settings: SimulatorConfig, month: int | None) -> SimulatorConfig:
    """Return the same run without departures, but with the effect of one in a given month."""
    name = str(settings.scenario) + ("" if month is None else f"{DEPARTURE_IN}{month}")
    return settings.model_copy(update={"scenario": name, "departure_rate": 0.0})


def planted_of(scenario: Scenario) -> dict[str, Any]:
    """Return the deviations of a scenario, as in `truth.json`."""
    clean = Scenario()._asdict()
    return {
        name: value
        for place, (name, value) in enumerate(scenario._asdict().items())
        if place < CLEAN or value != clean[name]
    }
