"""The verbs of whole courses on the command line."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli import ConfigFile, Months, Out, Register, Sequences, stage

Typology = Annotated[Path, typer.Option(help="Folder of the typology.")]


@stage("Counting internships and describing courses by cluster")
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


@stage("Drawing single courses")
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
