"""Verbs of the dissimilarities."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import ConfigFile, Months, Out, Register, Sequences, part

Channels = Annotated[
    Path | None, typer.Option(help="Folder of channels and series, where measures compare any.")
]


@part("Making channels and series")
def channels(
    config: ConfigFile, register: Register, months: Months, sequences: Sequences, out: Out
) -> None:
    """Make the channels and series of windows that measures compare."""
    from trajectories.verbs import channels as verbs

    verbs.channels(config=config, register=register, months=months, sequences=sequences, out=out)


@part("Computing dissimilarities")
def distances(
    config: ConfigFile,
    name: Annotated[str, typer.Option(help="Which of `dissimilarity.measures`.")],
    sequences: Sequences,
    out: Out,
    tiles: Annotated[list[Path] | None, typer.Option(help="Tiles computed before.")] = None,
    channels: Channels = None,
) -> None:
    """Compute the dissimilarities of all unique state sequences."""
    from trajectories.verbs import dissimilarity

    dissimilarity.distances(
        config=config,
        name=name,
        sequences=sequences,
        out=out,
        tiles=tiles or [],
        channels=channels,
    )


@part("Computing a tile of dissimilarities")
def tile(
    config: ConfigFile,
    name: Annotated[str, typer.Option(help="Which of `dissimilarity.measures`.")],
    part: Annotated[str, typer.Option(help='Which tile of how many, as "2-of-4".')],
    sequences: Sequences,
    out: Out,
    channels: Channels = None,
) -> None:
    """Compute some rows of the dissimilarities of all unique state sequences."""
    from trajectories.verbs import dissimilarity

    dissimilarity.tile(
        config=config, name=name, part=part, sequences=sequences, out=out, channels=channels
    )
