"""Commands beside the pipeline: configuration, written pages, open data."""

from pathlib import Path
from typing import Annotated

import typer

from trajectories.cli.application import app

config_app = typer.Typer(no_args_is_help=True, help="Check or write configuration files.")
docs_app = typer.Typer(no_args_is_help=True, help="Pages of the documentation that are written.")
example_app = typer.Typer(no_args_is_help=True, help="Fetch open data for the example runs.")
app.add_typer(config_app, name="config")
app.add_typer(docs_app, name="docs")
app.add_typer(example_app, name="example")


@config_app.command("check")
def check_config(
    files: Annotated[list[Path], typer.Argument(help="Configuration files, each checked alone.")],
    data: Annotated[bool, typer.Option("--data", help="Read the extracts as well.")] = False,
) -> None:
    """Check configuration files; each is laid over the default run."""
    from trajectories.config import root
    from trajectories.errors import UserError
    from trajectories.verbs import settings

    for path in files:
        config = root.read_overlay(path)
        settings.check(config, name=str(path))
        if data:
            from trajectories.verbs import data_check

            found = data_check.findings(config)
            if found:
                raise UserError("\n".join([f"{path}: {len(found)} findings in the data", *found]))
        typer.echo(f"{path}: in order")


@config_app.command("write")
def write_config(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")] = Path("config"),
) -> None:
    """Write the default configuration, its reference page and its JSON schema from the models."""
    from trajectories.config import reference
    from trajectories.io import write_text

    write_text(reference.reference_yaml(), folder / "reference.yaml")
    write_text(reference.reference_page(), folder / "README.md")
    write_text(reference.json_schema(), folder / "schema.json")


@docs_app.command("write")
def write_docs(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")] = Path("docs"),
) -> None:
    """Write the data dictionary and the edge cases from the code."""
    from trajectories.io import write_text
    from trajectories.register.named_cases.catalogue import edge_case_page
    from trajectories.register.profile.dictionary import dictionary_page

    write_text(dictionary_page(), folder / "data-dictionary.md")
    write_text(edge_case_page(), folder / "edge-cases.md")


@example_app.command()
def mvad(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("data/mvad"),
    source: Annotated[Path | None, typer.Option(help="A local mvad.csv instead.")] = None,
) -> None:
    """Fetch the school-to-work data of McVicar & Anyadike-Danes (2002)."""
    from trajectories import examples

    examples.fetch_mvad(out, source=source)
