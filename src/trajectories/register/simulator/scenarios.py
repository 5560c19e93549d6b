"""What is planted: one named scenario is one set of departures from the clean generator."""

from typing import NamedTuple

from trajectories.register.simulator.calendar import month_number


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
}
