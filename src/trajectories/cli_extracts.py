"""Commands beside the pipeline: profiles of extracts, codes against the codelist, written pages."""

import os
import traceback
from pathlib import Path
from typing import Annotated

import typer

docs_app = typer.Typer(no_args_is_help=True, help="Pages of the documentation that are written.")
codelist_app = typer.Typer(no_args_is_help=True, help="Hold extracts against the codelist.")
ConfigFile = Annotated[Path, typer.Option("--config", help="The run's merged configuration.")]


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


@docs_app.command("write")
def write_docs(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")] = Path("docs"),
) -> None:
    """Write the data dictionary and the edge cases from the code."""
    from trajectories.io import write_text
    from trajectories.register.dictionary import dictionary_page
    from trajectories.register.named_cases import edge_case_page

    write_text(dictionary_page(), folder / "data-dictionary.md")
    write_text(edge_case_page(), folder / "edge-cases.md")


def describe_fault(error: BaseException) -> str:
    """Say where and of which kind a fault of the program is; its words only on demand."""
    if os.environ.get("TRAJECTORIES_SHOW_FAULTS"):
        return "".join(traceback.format_exception(error))
    steps = traceback.extract_tb(error.__traceback__)
    places = "".join(f"  {step.filename}:{step.lineno} {step.name}\n" for step in steps)
    own = type(error).__module__.startswith("trajectories")
    return (
        f"A fault of the program, {type(error).__name__}{f': {error}' if own else ''}, at\n{places}"
        "Please report these lines. Its words may quote the data and are shown only where "
        "TRAJECTORIES_SHOW_FAULTS=1 is set."
    )
