"""`power`: what a study of given size could show of departures, by simulation."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from trajectories.studies import power as studies

COLUMNS = (
    ("hazard_ratio", "hazard ratio", ".2f"),
    ("power", "power", ".0%"),
    ("power_error", "±", ".0%"),
    ("coverage", "coverage", ".0%"),
    ("mean_estimate", "estimate", ".2f"),
    ("standard_error", "SE", ".3f"),
    ("spread", "spread", ".3f"),
    ("detectable", "shown with 80 %", ".2f"),
)


def power(
    *,
    persons: int = 10_000,
    municipalities: int = 6,
    departures: int = 100,
    hazard_ratio: Sequence[float] = (0.8, 0.9, 1.0),
    months: int = 60,
    teams: int = 3,
    caseload: int = 40,
    job_hazard: float = 0.014,
    other_hazard: float = 0.011,
    cluster_sd: float = 0.1,
    caseworker_sd: float = 0.1,
    replications: Annotated[int, Parameter(validator=Number(gte=2))] = 100,
    seed: int = 1,
    as_json: Annotated[bool, Parameter("--json")] = False,
) -> Iterator[str]:
    """Say by simulation what a study of given size could show of departures.

    Args:
        persons: persons who enter the risk set.
        municipalities: municipalities.
        departures: caseworkers who leave.
        hazard_ratio: true hazard ratio; may be given several times.
        months: months of the study.
        teams: teams a municipality (the clusters).
        caseload: persons at risk on a list.
        job_hazard: chance of a job a month, at first.
        other_hazard: chance of another exit a month.
        cluster_sd: standard deviation of the teams' log hazards.
        caseworker_sd: standard deviation of caseworkers' log hazards.
        replications: simulated studies.
        seed: seed of the simulation.
        as_json: print JSON, not a table.

    Yields:
        The lines to print.
    """
    study = studies.Study(
        persons=persons,
        municipalities=municipalities,
        departures=departures,
        months=months,
        teams=teams,
        caseload=caseload,
        job_hazard=job_hazard,
        other_hazard=other_hazard,
        cluster_sd=cluster_sd,
        caseworker_sd=caseworker_sd,
    )
    rows = [
        studies.power(study, ratio, replications=replications, seed=seed) for ratio in hazard_ratio
    ]
    if as_json:
        yield json.dumps({"study": asdict(study), "seed": seed, "results": rows}, indent=2)
        return
    first = rows[0]
    yield (
        f"{persons:,} persons, {municipalities} municipalities, {departures} departures in "
        f"{months} months; on average {first['person_months']:,} person-months at risk, "
        f"{first['exposed_months']:,} of them after a departure, {first['events']:,} jobs, "
        f"{first['clusters']} clusters; {first['replications']} simulated studies a row.\n"
    )
    yield "  ".join(f"{title:>15}" for _, title, _ in COLUMNS)
    for row in rows:
        yield "  ".join(f"{format(row[key], how):>15}" for key, _, how in COLUMNS)
    yield (
        "\npower: share of studies whose test at 5 per cent rejects 1, ± its Monte Carlo standard "
        "error (at a true hazard ratio of 1 this is the size of the test); shown with 80 %: the "
        "hazard ratio below 1 that would be shown with 80 per cent power."
    )
