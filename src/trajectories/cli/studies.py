"""Commands for the design of a study, before any data are read."""

import json
from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import app

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


@app.command()
def power(
    persons: Annotated[int, typer.Option(help="Persons who enter the risk set.")] = 10_000,
    municipalities: Annotated[int, typer.Option(help="Municipalities.")] = 6,
    departures: Annotated[int, typer.Option(help="Caseworkers who leave.")] = 100,
    hazard_ratio: Annotated[
        list[float] | None, typer.Option(help="True hazard ratio; may be given several times.")
    ] = None,
    months: Annotated[int, typer.Option(help="Months of the study.")] = 60,
    teams: Annotated[int, typer.Option(help="Teams a municipality (the clusters).")] = 3,
    caseload: Annotated[int, typer.Option(help="Persons at risk on a list.")] = 40,
    job_hazard: Annotated[float, typer.Option(help="Chance of a job a month, at first.")] = 0.014,
    other_hazard: Annotated[float, typer.Option(help="Chance of another exit a month.")] = 0.011,
    cluster_sd: Annotated[float, typer.Option(help="SD of the teams' log hazards.")] = 0.1,
    caseworker_sd: Annotated[float, typer.Option(help="SD of caseworkers' log hazards.")] = 0.1,
    replications: Annotated[int, typer.Option(min=2, help="Simulated studies.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the simulation.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, not a table.")] = False,
) -> None:
    """Say by simulation what a study of given size could show of departures."""
    from dataclasses import asdict

    from trajectories.studies import power as studies

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
        studies.power(study, ratio, replications=replications, seed=seed)
        for ratio in hazard_ratio or [0.8, 0.9, 1.0]
    ]
    if as_json:
        typer.echo(json.dumps({"study": asdict(study), "seed": seed, "results": rows}, indent=2))
        return
    first = rows[0]
    typer.echo(
        f"{persons:,} persons, {municipalities} municipalities, {departures} departures in "
        f"{months} months; on average {first['person_months']:,} person-months at risk, "
        f"{first['exposed_months']:,} of them after a departure, {first['events']:,} jobs, "
        f"{first['clusters']} clusters; {first['replications']} simulated studies a row.\n"
    )
    typer.echo("  ".join(f"{title:>15}" for _, title, _ in COLUMNS))
    for row in rows:
        typer.echo("  ".join(f"{format(row[key], how):>15}" for key, _, how in COLUMNS))
    typer.echo(
        "\npower: share of studies whose test at 5 per cent rejects 1, ± its Monte Carlo standard "
        "error (at a true hazard ratio of 1 this is the size of the test); shown with 80 %: the "
        "hazard ratio below 1 that would be shown with 80 per cent power."
    )


@app.command()
def plan(
    config: Annotated[Path, typer.Option(help="Configuration file, laid over the default run.")],
    out: Annotated[Path, typer.Option(help="File to write (Markdown).")] = Path("plan.md"),
) -> None:
    """Write a pre-analysis plan filled from a configuration, to be completed and registered."""
    import yaml

    from trajectories.config import root
    from trajectories.io import write_text
    from trajectories.studies.analysis_plan import analysis_plan

    settings = yaml.safe_load(root.dump(root.read_overlay(config)))
    write_text(analysis_plan(settings), out)
    typer.echo(f"{out} written: fill in what stands in square brackets.")
