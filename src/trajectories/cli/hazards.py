"""Verbs of caseworker changes, risk sets and estimates."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import Changes, ConfigFile, Months, Out, Register, Truth, part


@part("Dating caseworker changes")
def changes(config: ConfigFile, register: Register, out: Out) -> None:
    """Date caseworker changes and class them by cause."""
    from trajectories.verbs import hazards

    hazards.changes(config=config, register=register, out=out)


@part("Building the risk set")
def risk(
    config: ConfigFile, register: Register, months: Months, changes: Changes, out: Out
) -> None:
    """Build the person-months at risk."""
    from trajectories.verbs import hazards

    hazards.risk(config=config, register=register, months=months, changes=changes, out=out)


@part("Estimating hazards")
def estimate(
    config: ConfigFile,
    panel: Annotated[Path, typer.Option(help="Person-months at risk as Parquet.")],
    changes: Changes,
    out: Out,
    truth: Truth = None,
    beside: Annotated[
        Path | None, typer.Option(help="The folder `beside` of the risk set, if there is one.")
    ] = None,
) -> None:
    """Estimate how caseworker changes relate to exits."""
    from trajectories.verbs import hazards

    hazards.estimate(
        config=config, panel=panel, changes=changes, truth=truth, beside=beside, out=out
    )


@part("Following courses before and after changes")
def histories(
    config: ConfigFile,
    panel: Annotated[Path, typer.Option(help="Person-months at risk as Parquet.")],
    months: Months,
    changes: Changes,
    out: Out,
) -> None:
    """Sort courses before and after changes into types and model them (SAMM)."""
    from trajectories.verbs import hazards

    hazards.histories(config=config, panel=panel, months=months, changes=changes, out=out)


@part("Describing changes and drawing the selection curve")
def sensitivity(
    config: ConfigFile,
    register: Register,
    panel: Annotated[Path, typer.Option(help="Person-months at risk as Parquet.")],
    changes: Changes,
    out: Out,
    truth: Truth = None,
) -> None:
    """Describe how changes come about and how far selection alone could go."""
    from trajectories.verbs import hazards

    hazards.sensitivity(
        config=config, register=register, panel=panel, changes=changes, truth=truth, out=out
    )


@part("Estimating hazards from durations")
def durations(config: ConfigFile, out: Out) -> None:
    """Estimate hazards from a table of durations instead of a register."""
    from trajectories.verbs import hazards

    hazards.durations(config=config, out=out)
