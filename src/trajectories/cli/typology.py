"""Verbs of the typology."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import ConfigFile, Out, Register, Sequences, part


@part("Clustering trajectories", optional="others")
def cluster(
    config: ConfigFile,
    sequences: Sequences,
    distances: Annotated[Path, typer.Option(help="Folder of the main dissimilarity.")],
    out: Out,
    others: Annotated[list[Path] | None, typer.Option(help="Other dissimilarities.")] = None,
) -> None:
    """Build one typology over all periods and choose its number of clusters."""
    from trajectories.verbs import typology

    typology.cluster(
        config=config, sequences=sequences, distances=distances, out=out, others=others or []
    )


@part("Averaging hours of work by cluster")
def hours(
    config: ConfigFile,
    register: Register,
    sequences: Sequences,
    typology: Annotated[Path, typer.Option(help="Folder of the typology.")],
    out: Out,
) -> None:
    """Average the monthly hours of work of each cluster."""
    from trajectories.verbs import typology as verbs

    verbs.hours(config=config, register=register, sequences=sequences, typology=typology, out=out)
