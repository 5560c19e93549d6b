"""The application: its options, the kinds of arguments that verbs share, and how stages speak."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

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


@app.callback()
def options(
    threads: Annotated[int, typer.Option(min=1, help="Threads to use.")] = os.cpu_count() or 1,
) -> None:
    """Set the number of threads before any library reads it."""
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
