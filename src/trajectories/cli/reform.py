"""The verb of the comparison of periods."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import ConfigFile, Months, Out, Register, Sequences, part
from trajectories.cli.dissimilarity import Channels


@part("Comparing periods and checking the relabelling")
def compare(
    config: ConfigFile,
    register: Register,
    months: Months,
    sequences: Sequences,
    dissimilarity: Annotated[Path, typer.Option(help="Folder of the main dissimilarity.")],
    typology: Annotated[Path, typer.Option(help="Folder of the typology.")],
    out: Out,
    channels: Channels = None,
) -> None:
    """Compare cluster shares between periods, with the relabelling checks."""
    from trajectories.verbs import reform

    reform.compare(
        config=config,
        register=register,
        months=months,
        sequences=sequences,
        dissimilarity=dissimilarity,
        typology=typology,
        out=out,
        channels=channels,
    )
