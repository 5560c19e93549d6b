"""The command line: `trajectories VERB`, one verb a rule, each a thin call of `trajectories.verbs`.

One module a stage. Verbs are imported when they are called, so that `--threads` takes effect before
any library starts its own threads and `--help` answers at once.
"""

import os
import sys
import traceback

import typer

# Each registers its verbs, in the order of the pipeline.
# isort: off
from trajectories.cli import register  # noqa: F401
from trajectories.cli import sequences  # noqa: F401
from trajectories.cli import dissimilarity  # noqa: F401
from trajectories.cli import typology  # noqa: F401
from trajectories.cli import reform  # noqa: F401
from trajectories.cli import hazards  # noqa: F401
from trajectories.cli import release  # noqa: F401
from trajectories.cli import studies  # noqa: F401
from trajectories.cli import tools  # noqa: F401

# isort: on
from trajectories.cli.application import app
from trajectories.errors import UserError

USER_ERROR = 2
FAULT = 1


def main() -> None:
    """Run the command line; a user's mistake ends with its sentence and exit code 2.

    No message shows a value of the data: CPR numbers are taken out of the sentences, and a fault
    of the program shows where it happened and what kind it is, since the words of a library's
    error may quote a cell.
    """
    try:
        app()
    except UserError as error:
        from trajectories.register.read.cpr import scrub

        sys.stdout.flush()
        typer.echo(scrub(str(error)), err=True)
        sys.exit(USER_ERROR)
    except OSError as error:
        sys.stdout.flush()
        typer.echo(describe_path(error), err=True)
        sys.exit(USER_ERROR if error.filename else FAULT)
    except Exception as error:
        sys.stdout.flush()
        typer.echo(describe_fault(error), err=True)
        sys.exit(FAULT)


def describe_path(error: OSError) -> str:
    """Say which file or folder could not be read or written; a fault where none is named."""
    from trajectories.register.read.cpr import scrub

    if not error.filename:
        return describe_fault(error)
    why = (error.strerror or type(error).__name__).lower()
    place = error.filename2 or error.filename
    return scrub(f"{place}: {why}; name another file or folder, or run what makes it first.")


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
