"""The application: its options, the kinds of arguments that verbs share, and how stages speak."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from trajectories.errors import FileError, UserError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Benefit trajectories and caseworker changes from administrative registers.",
)


def in_order(path: Path) -> Path:
    """Return the path of a configuration that is in order; a verb looks at its own sections alone.

    Raises:
        UserError: the configuration has errors, all of which are told, as `config check` does.
    """
    from trajectories.config import root
    from trajectories.verbs import settings

    settings.check(root.read(path), name=str(path))
    return path


ConfigFile = Annotated[
    Path, typer.Option("--config", help="The run's merged configuration.", callback=in_order)
]
Out = Annotated[Path, typer.Option("--out", help="Folder to write to.")]
Register = Annotated[Path, typer.Option(help="Folder of the cleaned register.")]
Months = Annotated[Path, typer.Option(help="Person-months as Parquet.")]
Sequences = Annotated[Path, typer.Option(help="Folder of windows and state sequences.")]
Typology = Annotated[Path, typer.Option(help="Folder of the typology.")]
Changes = Annotated[Path, typer.Option(help="Folder of caseworker changes.")]
Truth = Annotated[Path | None, typer.Option(help="Planted truth of a synthetic register.")]
Release = Annotated[Path, typer.Option(help="Folder of released results.")]
Private = Annotated[Path, typer.Option(help="Folder of private results.")]

KEEP_GOING = "TRAJECTORIES_KEEP_GOING"


@app.callback()
def options(
    threads: Annotated[int, typer.Option(min=1, help="Threads to use.")] = os.cpu_count() or 1,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going",
            help="Where the data do not allow a part of a run, leave refused.json in its folder "
            "and end with exit code 0, as the workflow does.",
        ),
    ] = False,
) -> None:
    """Set the number of threads before any library reads it, and what a refusal does."""
    os.environ[KEEP_GOING] = "1" if keep_going else ""
    for name in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


@contextmanager
def _announced(text: str) -> Iterator[None]:
    start = time.perf_counter()
    typer.echo(f"  ▸ {text} …")
    yield
    typer.echo(f"  ✓ {text} ({time.perf_counter() - start:.1f} s)")


def stage(text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a verb of the pipeline that says when it starts and how long it took."""

    def register(verb: Callable[..., None]) -> Callable[..., None]:
        @wraps(verb)
        def announced(*args: Any, **kwargs: Any) -> None:
            with _announced(text):
                verb(*args, **kwargs)

        return app.command()(announced)

    return register


def part(text: str, *, optional: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a verb without which the rest of a run can go on; its `--out` is a folder.

    With `--keep-going` a `UserError` leaves `refused.json` in that folder, and a verb that needs
    the folder leaves the same refusal in its own. A broken file ends the run all the same.

    Args:
        text: what the verb does.
        optional: the option whose folders are left out where they hold a refusal.
    """

    def register(verb: Callable[..., None]) -> Callable[..., None]:
        @wraps(verb)
        def refusable(*, out: Path, **given: Any) -> None:
            from trajectories.refusals import REFUSED, Refusal, first_refusal, refusal_in

            if given.get(optional):
                given[optional] = [path for path in given[optional] if refusal_in(path) is None]
            needed = [
                path
                for value in given.values()
                for path in (value if isinstance(value, list) else [value])
                if isinstance(path, Path)
            ]
            name = " ".join(filter(None, (verb.__name__, given.get("name"))))
            earlier = first_refusal(needed)
            try:
                if earlier is not None:
                    raise UserError(earlier.sentence)
                with _announced(text):
                    verb(out=out, **given)
            except FileError:
                raise
            except UserError as error:
                if not os.environ.get(KEEP_GOING):
                    raise
                origin = name if earlier is None else earlier.origin
                Refusal(name, origin, str(error)).write(out)
                why = f". {_scrubbed(str(error))}" if earlier is None else f", as is `{origin}`"
                typer.echo(f"  ✗ {text}: left out{why}")
            else:
                (out / REFUSED).unlink(missing_ok=True)

        return app.command()(refusable)

    return register


def _scrubbed(sentence: str) -> str:
    from trajectories.register.read.cpr import scrub

    return scrub(sentence)
