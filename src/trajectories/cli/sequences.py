"""Verbs of person-months, windows and whole courses."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import (
    ConfigFile,
    Months,
    Out,
    Register,
    Sequences,
    Typology,
    part,
    stage,
)


@stage("Building person-months")
def months(config: ConfigFile, register: Register, out: Out) -> None:
    """Turn spells into one state a person and month."""
    from trajectories.verbs import sequences

    sequences.months(config=config, register=register, out=out)


@part("Cutting windows and describing state sequences")
def windows(config: ConfigFile, register: Register, months: Months, out: Out) -> None:
    """Find origins, cut windows of equal length and describe the state sequences."""
    from trajectories.verbs import sequences

    sequences.windows(config=config, register=register, months=months, out=out)


@part("Counting internships and describing courses by cluster")
def courses(
    config: ConfigFile,
    register: Register,
    months: Months,
    sequences: Sequences,
    typology: Typology,
    out: Out,
) -> None:
    """Count internships that end in paid work and describe courses, by cluster."""
    from trajectories.verbs import courses as verbs

    verbs.courses(
        config=config,
        register=register,
        months=months,
        sequences=sequences,
        typology=typology,
        out=out,
    )


@part("Drawing single courses")
def picture(
    config: ConfigFile,
    sequences: Sequences,
    typology: Typology,
    style: Annotated[Path, typer.Option(help="Labels and colours.")],
    out: Out,
) -> None:
    """Draw single courses by cluster: a private picture that never leaves the server."""
    from trajectories.verbs import courses as verbs

    verbs.index_plot(config=config, sequences=sequences, typology=typology, style=style, out=out)
