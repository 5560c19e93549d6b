"""The command line: `trajectories VERB`, one verb a rule, each a thin call of `trajectories.verbs`.

Verbs are imported when they are called, so that `--threads` takes effect before any library starts
its own threads and `--help` answers at once.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from trajectories.cli_extracts import codelist_app, describe, describe_fault, docs_app
from trajectories.errors import UserError

USER_ERROR = 2
FAULT = 1

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Benefit trajectories and caseworker changes from administrative registers.",
)
config_app = typer.Typer(no_args_is_help=True, help="Check or write configuration files.")
example_app = typer.Typer(no_args_is_help=True, help="Fetch open data for the example runs.")
app.add_typer(config_app, name="config")
app.add_typer(example_app, name="example")
app.add_typer(docs_app, name="docs")
app.add_typer(codelist_app, name="codelist")
app.command()(describe)

ConfigFile = Annotated[Path, typer.Option("--config", help="The run's merged configuration.")]
Out = Annotated[Path, typer.Option("--out", help="Folder to write to.")]
Register = Annotated[Path, typer.Option(help="Folder of the cleaned register.")]
Months = Annotated[Path, typer.Option(help="Person-months as Parquet.")]
Sequences = Annotated[Path, typer.Option(help="Folder of windows and state sequences.")]
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


@stage("Building person-months")
def months(config: ConfigFile, register: Register, out: Out) -> None:
    """Turn spells into one state a person and month."""
    from trajectories.verbs import sequences

    sequences.months(config=config, register=register, out=out)


@stage("Cutting windows and describing state sequences")
def windows(config: ConfigFile, register: Register, months: Months, out: Out) -> None:
    """Find origins, cut windows of equal length and describe the state sequences."""
    from trajectories.verbs import sequences

    sequences.windows(config=config, register=register, months=months, out=out)


@stage("Computing dissimilarities")
def distances(
    config: ConfigFile,
    name: Annotated[str, typer.Option(help="Which of `dissimilarity.measures`.")],
    sequences: Sequences,
    out: Out,
    tiles: Annotated[list[Path] | None, typer.Option(help="Tiles computed before.")] = None,
) -> None:
    """Compute the dissimilarities of all unique state sequences."""
    from trajectories.verbs import dissimilarity

    dissimilarity.distances(
        config=config, name=name, sequences=sequences, out=out, tiles=tiles or []
    )


@stage("Computing a tile of dissimilarities")
def tile(
    config: ConfigFile,
    name: Annotated[str, typer.Option(help="Which of `dissimilarity.measures`.")],
    part: Annotated[str, typer.Option(help='Which tile of how many, as "2-of-4".')],
    sequences: Sequences,
    out: Out,
) -> None:
    """Compute some rows of the dissimilarities of all unique state sequences."""
    from trajectories.verbs import dissimilarity

    dissimilarity.tile(config=config, name=name, part=part, sequences=sequences, out=out)


@stage("Clustering trajectories")
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


@stage("Averaging hours of work by cluster")
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


@stage("Comparing periods and checking the relabelling")
def compare(
    config: ConfigFile,
    register: Register,
    months: Months,
    sequences: Sequences,
    dissimilarity: Annotated[Path, typer.Option(help="Folder of the main dissimilarity.")],
    typology: Annotated[Path, typer.Option(help="Folder of the typology.")],
    out: Out,
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
    )


@stage("Dating caseworker changes")
def changes(config: ConfigFile, register: Register, out: Out) -> None:
    """Date caseworker changes and class them by cause."""
    from trajectories.verbs import hazards

    hazards.changes(config=config, register=register, out=out)


@stage("Building the risk set")
def risk(
    config: ConfigFile, register: Register, months: Months, changes: Changes, out: Out
) -> None:
    """Build the person-months at risk."""
    from trajectories.verbs import hazards

    hazards.risk(config=config, register=register, months=months, changes=changes, out=out)


@stage("Estimating hazards")
def estimate(
    config: ConfigFile,
    panel: Annotated[Path, typer.Option(help="Person-months at risk as Parquet.")],
    changes: Changes,
    out: Out,
    truth: Truth = None,
) -> None:
    """Estimate how caseworker changes relate to exits."""
    from trajectories.verbs import hazards

    hazards.estimate(config=config, panel=panel, changes=changes, truth=truth, out=out)


@stage("Estimating hazards from durations")
def durations(config: ConfigFile, out: Out) -> None:
    """Estimate hazards from a table of durations instead of a register."""
    from trajectories.verbs import hazards

    hazards.durations(config=config, out=out)


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
    inputs: Annotated[list[Path] | None, typer.Option(help="Raw input files.")] = None,
) -> None:
    """Write which code, settings and inputs made the release."""
    from trajectories.verbs import release as verbs

    verbs.provenance(
        config=config,
        lock=lock,
        inputs=inputs or [],
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
def summary(release: Release) -> None:
    """Print the headline numbers of a finished run and where its report lies."""
    from trajectories.verbs.summary import summary as summarise

    typer.echo(summarise(release))


@config_app.command("check")
def check_config(
    files: Annotated[list[Path], typer.Argument(help="Configuration files, each checked alone.")],
) -> None:
    """Check configuration files; each is laid over the default run."""
    from trajectories.config import root

    for path in files:
        root.read(path)
        typer.echo(f"{path}: in order")


@config_app.command("write")
def write_config(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")] = Path("config"),
) -> None:
    """Write the default configuration, its reference page and its JSON schema from the models."""
    from trajectories.config import reference
    from trajectories.io import write_text

    write_text(reference.default_yaml(), folder / "config.yaml")
    write_text(reference.reference_page(), folder / "README.md")
    write_text(reference.json_schema(), folder / "schema.json")


@example_app.command()
def mvad(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("data/mvad"),
    source: Annotated[Path | None, typer.Option(help="A local mvad.csv instead.")] = None,
) -> None:
    """Fetch the school-to-work data of McVicar & Anyadike-Danes (2002)."""
    from trajectories import examples

    examples.fetch_mvad(out, source=source)


# The verbs of whole courses register themselves with what stands above.
from trajectories import cli_courses  # noqa: E402, F401


def main() -> None:
    """Run the command line; a user's mistake ends with its sentence and exit code 2.

    No message shows a value of the data: CPR numbers are taken out of the sentences, and a fault
    of the program shows where it happened and what kind it is, since the words of a library's
    error may quote a cell.
    """
    try:
        app()
    except UserError as error:
        from trajectories.register.cpr import scrub

        sys.stdout.flush()
        typer.echo(scrub(str(error)), err=True)
        sys.exit(USER_ERROR)
    except Exception as error:
        sys.stdout.flush()
        typer.echo(describe_fault(error), err=True)
        sys.exit(FAULT)
