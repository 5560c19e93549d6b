"""Monte Carlo replications in memory: simulated register, risk set and the report's estimates.

The register enters as if cleaned; changes and risk set are computed as in the pipeline, and the
report's models are fitted by `refits`. This allows thousands of registers where the pipeline's
files would allow a hundred.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trajectories.caseworkers.assignments import first_teams
from trajectories.caseworkers.changes import CaseworkerChanges, caseworker_changes
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.hazards.at_risk.episodes import assistance_stretches
from trajectories.hazards.at_risk.person_months import risk_set
from trajectories.hazards.designs import stacked_departures as stacked
from trajectories.hazards.designs import stacked_rows
from trajectories.hazards.designs.contrasts import Coefficients
from trajectories.hazards.designs.support import clusters_of_interval, clusters_with_exposed_events
from trajectories.simulator.cleaned_register import cleaned
from trajectories.simulator.scenarios import with_departures_in, with_random_departures
from trajectories.studies.refits import counted, fit_absorbed
from trajectories.survival.errors import NotEstimableError

FACTORS = ("period", "team_first", "duration_band", "age_band", "sex")
"""The adjustment of the report as factors: municipality × half-year first."""

MODELS = {
    "headline": ("listed_departures",),
    "companion": ("departures", "other_changes"),
    "association": ("changes",),
    "ever": ("ever",),
}
HEADLINE = "headline"
"""The model whose standard error is wanted; for the others only coefficients."""

EVENT = "event_bin"
STUDY = ("leads_p", "lead", "lead_se", "after", "after_se", "first_stage", "lead_clusters")


@dataclass(frozen=True)
class Replicate:
    """A simulated register up to its risk set.

    Attributes:
        panel: person-months at risk, as `risk_set` returns them.
        found: as `caseworker_changes` returns it.
        chances: person, month, chance: the simulator's probability of a job.
    """

    panel: pl.DataFrame
    found: CaseworkerChanges
    chances: pl.DataFrame


def simulated(settings: SimulatorConfig, section: HazardsConfig) -> Replicate:
    """Simulate a register and build its risk set."""
    register = cleaned(settings)
    found = caseworker_changes(
        register.assignments,
        register.readiness,
        register.persons,
        assistance_stretches(register.spells, section.risk),
        last_day=register.last_day,
        rules=section.changes,
    )
    made = risk_set(
        register.spells,
        register.employment,
        register.persons,
        found,
        months=register.months,
        readiness=register.readiness,
        first_day=register.first_day,
        last_day=register.last_day,
        rules=section.risk,
    )
    return Replicate(made.panel, found, register.chances)


def by_intervention(settings: SimulatorConfig, section: HazardsConfig) -> dict[str, float]:
    """The true headline coefficients, from a register in which caseworkers leave at random.

    Instead of the drawn exits each person-month has the simulator's probability of a job, so the
    coefficient has the same limit and much smaller variance. With a frailty it is the marginal
    hazard ratio.

    Returns:
        headline, companion and association: coefficients.
    """
    made = simulated(with_random_departures(settings), section)
    rows = with_codes(made.panel).join(made.chances, on=["person", "month"], how="left")
    rows = rows.with_columns(pl.col("chance").fill_null(pl.col("job").cast(pl.Float64)))
    numbers = tuple(dict.fromkeys(name for names in MODELS.values() for name in names))
    together = counted(rows, event="chance", factors=FACTORS, numbers=numbers)
    return {
        name: float(fit_absorbed(together.only(MODELS[name]), jackknife=False).coef[0])
        for name in ("headline", "companion", "association")
    }


def risks_by_intervention(settings: SimulatorConfig, section: HazardsConfig) -> dict[int, float]:
    """The true risk difference of a departure, the target of `job_risks`.

    The same persons are simulated twice, without any departure and with one in the configured
    month. Draws depend only on the person and the month, so the two differ only by the departure.
    Only courses that begin early enough to be followed to the end are included.

    Returns:
        Months → difference in the share of courses that ended in a job by then.
    """
    horizons = section.models.risk_months
    shares = []
    for month in (section.models.departure_month, None):
        panel = simulated(with_departures_in(settings, month), section).panel
        latest = panel.select(pl.col("month").max().dt.offset_by(f"-{max(horizons) - 1}mo")).item()
        zero = panel.filter((pl.col("duration") == 0) & (pl.col("month") <= latest))
        ended = panel.filter(pl.col(section.models.event) == 1).join(
            zero.select("course"), on="course", how="semi"
        )
        shares.append(
            np.array([(ended["duration"] < months).sum() / zero.height for months in horizons])
        )
    return dict(zip(horizons, (shares[0] - shares[1]).tolist(), strict=True))


def with_codes(panel: pl.DataFrame) -> pl.DataFrame:
    """The panel with the adjustment's factors and the clusters as codes from 0, and `ever`."""
    places = pl.struct("municipality", "half_year").rank("dense").cast(pl.Int32) - 1
    words = [pl.col(name).to_physical().cast(pl.Int32) for name in (*FACTORS[1:], "cluster")]
    ever = (pl.col("changes").max().over("course") > 0).cast(pl.Int8)
    return panel.with_columns(places.alias("period"), *words, ever=ever)


def estimates(made: Replicate, section: HazardsConfig) -> dict[str, float]:
    """The report's estimates of one register.

    Returns:
        By name: the coefficient of each of `MODELS` (for the companion that of departures); for the
        headline also `headline_se` and `clusters`, the G of its t(G−1); for the event study
        `leads_p` (the joint test), `lead` and `after` (the mean lead; months 1 to 12 against the
        same list before) with their standard errors, `lead_clusters` (clusters with leads)
        and `first_stage`. NaN if it cannot be estimated.
    """
    coded = with_codes(made.panel)
    numbers = tuple(dict.fromkeys(name for names in MODELS.values() for name in names))
    together = counted(coded, event=section.models.event, factors=FACTORS, numbers=numbers)
    result: dict[str, float] = {}
    for name, columns in MODELS.items():
        fit = fit_absorbed(together.only(columns), jackknife=name == HEADLINE)
        result[name] = float(fit.coef[0])
        if name == HEADLINE:
            exposed = clusters_with_exposed_events(coded, section.models.event)
            result |= {
                "headline_se": float(np.sqrt(fit.vcov[0, 0])),
                "clusters": clusters_of_interval(fit.clusters, exposed),
            }
    try:
        return result | _around_departures(made, coded, section)
    except NotEstimableError:
        return result | dict.fromkeys(STUDY, float("nan"))


def _around_departures(
    made: Replicate, coded: pl.DataFrame, section: HazardsConfig
) -> dict[str, float]:
    found, lag = made.found, section.risk.lag_months
    departures = found.lists.filter(pl.col("kind").cast(pl.String) == "departure")
    teams = first_teams(found.assignments)
    rows = stacked_rows.stack(coded, found.exposures, departures, teams, lag_months=lag)
    labels = [stacked_rows.OTHERS, *stacked_rows.BINS]
    bins = {str(month): name for name, months in stacked_rows.BINS.items() for month in months}
    binned = rows.with_columns(
        pl.col("event_month")
        .cast(pl.String)
        .replace(bins)
        .replace_strict(labels, range(len(labels)), return_dtype=pl.Int32)
        .alias(EVENT)
    )
    counts = counted(
        binned, event=section.models.event, factors=(*FACTORS, EVENT), numbers=(), weight="weight"
    )
    fit = fit_absorbed(counts, wanted=EVENT)
    known = np.isfinite(np.diag(fit.vcov)) & np.isfinite(fit.coef)
    coefs = Coefficients(
        {name: i for i, name in enumerate(stacked_rows.BINS) if known[i]},
        fit.coef,
        fit.vcov,
        fit.clusters,
    )
    tests = stacked.lead_tests(
        coefs, rows, made.panel, found.exposures, found.changes, section.models.event
    )
    named = {row["test"]: row for row in tests}
    leads = [name for name in stacked_rows.LEAD_BINS if name in coefs.place]
    result = dict.fromkeys(STUDY, float("nan"))
    if leads:
        joint, one = named["leads"], coefs.estimate(leads, [])
        result |= {"leads_p": joint["p_value"], "lead_clusters": joint["clusters"]}
        result |= {"lead": one["coef"], "lead_se": one["se"]}
    if "after" in named:
        one = coefs.estimate([stacked_rows.AFTER_BIN], leads)
        result |= {"after": one["coef"], "after_se": one["se"]}
    return result | {"first_stage": named["first stage"]["hazard_ratio"]}
