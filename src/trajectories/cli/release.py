"""Verbs of what leaves the server."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import ConfigFile, Out, Private, Release, app, stage
from trajectories.errors import UserError


@stage("Letting every table pass the disclosure gate")
def protect(
    config: ConfigFile,
    inputs: Annotated[list[Path], typer.Option(help="Folders of exact tables.")],
    out: Out,
    private: Private,
) -> None:
    """Protect every table before it is released."""
    from trajectories.verbs import release

    release.protect_tables(config=config, inputs=inputs, out=out, private=private)


@stage("Drawing the figures")
def figures(
    release: Release,
    style: Annotated[Path, typer.Option(help="Labels and colours.")],
    out: Out,
) -> None:
    """Draw every figure from the released tables."""
    from trajectories.verbs import release as verbs

    verbs.figures(release=release, style=style, out=out)


@stage("Reading the headline numbers")
def headline(
    release: Release,
    private: Private,
    out: Annotated[Path, typer.Option(help="The file to write.")],
    exact: Annotated[Path, typer.Option(help="The private file of exact numbers.")],
) -> None:
    """Write the headline numbers, released and exact."""
    from trajectories.verbs import release as verbs

    verbs.headline(release=release, private=private, out=out, exact=exact)


@stage("Writing the provenance")
def provenance(
    config: ConfigFile,
    lock: Annotated[Path, typer.Option(help="The locked environment.")],
    release: Release,
    private: Private,
    benchmarks: Annotated[Path, typer.Option(help="Folder of run times.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    read: Annotated[
        list[Path] | None, typer.Option(help="Folders of the parts that read files of the user's.")
    ] = None,
) -> None:
    """Write which code, settings and inputs made the release."""
    from trajectories.verbs import release as verbs

    verbs.provenance(
        config=config,
        lock=lock,
        read=read or [],
        release=release,
        private=private,
        out=out,
        benchmarks=benchmarks,
    )


@stage("Writing the report")
def report(release: Release, out: Annotated[Path, typer.Option(help="The page to write.")]) -> None:
    """Write the report from the release folder alone."""
    from trajectories.verbs import release as verbs

    verbs.report(release=release, out=out)


@app.command()
def redraw(
    source: Annotated[Path, typer.Option(help="A release folder.")],
    out: Out,
) -> None:
    """Redraw every figure of a release folder and say whether each is byte-identical."""
    from trajectories.verbs import release

    same = release.redraw(source=source, out=out)
    for name, identical in sorted(same.items()):
        typer.echo(f"  {name}: {'identical' if identical else 'DIFFERENT'}")
    different = sum(not identical for identical in same.values())
    if different or not same:
        raise UserError(
            f"{different} of {len(same)} redrawn figures differ from those in {source}: was the "
            "release made by another version, or were its files edited?"
        )
    typer.echo(f"All {len(same)} figure files are byte-identical with those in {source}.")


@app.command()
def summary(
    release: Release,
    private: Annotated[
        Path | None, typer.Option(help="The gate's private folder: reasons keep their numbers.")
    ] = None,
) -> None:
    """Print the headline numbers of a finished run, where its report lies and what is missing."""
    from trajectories.verbs.summary import summary as summarise

    typer.echo(summarise(release, private))
