"""Verbs of the register: simulated extracts, cleaning, profiles, codes against the codelist."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import ConfigFile, Out, app, stage

codelist_app = typer.Typer(no_args_is_help=True, help="Hold extracts against the codelist.")
app.add_typer(codelist_app, name="codelist")


@stage("Simulating a register")
def simulate(config: ConfigFile, out: Out) -> None:
    """Write a synthetic register with known truth, as raw extracts."""
    from trajectories.verbs import simulator

    simulator.simulate(config=config, out=out)


@stage("Turning SAS and Stata files into Parquet")
def convert(config: ConfigFile, out: Out) -> None:
    """Turn SAS and Stata files into Parquet, once."""
    from trajectories.verbs import register

    register.convert_files(config=config, out=out)


@stage("Checking and cleaning every row")
def ingest(
    config: ConfigFile,
    out: Out,
    raw: Annotated[Path | None, typer.Option(help="Folder of simulated extracts.")] = None,
    converted: Annotated[Path | None, typer.Option(help="Folder of converted files.")] = None,
) -> None:
    """Check, clean and account for every row of the extracts."""
    from trajectories.verbs import register

    register.ingest(config=config, out=out, raw=raw, converted=converted)


@app.command()
def rejected(
    register: Annotated[Path, typer.Option(help="Folder of the cleaned register.")],
    table: Annotated[str | None, typer.Option(help="One table alone, such as spells.")] = None,
) -> None:
    """Print rejected rows with their reasons as CSV: person-level, for the closed server alone."""
    from trajectories.verbs import register as verbs

    typer.echo(verbs.rejected_rows(register=register, table=table), nl=False)


@app.command()
def describe(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files to profile instead of the configured tables.")
    ] = None,
    config: ConfigFile = Path("config/config.yaml"),
    raw: Annotated[Path | None, typer.Option(help="Folder of simulated extracts.")] = None,
    person: Annotated[str, typer.Option(help="The column of person keys in FILES.")] = "person",
    out: Annotated[Path | None, typer.Option(help="A CSV file to write to.")] = None,
) -> None:
    """Profile an extract before its first run; no value of fewer than five persons is shown."""
    from trajectories.verbs import describe as verbs

    lines = verbs.describe(config=config, raw=raw, files=files or [], person=person, out=out)
    for line in lines:
        typer.echo(line)


@codelist_app.command("check")
def check_codelist(
    config: ConfigFile = Path("config/config.yaml"),
    raw: Annotated[Path | None, typer.Option(help="Folder of simulated extracts.")] = None,
    out: Annotated[Path | None, typer.Option(help="A CSV file to write to.")] = None,
) -> None:
    """Show which codes occur, when, how often, and which are unmapped or outside their validity."""
    from trajectories.verbs import describe as verbs

    for line in verbs.check(config=config, raw=raw, out=out):
        typer.echo(line)
